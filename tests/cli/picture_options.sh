# SPDX-License-Identifier: MIT
# The options of every picture: theme, width, zoom, terminal, colour map, scale; and what is refused.
. "$SOURCES/tests/cli/common.inc"
own_data
export LC_ALL=C.UTF-8
net='conv 4 5, relu, maxpool 2, flatten, linear 10'

# Width and height of a PNG, from its header.
size() { od -An -tu1 -j16 -N8 "$1" | awk '{print $3 * 256 + $4, $7 * 256 + $8}'; }

# Themes: SVG follows its viewer unless told, PNG is light unless told.
expect 0 fovea maps --input 1x28x28 "$net" mnist#1 -o auto.svg
grep -q prefers-color-scheme:dark auto.svg
expect 0 fovea maps --input 1x28x28 "$net" mnist#1 --theme dark -o dark.svg
not grep -q prefers-color-scheme dark.svg
grep -q '#14171c' dark.svg
for theme in auto light dark; do
    expect 0 fovea maps --input 1x28x28 "$net" mnist#1 --theme $theme -o $theme.png
    expect 0 fovea maps --input 1x28x28 "$net" mnist#1 --theme $theme -o $theme.pdf
done
cmp auto.png light.png
not cmp -s light.png dark.png
not cmp -s light.pdf dark.pdf

# Zoom multiplies the pixels, width decides where rows wrap.
expect 0 fovea maps --input 1x28x28 "$net" mnist#1 --zoom 1 -o one.png
read -r wide high <<<"$(size one.png)"
read -r wide2 high2 <<<"$(size auto.png)"
[ $wide2 -eq $((2 * wide)) ] && [ $high2 -eq $((2 * high)) ]
expect 0 fovea maps --input 1x28x28 "$net" mnist#1 --zoom 1 --width 400 -o narrow.png
read -r narrow high3 <<<"$(size narrow.png)"
[ "$narrow" -le 400 ] && [ "$high3" -gt "$high" ]

# Colour maps and scales.
for map in viridis magma inferno plasma cividis turbo greys RdBu coolwarm; do
    expect 0 fovea filters --input 1x28x28 "$net" --map $map -o $map.png
done
[ "$(cat viridis.png magma.png greys.png | wc -c)" -gt 1000 ]
cmp RdBu.png <(fovea filters --input 1x28x28 "$net" -q -o std.png && cat std.png)
not cmp -s magma.png viridis.png
for scale in panel row figure -1:1; do expect 0 fovea maps --input 1x28x28 "$net" mnist#1 --scale=$scale -o s.png; done
expect 2 fovea filters --input 1x28x28 "$net" --map jet
says "viridis, magma, inferno, plasma, cividis, turbo, greys, RdBu and coolwarm exist"
expect 2 fovea maps --input 1x28x28 "$net" mnist#1 --map jet --stats
says "no colour map 'jet'"

# The terminal, on request also where there is none.
expect 0 fovea show mnist#3 --terminal blocks
prints "█"
expect 0 env -u NO_COLOR COLORTERM=truecolor fovea show mnist#3 --terminal blocks
prints "48;2;"
expect 0 fovea show mnist#3 --terminal ascii
not grep -qP '[^\x00-\x7f]|\x1b' out.txt
if fovea show mnist#3 --terminal sixel >out.txt 2>err.txt; then
    [ "$(head -c 2 out.txt | od -An -tx1 | tr -d ' ')" = 1b50 ]
    expect 0 fovea show mnist#3 --terminal kitty
    [ "$(head -c 3 out.txt | od -An -tx1 | tr -d ' ')" = 1b5f47 ]
else
    expect 4 fovea show mnist#3 --terminal kitty
    says "install libchafa-dev and build again"
    [ ! -s out.txt ]
fi

# What is refused, before anything is computed or written.
expect 2 fovea show mnist#3 --theme pink -o x.png
says "must be light, dark or auto"
expect 2 fovea show mnist#3 --zoom 0 -o x.png
expect 2 fovea show mnist#3 --width 100 -o x.png
expect 2 fovea show mnist#3 --terminal tv
says "kitty, sixel, blocks, ascii or auto"
expect 1 fovea show mnist#3 -o nowhere/x.png
says "nowhere: there is no such folder"
expect 1 fovea maps --input 1x28x28 "$net" mnist#1 --npz nowhere/x.npz
says "nowhere: there is no such folder"
[ ! -e x.png ] && [ ! -e nowhere ]
if [ -w /dev/full ]; then
    expect 1 bash -c 'exec fovea show mnist#3 --terminal ascii >/dev/full'
fi
no_leftovers .

# Class names that are no UTF-8 leave SVG well-formed text.
mkdir -p set/$'caf\xc3' set/plain
for class in set/*; do cp "$SOURCES/tests/golden/events/grey.png" "$class/x.png"; done
expect 0 fovea data peek set -o names.svg
iconv -f UTF-8 -t UTF-8 names.svg >copy.svg
cmp names.svg copy.svg
