# SPDX-License-Identifier: MIT
# filters, maps, confusion and curves: files by their ending, text where there is no terminal, JSON,
# arrays, and what is refused.
. "$SOURCES/tests/cli/common.inc"
own_data
fovea train --arch "$small_net" --data mnist --optimizer adam --epochs 2 -q -o run

# Every ending; nothing half-written, nothing for a wrong one.
for ending in png svg pdf html; do
    expect 0 fovea filters run -o "filters.$ending"
    expect 0 fovea maps run mnist#3 -o "maps.$ending"
    expect 0 fovea confusion run --data mnist -o "confusion.$ending"
    expect 0 fovea curves run -o "curves.$ending"
done
[ "$(head -c 4 maps.png | tail -c 3)" = PNG ]
[ "$(head -c 4 curves.pdf)" = %PDF ]
grep -q '>Filter 4</text>' filters.svg
grep -q '>Output 4</text>' maps.svg
grep -q '>recall</text>' confusion.svg
no_leftovers .
for command in "filters run" "maps run mnist#3" "confusion run --data mnist" "curves run"; do
    # shellcheck disable=SC2086  # words of a command
    expect 2 fovea $command -o picture.gif
    says .png
done
[ ! -e picture.gif ]

# Without -o and without a terminal: numbers of each panel.
expect 0 fovea filters run
[ "$(grep -c '^Filter [1-4]  5×5  min ' out.txt)" -eq 4 ]
expect 0 fovea maps run mnist#3 --stage activation
[ "$(grep -c '^relu1  Output [1-4]  12×12  min 0  max ' out.txt)" -eq 4 ]
expect 0 fovea confusion run --data mnist
prints "rows: true class"
expect 0 fovea curves run
prints "Loss  training  2 points"

# Numbers instead of pictures.
expect 0 fovea filters four-filters --text
[ "$(grep -c '^  -1 -1  1  1$' out.txt)" -eq 4 ]
expect 0 fovea filters four-filters --layer 1 --channel 1 --json
[ "$(json_get layers.# layers.0.minimum <out.txt)" = "1 -1" ]
expect 0 fovea maps run mnist#3 --stats
prints conv1
expect 0 fovea maps run mnist#3 --json
[ "$(json_get layers.# layers.0.name layers.1.minimum layers.0.channels.# <out.txt)" = \
    '3 "conv1" 0 4' ]
expect 0 fovea confusion run --data mnist --json
[ "$(json_get classes.# matrix.# matrix.0.# <out.txt)" = "10 10 10" ]
expect 0 fovea confusion run --data mnist --worst 3 --json
expect 0 fovea curves run run/history.csv --json
[ "$(json_get runs.# runs.1.epochs.# runs.0.epochs.0.epoch <out.txt)" = "2 2 1" ]

# Arrays under their values' names.
expect 0 fovea maps run mnist#3 --npz maps.npz
for name in x conv1 relu1 maxpool1 flatten1 linear1; do grep -qaF "$name.npy" maps.npz; done
expect 0 fovea maps run mnist#3 --layer relu1 --npz one.npz
not grep -qaF conv1.npy one.npz
expect 0 fovea filters run --npz filters.npz
grep -qaF conv1.weight.npy filters.npz
grep -qaF conv1.bias.npy filters.npz

# What is refused, and how.
expect 2 fovea filters run --layer conv7
says "did you mean conv1?"
expect 2 fovea filters run --layer 2
says "the net has 1"
expect 2 fovea filters run --channel 2
expect 2 fovea filters run --channel 0
expect 2 fovea filters run --scale wide
expect 2 fovea maps run mnist#3 --layer rel1
says "did you mean relu1?"
expect 2 fovea maps run mnist#3 --stage pools
says "conv, activation, pool and all"
expect 2 fovea confusion run
says "--data"
expect 5 fovea confusion run --data cifar10
expect 3 fovea curves nothing
expect 3 fovea maps run nothing.png
expect 2 fovea curves
