# SPDX-License-Identifier: MIT
# A run learns, leaves what it promises in its folder, and its files can be used.
. "$SOURCES/tests/cli/common.inc"
own_data
expect 0 fovea train --arch "$small_net" --data mnist --optimizer adam --lr 0.02 --epochs 8 \
    --val-fraction 0.2 -o run
[ "$(wc -l <out.txt)" -eq 8 ]
# The line of an epoch, exactly.
number='[0-9]\.[0-9]{4}'
grep -qE "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2} epoch 8/8 loss $number acc $number\
 val_loss $number val_acc $number test_loss $number test_acc $number lr 2e-2 [0-9]+\.[0-9]s\$" out.txt
head -n 1 run/history.csv
wc -l <run/history.csv
json_get '*' schema seed data.name data.part data.count arch parameters epochs.# epochs.0.* \
    final.* final.test.count <run/run.json
accuracy=$(json_get final.test.accuracy <run/run.json)
echo "$accuracy" | grep -qE '^(1|0\.9)' # it has learned
# One file is enough: weights, net, normalisation, classes.
cp run/best.safetensors alone.safetensors
[ "$(fovea eval alone.safetensors --data mnist --json | json_get accuracy)" = "$accuracy" ] ||
    fovea eval run --data mnist
fovea eval run --data mnist:test --json | json_get '*' part count
fovea predict run mnist#3 --json | json_get '*' images.0.* images.0.top.# images.0.top.0.class
fovea predict run mnist#3 mnist#4 --top 1 | wc -l
# Names are made and counted when none is given.
fovea train --arch "$small_net" --data mnist --epochs 1 --limit 32 -q
fovea train --arch lenet5 --data mnist --epochs 1 --limit 32 -q
fovea train --arch lenet5 --data mnist --epochs 1 --limit 32 -q
ls runs
# JSON lines instead of text.
fovea train --arch lenet5 --data mnist --epochs 2 --limit 32 --json -o json 2>/dev/null |
    json_get command event
fovea train --arch lenet5 --data mnist --epochs 5 --limit 32 --log-every 2 --force -o json \
    2>/dev/null | sed 's/.*epoch \(.\).*/told \1/'
# A subset keeps its names and its order; eval takes the same classes by itself.
fovea train --arch "$small_net" --data mnist --classes 7,2 --epochs 1 -q -o part
fovea eval part --data mnist --json 2>/dev/null | json_get part
fovea predict part mnist#7 --top 2 --json | json_get images.0.top.#
