#!/bin/sh
# Writes the roles' passwords where PgBouncer reads them, in memory, and starts it.
set -eu
umask 077
for name in registry marketplace search; do
  printf '"nofx_%s" "%s"\n' "$name" "$(cat "/run/secrets/${name}_password")"
done >/tmp/userlist.txt
exec pgbouncer /etc/pgbouncer/pgbouncer.ini
