#!/bin/bash
# Entrypoint of both database services. LACHAN_DB_PRIMARY names the one that takes writes; the
# other copies it on its first start and follows it. A promoted standby stays what it has become.
set -euo pipefail

if [ "$LACHAN_DB_NAME" = "$LACHAN_DB_PRIMARY" ]; then
    # Without a standby every commit would wait for it: LACHAN_DB_SYNC=off.
    [ "${LACHAN_DB_SYNC:-on}" = off ] && set -- "$@" -c synchronous_standby_names=
    exec docker-entrypoint.sh postgres "$@"
fi
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$(dirname "$PGDATA")"
    chown postgres "$(dirname "$PGDATA")"
    exec gosu postgres bash "$0" "$@"
fi
export PGPASSWORD="$LACHAN_REPLICATION_PASSWORD"
where="host=$LACHAN_DB_PRIMARY port=${LACHAN_DB_PORT:-5432} user=standby application_name=standby"
if [ ! -e "$PGDATA/PG_VERSION" ]; then
    rm -rf "$PGDATA.copy"
    until psql --quiet --no-align --tuples-only "$where dbname=postgres" --command "
            SELECT pg_create_physical_replication_slot('standby') WHERE NOT EXISTS (
                SELECT FROM pg_replication_slots WHERE slot_name = 'standby')" > /dev/null &&
        pg_basebackup --pgdata="$PGDATA.copy" --dbname="$where" --slot=standby \
            --wal-method=stream --checkpoint=fast --write-recovery-conf; do
        rm -rf "$PGDATA.copy"
        sleep 2
    done
    # An empty folder may stand there from the volume. Only a whole copy gets the name.
    [ ! -d "$PGDATA" ] || rmdir "$PGDATA"
    mv "$PGDATA.copy" "$PGDATA"
elif [ ! -e "$PGDATA/standby.signal" ]; then
    echo "The data of $LACHAN_DB_NAME take writes, but LACHAN_DB_PRIMARY says $LACHAN_DB_PRIMARY." \
        "Was this one promoted? Then name it there. Else remove its volume: it copies the other." >&2
    exit 1
fi
# Once promoted it has no standby to wait for; the copy's own settings say otherwise.
exec postgres "$@" -c synchronous_standby_names=
