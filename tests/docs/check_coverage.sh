#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/tutorials/coverage.md: each command of the table's second column stands on a page, whole or as
# the beginning of one, and each thing of the third column is printed below one of the row's commands.
set -u
pages=$(dirname "$0")/../../docs/tutorials
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
for page in "$pages"/*.md; do
    [ "$(basename "$page")" = coverage.md ] && continue
    # Each line a command prints, behind the command and a tab; a first line has the command alone. A
    # command goes on while its lines end in a backslash.
    awk '
        /^```/ { inside = $0 == "```console"; next }
        !inside { next }
        more || /^\$ / {
            line = line (more ? $0 : substr($0, 3))
            more = sub(/ *\\$/, "", line)
            if (more) line = line " "
            else { gsub(/  +/, " ", line); command = line; print command "\t"; line = "" }
            next
        }
        { print command "\t" $0 }' "$page" >>"$printed"
done
[ -s "$printed" ] || { echo "no commands on the pages"; exit 1; }

# below TEXT COMMAND...: whether TEXT is printed below a command that begins like one of these.
below() {
    local text=$1 command
    shift
    for command in "$@"; do
        awk -F '\t' -v wanted="$command" -v text="$text" '
            index($1, wanted) == 1 && (text == "" || index($2, text)) { found = 1; exit }
            END { exit !found }' "$printed" && return 0
    done
    return 1
}

# quoted COLUMN ROW: what stands in backquotes there, a line each.
quoted() {
    awk -F '|' -v column="$1" '{ print $column }' <<<"$2" | grep -o '`[^`]*`' | tr -d '`'
}

bad=0 rows=0
while IFS= read -r row; do
    rows=$((rows + 1))
    mapfile -t commands < <(quoted 3 "$row")
    mapfile -t texts < <(quoted 4 "$row")
    for command in "${commands[@]}"; do
        below '' "$command" || { echo "on no page: $command"; bad=1; }
    done
    for text in "${texts[@]}"; do
        below "$text" "${commands[@]}" || { echo "not printed by ${commands[*]}: $text"; bad=1; }
    done
done < <(grep '^|' "$pages/coverage.md" | grep -v -e '^|---' -e '^| in the text')
[ $rows -gt 60 ] || { echo "only $rows rows"; bad=1; }
exit $bad
