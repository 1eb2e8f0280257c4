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
(fovea summary resnet20; echo $? >code.txt) 2>err.txt | head -n 1 >/dev/null
[ ! -s err.txt ]
