#!/usr/bin/env bash
# Takes the release back to a revision, or to the one before. The schema stays: it serves both.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=kubeconfig.sh
source "$(dirname "${BASH_SOURCE[0]}")/kubeconfig.sh"

if [[ -n "$REVISION" && ! "$REVISION" =~ ^[1-9][0-9]*$ ]]; then
  echo "::error title=Rollback::A revision is a number of helm history"
  exit 1
fi
helm history nofx --namespace "$NAMESPACE"
helm rollback nofx ${REVISION:+"$REVISION"} --wait --timeout 15m --namespace "$NAMESPACE"
helm history nofx --max 1 --namespace "$NAMESPACE" | tee -a "$GITHUB_STEP_SUMMARY"
