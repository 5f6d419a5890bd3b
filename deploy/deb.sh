#!/bin/sh
# deb.sh VERSION COMMIT - builds the Debian packages of this tree into build/deb, where a copy of it gets the
# folder debian/ that dpkg-buildpackage wants. DEBEMAIL and DEBFULLNAME say who packages, as everywhere.
set -eu
cd "$(dirname "$0")/.."

version=$1
stage=build/deb/ttstd-$version
maintainer=$(sed -n 's/^Maintainer: //p' deploy/debian/control)
if [ -n "${DEBEMAIL:-}" ]; then
    maintainer="${DEBFULLNAME:-$DEBEMAIL} <$DEBEMAIL>"
fi

rm -rf build/deb
mkdir -p "$stage"
tar -c --exclude=./build --exclude=./.git --exclude=node_modules --exclude=__pycache__ . | tar -x -C "$stage"
mv "$stage/deploy/debian" "$stage/debian"
cat >"$stage/debian/changelog" <<END
ttstd ($version) unstable; urgency=medium

  * Version $version; what is new is in changelog.gz beside this file.

 -- $maintainer  $(date -R -d "@${SOURCE_DATE_EPOCH:-$(stat -c %Y deploy/CHANGELOG.md)}")
END

cd "$stage"
COMMIT=$2 dpkg-buildpackage --unsigned-source --unsigned-changes --build=binary --jobs=auto
