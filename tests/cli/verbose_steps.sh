# SPDX-License-Identifier: MIT
# FOVEA_VERBOSE=1 tells of every step its kernel, layout, tile, memory, time and share of the peak.
. "$SOURCES/tests/cli/common.inc"
own_data 40 20
explained() {
    grep -q "^layout $1, batch up to $2" err.txt
    grep -q '^region item  *node  *step  *kernel  *tile  *memory  *bytes$' err.txt
    grep -Eq "^ +[0-9]+ (group|part [0-9]+) +conv1 +Conv[+A-Za-z]* +$3 [a-z0-9]+ +(-|[0-9]+x[0-9]+) +(worker|batch) +[0-9]+$" err.txt
    grep -Eq '^memory: [0-9]+ bytes: values' err.txt
    grep -Eq '^conv1 +conv +forward +[0-9.]+ +[0-9.]+ +[0-9.]+ % +[0-9.]+ +[0-9.]+ %$' err.txt
}
export FOVEA_VERBOSE=1
expect 0 fovea predict "$small_net" --input 1x28x28 'mnist#1'
explained NCHW 1 '(narrow|wide|point|part)'
expect 0 fovea train --arch "$small_net" --data mnist --batch 20 --epochs 1 -o run
explained N16 20 n16
grep -Eq '^conv1 +conv +(weight gradient|gradients) .*%$' err.txt
FOVEA_VERBOSE=0
expect 0 fovea predict "$small_net" --input 1x28x28 'mnist#1'
not grep -q '^layout\|^node' err.txt
