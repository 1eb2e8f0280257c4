# SPDX-License-Identifier: MIT
# dream and invert: files by their ending, JSON, arrays, the same seed the same bytes, what is refused.
. "$SOURCES/tests/cli/common.inc"
own_data
fovea train --arch "$small_net" --data mnist --optimizer adam --epochs 1 -q -o run
any='conv 6 3, relu, maxpool 2, conv 6 3, relu, gap, flatten, linear 3'

for command in dream invert; do
    for ending in png svg pdf html; do
        expect 0 fovea "$command" run mnist#3 --layer relu1 --steps 3 -o "$command.$ending"
    done
    [ "$(head -c 4 "$command.png" | tail -c 3)" = PNG ]
    expect 0 fovea "$command" run mnist#3 --layer relu1 --steps 5 --json
    [ "$(json_get command pictures.# pictures.0.layer pictures.0.shape.1 <out.txt)" = \
        "\"$command\" 1 \"relu1\" 28" ]
    json_get pictures.0.start pictures.0.end pictures.0.difference <out.txt >numbers
    expect 0 fovea "$command" run mnist#3 --layer 1 --steps 5 --seed 3 --threads 1 --npz a.npz
    expect 0 fovea "$command" run mnist#3 --layer 1 --steps 5 --seed 3 --threads 2 --npz b.npz
    cmp a.npz b.npz
    grep -qaF conv1.npy a.npz
    expect 2 fovea "$command" run mnist#3 --layer relu7
    says "did you mean relu1?"
    expect 2 fovea "$command" run mnist#3 --layer relu1 --steps 0
    expect 2 fovea "$command" run mnist#3 --layer relu1 --lr 0
    expect 2 fovea "$command" run mnist#3 --layer relu1 -o x.gif
    expect 3 fovea "$command" run nothing.png --layer relu1
    expect 2 fovea "$command" run mnist#9999999 --layer relu1
done
no_leftovers .

# A dream rises, an inversion's error falls; without --layer convolutions are inverted, not dreamed.
expect 0 fovea dream run mnist#3 --layer conv1 --channel 2 --json
json_get pictures.0.start pictures.0.end <out.txt | awk '{ exit !($2 > $1) }'
expect 0 fovea invert run mnist#3 --steps 60 --json
[ "$(json_get pictures.# pictures.0.layer <out.txt)" = '1 "conv1"' ]
json_get pictures.0.start pictures.0.end <out.txt | awk '{ exit !($2 < 0.1 * $1) }'
expect 0 fovea invert run mnist#3 --layer all --steps 2
[ "$(grep -c 'error' out.txt)" -ge 5 ]
expect 2 fovea dream run mnist#3
says "which layer"
expect 2 fovea dream run mnist#3 --layer all
says "one is wanted"
expect 2 fovea dream run mnist#3 --layer conv1 --channel 5
says "no channel 5, it has 4"
expect 2 fovea dream run mnist#3 --layer conv1 --octaves 2
expect 2 fovea dream run mnist#3 --layer conv1 --scale 1
expect 2 fovea invert run mnist#3 --alpha 0

# Nets of any size go through octaves; a picture of another size than the net's.
expect 0 fovea dream "$any" mnist#3 --input 1x28x28 --layer 2 --octaves 2 --scale 1.2 --steps 2 --json
expect 0 fovea invert "$any" mnist#3 --input 1x40x40 --layer 2 --steps 2 --json
[ "$(json_get pictures.0.shape.1 <out.txt)" = 28 ]
no_leftovers .
