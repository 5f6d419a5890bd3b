#!/bin/sh
# install-deps.sh GROUP... - installs the Debian packages of the groups (build, page, python, test, lint,
# bench, profile, image, deploy, deb, cross) that this machine lacks. Says nothing and needs no rights when there is
# nothing to do.
set -eu

# group | how to see that it is there | package
# gcc without its recommendations comes without the C library's headers, hence libc6-dev.
table() {
    cat <<'END'
build | command -v make                         | make
build | command -v gcc                          | gcc
build | test -e /usr/include/stdio.h            | libc6-dev
build | command -v pkg-config                   | pkg-config
build | pkg-config --exists libmicrohttpd       | libmicrohttpd-dev
build | pkg-config --exists gnutls              | libgnutls28-dev
build | pkg-config --exists jansson             | libjansson-dev
build | pkg-config --exists sqlite3             | libsqlite3-dev
build | pkg-config --exists nettle              | nettle-dev
page  | command -v esbuild                      | esbuild
page  | test -e /usr/share/javascript/chart.js/chart.mjs | libjs-chart.js
python | test -x /usr/bin/python3               | python3
python | python_headers                         | python3-dev
test  | pkg-config --exists check               | check
test  | test -x /usr/bin/python3                | python3
test  | /usr/bin/python3 -c 'import pytest'     | python3-pytest
test  | /usr/bin/python3 -c 'import xdist'      | python3-pytest-xdist
test  | /usr/bin/python3 -c 'import requests'   | python3-requests
test  | /usr/bin/python3 -c 'import numpy'      | python3-numpy
test  | /usr/bin/python3 -c 'import pexpect'    | python3-pexpect
test  | /usr/bin/python3 -c 'import rich'       | python3-rich
test  | /usr/bin/python3 -c 'import matplotlib' | python3-matplotlib
test  | /usr/bin/python3 -c 'import ensurepip'  | python3-venv
test  | /usr/bin/python3 -c 'import setuptools' | python3-setuptools
test  | /usr/bin/python3 -c 'import wheel'      | python3-wheel
test  | /usr/bin/python3 -c 'import prometheus_client' | python3-prometheus-client
test  | command -v curl                         | curl
test  | command -v openssl                      | openssl
test  | command -v setarch                      | util-linux
test  | command -v clang                        | clang
test  | ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a | libclang-rt-dev
test  | command -v node                         | nodejs
test  | command -v npm                          | npm
test  | command -v chromium                     | chromium
bench | test -x /usr/bin/python3                | python3
bench | /usr/bin/python3 -c 'import requests'   | python3-requests
bench | /usr/bin/python3 -c 'import numpy'      | python3-numpy
bench | command -v wrk                          | wrk
bench | command -v nginx                        | nginx
profile | command -v perf                       | linux-perf
lint  | command -v clang-tidy                   | clang-tidy
lint  | command -v clang-format                 | clang-format
lint  | command -v shellcheck                   | shellcheck
lint  | command -v mypy                         | mypy
lint  | dpkg -s python3-typeshed                | python3-typeshed
lint  | command -v node                         | nodejs
lint  | command -v npm                          | npm
image | command -v podman                       | podman
image | command -v runc                         | runc
image | test -x /usr/lib/cni/bridge             | containernetworking-plugins
image | command -v iptables                     | iptables
image | command -v ip                           | iproute2
image | command -v debootstrap                  | debootstrap
image | command -v docker-compose               | docker-compose
image | command -v yamllint                     | yamllint
image | command -v curl                         | curl
image | command -v jq                           | jq
deploy | command -v systemd-analyze             | systemd
deploy | command -v mandoc                      | mandoc
deploy | command -v yamllint                    | yamllint
deploy | test -x /usr/bin/python3               | python3
deploy | /usr/bin/python3 -c 'import pytest'    | python3-pytest
deploy | /usr/bin/python3 -c 'import requests'  | python3-requests
deploy | /usr/bin/python3 -c 'import yaml'      | python3-yaml
deploy | /usr/bin/python3 -c 'import kubernetes' | python3-kubernetes
deb   | command -v dpkg-buildpackage            | dpkg-dev
deb   | command -v dh                           | debhelper
deb   | command -v lintian                      | lintian
deb   | command -v piuparts                     | piuparts
cross | command -v aarch64-linux-gnu-gcc        | gcc-aarch64-linux-gnu
cross | test -e /usr/aarch64-linux-gnu/include/stdio.h | libc6-dev-arm64-cross
cross | command -v qemu-aarch64                 | qemu-user
cross | test -e /usr/lib/aarch64-linux-gnu/pkgconfig/nettle.pc | nettle-dev:arm64
cross | test -e /usr/lib/aarch64-linux-gnu/pkgconfig/check.pc | check:arm64
END
}

python_headers() {
    test -e "$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_paths()["include"])')/Python.h"
}

# Packages of group $1 whose probe fails.
missing() {
    table | while IFS='|' read -r group probe package; do
        [ "${group%% *}" = "$1" ] || continue
        # stdin is the table, so no probe may have it.
        eval "$probe" </dev/null >/dev/null 2>&1 || printf ' %s' "${package# }"
    done
}

packages=
message=
for group; do
    case $group in
    build | page | python | test | lint | bench | profile | image | deploy | deb | cross) ;;
    *)
        echo "usage: install-deps.sh GROUP... (build page python test lint bench profile image deploy deb cross)" >&2
        exit 2
        ;;
    esac
    new=$(missing "$group")
    [ -n "$new" ] || continue
    packages="$packages$new"
    message="$message$new (for $group)"
done
[ -n "$packages" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "ttstd: missing$message, and there is no apt-get here: please install them yourself" >&2
    exit 1
elif [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null; then
    as_root=sudo
else
    echo "ttstd: missing$message: please run as root: apt-get install$packages" >&2
    exit 1
fi

# What apt says is worth reading only when it fails.
apt() {
    said=$($as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" 2>&1) || {
        printf '%s\n' "$said" >&2
        return 1
    }
}

# Of packages that bring a service only the programs are wanted. Debian asks this file whether to
# start one.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
    trap '$as_root rm -f $policy' EXIT
    printf '#!/bin/sh\nexit 101\n' | $as_root tee $policy >/dev/null
    $as_root chmod +x $policy
fi

echo "ttstd: installing$message"
case $packages in *:arm64*) $as_root dpkg --add-architecture arm64 ;; esac
apt update || echo "ttstd: apt-get update failed, trying with the lists at hand" >&2
# shellcheck disable=SC2086 # a list of words
apt -y --no-install-recommends install $packages
for service in nginx prometheus; do
    case "$packages " in
    *" $service "*) ! command -v systemctl >/dev/null || $as_root systemctl -q disable $service ;;
    esac
done
