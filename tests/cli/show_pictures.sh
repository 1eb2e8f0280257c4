# SPDX-License-Identifier: MIT
# show: numbers, windows, channels, normalising; data peek; pictures of one pixel and NaN in maps.
. "$SOURCES/tests/cli/common.inc"
own_data

# A colour picture of 3×4 with known bytes, and pictures of one pixel and of a row.
{ printf 'P6\n4 3\n255\n'; printf '\0\377\200\1\2\3\12\24\36\50\74\120%s' "$(printf '%024d' 0)"; } >small.ppm
printf 'P5\n1 1\n255\n\200' >one.pgm
{ printf 'P5\n300 200\n255\n'; head -c 60000 /dev/zero | tr '\0' '\7'; } >large.pgm

# Numbers: bytes, or byte/255 with decimals and a bare zero.
expect 0 fovea show small.ppm --pixels
prints "3×3×4"
[ "$(grep -A1 '^red ' out.txt | tail -n 1)" = "   0   1  10  40" ]
[ "$(grep -A1 '^blue ' out.txt | tail -n 1)" = " 128   3  30  80" ]
expect 0 fovea show small.ppm --pixels --decimals 2
[ "$(grep -A1 '^red ' out.txt | tail -n 1)" = "     0  0.00  0.04  0.16" ]
[ "$(grep -A1 '^green ' out.txt | tail -n 1)" = "  1.00  0.01  0.08  0.24" ]
expect 0 fovea show small.ppm --gray --pixels
prints "1×3×4"
[ "$(grep -A1 '^grey ' out.txt | tail -n 1)" = " 164   2  18  56" ]  # OpenCV's weights
expect 0 fovea show small.ppm --pixels --decimals 2 -o numbers.svg
grep -q '>0.16</text>' numbers.svg
grep -q '>0</text>' numbers.svg
not grep -q '>0.160' numbers.svg
grep -q '>red</text>' numbers.svg
grep -q '>byte/255</text>' numbers.svg

# Text on the cells is black or white by contrast, and never below 11 pixels.
grep -q 'fill="#ffffff">0<' numbers.svg
grep -q 'fill="#000000">1.00<' numbers.svg
[ "$(grep -o 'font-size="[0-9.]*"' numbers.svg | tr -dc '0-9.\n' | sort -n | head -n 1)" = 11 ]

# Channels with their ranges beside the picture.
expect 0 fovea show small.ppm --channels -o channels.svg
for title in picture red green blue '0 … 48' '2 … 255'; do grep -q ">$title</text>" channels.svg; done
expect 0 fovea show small.ppm --channels
prints "red  3×4  min 0  max 48"

# Normalised, with typed mean and deviation; nothing is cut off.
expect 0 fovea show small.ppm --normalize --mean 0.4915,0.4823,0.4468 --std 0.2470,0.2435,0.2616
prints "mean 0.4915 0.4823 0.4468, deviation 0.2470 0.2435 0.2616"
prints "red  3×4  min -1.99"
prints "normalised  3×3×4  min 0  max 1"
expect 0 fovea show small.ppm --normalize --mean 0.5 --std 0.25 -o normal.svg
grep -q 'black to white: −2 … 2</text>' normal.svg
expect 0 fovea show small.ppm --normalize --mean 0.5 --std 0.25 --json
[ "$(json_get normalized.# normalized.1.maximum normalized.0.minimum <out.txt)" = "3 2 -2" ]
expect 2 fovea show small.ppm --normalize
says "needs --mean and --std"

# Large pictures: a window, or the sentence that offers one.
expect 2 fovea show large.pgm --pixels -o large.svg
says "200×300 (height×width), numbers can be read up to 64×64; show a window, as --crop 88,138,24x24"
[ ! -e large.svg ]
expect 0 fovea show large.pgm --pixels --crop 88,138,24x24 -o large.svg
[ "$(grep -c '>7</text>' large.svg)" -eq 576 ]
grep -q 'from row 88, column 138 of 200×300' large.svg
expect 0 fovea show large.pgm --crop 199,299,1x1 --pixels --json
[ "$(json_get shape.1 shape.2 pixels.# pixels.0 <out.txt)" = "1 1 1 7" ]
for window in 0 1,2 0,0,3 0,0,3x 0,0,0x3 -1,0,2x2 0,0,3x3x3 0,0,ax3; do
    expect 2 fovea show large.pgm --crop=$window
    says "ROW,COLUMN,HEIGHTxWIDTH"
done
expect 2 fovea show large.pgm --crop 190,0,11x5
says "does not lie in the picture of 200×300"
expect 2 fovea show small.ppm --pixels --decimals 5

# One pixel; no pixel.
for format in png svg pdf; do
    expect 0 fovea show one.pgm --pixels -o one.$format
    expect 0 fovea maps four-filters large.pgm -o maps.$format
done
expect 0 fovea show one.pgm --terminal ascii
printf 'P5\n0 0\n255\n' >none.pgm
expect 3 fovea show none.pgm -o none.png
[ ! -e none.png ]
expect 2 fovea maps four-filters one.pgm -o none.png
[ ! -e none.png ]

# The wrong size: what the net wants, and --resize.
expect 2 fovea maps lenet5 large.pgm -o none.png
says "is 200×300 (height×width), the net wants 28×28; --resize makes it fit"
[ ! -e none.png ]
expect 0 fovea maps lenet5 large.pgm --resize -o resized.png

# peek: labels as titles, in rows as asked; a class by its name before its number.
expect 0 fovea data peek mnist --count 20 --columns 10 -o peek.svg
[ "$(grep -c '>#[0-9]*</text>' peek.svg)" -eq 20 ]
[ "$(grep '>#[0-9]*</text>' peek.svg | grep -o ' y="[0-9.]*"' | sort -u | wc -l)" -eq 2 ]
expect 0 fovea data peek mnist --class 9 --count 2 --json
[ "$(json_get samples.0.class samples.1.label <out.txt)" = '"9" 9' ]
expect 0 fovea data peek mnist --classes 9,4 --class 9 --count 2 --json
[ "$(json_get samples.0.class samples.1.label <out.txt)" = '"9" 0' ]
mkdir -p named/{ant,bee,nine}
for class in ant bee nine; do cp one.pgm "named/$class/1.pgm"; done
expect 0 fovea data peek named --class 2 --json
[ "$(json_get samples.0.class <out.txt)" = '"nine"' ]
expect 0 fovea data peek named --class nine --json
expect 2 fovea data peek named --class 9
says "a number may go from 0 to 2"

# NaN in maps: marked and counted. The weight of the first filter is NaN.
header='{"conv1.weight":{"dtype":"F32","shape":[2,1,1,1],"data_offsets":[0,8]}} '
{ printf '\110\0\0\0\0\0\0\0%s\0\0\300\177\0\0\200\77' "$header"; } >nan.safetensors
net='conv 2 1 bias=0'
expect 0 fovea maps --input 1x3x4 "$net" --weights nan.safetensors small.ppm
grep -q '^conv1  Output 1  3×4  not finite 12' out.txt
not grep -q '^conv1  Output 2 .*not finite' out.txt
expect 0 fovea maps --input 1x3x4 "$net" --weights nan.safetensors small.ppm -o nan.svg
grep -q '>12 not finite</text>' nan.svg
expect 0 fovea maps --input 1x3x4 "$net" --weights nan.safetensors small.ppm --stats
grep -q '^conv1 *1  *-  *-  *-  *-  12 not finite$' out.txt
not grep -q nan out.txt
expect 0 fovea maps --input 1x3x4 "$net" --weights nan.safetensors small.ppm --json
[ "$(json_get layers.0.not_finite layers.0.channels.1.not_finite <out.txt | tr '\n' ' ')" = "12 0 " ]
expect 0 fovea filters --input 1x3x4 "$net" --weights nan.safetensors -o nan.png
no_leftovers .
