#!/usr/bin/env bash
# try-deb.sh - installs the packages of build/deb in a Debian of its own and boots its systemd, apart from this
# machine's processes, mounts and network: is the service ready, confined, watched, started again, stopped in
# time, and is what was learned left by a purge? Then piuparts. Wants to be root and what
# `deploy/install-deps.sh deb` installs. Says what it does and ends with the first failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=deploy/try-lib.sh
. deploy/try-lib.sh

DIR=$PWD/build/try-deb
LOG=$DIR/log
ROOTFS=$DIR/rootfs
PLAIN=$DIR/plain.tar # a Debian as debootstrap makes it; kept for the next run
URL=http://127.0.0.1:8080
PACKAGES=$(echo build/deb/libttst0_*.deb build/deb/libttst-dev_*.deb build/deb/ttstd_*.deb)

# ---- a Debian that boots

make_plain() {
    local from
    from=$(mirror)
    rm -rf --one-file-system "$ROOTFS"
    timed "debootstrap" debootstrap --variant=minbase --include=systemd,systemd-sysv,curl,man-db \
        bookworm "$ROOTFS" "$from"
    tar -C "$ROOTFS" --numeric-owner -cf "$PLAIN.new" .
    mv "$PLAIN.new" "$PLAIN"
}

try_install() {
    step "Install the packages in a fresh Debian"
    [ -e "$PLAIN" ] || make_plain
    rm -rf --one-file-system "$ROOTFS"
    mkdir "$ROOTFS"
    tar -C "$ROOTFS" -xf "$PLAIN"
    # shellcheck disable=SC2086 # a list of words
    cp $PACKAGES "$ROOTFS/root/"
    cp /etc/resolv.conf "$ROOTFS/etc/"
    quietly chroot "$ROOTFS" apt-get update
    quietly chroot "$ROOTFS" sh -c 'apt-get install -y --no-install-recommends /root/*.deb'
    # shellcheck disable=SC2016 # the $ are dpkg-query's
    say "$(chroot "$ROOTFS" dpkg-query -W -f '${Package} ${Version} ${db:Status-Status} ' ttstd libttst0 libttst-dev)"
    quietly chroot "$ROOTFS" man --warnings ttstd
    # The watchdog's patience is what a trial has.
    mkdir -p "$ROOTFS/etc/systemd/system/ttstd.service.d"
    printf '[Service]\nWatchdogSec=2s\n' >"$ROOTFS/etc/systemd/system/ttstd.service.d/try.conf"
}

# mount_devices: what a container's /dev has.
mount_devices() {
    mount -t tmpfs -o mode=755 tmpfs "$ROOTFS/dev"
    local device
    for device in null zero full random urandom tty; do
        touch "$ROOTFS/dev/$device"
        mount --bind "/dev/$device" "$ROOTFS/dev/$device"
    done
    touch "$ROOTFS/dev/console"
    mkdir "$ROOTFS/dev/pts" "$ROOTFS/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$ROOTFS/dev/pts"
    ln -s pts/ptmx "$ROOTFS/dev/ptmx" # or systemd gives no service a /dev of its own
    mount -t tmpfs tmpfs "$ROOTFS/dev/shm"
}

# Version 2 of control groups if this machine has it alone, else the hierarchy of systemd's own and two more.
mount_cgroups() {
    local groups=$ROOTFS/sys/fs/cgroup controller
    if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then
        mount -t cgroup2 cgroup2 "$groups"
        return
    fi
    mount -t tmpfs tmpfs "$groups"
    mkdir "$groups/systemd"
    mount -t cgroup -o none,name=systemd cgroup "$groups/systemd"
    for controller in pids memory; do
        mkdir "$groups/$controller"
        mount -t cgroup -o "$controller" cgroup "$groups/$controller" || rmdir "$groups/$controller"
    done
}

# boot: the first process of those apart becomes systemd.
boot() {
    mount --make-rprivate /
    mount --bind "$ROOTFS" "$ROOTFS"
    mount -t proc proc "$ROOTFS/proc"
    mount -t sysfs -o ro sysfs "$ROOTFS/sys"
    mount_cgroups
    mount -t tmpfs -o mode=755 tmpfs "$ROOTFS/run"
    mount_devices
    ip link set lo up
    cd "$ROOTFS"
    mkdir -p old
    pivot_root . old
    umount -l /old
    exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init
}

# inside COMMAND...: among the processes of the systemd that was booted.
inside() {
    nsenter --target "$INIT" --all --root --wdns=/ "$@"
}

try_boot() {
    step "Boot it: systemd is the first process"
    unshare --mount --pid --fork --kill-child --uts --ipc --net --cgroup "$PWD/deploy/try-deb.sh" boot \
        >"$DIR/boot.log" 2>&1 </dev/null &
    UNSHARE=$!
    trap 'kill -KILL "$UNSHARE" 2>/dev/null || true' EXIT # unshare ignores SIGTERM; all inside goes with it
    eventually 10 "a first process" pgrep --parent "$UNSHARE"
    INIT=$(pgrep --parent "$UNSHARE")
    eventually 60 "the service" inside systemctl is-active --quiet ttstd
    say "$(inside systemctl show --property ActiveState,StatusText ttstd | paste -sd ' ')"
}

# ---- the service

ask() {
    inside curl --silent --show-error --fail-with-body --max-time 60 "$@"
}

digest() {
    ask "$URL/brains/default" | grep -o 'sha256:[0-9a-f]*'
}

property() {
    inside systemctl show --property "$1" --value ttstd
}

of_process() {
    inside sed -n "s/^$1:\t*//p" "/proc/$(property MainPID)/status"
}

try_confined() {
    step "Look at its confinement"
    [ "$(of_process Uid | cut -f 1)" -gt 60000 ] || fail "the user is not a dynamic one"
    say "user: $(of_process Uid | cut -f 1)"
    equal "capabilities" "$(of_process CapBnd)" 0000000000000000
    equal "no new privileges" "$(of_process NoNewPrivs)" 1
    equal "system calls are filtered" "$(of_process Seccomp)" 2
    equal "owner's rights on the data" "$(inside stat -c %a /var/lib/private/ttstd/ttst.db)" 600
}

try_train() {
    step "Train; trainers are nice"
    ask --data '{"matches":1e6,"seed":42}' "$URL/train" >"$LOG"
    ask "$URL/train/1?wait=30" | grep -q '"state":"done"' || fail "job 1 is not done"
    DIGEST=$(digest)
    say "brain: $DIGEST"
    equal "nice values" "$(inside sh -c "cat /proc/$(property MainPID)/task/*/stat" |
        awk '{ print $19 }' | sort -n | uniq | paste -sd ' ')" "0 19"
    equal "complaints of the sandbox" \
        "$(inside journalctl --unit ttstd --output cat | grep --count event=cannot_be_ || true)" 0
}

# restarted_after WHAT COMMAND...: it is another process soon, and has the brain.
restarted_after() {
    local what=$1 before
    shift
    before=$(property MainPID)
    inside "$@"
    eventually 30 "a new process after $what" is_another "$before"
    equal "brain after $what" "$(digest)" "$DIGEST"
}

# is_another PID: asks for both at once, so that they are of one moment.
is_another() {
    local now
    now=$(inside systemctl show --property ActiveState,MainPID --value ttstd | sort | paste -sd ' ')
    [[ $now == *" active" ]] && [ "$now" != "$1 active" ]
}

try_restarts() {
    step "Kill it; hang it, so that the watchdog kills it"
    restarted_after "SIGKILL" systemctl kill --signal KILL ttstd
    restarted_after "a hang" systemctl kill --signal STOP ttstd
    inside journalctl --unit ttstd | grep -q 'Watchdog timeout' || fail "it was not the watchdog"
    say "systemd: $(inside journalctl --unit ttstd --output cat | grep 'Watchdog timeout' | tail -n 1)"
}

try_reload() {
    step "Give it tokens, read them again"
    inside sh -c 'echo 0123456789abcdef >/etc/ttstd/tokens
        echo "token-file = /etc/ttstd/tokens" >>/etc/ttstd/ttstd.conf'
    inside systemctl restart ttstd
    equal "status without a token" \
        "$(inside curl -s -o /dev/null -w '%{http_code}' "$URL/brains")" 401
    inside sh -c 'echo fedcba9876543210 >/etc/ttstd/tokens'
    inside systemctl reload ttstd
    eventually 10 "the new token" ask --header 'Authorization: Bearer fedcba9876543210' "$URL/brains"
    say "the new token is good"
}

try_stop() {
    step "Stop it"
    local begun=$SECONDS
    inside systemctl stop ttstd
    say "stopped after $((SECONDS - begun)) s"
    equal "its result" "$(property Result)" success
    equal "its exit status" "$(property ExecMainStatus)" 0
}

try_backup() {
    step "Back up as root while it is down, and start it on what is there"
    quietly inside ttstd backup /var/lib/private/ttstd/ttst.db /root/copy.db
    say "$(inside ttstd check /root/copy.db | head -n 1)"
    quietly inside systemctl start ttstd
    equal "brain" "$(ask --header 'Authorization: Bearer fedcba9876543210' "$URL/brains/default" |
        grep -o 'sha256:[0-9a-f]*')" "$DIGEST"
    quietly inside systemctl stop ttstd
}

try_purge() {
    step "Purge the package"
    inside dpkg --purge ttstd >"$LOG" 2>&1
    say "$(grep '^ttstd: ' "$LOG")"
    inside test -s /var/lib/private/ttstd/ttst.db || fail "the brains are gone"
    ! inside test -e /etc/ttstd/ttstd.conf || fail "the configuration is left"
}

# piuparts installs what packages depend on first, and so wants them in a repository, too.
try_piuparts() {
    step "piuparts: install, purge, and compare the file systems"
    local base=$DIR/piuparts.tgz repository=$PWD/build/deb
    (cd build/deb && dpkg-scanpackages . >Packages 2>"$LOG")
    # shellcheck disable=SC2046,SC2086 # lists of words
    timed "passed" piuparts --mirror "$(mirror) main" --distribution bookworm --warn-on-others \
        $([ -e "$base" ] && echo --basetgz "$base" || echo --save "$base") \
        --bindmount "$repository" --extra-repo "deb [trusted=yes] file:$repository ./" $PACKAGES
}

main() {
    [ "$(id -u)" -eq 0 ] || fail "wants to be root, because debootstrap does"
    mkdir -p "$DIR"
    try_install
    try_boot
    try_confined
    try_train
    try_restarts
    try_reload
    try_stop
    try_backup
    try_purge
    try_piuparts
    printf '\nAll is well, after %d s.\n' "$SECONDS"
}

case ${1:-} in
boot) boot ;;
"") main ;;
*) fail "takes no arguments" ;;
esac
