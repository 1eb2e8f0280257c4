# SPDX-License-Identifier: MIT
# Event files hold what history.csv and the weights say, whether a run was stopped or not, and never
# half of anything; where they cannot be written the run is saved and says so.
. "$SOURCES/tests/cli/common.inc"
own_data 320 40
options=(--arch "$small_net" --data mnist --optimizer adam --batch 4 --epochs 3 --val-fraction 0.25)
fovea train "${options[@]}" -q -o plain
fovea train "${options[@]}" -q --tensorboard -o run
cmp plain/best.safetensors run/best.safetensors # watching changes nothing
[ "$(ls run/tensorboard | wc -l)" -eq 1 ]
ls run/tensorboard | grep -qE '^events\.out\.tfevents\.[0-9]{10}\.[A-Za-z0-9._-]+\.[0-9]+\.0$'
read_events run/tensorboard >told.txt
awk '{ print $1, $3 }' told.txt | sort | uniq -c
# 240 pictures in steps of 4: an epoch ends at steps 60, 120, 180; every second one is told.
for tag in epoch learning_rate {loss,accuracy}/{train,validation,test} parameters/linear1.bias \
    gradients/conv1.weight; do
    [ "$(awk -v tag=$tag '$1 == tag { printf "%s ", $2 }' told.txt)" = "60 120 180 " ]
done
for tag in filters/conv1 maps/conv1; do
    [ "$(awk -v tag=$tag '$1 == tag { printf "%s ", $2 }' told.txt)" = "0 60 120 180 " ]
done
[ "$(awk '$1 == "loss/batch" { printf "%s ", $2 }' told.txt)" = "$(seq -s ' ' 2 2 180) " ]
# Scalars are the numbers of history.csv in single precision.
column() { # TAG COLUMN
    paste -d ' ' <(awk -v tag="$1" '$1 == tag { print $4 }' told.txt) \
        <(tail -n +2 run/history.csv | cut -d, -f"$2") |
        awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 1e-7 * $2) exit 1; n++ } END { exit n != 3 }'
}
column epoch 1
column learning_rate 3
column loss/train 4
column accuracy/train 5
column loss/validation 6
column accuracy/validation 7
column loss/test 8
column accuracy/test 9
# Counts of histograms are those of the weights.
grep -q '^parameters/conv1.weight 180 histogram count 100 ' told.txt
# Stopped anywhere, by a signal or killed, and gone on with: the same is told, once.
tell() { read_events "$1/tensorboard" | sort; }
stopped=0
RANDOM=5
for signal in INT KILL INT KILL INT KILL; do
    rm -rf part
    fovea train "${options[@]}" --tensorboard -o part >/dev/null 2>&1 &
    pid=$!
    while [ ! -d part/tensorboard ] && kill -0 $pid 2>/dev/null; do sleep 0.01; done
    sleep "0.0$((RANDOM % 10))"
    kill -$signal $pid 2>/dev/null || :
    code=0
    wait $pid || code=$?
    [ $code -eq 0 ] || stopped=$((stopped + 1))
    flock part fovea version >/dev/null
    fovea train --resume part -q 2>err.txt
    cmp run/best.safetensors part/best.safetensors
    diff <(sort told.txt) <(tell part)
done
echo "stopped: $((stopped > 0))"
# No room for the events of an epoch: the file has all or nothing of what was written at once, the run
# is saved.
blocks=$(($(stat -c %s run/tensorboard/*) * 6 / 10 / 1024))
(
    trap '' XFSZ
    ulimit -f $blocks
    expect 1 fovea train "${options[@]}" --tensorboard -o full
    says "the training is saved; go on with: fovea train --resume full"
)
no_leftovers full
read_events full/tensorboard >/dev/null
[ "$(wc -l <full/history.csv)" -gt 1 ]
expect 0 fovea train --resume full
cmp run/best.safetensors full/best.safetensors
read_events full/tensorboard | grep '^loss/train 180 ' | cmp - <(grep '^loss/train 180 ' told.txt)
# A run replaced by --force has no old events; without --tensorboard it has none at all.
fovea train "${options[@]}" --tensorboard --force -q -o part
[ "$(ls part/tensorboard | wc -l)" -eq 1 ]
touch part/tensorboard/mine
fovea train "${options[@]}" --force -q -o part
[ "$(ls part/tensorboard)" = mine ]
# Something else lies where the folder should be: told before the first step, and mended.
fovea train "${options[@]}" --epochs 1 -q -o blocked
touch blocked/tensorboard
expect 1 fovea train "${options[@]}" --tensorboard --force -o blocked
says blocked/tensorboard
rm blocked/tensorboard
expect 0 fovea train --resume blocked
diff <(sort told.txt) <(tell blocked)
