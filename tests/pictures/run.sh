#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Draws every figure of figures.list and compares it with what is expected: PNG by its pixels, with a
# small tolerance for how fonts are smoothed; SVG and the terminal's form exactly. What differs is left in
# a folder that is named: the actual file, and for PNG a picture of expected, actual and difference.
set -u
here=$(cd "$(dirname "$0")" && pwd)
SOURCES=$(cd "$here/../.." && pwd)
build=${FOVEA_BUILD:-$SOURCES/build}
PATH=$build:$build/tests:$PATH
expected=$here/expected
top=$(mktemp -d "${FOVEA_TEST_TMP:-${TMPDIR:-/tmp}}/pictures.XXXXXX") || exit 1
cd "$top" || exit 1
. "$here/render.inc"
make_data

bad=0 count=0
differs() {
    bad=$((bad + 1))
    echo "$@"
}
compare_one() {
    local name=$1 before=$bad
    compare_pictures png "$expected/$name.png" "$name.png" "$name.difference.png" || differs "$name.png differs"
    diff -u --label "expected $name.svg" --label "actual $name.svg" "$expected/$name.svg" "$name.svg" |
        head -n 20
    cmp -s "$expected/$name.svg" "$name.svg" || differs "$name.svg differs"
    cmp -s "$expected/$name.txt" "$name.txt" || { differs "$name.txt differs"; cat "$name.txt"; }
    if [ $bad -eq $before ]; then rm -f "$name".*; fi
}

while read -r name colours words; do
    count=$((count + 1))
    if ! (render "$name" "$colours" "$words" </dev/null); then
        differs "$name cannot be drawn"
    else
        compare_one "$name"
    fi
done < <(figures)

# What nobody draws any more is not expected either.
for file in "$expected"/*; do
    name=$(basename "$file")
    figures | grep -q "^${name%.*} " || differs "$name belongs to no figure of figures.list"
done
[ $count -ge 30 ] || differs "only $count figures"

# The comparison itself must see what a reader would: another weight, another colour, a moved panel.
must_differ() {
    (render "$1" 16 "$2" </dev/null) || differs "$1 cannot be drawn"
    if compare_pictures png "$expected/$3.png" "$1.png" "$1.difference.png" >/dev/null; then
        differs "the comparison does not see that $1 is not $3"
    fi
    rm -f "$1".*
}
must_differ other-numbers "show scene.ppm --gray --pixels --decimals 2 --crop 18,37,8x9" show-unit-numbers
must_differ other-map "filters four-filters --map coolwarm" filters-grey-map
must_differ other-theme "curves runs/without --log-y --theme dark" curves-logarithm

if [ $bad -ne 0 ]; then
    echo "$bad differences in $count figures; see $top, and tests/pictures/update.sh where they are meant"
    exit 1
fi
cd / && rm -rf "$top"
echo "$count figures, each as PNG, SVG and in the terminal"
