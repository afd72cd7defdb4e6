#!/bin/sh
# Says in .env which parts run beside the services: `profiles.sh [scale] [observability]`; none of them without any.
set -eu
cd "$(dirname "$0")/../.."
if [ ! -f .env ]; then
  echo "There is no .env yet. Run infra/docker/first-run.sh first." >&2
  exit 1
fi

profiles= lines=
for profile; do
  [ -f "infra/docker/$profile.env" ] || { echo "There is no profile \"$profile\"; there are: scale, observability." >&2 && exit 1; }
  profiles=$profiles,$profile
  lines="$lines
$(cat "infra/docker/$profile.env")"
done

mark='# Written by infra/docker/profiles.sh; what stands below is replaced.'
(
  umask 077
  sed "\\|^$mark\$|,\$d" .env >.env.new
  [ -z "$profiles" ] || printf '%s\nCOMPOSE_PROFILES=%s%s\n' "$mark" "${profiles#,}" "$lines" >>.env.new
)
mv .env.new .env
: "${profiles:=,none}"
echo "Profiles: ${profiles#,}. \`docker compose up --build --detach --remove-orphans\` puts that into effect."
