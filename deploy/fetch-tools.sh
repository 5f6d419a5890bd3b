#!/bin/sh
# fetch-tools.sh - puts programs that tests/deploy runs, and whose Debian packages would start services, into
# build/tools, without installing them. What this machine has already is left out. Needs no rights.
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin

# program | package
table() {
    cat <<'END'
nginx      | nginx
promtool   | prometheus
prometheus | prometheus
END
}

packages=$(table | while IFS=' |' read -r program package; do
    command -v "$program" >/dev/null || find build/tools -name "$program" -type f 2>/dev/null | grep -q . ||
        echo "$package"
done | sort -u)
[ -n "$packages" ] || exit 0

echo "ttstd: fetching $(echo "$packages" | paste -sd " ") into build/tools"
mkdir -p build/tools/packages
cd build/tools/packages
# shellcheck disable=SC2086 # a list of words
if ! apt-get -qq download $packages 2>apt.log; then
    [ "$(id -u)" -ne 0 ] || apt-get -qq update || true # or its lists may be older than the packages
    apt-get -qq download $packages
fi
for package in ./*.deb; do
    dpkg-deb --extract "$package" ..
done
rm -- ./*.deb apt.log
