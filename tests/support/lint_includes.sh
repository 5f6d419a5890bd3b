#!/bin/sh
# Do the C files of server/ include only what server/includes.rules allows? Prints one line for each
# include that breaks a rule, and fails if there is any.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/../.."

# shellcheck disable=SC2016 # the $ are awk's
find server -name '*.[ch]' | sort | xargs -r awk '
# As the shell matches, except that * crosses folders.
function matches(text, pattern) {
    gsub(/[.]/, "[.]", pattern)
    gsub(/[*]/, ".*", pattern)
    return text ~ "^" pattern "$"
}

function among(text, list,    words, n) {
    n = split(list, words, " ")
    while (n > 0)
        if (matches(text, words[n--]))
            return 1
    return 0
}

function read_rules(    line, got, at, key, list) {
    while ((got = (getline line < "server/includes.rules")) > 0) {
        at = index(line, ":")
        if (line ~ /^#/ || !at)
            continue
        key = substr(line, 1, at - 1)
        list = substr(line, at + 1)
        if (sub(/ may not$/, "", key))
            forbidden[key] = list
        else if (key ~ /[.\/]/)
            homes[key] = list
        else
            below[key] = list
    }
    return got == 0
}

# The room of a path below server/: the innermost of its folders that has a rule.
function room_of(path) {
    while (sub(/\/[^\/]*$/, "", path))
        if (path in below)
            return path
    return "main"
}

function in_reach(header,    to) {
    if (header !~ "/") # generated
        return 1
    to = room_of(header)
    return to == room || among(to, below[room])
}

function other_home(header,    pattern) {
    for (pattern in homes)
        if (matches(header, pattern) && !among(FILENAME, homes[pattern]))
            return homes[pattern]
    return ""
}

function complain(what) {
    print FILENAME ":" FNR ": " what
    bad = 1
}

function check(header, quoted,    home) {
    home = other_home(header)
    if (header ~ /^[.]|\/[.]/)
        complain(room " may not include " header ": write the path from server/")
    else if ((quoted && !in_reach(header)) || among(header, forbidden[room]))
        complain(room " may not include " header)
    else if (home)
        complain(room " may not include " header " here: its home is" home)
}

BEGIN {
    if (!read_rules()) {
        print "server/includes.rules: cannot be read"
        bad = 1
        exit
    }
}

FNR == 1 {
    room = room_of(substr(FILENAME, length("server/") + 1))
    if (room == "main" && FILENAME ~ /\/.*\//)
        complain("server/includes.rules has no room for it")
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
    split($0, part, /["<>]/)
    check(part[2], $0 ~ /^[^<]*"/)
}

END { exit bad }'
