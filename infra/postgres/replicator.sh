#!/bin/bash
# Runs once, where there is no data yet: the account that replicas copy and follow the database with.
psql --no-psqlrc --quiet -v ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
\set password `cat /run/secrets/replicator_password`
CREATE ROLE nofx_replicator LOGIN REPLICATION PASSWORD :'password';
SQL
