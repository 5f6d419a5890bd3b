#!/bin/sh
# embed.sh FOLDER - prints the C source that carries the page, which build.sh made, inside the program.
# See server/api/page.h.
set -eu
export LC_ALL=C

[ $# -eq 1 ] || {
    echo "usage: embed.sh FOLDER" >&2
    exit 2
}

type_of() {
    case $1 in
    *.html) echo 'text/html; charset=utf-8' ;;
    *.js) echo 'text/javascript; charset=utf-8' ;;
    *.css) echo 'text/css; charset=utf-8' ;;
    *.svg) echo 'image/svg+xml' ;;
    *)
        echo "embed.sh: no media type is known for $1" >&2
        exit 1
        ;;
    esac
}

# array NAME: the bytes of stdin
array() {
    printf 'static const unsigned char %s[] = {\n' "$1"
    od -An -v -tu1 | sed 's/[0-9][0-9]*/&,/g'
    printf '};\n'
}

# The page's own name is that of its path below /.
entry() {
    name=${1##*/}
    sum=$(sha256sum "$1" | cut -c 1-16)
    printf '{"%s", "%s", "W/\\"%s\\"", plain_%d, sizeof plain_%d, gzip_%d, sizeof gzip_%d},\n' \
        "${name#index.html}" "$(type_of "$name")" "$sum" "$2" "$2" "$2" "$2"
}

files=$(find "$1" -type f | sort)
printf '#include "api/page.h"\n'

n=0
for file in $files; do
    n=$((n + 1))
    array "plain_$n" <"$file"
    gzip -9 -n -c "$file" | array "gzip_$n"
done

# The last entry ends the list, and makes it one where there is no page.
printf 'const struct page_file page_files[] = {\n'
n=0
for file in $files; do
    n=$((n + 1))
    entry "$file" "$n"
done
printf '{0}};\n'
