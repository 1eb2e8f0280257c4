# SPDX-License-Identifier: MIT
# like: pictures that channels and classes answer most, as files, text, JSON and arrays; the same seed
# gives the same bytes; what is refused.
. "$SOURCES/tests/cli/common.inc"
own_data
fovea train --arch "$small_net" --data mnist --optimizer adam --epochs 1 -q -o run

for ending in png svg pdf html; do expect 0 fovea like run --steps 4 -o "like.$ending"; done
[ "$(head -c 4 like.png | tail -c 3)" = PNG ]
no_leftovers .
expect 0 fovea like run --layer relu1 --channel 1,3-4 --steps 4 -o units.svg
grep -q '>Output 4</text>' units.svg
not grep -q '>Output 2</text>' units.svg

# Classes by name or number; all of the net's output without any choice.
expect 0 fovea like run --steps 4 --json
[ "$(json_get command pictures.# pictures.0.layer pictures.0.channel pictures.9.channel \
    <out.txt)" = '"like" 10 "linear1" 1 10' ]
expect 0 fovea like run --target 7 --steps 60 --json
[ "$(json_get pictures.# pictures.0.channel pictures.0.shape.0 pictures.0.silent <out.txt)" = \
    '1 8 1 false' ]
json_get pictures.0.start pictures.0.end <out.txt | awk '{ exit !($2 > $1) }'
expect 0 fovea like run --channel all --steps 2
[ "$(grep -c ' → ' out.txt)" -eq 10 ] || [ "$(grep -c '28×28' out.txt)" -eq 10 ]

# The same seed, the same bytes, on any number of threads.
expect 0 fovea like run --channel 2 --steps 9 --seed 5 --threads 1 --npz a.npz
expect 0 fovea like run --channel 2 --steps 9 --seed 5 --threads 2 --npz b.npz
expect 0 fovea like run --channel 2 --steps 9 --seed 6 --npz c.npz
cmp a.npz b.npz
not cmp -s a.npz c.npz
grep -qaF linear1.2.npy a.npz
expect 0 fovea like run --channel 2 --steps 9 --parametrisation pixel --blur-every 3 --jitter 0 --tv 0.1 \
    --decay 0.1 --lr 0.05 --unit 0,0 --npz pixel.npz
expect 0 fovea like run --channel 2 --steps 3 --parametrisation phase --npz phase.npz

# Nets of any size.
net='conv 4 3, relu, conv 6 3 stride=2, relu, gap, flatten, linear 3'
expect 0 fovea like "$net" --input 3x40x24 --layer 2 --channel 1-6 --steps 3 --json
[ "$(json_get pictures.5.shape.1 pictures.5.shape.2 <out.txt)" = '40 24' ]

# What is refused, and how.
expect 2 fovea like run --layer relu7
says "did you mean relu1?"
expect 2 fovea like run --layer '*'
says "one is wanted"
expect 2 fovea like run --layer relu1 --channel 5
says "from 1 to 4"
for wrong in 0 3-2 x 1,,2 1-; do expect 2 fovea like run --layer relu1 --channel "$wrong"; done
expect 2 fovea like run --target twelve
says "a number may go from 0 to 9"
expect 2 fovea like run --target 1 --channel 1
expect 2 fovea like run --target 1 --layer relu1
expect 2 fovea like run --layer relu1 --channel 1 --unit 40,0
says "its maps are 12×12"
expect 2 fovea like run --steps 0
expect 2 fovea like run --lr 0
expect 2 fovea like run --decorrelate 2
expect 2 fovea like run --parametrisation waves
says "fourier, phase and pixel"
expect 2 fovea like run -o like.gif
expect 2 fovea like run --input 1x60x60
expect 2 fovea like 'conv 4 3' --input 2x30
says "no pictures"
expect 3 fovea like nothing.onnx
no_leftovers .
