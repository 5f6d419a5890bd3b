# Turns what `ttstd --help` says of the options into a list in mdoc(7): the page has them all, as they are.
# An option's line opens with two blanks; what is said of it is indented as far as HELP.
BEGIN { HELP = 37; print ".Bl -tag -width Ds" }

function said(text) {
    if (text == "")
        return
    sub(/^[.']/, "\\\\\\&&", text)
    print text
}

/^  --/ {
    head = length($0) > HELP && substr($0, HELP, 1) == " " ? substr($0, 1, HELP) : $0
    said_here = substr($0, length(head) + 1)
    sub(/ +$/, "", head)
    split(substr(head, 5), words, " ")
    flag = words[1]
    gsub(/-/, "\\-", flag)
    print ".It Fl \\-" flag (words[2] == "" ? "" : " Ar " words[2])
    said(said_here)
    next
}

substr($0, 1, HELP) ~ /^ +$/ {
    print ".br"
    said(substr($0, HELP + 1))
}

END { print ".El" }
