# SPDX-License-Identifier: MIT
# What the machine can do, and what a net reaches of it.
. "$SOURCES/tests/cli/common.inc"
expect 0 fovea bench peak --seconds 0.1
prints GFLOP/s
expect 0 fovea bench peak --seconds 0.1 --json
[ "$(json_get command read_gb.# <out.txt)" = '"bench peak" 4' ]
expect 2 fovea bench peak --seconds 0
expect 0 fovea bench net lenet5 --batch 16 --seconds 0.05 --steps
prints "images/s"
grep -q '^conv1  *conv  *weight gradient ' out.txt
expect 0 fovea bench net "$small_net" --input 1x28x28 --batch 5 --seconds 0.05 --optimizer adam --json
[ "$(json_get command batch optimizer <out.txt)" = '"bench net" 5 "adam"' ]
expect 2 fovea bench net lenet5 --batch 0
expect 2 fovea bench net nothing-of-this-kind
expect 2 fovea bench
