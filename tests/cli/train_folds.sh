# SPDX-License-Identifier: MIT
# A cross-validation: the folds, their table, going on after being killed, and what is refused.
. "$SOURCES/tests/cli/common.inc"
own_data 200 30
options=(--arch "$small_net" --data mnist --optimizer adam --batch 4 --epochs 3 --folds 3)
expect 0 fovea train "${options[@]}" --threads 1 -o straight
sed 's/^[0-9T:-]* \(fold ., epoch .\)/\1/; s/ [0-9.]*s$//' out.txt >told.txt
grep -c '^[0-9T:-]* fold [123]/3 epoch [123]/3 loss ' out.txt
tail -n 6 out.txt | awk '{ print $1, NF }'
ls straight straight/fold-2
head -n 1 straight/folds.csv
cut -d, -f 1-4 straight/folds.csv
# Mean and deviation (n-1) of the last epochs, from the histories of the folds.
for column in 4 5 6 7 8 9; do
    for fold in 1 2 3; do tail -n 1 straight/fold-$fold/history.csv | cut -d, -f$column; done |
        awk '{ s += $1; q += $1 * $1; n++ } END { m = s / n; v = (q - n * m * m) / (n - 1)
               printf "%.6f %.4f\n", m, sqrt(v > 0 ? v : 0) }' >wanted.txt
    grep -E '^(mean|deviation),' straight/folds.csv | cut -d, -f$((column + 1)) | tr '\n' ' ' |
        awk '{ printf "%.6f %.4f\n", $1, $2 }' | cmp - wanted.txt
done
json_get '*' folds.count folds.finished folds.runs.# folds.runs.1.* folds.mean.* <straight/run.json
[ "$(json_get folds.mean.val_loss <straight/run.json)" = \
    "$(grep '^mean,' straight/folds.csv | cut -d, -f7 | awk '{ printf "%g", $1 }')" ]
# A fold is a run like any other, and what --fold alone makes.
expect 0 fovea train "${options[@]}" --fold 2 -o alone
cmp alone/best.safetensors straight/fold-2/best.safetensors
expect 0 fovea eval straight/fold-2 --data mnist
expect 0 fovea train --resume straight/fold-2
expect 0 fovea curves straight
[ "$(grep -c 'fold-[123], validation' out.txt)" -eq 6 ]
[ "$(fovea curves straight/ alone --json | json_get runs.# runs.2.run)" = '4 "straight/fold-3"' ]
expect 3 fovea eval straight --data mnist
says "name one of its folds"
# Folds are those of the seed; validation parts are different samples of one size.
fovea train "${options[@]}" --epochs 1 --seed 1 -q -o other
not cmp -s other/fold-1/best.safetensors straight/fold-1/best.safetensors
# Killed at any moment, or stopped, and gone on with: the same bits.
same() {
    for fold in 1 2 3; do
        cmp straight/fold-$fold/best.safetensors "$1/fold-$fold/best.safetensors"
        cut -d, -f 3-9 straight/fold-$fold/history.csv | cmp - <(cut -d, -f 3-9 "$1/fold-$fold/history.csv")
        [ -e "$1/fold-$fold/report.html" ]
    done
    cut -d, -f 1-13 straight/folds.csv | cmp - <(cut -d, -f 1-13 "$1/folds.csv")
}
stopped=0
RANDOM=11
cycles=6
[ -z "${FOVEA_SANITIZE:-}" ] || cycles=3
for ((cycle = 1; cycle <= cycles; cycle++)); do
    rm -rf part
    signal=KILL
    [ $((cycle % 3)) -ne 0 ] || signal=INT
    fovea train "${options[@]}" --threads 2 --tensorboard -o part >/dev/null 2>&1 &
    pid=$!
    while [ ! -e part/fold-$((1 + RANDOM % 3))/run.json ] && kill -0 $pid 2>/dev/null; do sleep 0.01; done
    sleep "0.0$((RANDOM % 10))"
    kill -$signal $pid 2>/dev/null || :
    code=0
    wait $pid || code=$?
    [ $code -eq 0 ] || stopped=$((stopped + 1))
    flock part true
    if [ -e part/run.json ]; then
        fovea train --resume part -q 2>err.txt
    else
        fovea train "${options[@]}" --tensorboard --force -q -o part
    fi
    same part
    for fold in 1 2 3; do
        read_events part/fold-$fold/tensorboard >events.txt
        [ "$(grep -c '^loss/validation ' events.txt)" -eq 3 ]
        [ "$(cut -d ' ' -f 1,2 events.txt | sort | uniq -d)" = "" ]
    done
done
echo "stopped: $((stopped > 0))"
# Ctrl-C names the whole, not the fold; as JSON lines.
timeout --foreground --preserve-status -s INT 1 fovea train "${options[@]}" --epochs 100000 --json \
    -o long >out.txt 2>err.txt && exit 1
says "saved; go on with: fovea train --resume long"
no_leftovers long
sed -n '1p' out.txt | json_get event fold epochs epoch
tail -n 2 out.txt | head -n 1 | json_get event fold run interrupted
tail -n 1 out.txt | json_get '*' event run interrupted folds.count folds.finished folds.mean.loss
# More epochs for all folds; fewer than done are refused, and nothing is changed.
cp -r straight more
expect 0 fovea train --resume more --epochs 4
[ "$(cut -d, -f 2 more/folds.csv | sed -n '2,4p' | tr '\n' ' ')" = "4 4 4 " ]
json_get argv <more/run.json | grep -q -- '--epochs=4'
cp more/run.json before.json
expect 2 fovea train --resume more --epochs 2
says "fold 1 has 4 epochs behind it already"
cmp before.json more/run.json
# --force replaces all of it.
expect 0 fovea train --arch "$small_net" --data mnist --epochs 1 --force -o more
[ "$(ls more | tr '\n' ' ')" = "best.safetensors history.csv last.safetensors report.html run.json " ]
# Refused before anything is made.
refused() { # TEXT OPTIONS...
    local text=$1
    shift
    expect 2 fovea train --arch "$small_net" --data mnist -o refused "$@"
    says "$text"
    [ ! -e refused ]
}
refused "--folds" --folds 1
refused "--folds" --folds 101
refused "--folds" --folds many
refused "--val-fraction and --folds exclude each other" --folds 3 --val-fraction 0.1
refused "--folds is missing" --fold 1
refused "--fold" --folds 3 --fold 4
refused "folds need as many samples of each class" --folds 50
refused "folds need as many samples; mnist has 4" --folds 5 --limit 4
expect 2 fovea train --resume straight --folds 4
says "keeps its options"
expect 2 fovea train "${options[@]}" -o straight
says "not empty"
