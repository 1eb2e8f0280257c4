# SPDX-License-Identifier: MIT
# top: what the units of a layer do on a data set, as pictures, text, JSON and arrays; and what is
# refused.
. "$SOURCES/tests/cli/common.inc"
own_data
fovea train --arch "$small_net" --data mnist --optimizer adam --epochs 1 -q -o run

# Pictures, text, JSON, arrays.
for ending in png svg pdf html; do expect 0 fovea top run --data mnist -o "top.$ending"; done
grep -q '>Channel 4</text>' top.svg
no_leftovers .
expect 0 fovea top run --data mnist --layer conv1,linear1 --top 3
[ "$(grep -c '^Channel 2  ' out.txt)" -eq 6 ]
expect 0 fovea top run --data mnist --json
[ "$(json_get data part count layers.# layers.0.name layers.0.channels.# <out.txt)" = \
    '"mnist" "test" 100 1 "conv1" 4' ]
[ "$(json_get layers.0.map.0 layers.0.receptive_field.1 layers.0.channels.3.top.# <out.txt)" = \
    '12 5 9' ]
cp out.txt one.json
expect 0 fovea top run --data mnist --json --threads 1
cmp one.json out.txt
expect 0 fovea top run --data mnist:train --limit 7 --layer linear1 --channel 3 --json
[ "$(json_get count layers.0.receptive_field layers.0.channels.# layers.0.channels.0.channel \
    layers.0.channels.0.top.# <out.txt)" = '7 null 1 3 7' ]
expect 0 fovea top run --data mnist --npz top.npz
for name in values samples cells boxes; do grep -qaF "conv1.$name.npy" top.npz; done

# What is refused, and how.
expect 2 fovea top run
says "--data SET is missing"
expect 2 fovea top run --data mnist --layer conv7
says "did you mean conv1?"
expect 2 fovea top run --data mnist --channel 5
says "(1 to 4)"
expect 2 fovea top run --data mnist --channel 0
expect 2 fovea top run --data mnist --top 0
expect 2 fovea top run --data mnist -o top.gif
says .png
expect 2 fovea top "flatten, linear 3" --input 1x9x9 --data mnist
says "1×28×28, the net wants 1×9×9"
expect 2 fovea top "relu, flatten" --input 1x28x28 --data mnist
says "choose a --layer"
expect 5 fovea top run --data cifar10
expect 3 fovea top nothing.safetensors --data mnist
[ ! -e top.gif ]
