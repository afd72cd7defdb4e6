#!/usr/bin/env bash
# Runs `nofx validate` once: annotations into the log, a table into the summary, counts into the outputs.
set -euo pipefail

read -r -a command <<< "${INPUT_COMMAND:-npx --yes @nofx/cli@${INPUT_VERSION:-latest}}"
paths=()
while IFS= read -r path; do
  path="${path#"${path%%[![:space:]]*}"}"
  path="${path%"${path##*[![:space:]]}"}"
  [[ -z "$path" ]] || paths+=("$path")
done <<< "${INPUT_PATHS:-.}"

report="$RUNNER_TEMP/nofx-validate.json"
rm -f "$report"
options=(--format github --report "json=$report" --report "markdown=$GITHUB_STEP_SUMMARY")
[[ "${INPUT_STRICT:-false}" != "true" ]] || options+=(--strict)
[[ -z "${INPUT_SARIF:-}" ]] || options+=(--report "sarif=$INPUT_SARIF")

code=0
"${command[@]}" validate "${options[@]}" -- "${paths[@]}" || code=$?
if [[ ! -s "$report" ]]; then
  echo "::error title=nofx validate::Nothing was judged; the log says why (exit code $code)"
  exit "$((code > 0 ? code : 1))"
fi
# shellcheck disable=SC2016 # The quoted text is JavaScript.
node -e '
  const { valid, summary } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  for (const [name, value] of Object.entries({ valid, ...summary })) console.log(`${name}=${value}`);
' "$report" >> "$GITHUB_OUTPUT"
exit "$code"
