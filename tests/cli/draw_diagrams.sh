# SPDX-License-Identifier: MIT
# draw network, receptive-field and mlp-vs-cnn: every form, the numbers as JSON, and what is refused.
. "$SOURCES/tests/cli/common.inc"
own_data

branched='conv 4 3 pad=1, relu as a, conv 4 3 pad=1, add a, relu, gap, flatten, linear 3'
for ending in png svg pdf html; do
    expect 0 fovea draw network lenet5 -o "lenet5.$ending"
    expect 0 fovea draw network "$branched" --input 3x16x16 -o "branches.$ending"
    expect 0 fovea draw receptive-field lenet5 --image mnist#3 -o "field.$ending"
    expect 0 fovea draw mlp-vs-cnn --image mnist#3 --theme dark -o "connections.$ending"
done
[ "$(head -c 4 lenet5.png | tail -c 3)" = PNG ]
[ "$(head -c 4 branches.pdf)" = %PDF ]
grep -q '>maxpool2d 2×2</text>' lenet5.svg
grep -q '>add1</text>' branches.svg
grep -q '>16×16 pixels: rows 6 to 21, columns 6 to 21</text>' field.svg
grep -q '>tutorial-mlp: every neuron sees every pixel</text>' connections.svg
no_leftovers .

# A terminal gets boxes and lines, within its columns.
for command in "network lenet5" "network resnet20" "receptive-field lenet5" "mlp-vs-cnn"; do
    # shellcheck disable=SC2086  # words of a command
    COLUMNS=80 expect 0 fovea draw $command --terminal ascii
    [ "$(awk '{ if (length($0) > most) most = length($0) } END { print most }' out.txt)" -le 80 ]
    not grep -q '?' out.txt
done
COLUMNS=80 expect 0 fovea draw network "$branched" --input 3x16x16 --terminal ascii
prints '| add1                       |<+'

# graph draws repeated blocks once and needs no weights.
expect 0 fovea graph resnet50 -o graph.svg
grep -q '>× 5</text>' graph.svg
grep -q '>layer3.1 … layer3.5</text>' graph.svg
not grep -q '>layer3.2.conv1</text>' graph.svg
expect 0 fovea graph resnet50 --unfold -o unfolded.svg
grep -q '>layer3.2.conv1</text>' unfolded.svg
not grep -q '× 5' unfolded.svg
expect 0 fovea graph lenet5 --every-node
prints 'relu1  relu  6×28×28  <- conv1'
expect 0 fovea graph vgg16 --json
[ "$(json_get parameters layers.# <out.txt)" = '138357544 40' ]
COLUMNS=80 expect 0 fovea graph squeezenet1_1 --terminal ascii
prints 'x 2   features.3'

# Numbers.
expect 0 fovea draw network lenet5
prints 'conv2  conv2d 5×5 · relu  16×10×10  2416  <- maxpool1'
expect 0 fovea draw network resnet20 --json
[ "$(json_get parameters layers.# layers.8.name layers.8.inputs.1 <out.txt)" = \
    '269722 73 "layer1.0.add" "relu"' ]
expect 0 fovea draw receptive-field lenet5 --layer maxpool2 --at 0,4 --json
[ "$(json_get layers.# layers.0.size.0 layers.0.stride.1 layers.0.offset.0 <out.txt)" = "1 16 4 2" ]
[ "$(json_get layers.0.first.0 layers.0.first.1 layers.0.last.1 layers.0.inside.0 <out.txt)" = \
    "-2 14 29 14" ]
[ "$(json_get layers.0.centre.0 layers.0.centre.1 <out.txt)" = "5.5 21.5" ]
expect 0 fovea draw receptive-field lenet5 --json
[ "$(json_get layers.# layers.3.name layers.3.unit.0 <out.txt)" = '4 "maxpool2" 2' ]
expect 0 fovea draw mlp-vs-cnn --json
[ "$(json_get mlp.parameters mlp.weights cnn.parameters cnn.weights cnn.units <out.txt)" = \
    "401920 784 416 25 12544" ]
expect 0 fovea draw mlp-vs-cnn tutorial-fc tutorial-cifar --json
[ "$(json_get mlp.parameters cnn.parameters <out.txt)" = "3146752 448" ]

# A net of any size is built for the picture.
printf 'P5\n40 30\n255\n%1200s' '' >wide.pgm
expect 0 fovea draw receptive-field four-filters --layer pool --image wide.pgm --json
[ "$(json_get layers.0.map.0 layers.0.map.1 <out.txt)" = "13 18" ]

# What is refused, and how.
expect 2 fovea draw receptive-field lenet5 --layer conv7
says "did you mean conv1?"
expect 2 fovea draw receptive-field lenet5 --layer linear2
says "layers whose units see a part: conv1, maxpool1, conv2, maxpool2"
expect 2 fovea draw receptive-field lenet5 --layer maxpool2 --at 2,5
says "its maps are 5×5"
expect 2 fovea draw receptive-field lenet5 --at 2
says "a row and a column"
expect 2 fovea draw receptive-field lenet5 --at 2,x
expect 2 fovea draw receptive-field lenet5 --at -1,2
expect 2 fovea draw receptive-field tutorial-mlp
says "sees the whole input"
expect 2 fovea draw receptive-field lenet5 --image wide.pgm
says "--resize"
expect 0 fovea draw receptive-field lenet5 --image wide.pgm --resize -o resized.svg
expect 3 fovea draw receptive-field lenet5 --image nothing.png
expect 2 fovea draw network lenet5 --image wide.pgm -o wide.pgm
[ "$(head -c 2 wide.pgm)" = P5 ]
expect 2 fovea draw network lenet6
expect 2 fovea draw network resnet20 --style volumes
says "branches"
expect 2 fovea draw network lenet5 --style boxen
says "auto, volumes and boxes"
expect 2 fovea draw network lenet5 -o picture.gif
[ ! -e picture.gif ]
expect 2 fovea draw mlp-vs-cnn tutorial-mnist
says "begins with a convolution"
expect 2 fovea draw mlp-vs-cnn tutorial-mlp tutorial-fc
says "begins with a linear layer"
expect 2 fovea draw mlp-vs-cnn tutorial-mlp tutorial-cifar
says "different sizes: 1×28×28 and 3×32×32"
