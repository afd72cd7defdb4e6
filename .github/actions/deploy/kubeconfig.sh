# shellcheck shell=bash
# Sourced: makes KUBECONFIG of KUBECONFIG_TEXT, and takes it away at the end.
umask 077
KUBECONFIG="$(mktemp "$RUNNER_TEMP/kubeconfig.XXXXXX")"
export KUBECONFIG
trap 'rm -f "$KUBECONFIG"' EXIT
printf '%s\n' "$KUBECONFIG_TEXT" > "$KUBECONFIG"
unset KUBECONFIG_TEXT
