# SPDX-License-Identifier: MIT
# Output that does not arrive is a failure; closed standard files are never reused.
. "$SOURCES/tests/cli/common.inc"
code=0
fovea summary lenet5 >/dev/full 2>err.txt || code=$?
[ $code -eq 1 ]
says "No space left on device"
own_data
fovea train --arch "$small_net" --data mnist --epochs 1 -o run <&- >&- 2>&-
fovea summary run >/dev/null
head -c 8 run/last.safetensors | grep -q . # no message went into a file
code=0
fovea summary lenet5 2>err.txt >/dev/full | true || code=$?
(code=0; fovea summary resnet20 || code=$?; echo $code >code.txt) 2>err.txt | head -n 1 >/dev/null
[ ! -s err.txt ]
[ "$(cat code.txt)" -eq 141 ] || [ "$(cat code.txt)" -eq 0 ] # 0: all was written before head left

# A reader that had enough ends a run as SIGTERM does, without a word.
(code=0; fovea train --arch "$small_net" --data mnist --epochs 100000 -o piped || code=$?
    echo $code >code.txt) 2>err.txt | head -n 1 >first.txt
grep -q 'epoch 1/100000' first.txt
[ "$(cat code.txt)" -eq 141 ]
[ "$(grep -Evc '^(training|memory:) ' err.txt)" -eq 0 ]
no_leftovers piped
done_epochs=$(($(wc -l <piped/history.csv) - 1))
[ $done_epochs -ge 1 ]
expect 0 fovea train --resume piped --epochs $((done_epochs + 1)) -q
# Messages that nobody reads stop nothing.
fovea train --arch "$small_net" --data mnist --epochs 3 -o silent 2> >(:) >out.txt
grep -q 'epoch 3/3' out.txt
