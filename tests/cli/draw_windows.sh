# SPDX-License-Identifier: MIT
# draw convolution, maxpool and avgpool: numbers that can be checked by hand, files by their ending, the
# animation, and what is refused.
. "$SOURCES/tests/cli/common.inc"
own_data

# The sum is written out, term by term.
expect 0 fovea draw convolution
prints "0·(−1) + 6·0 + 6·1 + 0·(−1) + 3·0 + 9·1 + 0·(−1) + 0·0 + 6·1 = 21"
expect 0 fovea draw convolution --kernel "1 2; 3 4" --at 1,2 --bias 0.5
prints "9·1 + 3·2 + 6·3 + 6·4 + 0.5 (bias) = 57.5"
# Padding is in parentheses, a stride says where windows begin, a dilation that cells stand apart.
expect 0 fovea draw convolution --kernel sobel-x --stride 2 --padding 1 --dilation 2
prints "(0) (0) (0) (0) (0) (0) (0) (0)"
prints "stride 2: windows begin at the dots"
prints "dilation 2×2: cells of the window stand apart"
prints "output 2×2"
# Fractions are what was typed, not their nearest float; what is rounded in print is said to be.
expect 0 fovea draw convolution --kernel "1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9"
prints "= 3.33333333"
prints "rounded in print only"
expect 0 fovea draw maxpool
prints "max(9, 3, 7, 2) = 9"
prints "max(0, 4, 7, 6) = 7"
prints "(5 + 6 + 4 + 1) / 4 = 4"
expect 0 fovea draw maxpool --alone
not grep -q mean out.txt
expect 0 fovea draw avgpool --kernel 3 --stride 2 --padding 1 --frames 2 --count-include-pad 0
prints "(9 + 3 + 7 + 2) / 4 = 5.25"
prints "count_include_pad 0"
expect 0 fovea draw avgpool --kernel 3 --stride 2 --padding 1 --frames 2
prints "(0 + 0 + 0 + 0 + 9 + 3 + 0 + 7 + 2) / 9 = 2.33333333"

# JSON.
expect 0 fovea draw convolution --frames 3 --at 0,2 --padding 1 --json
[ "$(json_get output steps.# steps.0.at steps.0.first steps.1.at steps.0.output <out.txt)" = \
    "[6,6] 3 [0,2] [-1,1] [0,3] -6" ]
[ "$(json_get steps.0.inside steps.0.products <out.txt)" = \
    "[0,0,0,1,1,1,1,1,1] [0,0,0,-6,0,0,-3,0,3]" ]
expect 0 fovea draw maxpool --json
[ "$(json_get kernel output steps.# steps.1.output steps.1.chosen <out.txt)" = "[1,2,2] [2,2] 4 6 1" ]
expect 0 fovea draw avgpool --json --frames 1 --kernel 3 --padding 1 --count-include-pad 0
[ "$(json_get steps.0.divisor steps.0.output <out.txt)" = "4 5.25" ]

# Real pictures: bytes or shares of one, channels, a neighbourhood with the whole picture beside it.
expect 0 fovea draw convolution --image mnist#3 --at 10,12 --bytes --json
[ "$(json_get input output <out.txt)" = "[1,28,28] [26,26]" ]
expect 0 fovea draw convolution --image mnist#3 --at 10,12 -o digit.svg
grep -q '>whole input</text>' digit.svg
grep -q '>whole output</text>' digit.svg
printf 'P6 3 3 255\n\1\2\3\1\2\3\1\2\3\1\2\3\1\2\3\1\2\3\1\2\3\1\2\3\1\2\3' >colour.ppm
expect 0 fovea draw convolution --image colour.ppm --bytes --kernel "0 0 0; 0 2 0; 0 0 0"
prints "sum of the channels"
prints "2 + 4 + 6 = 12"
expect 0 fovea draw convolution --image colour.ppm --bytes --channel 3 --kernel "1"
prints "3·1 = 3"
expect 0 fovea draw maxpool --image colour.ppm --bytes --channel 2
prints "max(2, 2, 2, 2) = 2"
printf 'P5 1 1 255\n\7' >pixel.pgm
expect 0 fovea draw convolution --image pixel.pgm --padding 1 --bytes --kernel sharpen
prints "7·5"
expect 2 fovea draw convolution --image pixel.pgm
says "the padded input has 1"
expect 2 fovea draw maxpool --image pixel.pgm
says "does not fit"

# Files: frames move in SVG and HTML without a script, and stand below each other elsewhere.
for ending in png svg pdf html; do
    expect 0 fovea draw convolution --frames 4 -o "frames.$ending"
    expect 0 fovea draw maxpool -o "pool.$ending"
done
[ "$(head -c 4 frames.png | tail -c 3)" = PNG ]
for file in frames.svg frames.html; do
    [ "$(grep -c '<g class="a.*animation-delay' $file)" -eq 4 ]
    [ "$(grep -c 'visibility="hidden" style="animation' $file)" -eq 3 ]
    grep -q prefers-reduced-motion $file
    grep -q '>Step 3 of 4: output row 0, column 2</text>' $file
    not grep -qi '<script' $file
done
grep -q 's step-end infinite' frames.svg
expect 0 fovea draw convolution --frames 4 --strip -o strip.svg
not grep -q animation strip.svg
expect 0 fovea draw convolution --frames 4 --seconds 0.5 -o fast.svg
grep -q '}.a[0-9]*{animation:a[0-9]* 2s step-end' fast.svg
no_leftovers .

# What is refused, and how.
expect 2 fovea draw
says "convolution, maxpool, avgpool"
expect 2 fovea draw convolution --at 4,0
says "position 4,0 is outside the output of 4×4: rows are 0 to 3, columns 0 to 3"
expect 2 fovea draw convolution --at 3
says "a row and a column"
expect 2 fovea draw convolution --kernel box --at -1,0
expect 2 fovea draw convolution --kernel "1 2; 3"
says "rectangular"
expect 2 fovea draw convolution --kernel "box 7"
says "the padded input has 6"
expect 2 fovea draw convolution --stride 0
says "--stride 0: must be an integer from 1"
expect 2 fovea draw convolution --stride 1,2,3
expect 2 fovea draw convolution --dilation 40
says "figures show at most 64"
expect 2 fovea draw convolution --channel 2
says "the picture has 1"
expect 2 fovea draw convolution --frames 65
expect 2 fovea draw maxpool --padding 2
says "as wide as the window"
expect 2 fovea draw avgpool --count-include-pad 2
expect 3 fovea draw convolution --image nothing.png
expect 2 fovea draw convolution -o picture.gif
[ ! -e picture.gif ]
