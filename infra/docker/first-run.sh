#!/bin/sh
# Makes what a new installation needs before its first `docker compose up`: .env with settings, .secrets with a random
# secret in each file. Never changes what is there. NOFX_PORT, NOFX_PUBLIC_URL and NOFX_TENANT may be given.
set -eu
cd "$(dirname "$0")/../.."

if [ -e .env ] || [ -e .secrets ]; then
  echo "There is an .env or a .secrets in $(pwd) already; nothing was changed." >&2
  echo "They belong to the data of this installation: without them its database cannot be opened." >&2
  exit 1
fi

port=${NOFX_PORT:-8080}
tenant=${NOFX_TENANT:-main}
case $port in '' | *[!0-9]*) echo "NOFX_PORT must be a number, not \"$port\"." >&2 && exit 1 ;; esac
case $tenant in '' | *[!a-z0-9-]*) echo "NOFX_TENANT is \"$tenant\"; a tenant's id has lower-case letters, digits and hyphens." >&2 && exit 1 ;; esac

secret() {
  od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n'
}

# Nobody else on this machine may enter the directory. In there, each file can be read by the accounts of the containers
# that it is mounted into, which differ from one image to another.
making=$(mktemp -d ./.secrets.XXXXXX)
trap 'rm -rf "$making"' EXIT
for name in postgres migrator registry marketplace search replicator grafana; do
  secret >"$making/${name}_password"
done
for name in operator_token service_token webhook_key; do
  secret >"$making/$name"
done
chmod 444 "$making"/*
chmod 700 "$making"

(
  umask 077
  cat >.env.new <<EOF
# Settings of this installation; docs/operations/install.md tells of all. Secrets are in .secrets.
# Where the edge listens. Beyond this machine only with HTTPS: see NOFX_SITE.
NOFX_BIND=127.0.0.1
NOFX_PORT=$port
# Where people and programs reach it.
NOFX_PUBLIC_URL=${NOFX_PUBLIC_URL:-http://127.0.0.1:$port}
# Whose agents and templates are meant by callers who name no tenant.
NOFX_TENANT=$tenant
EOF
)
mv "$making" .secrets
mv .env.new .env
trap - EXIT

cat <<EOF
Made .env and .secrets. Keep a copy of .secrets where backups of the database are not.

  docker compose up --build --detach

The operator's token is in .secrets/operator_token; docs/operations/install.md tells how the first tenant gets its own.
EOF
