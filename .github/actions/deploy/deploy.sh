#!/usr/bin/env bash
# Helm brings the release up or leaves it as it was; the acceptance suite says whether it works; if not, it goes back.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=kubeconfig.sh
source "$(dirname "${BASH_SOURCE[0]}")/kubeconfig.sh"

values="$RUNNER_TEMP/values.yaml"
printf '%s\n' "$HELM_VALUES" > "$values"
images="$RUNNER_TEMP/images.json"
# shellcheck disable=SC2016 # The quoted text is JavaScript.
node -e '
  const { IMAGE_REGISTRY: registry, DIGESTS } = process.env;
  const digests = JSON.parse(DIGESTS);
  for (const app of ["registry", "marketplace", "search", "migrate"])
    if (!/^sha256:[0-9a-f]{64}$/.test(digests[app] ?? "")) throw new Error(`No digest of ${app}`);
  console.log(JSON.stringify({ image: { registry, digests } }));
' > "$images"

before="$(helm history nofx --namespace "$NAMESPACE" --output json 2> /dev/null |
  node -p 'JSON.parse(require("node:fs").readFileSync(0)).filter((each) => each.status === "deployed").at(-1)?.revision ?? ""' ||
  true)"

# Migrations are a hook and only add (expand): the version before runs on what they leave.
helm upgrade nofx infra/helm/nofx --install --atomic --wait --timeout 15m --history-max 20 \
  --namespace "$NAMESPACE" --values "$values" --values "$images" --description "$VERSION"

if npm run test:acceptance -- --origin "$NOFX_ORIGIN"; then
  echo "$VERSION runs at $NOFX_ORIGIN." | tee -a "$GITHUB_STEP_SUMMARY"
  exit 0
fi
if [[ -z "$before" ]]; then
  echo "::error title=Deployment::$VERSION does not work at $NOFX_ORIGIN, and there is nothing to go back to"
  exit 1
fi
echo "::error title=Deployment::$VERSION does not work at $NOFX_ORIGIN; going back to revision $before"
helm rollback nofx "$before" --wait --timeout 15m --namespace "$NAMESPACE"
exit 1
