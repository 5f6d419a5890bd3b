# shellcheck shell=bash
# What the try scripts have in common: how they tell what they do, and wait. They set LOG, where the words of
# commands go that matter only when these fail.

step() {
    printf '\n== %s\n' "$*"
}

say() {
    printf '   %s\n' "$*"
}

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Runs a command whose words matter only when it fails.
quietly() {
    "$@" >"$LOG" 2>&1 </dev/null || {
        tail -n 40 "$LOG" >&2
        fail "this failed: $*"
    }
}

# timed WHAT COMMAND...: as quietly, and says how long it took.
timed() {
    local what=$1 begun=$SECONDS
    shift
    quietly "$@"
    say "$what: $((SECONDS - begun)) s"
}

# eventually SECONDS WHAT COMMAND...: asks until the command succeeds.
eventually() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || fail "not in time: $what"
        sleep 0.1 # between two looks
    done
}

# equal WHAT GOT WANTED
equal() {
    [ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"
    say "$1: $2"
}

# Where this machine's own apt sources have Debian.
mirror() {
    local from
    quietly apt-get update # or apt may not know whose its sources are
    # shellcheck disable=SC2016 # the $ is apt's
    from=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' \
        'Origin: Debian' 'Codename: bookworm' 'Component: main' | head -n 1)
    [ -n "$from" ] || fail "this machine's apt sources name no Debian bookworm"
    echo "$from"
}
