# SPDX-License-Identifier: MIT
# data list, info, peek and show on a set of the test's own.
. "$SOURCES/tests/cli/common.inc"
own_data
fovea data list | grep -q "^mnist .*sets/mnist"
fovea data list --json | json_get sets.0.name sets.0.train
fovea data info mnist --json | json_get '*' name part count shape classes.#
fovea data info mnist:test --classes 7,1 --json | json_get part count classes.0.name classes.1.name
fovea data peek mnist --class 9 --count 3 | tail -n 1
fovea data peek mnist --count 2 --json | json_get '*' samples.0 samples.1
fovea data peek mnist --count 4 -o peek.png 2>/dev/null | tail -n 1
head -c 4 peek.png | tail -c 3
echo
fovea show mnist#9 --json | json_get '*' shape label class
fovea show mnist:test#3 --pixels -q -o pixel.svg && grep -c '<svg' pixel.svg
CLICOLOR_FORCE=1 LC_ALL=C.UTF-8 COLUMNS=60 fovea show mnist#3 >picture.txt
grep -q '▀\|▄\|█\|░\|▒\|▓' picture.txt

# --columns: more pictures beside each other make the figure wider.
width() { sed -n '2s/.* width="\([0-9]*\).*/\1/p' "$1"; }
for columns in 2 5; do
    fovea data peek mnist --count 10 --columns $columns -q -o "peek$columns.svg" >/dev/null
done
[ "$(width peek2.svg)" -lt "$(width peek5.svg)" ]
