#!/usr/bin/env bash
# try-upgrade.sh - upgrades a database from the last ttstd that had the previous schema, which it builds from
# the clone's history, to the one in build/, and goes back. Says what it does and ends with the first failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=deploy/try-lib.sh
. deploy/try-lib.sh

DIR=$PWD/build/try-upgrade
LOG=$DIR/log
NEW=$PWD/build/ttstd
OLD=$DIR/old/build/ttstd
DATABASE=$DIR/data/ttst.db
COPY=$DIR/data/before.db

build_old() {
    local newest commit
    step "Build the last ttstd of the previous schema"
    newest=$(find schema/sql -name '*.sql' | sort | tail -n 1)
    commit=$(git log --diff-filter=A --format=%h -- "$newest" | tail -n 1)
    [ -n "$commit" ] || fail "the history does not say when $newest came"
    say "commit: $(git log -1 --format='%h, %s' "$commit^")"
    if [ ! -x "$OLD" ] || [ "$(cat "$DIR/old/commit" 2>/dev/null)" != "$commit" ]; then
        rm -rf "$DIR/old"
        mkdir -p "$DIR/old"
        git archive "$commit^" | tar -x -C "$DIR/old"
        timed "built" make -C "$DIR/old" BUILD=build build/ttstd
        echo "$commit" >"$DIR/old/commit"
    fi
}

# start PROGRAM: serves the database; sets URL.
start() {
    rm -f "$DIR/daemon.log" # the last one's says that it listens, too
    "$1" --listen 127.0.0.1:0 --database "$DATABASE" >"$DIR/daemon.log" 2>&1 </dev/null &
    DAEMON=$!
    eventually 30 "a listening daemon" grep -s -q event=listening "$DIR/daemon.log"
    URL=http://127.0.0.1:$(sed -n 's/.*event=listening.* port=\([0-9]*\).*/\1/p' "$DIR/daemon.log")
}

stop() {
    kill "$DAEMON"
    wait "$DAEMON" || fail "exit status $?"
    DAEMON=
}

ask() {
    curl --silent --show-error --fail-with-body --max-time 60 "$@"
}

digest() {
    ask "$URL/brains/default" | grep -o 'sha256:[0-9a-f]*'
}

# learn MATCHES
learn() {
    local job
    job=$(ask --data "{\"matches\":$1,\"seed\":1}" "$URL/train" | sed 's/^{"id":\([0-9]*\).*/\1/')
    ask "$URL/train/$job?wait=60" | grep -q '"state":"done"' || fail "job $job is not done"
}

schema_of() {
    od -A n -t u4 --endian=big -j 60 -N 4 "$1" | tr -d ' ' # user_version, in SQLite's header
}

try_old() {
    step "Train with it"
    rm -rf "$DIR/data"
    mkdir -p "$DIR/data"
    start "$OLD"
    learn 1000000
    BEFORE=$(digest)
    say "brain: $BEFORE"
    stop
    say "schema: $(schema_of "$DATABASE")"
}

try_upgrade() {
    step "Copy the database, upgrade"
    quietly "$NEW" backup "$DATABASE" "$COPY"
    start "$NEW"
    equal "brain" "$(digest)" "$BEFORE"
    learn 1000
    AFTER=$(digest)
    stop
    say "schema: $(schema_of "$DATABASE")"
    quietly "$NEW" check "$DATABASE"
}

try_way_back() {
    local status=0
    step "Go back"
    "$OLD" --listen 127.0.0.1:0 --database "$DATABASE" >"$LOG" 2>&1 </dev/null || status=$?
    equal "exit status of the old one on the new database" "$status" 1
    say "$(sed -n 's/.*error=//p' "$LOG")"
    start "$NEW"
    equal "brain, which that did not touch" "$(digest)" "$AFTER"
    stop
    rm -f "$DATABASE" "$DATABASE"-wal "$DATABASE"-shm
    cp "$COPY" "$DATABASE"
    start "$OLD"
    equal "brain of the copy, in the old one" "$(digest)" "$BEFORE"
    learn 1000
    stop
}

DAEMON=
mkdir -p "$DIR"
trap '[ -z "$DAEMON" ] || kill "$DAEMON"' EXIT
build_old
try_old
try_upgrade
try_way_back
printf '\nAll is well, after %d s.\n' "$SECONDS"
