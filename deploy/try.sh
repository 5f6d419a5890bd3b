#!/usr/bin/env bash
# try.sh - builds the container image and tries what README.md says of it, on a Debian without a Docker
# engine: podman stands in for it, and debootstrap makes the image to build on. Wants to be root and what
# `deploy/install-deps.sh image` installs. Says what it does and ends with the first failure.
# `try.sh --possible` only says whether this user may do all that here.
#
# It leaves images behind, but no containers, in build/deploy, so that the next run is faster:
# 0.6 GB, or 2 GB where overlay file systems cannot be mounted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=deploy/try-lib.sh
. deploy/try-lib.sh

DIR=$PWD/build/deploy
LOG=$DIR/log
BASE=docker.io/library/debian:bookworm-slim
IMAGE=ttstd
URL=http://127.0.0.1:8080
MAX_MB_OVER_BASE=15
USER_ID=10001
STOP_S=5
SHORT=1000000  # matches of a training that is over at once, ...
LONG=400000000 # ... and of one that lasts for several saves, ...
LONG_S=600     # ... this long on the slowest machine

# ---- podman, apart from any other on this machine

# As Docker does. Podman's driver vfs works everywhere, but copies every layer.
storage_driver() {
    local try=$DIR/try
    mkdir -p "$try"/{lower,upper,work,merged}
    if unshare --mount mount -t overlay none "$try/merged" \
        -o "lowerdir=$try/lower,upperdir=$try/upper,workdir=$try/work" 2>"$LOG"; then
        echo overlay
    else
        echo vfs
    fi
    rm -rf "$try"
}

configure_podman() {
    local driver
    mkdir -p "$DIR/run"
    driver=$(storage_driver)
    cat >"$DIR/storage.conf" <<END
[storage]
driver = "$driver"
graphroot = "$DIR/$driver"
runroot = "$DIR/run/storage"
END
    # runc and cgroupfs do without systemd and with every version of control groups. Some machines forbid
    # to raise the limits, which podman does unless told otherwise.
    cat >"$DIR/containers.conf" <<END
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
tmp_dir = "$DIR/run/libpod"
[network]
network_backend = "cni"
network_config_dir = "$DIR/networks"
END
    export CONTAINERS_STORAGE_CONF=$DIR/storage.conf CONTAINERS_CONF=$DIR/containers.conf
    # An image in OCI's own format has no HEALTHCHECK.
    export BUILDAH_ISOLATION=chroot BUILDAH_FORMAT=docker
}

# apart PART [OPTION]: runs a part of this script where processes, mounts and, with --net, addresses, ports
# and firewall rules are its own. They end with it, however it ends.
apart() {
    unshare --mount --pid --fork --kill-child --mount-proc "${@:2}" "$PWD/deploy/try.sh" "$1"
}

# What podman remembers of the processes and mounts of another part is no longer true.
forget_other_parts() {
    mount -t tmpfs none "$DIR/run"
}

# ---- building

make_base() {
    local rootfs=$DIR/rootfs from
    from=$(mirror)
    rm -rf --one-file-system "$rootfs"
    timed "debootstrap" debootstrap --variant=minbase bookworm "$rootfs" "$from"
    rm -rf "$rootfs"/var/cache/apt/archives/*.deb "$rootfs"/var/lib/apt/lists/* \
        "$rootfs"/usr/share/{doc,man,info,locale}/*
    tar -C "$rootfs" --numeric-owner -cf "$rootfs.tar" .
    timed "import" podman import --os linux --change 'CMD ["bash"]' "$rootfs.tar" "$BASE"
    rm -rf --one-file-system "$rootfs" "$rootfs.tar"
}

try_base() {
    step "Make the image to build on, $BASE"
    if podman image exists "$BASE"; then
        say "it is here already"
    else
        make_base
    fi
}

# image_field IMAGE FIELD
image_field() {
    podman image inspect --format "{{$2}}" "$1"
}

image_label() {
    image_field "$IMAGE" "index .Labels \"org.opencontainers.image.$1\""
}

# Removes what was built from earlier sources. The build stage has a name so that it stays.
prune() {
    podman build -f deploy/Dockerfile --target build -t "$IMAGE-build" \
        --build-arg COMMIT="$(image_label revision)" . &&
        podman image prune --force
}

try_build() {
    step "Build: make image DOCKER=podman"
    timed "built" make image DOCKER=podman IMAGE="$IMAGE"
    quietly prune
}

try_image() {
    step "Look at the image"
    local size base
    size=$(image_field "$IMAGE" .Size)
    base=$(image_field "$BASE" .Size)
    say "size: $((size / 1000)) kB, $(((size - base) / 1000)) kB over its base"
    [ $((size - base)) -le $((MAX_MB_OVER_BASE * 1000000)) ] || fail "that is over $MAX_MB_OVER_BASE MB"
    equal "version" "$(podman run --rm --network none "$IMAGE" --version 2>"$LOG")" \
        "ttstd $(image_label version) ($(image_label revision))"
}

try_rebuild() {
    step "Build again after a change of the source"
    local copy=$DIR/changed
    rm -rf "$copy"
    mkdir "$copy"
    cp -a --parents Makefile .dockerignore clients/web server schema deploy "$copy"
    printf '/* %s */\n' "$(date +%s.%N)" >>"$copy/server/main.c"
    timed "built" make -C "$copy" image DOCKER=podman IMAGE="$IMAGE-changed"
    ! grep -Eq '^(Unpacking|ttstd: installing) ' "$LOG" || fail "that has installed packages again"
    rm -rf "$copy"
    quietly podman image rm "$IMAGE-changed"
    quietly prune
}

try_compose_file() {
    step "Check compose.yaml"
    quietly docker-compose -f deploy/compose.yaml --profile monitoring config
    say "docker-compose config: valid, with and without the profile monitoring"
}

# ---- asking the daemon

ask() {
    curl --silent --show-error --fail-with-body --max-time 60 \
        --header "Authorization: Bearer $(podman exec --latest sh -c 'cat "$TTSTD_TOKEN_FILE"')" "$@"
}

# get PATH FILTER
get() {
    ask "$URL/$1" | jq -er "$2"
}

digest() {
    get brains/default .digest
}

# train MATCHES: prints the job's number.
train() {
    ask --data "{\"matches\":$1,\"workers\":2,\"seed\":42}" "$URL/train" | jq -er .id
}

is_over() {
    get "train/$1?wait=30" '.state | IN("done", "stopped", "failed")'
}

# finish JOB
finish() {
    eventually "$LONG_S" "the end of job $1" is_over "$1"
    equal "job $1" "$(get "train/$1" '"\(.state) after \(.matches_done) matches"')" "done after $2 matches"
}

# learn MATCHES: trains to the end.
learn() {
    local job
    job=$(train "$1")
    finish "$job" "$1"
}

has_saved_more_than_short() {
    get brains/default ".matches - .unsaved_matches > $SHORT"
}

# ---- running

wait_until_healthy() {
    local begun=$SECONDS
    eventually 60 "podman healthcheck run $1" podman healthcheck run "$1"
    say "healthy after $((SECONDS - begun)) s"
}

# start CONTAINER VOLUME: as README.md has it. Unlike Docker, podman would add places that can be written.
start() {
    quietly podman run --detach --name "$1" --publish 127.0.0.1:8080:8080 --volume "$2:/var/lib/ttstd" \
        --read-only --read-only-tmpfs=false --cap-drop ALL --security-opt no-new-privileges \
        --memory 256m --pids-limit 128 "$IMAGE"
    wait_until_healthy "$1"
}

# stop CONTAINER
stop() {
    local begun=$SECONDS
    quietly podman stop --time "$STOP_S" "$1"
    say "stopped after $((SECONDS - begun)) s"
    equal "exit status" "$(podman wait "$1")" 0
}

# confined CONTAINER
confined() {
    equal "user" "$(podman exec "$1" id -u)" "$USER_ID"
    equal "capabilities" "$(podman exec "$1" sed -n 's/^CapBnd:\t*//p' /proc/1/status)" 0000000000000000
    equal "no new privileges" "$(podman exec "$1" sed -n 's/^NoNewPrivs:\t*//p' /proc/1/status)" 1
    ! podman exec --user 0 "$1" touch /usr/try 2>"$LOG" || fail "the root can be written"
    say "not even root can write to its root"
}

try_start() {
    step "Run it read-only, without capabilities, with a volume"
    local move
    start first brain
    confined first
    move=$(ask --data '{"board":"000000000"}' "$URL/move" | jq -ec '{board, move, next}')
    say "POST /move: $move"
    equal "status without the token" \
        "$(curl --silent --output /dev/null --write-out '%{http_code}' "$URL/brains")" 401
}

try_kill() {
    step "Train $SHORT matches, kill -9 in the middle of $LONG more, start again"
    local job killed_at went_on_from
    learn "$SHORT"
    job=$(train "$LONG")
    eventually 60 "a save of job $job" has_saved_more_than_short
    killed_at=$(get "train/$job" .matches_done)
    quietly podman kill --signal KILL first
    equal "exit status" "$(podman wait first)" 137

    quietly podman start first
    wait_until_healthy first
    went_on_from=$(podman logs first 2>&1 |
        sed -n "s/.*event=job_running job=$job .* matches_done=//p" | tail -n 1)
    say "job $job: killed after $killed_at matches, went on from $went_on_from"
    { [ "$went_on_from" -gt 0 ] && [ "$went_on_from" -lt "$LONG" ]; } || fail "that is not its middle"
    finish "$job" "$LONG"
    DIGEST=$(digest)
    say "brain: $DIGEST"
}

try_stop() {
    step "Stop it, run a new container with the same volume"
    stop first
    quietly podman rm first
    start second brain
    equal "brain" "$(digest)" "$DIGEST"
    stop second
}

try_backup() {
    step "Back up while it runs"
    start third brain
    podman exec third ttstd backup ttst.db copy.db
    quietly podman cp third:/var/lib/ttstd/copy.db "$DIR/run/copy.db"
    podman exec third rm copy.db
    quietly cmp --bytes 16 "$DIR/run/copy.db" <(printf 'SQLite format 3\0')
    say "$(podman run --rm --network none --volume "$DIR/run/copy.db:/copy.db:ro" "$IMAGE" check /copy.db 2>"$LOG" | head -n 1)"
    stop third
}

try_undisturbed() {
    step "Train the same undisturbed, on a fresh volume"
    start fourth fresh
    learn "$SHORT"
    learn "$LONG"
    equal "brain" "$(digest)" "$DIGEST"
    stop fourth
}

# docker-compose talks to podman's imitation of Docker's interface.
try_compose() {
    step "docker-compose up"
    export DOCKER_HOST=unix://$DIR/run/docker.sock COMPOSE_PROJECT_NAME=try
    podman system service --time 0 "$DOCKER_HOST" >"$DIR/service.log" 2>&1 &
    eventually 10 "podman's socket" test -S "$DIR/run/docker.sock"
    export TTSTD_TOKENS=$DIR/run/token
    openssl rand -hex 32 >"$TTSTD_TOKENS"
    quietly docker-compose -f deploy/compose.yaml up --detach --no-build
    wait_until_healthy try_ttstd_1
    confined try_ttstd_1
    equal "GET /readyz" "$(get readyz .status)" ready
    equal "token" "$(podman exec try_ttstd_1 cat /run/secrets/token)" "$(cat "$TTSTD_TOKENS")"
    equal "brains" "$(get brains '.brains | length')" 1
    quietly docker-compose -f deploy/compose.yaml down --volumes
    say "down again"
}

remove_containers() {
    podman rm --all --force --time 0 && podman volume rm --all --force
}

leave() {
    [ $? -eq 0 ] || podman logs --latest --tail 20 >&2 || true
    remove_containers >"$LOG" 2>&1
}

# ---- the story

build() {
    try_compose_file
    try_base
    try_build
    try_image
    try_rebuild
}

run() {
    mkdir -p /var/lib/cni
    mount -t tmpfs none /var/lib/cni # the addresses in use: none of another network's
    ip link set lo up
    quietly remove_containers # of a run that was killed
    trap leave EXIT
    try_start
    try_kill
    try_stop
    try_backup
    try_undisturbed
    try_compose
}

main() {
    [ "$(id -u)" -eq 0 ] || fail "wants to be root, because debootstrap does"
    unshare --mount --pid --fork --net true || fail "must be allowed namespaces of its own, as podman must"
    mountpoint --quiet /sys/fs/cgroup || fail "must see control groups, which runc makes"
    if [ "${1:-}" = --possible ]; then
        exit
    fi
    configure_podman
    if [ $# -eq 0 ]; then
        apart build
        apart run --net
        printf '\nAll is well, after %d s. build/deploy has %s for the next run.\n' \
            "$SECONDS" "$(du -sh "$DIR" | cut -f 1)"
    elif [ $$ -eq 1 ]; then # the first process of those apart
        trap 'exit 1' INT TERM
        forget_other_parts
        "$1"
    else
        fail "takes no arguments"
    fi
}

main "$@"
