# SPDX-License-Identifier: MIT
# draw softmax, losses and activation: exact numbers, every kind of file, what is refused.
. "$SOURCES/tests/cli/common.inc"

for ending in png svg pdf html; do
    expect 0 fovea draw softmax -o "softmax.$ending"
    expect 0 fovea draw losses --target 1 -o "losses.$ending"
    expect 0 fovea draw activation relu,gelu -o "activation.$ending"
done
[ "$(head -c 4 softmax.png | tail -c 3)" = PNG ]
grep -q '>0.9796</text>' softmax.svg
grep -q '>What reaches the weights</text>' losses.svg
grep -q '>gelu</text>' activation.svg
no_leftovers .

expect 0 fovea draw softmax
prints "0.9796"
prints "0.0179"
prints "0.0024"
prints "plain: v / sum of v 0.3000"
prints "(0.8438, 0.1142, 0.0420)"
expect 0 fovea draw softmax --json
[ "$(json_get normalized.1 values.# softmax.# <out.txt)" = "0.3 3 3" ]
expect 0 fovea draw softmax --values=-1,2 --json
[ "$(json_get normalized.0 <out.txt)" = null ]
expect 0 fovea draw losses --json
[ "$(json_get target points.# points.50.squared points.50.cross_entropy points.100.cross_entropy \
    points.100.squared_logit <out.txt)" = "0 101 0.25 0.693147 null 0" ]
expect 0 fovea draw activation
[ "$(wc -l <out.txt)" -eq 15 ]
prints leaky_relu
expect 0 fovea draw activation --json
[ "$(json_get names.0 names.# <out.txt)" = '"relu" 15' ]
expect 0 fovea draw activation 'tanh, leaky_relu alpha=0.5' --json
[ "$(json_get activations.1.name activations.1.value.0 activations.0.derivative.50 <out.txt)" = \
    '"leaky_relu alpha=0.5" -2.5 1' ]

expect 2 fovea draw
expect 2 fovea draw softmax --values 1
expect 2 fovea draw softmax --values 1,x
expect 2 fovea draw softmax --values 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21
expect 2 fovea draw losses --target 2
expect 2 fovea draw activation rellu -o no.png
says "did you mean relu?"
says "sigmoid"
expect 2 fovea draw activation -o no.png
expect 2 fovea draw activation relu -o no.gif
expect 1 fovea draw softmax -o nowhere/no.png
[ ! -e no.png ] && [ ! -e no.gif ]
no_leftovers .
