# SPDX-License-Identifier: MIT
# Ctrl-C and SIGTERM save and end with 130 and 143; what follows has the bits of a run never stopped.
. "$SOURCES/tests/cli/common.inc"
own_data
train() { fovea train --arch "$small_net" --data mnist --optimizer adam --batch 16 "$@"; }
# --foreground: otherwise timeout signals its whole group, too, and the program hears it twice.
stop() { # SIGNAL CODE FOLDER
    local code=0
    timeout --foreground --preserve-status -s "$1" 1 fovea train --arch "$small_net" --data mnist \
        --optimizer adam --batch 16 --epochs 100000 -o "$3" >out.txt 2>err.txt || code=$?
    [ $code -eq "$2" ]
    says "saved; go on with: fovea train --resume $3"
    no_leftovers "$3"
}
stop INT 130 int
stop TERM 143 term
done_epochs=$(($(wc -l <int/history.csv) - 1))
more=$((done_epochs + 2))
fovea train --resume int --epochs $more -q
train --epochs $more -q -o straight
cmp int/best.safetensors straight/best.safetensors
cut -d, -f3-9 int/history.csv | cmp - <(cut -d, -f3-9 straight/history.csv)
# --epochs given once more is remembered.
json_get argv <int/run.json | grep -q -- "--epochs=$more"
expect 0 fovea train --resume int
# A second signal leaves at once and the old checkpoint is whole.
set -m
slow='conv 64 9 pad=4, relu, conv 64 9 pad=4, relu, conv 64 9 pad=4, relu, flatten, linear 10'
fovea train --arch "$slow" --data mnist --batch 320 --epochs 50 -o slow >out.txt 2>err.txt &
pid=$!
while [ ! -e slow/run.json ]; do sleep 0.1; done
cp slow/last.safetensors before
sleep 0.3
kill -INT $pid
sleep 0.1
kill -INT $pid
code=0
wait $pid || code=$?
[ $code -eq 130 ]
not grep -q saved err.txt
cmp before slow/last.safetensors
fovea summary slow >/dev/null
