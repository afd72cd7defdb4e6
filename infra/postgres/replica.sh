#!/bin/bash
# Starts a PostgreSQL that follows another one: copies it where there is no data yet, and answers reads.
set -euo pipefail
export PGDATA=/var/lib/postgresql/18/docker
primary=${PRIMARY_HOST:?the name of the host to follow}
slot=${REPLICATION_SLOT:?the name of the slot that keeps what this replica has not read}
if [[ $(id -u) == 0 ]]; then
  install -d -o postgres -g postgres -m 700 /var/lib/postgresql/18 "$PGDATA"
  install -d -o postgres -g postgres -m 2775 /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

passfile=/tmp/pgpass
rm -f "$passfile"
(umask 077 && printf '%s:5432:*:nofx_replicator:%s\n' "$primary" "$(cat /run/secrets/replicator_password)" >"$passfile")
connection="host=$primary user=nofx_replicator passfile=$passfile application_name=$slot"

# Made whole beside its place, and then put there: what was cut off is made again.
if [[ ! -s $PGDATA/PG_VERSION ]]; then
  rm -rf "$PGDATA.part"
  create=()
  has_slot=$(psql -d "$connection dbname=postgres replication=true" -Atc "READ_REPLICATION_SLOT $slot" | cut -d'|' -f1)
  [[ -n $has_slot ]] || create=(--create-slot)
  pg_basebackup -d "$connection" -D "$PGDATA.part" --wal-method=stream --checkpoint=fast --slot="$slot" "${create[@]}"
  touch "$PGDATA.part/standby.signal"
  rmdir "$PGDATA" && mv "$PGDATA.part" "$PGDATA"
fi

exec postgres -c config_file=/etc/postgresql/postgresql.conf -c archive_mode=off -c hot_standby_feedback=on \
  -c max_standby_streaming_delay=30s -c unix_socket_directories=/var/run/postgresql \
  -c primary_slot_name="$slot" -c primary_conninfo="$connection" "$@"
