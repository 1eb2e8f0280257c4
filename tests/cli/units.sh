# SPDX-License-Identifier: MIT
# top, dead, embed: what the units of layers do on a data set, as pictures, text, JSON and arrays; and what
# is refused.
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

# Channels that do nothing: the net of zeros is dead.
expect 0 fovea dead run --data mnist -o dead.png
prints "conv1"
no_leftovers .
expect 0 fovea dead run --data mnist --json
[ "$(json_get count layers.# layers.0.activation layers.0.cells layers.0.channels.# \
    layers.1.activation <out.txt)" = '100 2 "relu1" 14400 4 null' ]
expect 0 fovea dead run --data mnist --layer conv1 --always 0
prints "saturated"
expect 0 fovea dead run --data mnist --layer conv1 --nearly 1 --json --limit 20
[ "$(json_get layers.# layers.0.channels.0.like <out.txt)" = '1 null' ]

# Pictures as a layer sees them.
for ending in png svg pdf html; do expect 0 fovea embed run --data mnist -o "embed.$ending"; done
prints "flatten1: 144 features of 100 pictures; the first component has"
grep -q 'second component, ' embed.svg
expect 0 fovea embed run --data mnist --layer conv1 --limit 30 --json
[ "$(json_get count layer features share.# samples.# samples.0.score.# <out.txt)" = \
    '30 "conv1" 4 2 30 2' ]
expect 0 fovea embed run --data mnist --layer conv1 --flatten --limit 30 --json
[ "$(json_get features <out.txt)" = 576 ]
cp out.txt one.json
expect 0 fovea embed run --data mnist --layer conv1 --flatten --limit 30 --json --threads 1
cmp one.json out.txt
expect 0 fovea embed run --data mnist --npz embed.npz
for name in scores loadings mean variance share labels samples; do
    grep -qaF "$name.npy" embed.npz
done

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
expect 2 fovea dead run --data mnist --layer relu1
says "no convolution or linear layer"
expect 2 fovea dead run --data mnist --cosine 2
expect 2 fovea embed run --data mnist --limit 1
says "at least 2"
expect 2 fovea embed run --data mnist --layer conv1,relu1
says "one can be embedded at a time"
expect 2 fovea dead run
says "--data SET is missing"
expect 3 fovea top nothing.safetensors --data mnist
[ ! -e top.gif ]
