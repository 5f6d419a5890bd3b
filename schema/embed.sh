#!/bin/sh
# Prints the C source that carries the schema inside the program: the contract (first argument) and
# the migrations (the others, in the order in which they apply). See server/base/embedded.h.
set -eu
export LC_ALL=C

[ $# -ge 2 ] || {
    echo "usage: embed.sh OPENAPI MIGRATION..." >&2
    exit 2
}

# The closing 0 makes each text a C string as well; its size does not count it.
array() {
    printf 'static const unsigned char %s[] = {\n' "$1"
    od -An -v -tu1 "$2" | sed 's/[0-9][0-9]*/&,/g'
    printf '0};\n'
}

element() {
    printf '{"%s", %s, sizeof %s - 1}' "${2##*/}" "$1" "$1"
}

printf '#include "base/embedded.h"\n'

array openapi "$1"
printf 'const struct embedded embedded_openapi = '
element openapi "$1"
printf ';\n'
shift

n=0
for file; do
    n=$((n + 1))
    array "migration_$n" "$file"
done

printf 'const struct embedded embedded_migrations[] = {\n'
n=0
for file; do
    n=$((n + 1))
    element "migration_$n" "$file"
    printf ',\n'
done
printf '};\nconst size_t embedded_migration_count = %d;\n' $#
