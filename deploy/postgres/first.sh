#!/bin/bash
# Runs once, when the first primary's folder is made (/docker-entrypoint-initdb.d of the official
# image): an account for the standby, and commits that wait until the standby has them on disk.
set -euo pipefail

psql --set ON_ERROR_STOP=1 --set password="$LACHAN_REPLICATION_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE standby WITH REPLICATION LOGIN PASSWORD :'password';
-- An absent standby must not fill the disk with what it has not fetched.
ALTER SYSTEM SET max_slot_wal_keep_size = '4GB';
-- Takes effect with the real start: this one has no standby to wait for.
ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)';
SQL
echo "host replication standby samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
