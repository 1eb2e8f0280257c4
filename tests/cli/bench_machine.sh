# SPDX-License-Identifier: MIT
# What the machine can do, and what a net reaches of it.
. "$SOURCES/tests/cli/common.inc"
expect 0 fovea bench peak --seconds 0.1
prints GFLOP/s
expect 0 fovea bench peak --seconds 0.1 --json
[ "$(json_get command read_gb.# <out.txt)" = '"bench peak" 4' ]
expect 0 fovea bench peak --seconds 0.1 --arithmetic --json
not grep -q read_gb out.txt
expect 2 fovea bench peak --seconds 0
expect 0 fovea bench net lenet5 --batch 16 --seconds 0.05 --steps
prints "images/s"
grep -q "^linear1  *linear  *weight gradient " out.txt
expect 0 fovea bench net lenet5 --batch 16 --seconds 0.05 --steps --json
[ "$(json_get plan.0.node plan.0.pass <out.txt)" = '"conv1" "pack weights"' ]
expect 0 fovea bench net "$small_net" --input 1x28x28 --batch 5 --seconds 0.05 --optimizer adam --json
[ "$(json_get command batch optimizer <out.txt)" = '"bench net" 5 "adam"' ]
expect 0 fovea bench net lenet5 --batch 1 --seconds 0.05 --forward --steps
prints "lenet5, batch 1, forward"
expect 2 fovea bench net lenet5 --batch 0
expect 2 fovea bench net nothing-of-this-kind
expect 2 fovea bench
printf '16 2x8x8 conv 4 3 pad=1, maxpool 2  # two\n\n3 1x12 flatten, linear 5\n' >shapes.txt
expect 0 fovea bench kernels shapes.txt --seconds 0.01 --threads 1
grep -q '^16 2x8x8 conv 4 3 pad=1, maxpool 2 .*conv  *weight gradient .* %$' out.txt
grep -q '^3 1x12 flatten, linear 5 .*linear  *forward ' out.txt
expect 0 fovea bench kernels shapes.txt --seconds 0.01 --forward --json
[ "$(json_get command rows.0.op rows.0.pass rows.0.shape <out.txt)" = \
    '"bench kernels" "conv" "forward" "16 2x8x8 conv 4 3 pad=1, maxpool 2"' ]
for line in '16 2x8x8' '0 2x8x8 relu' '16 8 relu' '1 2x8x8 conv' '1 2x8x8 linear 3' "$(printf '%0600d' 1)"; do
    printf '# first\n%s\n' "$line" >wrong.txt
    expect 3 fovea bench kernels wrong.txt
    says 'wrong.txt: line 2'
done
expect 3 fovea bench kernels missing.txt
expect 3 fovea bench kernels .
