#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# docs/tutorials/coverage.md: each command of the table's second column stands on a page, whole or as
# the beginning of one, and each thing of the third column is printed below a command of a page.
set -u
pages=$(dirname "$0")/../../docs/tutorials
commands=$(mktemp) printed=$(mktemp)
trap 'rm -f "$commands" "$printed"' EXIT
for page in "$pages"/*.md; do
    [ "$(basename "$page")" = coverage.md ] && continue
    # A command goes on while its lines end in a backslash.
    awk -v commands="$commands" -v printed="$printed" '
        /^```/ { inside = $0 == "```console"; next }
        !inside { next }
        more || /^\$ / {
            line = line (more ? $0 : substr($0, 3))
            more = sub(/ *\\$/, "", line)
            if (more) line = line " "
            else { gsub(/  +/, " ", line); print line >>commands; line = "" }
            next
        }
        { print >>printed }' "$page"
done
[ -s "$commands" ] && [ -s "$printed" ] || { echo "no commands on the pages"; exit 1; }

bad=0 rows=0
while IFS= read -r row; do
    rows=$((rows + 1))
    while IFS= read -r command; do
        awk -v wanted="$command" 'index($0, wanted) == 1 { found = 1 } END { exit !found }' "$commands" ||
            { echo "on no page: $command"; bad=1; }
    done < <(awk -F '|' '{ print $3 }' <<<"$row" | grep -o '`[^`]*`' | tr -d '`')
    while IFS= read -r text; do
        grep -qF -- "$text" "$printed" || { echo "printed on no page: $text"; bad=1; }
    done < <(awk -F '|' '{ print $4 }' <<<"$row" | grep -o '`[^`]*`' | tr -d '`')
done < <(grep '^|' "$pages/coverage.md" | grep -v -e '^|---' -e '^| in the text')
[ $rows -gt 60 ] || { echo "only $rows rows"; bad=1; }
exit $bad
