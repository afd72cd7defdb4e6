#!/bin/bash
# Starts PostgreSQL with this directory's configuration, and makes its first administrator where there is no data yet.
# Begins as root, only to give the volumes to the account that PostgreSQL runs as; the image's entry point changes to it.
set -euo pipefail
export PGDATA=/var/lib/postgresql/18/docker POSTGRES_USER=postgres
install -d -o postgres -g postgres -m 700 /var/lib/postgresql/archive
install -d -o postgres -g postgres -m 2775 /var/run/postgresql
if [[ ! -s $PGDATA/PG_VERSION ]]; then
  POSTGRES_PASSWORD=$(cat /run/secrets/postgres_password)
  export POSTGRES_PASSWORD
fi
exec docker-entrypoint.sh postgres -c config_file=/etc/postgresql/postgresql.conf "$@"
