# SPDX-License-Identifier: MIT
# fovea filter: figure, bare result, arrays, JSON; what it says of wrong kernels and folders.
. "$SOURCES/tests/cli/common.inc"
own_data
photo=$SOURCES/tests/golden/filter/large.ppm

fovea filter "$photo" --kernel sobel-x | tail -n 2
fovea filter "$photo" --kernel box 5 --json | json_get command kernel.name kernel.weights.# border depth '*' shape channels.0.maximum
fovea filter mnist:test#3 --kernel "0 1 0; 1 -4 1; 0 1 0" --depth f32 --json | json_get kernel.name depth '*' shape
for ending in png svg pdf html; do
    expect 0 fovea filter "$photo" --kernel "gaussian 5" --sigma 1.5 -o "figure.$ending"
    [ -s "figure.$ending" ]
done
grep -q 'gaussian 5' figure.svg && grep -q 'sigma 1.5' figure.svg

# The bare result: the same bytes on any number of threads, the same pixels in every format.
expect 0 fovea filter "$photo" --kernel emboss --color each --only result -o one.png --threads 1
expect 0 fovea filter "$photo" --kernel emboss --color each --only result -o three.png --threads 3
cmp one.png three.png
expect 0 fovea filter "$photo" --kernel emboss --color each --only result -o result.ppm
fovea show one.png --json | json_get '*' shape channels.0.mean >png.txt
fovea show result.ppm --json | json_get '*' shape channels.0.mean >ppm.txt
cmp png.txt ppm.txt
expect 0 fovea filter "$photo" --kernel emboss --only result -o gray.pgm
head -c 2 gray.pgm; echo
expect 0 fovea filter "$photo" --kernel emboss --depth f32 --only result -o result.npy
expect 0 fovea filter "$photo" --kernel emboss --npz arrays.npz
grep -qa gray.npy arrays.npz && grep -qa kernel.npy arrays.npz && grep -qa result.npy arrays.npz

# The title names the picture, not the folder that it lies in.
expect 0 fovea filter "$photo" --kernel emboss -q -o figure.svg
grep -q ">$(basename "$photo"): emboss</text>" figure.svg

# Wrong kernels, told with their place; nothing is left.
expect 2 fovea filter "$photo" --kernel "1 2 3; 4 5"
says "row 2 has 2 numbers, the first row has 3"
expect 2 fovea filter "$photo" --kernel "1 2; 3 x"
says "row 2, column 2, character 8: 'x' is no number"
expect 2 fovea filter "$photo" --kernel "1 nan"
says "'nan' is no number"
expect 2 fovea filter "$photo" --kernel sobelx
says "did you mean sobel-x? kernels: sobel-x, sobel-y"
expect 2 fovea filter "$photo" --kernel box 32
says "from 1 to 31"
expect 2 fovea filter "$photo" --kernel "gaussian 4"
says "odd: 3 or 5"
echo "1 2; 3" >ragged.txt
expect 3 fovea filter "$photo" --kernel ragged.txt
says "ragged.txt: row 2 has 1 number"
expect 2 fovea filter "$photo"
says "--kernel sobel-x"
expect 2 fovea filter "$photo" --kernel edge --border round
says "reflect-101, replicate and zero"
expect 2 fovea filter "$photo" --kernel edge --depth f64
says "u8 (bytes, saturated) and f32"
expect 2 fovea filter "$photo" --kernel edge --only kernel -o x.png
expect 2 fovea filter "$photo" --kernel edge --only result
says "needs -o"
expect 2 fovea filter "$photo" --kernel edge --only result -o x.gif
expect 2 fovea filter "$photo" --kernel edge --depth f32 --only result -o x.png
says "as .npy"
expect 2 fovea filter "$photo" --kernel edge --color each --only result -o x.pgm
expect 3 fovea filter none.png --kernel edge
expect 1 fovea filter "$photo" --kernel edge --only result -o nowhere/x.png
says "no such folder"
[ ! -e nowhere ] && [ ! -e x.png ] && [ ! -e x.pgm ]
cp "$photo" own.ppm
expect 2 fovea filter own.ppm --kernel edge --only result -o own.ppm
cmp "$photo" own.ppm

# Pictures of one pixel, and none.
for tiny in one row column; do
    expect 0 fovea filter "$SOURCES/tests/golden/filter/$tiny.ppm" --kernel "box 31" --only result -o tiny.png
    expect 0 fovea filter "$SOURCES/tests/golden/filter/$tiny.ppm" --kernel sharpen -o tiny.svg
done
printf 'P6 0 4 255\n' >zero.ppm
expect 3 fovea filter zero.ppm --kernel edge

# A full disk: nothing half-written, the old file stays.
echo old >full.png
expect 1 bash -c "trap '' XFSZ; ulimit -f 1; fovea filter '$photo' --kernel edge --only result -o full.png"
[ "$(cat full.png)" = old ]
expect 1 bash -c "trap '' XFSZ; ulimit -f 1; fovea filter '$photo' --kernel edge --npz full.npz"
[ ! -e full.npz ]
no_leftovers .
