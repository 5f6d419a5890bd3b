#!/bin/sh
# build.sh FOLDER - bundles the page into FOLDER: index.html, and assets/ whose names change with what is
# in them. Without esbuild or Chart.js (deploy/install-deps.sh page) it says so and leaves FOLDER empty.
set -eu
export LC_ALL=C

[ $# -eq 1 ] || {
    echo "usage: build.sh FOLDER" >&2
    exit 2
}
here=$(dirname "$0")
chart=/usr/share/javascript/chart.js/chart.mjs
out=$1

rm -rf "$out"
mkdir -p "$out/assets"

if ! command -v esbuild >/dev/null || ! [ -e "$chart" ]; then
    echo "ttstd: no esbuild or no Chart.js here (deploy/install-deps.sh page): the page at / is left out" >&2
    exit 0
fi

esbuild "main=$here/src/main.ts" "style=$here/src/style/main.css" "icon=$here/icon.svg" \
    --bundle --minify --format=esm --target=es2021 --charset=utf8 --loader:.svg=copy \
    --alias:chart.js="$chart" --entry-names='[name]-[hash]' --outdir="$out/assets" --log-level=warning

cp "$here/index.html" "$out/index.html"
for name in main.js style.css icon.svg; do
    path=$(echo "$out/assets/${name%.*}"-*".${name##*.}")
    sed "s|assets/$name|assets/${path##*/}|" "$out/index.html" >"$out/index.new"
    mv "$out/index.new" "$out/index.html"
done
