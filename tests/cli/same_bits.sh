# SPDX-License-Identifier: MIT
# The same seed gives the same weights on any number of threads; another seed gives others.
. "$SOURCES/tests/cli/common.inc"
own_data 200 20
train() {
    fovea train -q --arch 'conv 6 5, batchnorm, relu, maxpool 2, flatten, dropout 0.3, linear 10' \
        --data mnist --epochs 2 --batch 48 --augment shift=2,flip --momentum 0.9 "$@"
}
for threads in 1 2 3; do train --threads $threads --seed 5 -o "run$threads"; done
train --seed 6 -o other
cmp run1/best.safetensors run2/best.safetensors
cmp run1/best.safetensors run3/best.safetensors
not cmp -s run1/best.safetensors other/best.safetensors
FOVEA_CPU=reference train --seed 5 -o reference
cmp run1/best.safetensors reference/best.safetensors
