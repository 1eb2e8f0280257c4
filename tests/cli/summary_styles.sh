# SPDX-License-Identifier: MIT
# summary's styles, nets of one and three dimensions of space, and counting without memory.
. "$SOURCES/tests/cli/common.inc"

# As the tutorials print their nets.
fovea summary four-filters --style torch
fovea summary 'conv 4 4 bias=0 name=conv, relu' --input 1x28x28 --style torch
fovea summary 'conv 16 3 name=conv' --input 3x32x32 --style torch
expect 0 fovea summary four-filters --style torch-all
prints "(relu): ReLU()"
expect 0 fovea summary four-filters --style torch --json
[ "$(json_get torch <out.txt | head -c 10)" = '"Net(\n  (' ]
expect 2 fovea summary four-filters --style tensorflow
says "table, torch or torch-all"

# The tutorials' shapes.
for pad in 0 1; do
    fovea summary "conv 16 3 pad=$pad" --input 3x32x32 --json | json_get nodes.0.shape
done
fovea summary 'conv1d 4 3, maxpool 2' --input 3x100 --json | json_get input nodes.1.shape nodes.1.receptive_field
fovea summary 'conv3d 16 3' --input 1x16x32x32 --json | json_get input nodes.0.shape nodes.0.receptive_field

# What asserts a rank, what needs pictures and what knows its size refuse the others.
expect 2 fovea summary 'conv2d 4 3' --input 3x100
says "conv2d wants 2 spatial dimensions, got 3×100"
expect 2 fovea summary tutorial-cifar --input 3x100
says "tutorial-cifar takes pictures"
expect 2 fovea summary four-filters --input 3x28x28
says "the fixed weights of four-filters are for 1 channel"
for input in 3 3x x3x3 3x3x3x3x3 3x-1 3x3.5 ''; do
    expect 2 fovea summary 'conv 4 1' --input "$input"
    says "--input"
done
own_data
for input in 3x100 1x8x28x28; do
    for command in "maps" "predict"; do
        expect 2 fovea $command 'conv 4 3, flatten, linear 10' mnist#0 --input $input
        says "so no pictures"
    done
    for command in "eval" "confusion"; do
        expect 2 fovea $command 'conv 4 3, flatten, linear 10' --data mnist --input $input
        says "the net wants"
    done
done
expect 2 fovea train --arch 'conv1d 4 3, flatten, linear 10' --data mnist --epochs 1 -o run
says "conv1d wants 1 spatial dimension"

# 12.9 GB of weights are counted, not taken; what cannot be counted ends in words.
limited() (
    # An address sanitizer needs more addresses than there is memory.
    ulimit -S -v 1000000
    fovea version >/dev/null 2>&1 || ulimit -S -v unlimited
    "$@"
)
limited fovea summary tutorial-fc --input 3x1024x1024 | grep Total
expect 2 limited fovea summary 'flatten, linear 2147483647, linear 2147483647' --input 3x32x32
says "2^40 is the limit"
expect 2 limited fovea summary 'conv 1 1' --input 4096x65535x65535
says "2^40"
expect 0 limited fovea summary 'conv 4096 1, conv 4096 1' --input 1x16383x16383 --batch 1048576
prints "more than"

# How the numbers come about.
expect 0 fovea summary tutorial-cifar --explain
prints "16 filters × (3 channels × 3 × 3 weights + 1 bias) = 16 × 28 = 448"
prints "448 + 1,160 + 16,416 + 330 = 18,354"
expect 0 fovea summary tutorial-fc --explain --json
[ "$(json_get nodes.1.explain.0.text nodes.1.explain.0.subject explain.# <out.txt)" = \
    '"1,024 outputs × 3,072 inputs + 1,024 biases = 3,145,728 + 1,024 = 3,146,752" "parameters" 3' ]
expect 0 fovea summary resnet18 --explain --layer 'layer4.1.conv*'
prints "layer4.1.conv2 (Conv2d)  512×7×7 → 512×7×7"
not grep -q "layer4.0.conv2" out.txt
expect 0 fovea summary resnet18 --json --layer fc,conv1
[ "$(json_get nodes.# nodes.0.name nodes.1.mult_adds nodes.1.mult_adds_torchvision <out.txt)" = '2 "conv1" 513000 512000' ]
expect 2 fovea summary resnet18 --layer fc
says "only with --explain or --json"
expect 2 fovea summary resnet18 --explain --layer fd
says "did you mean fc"
expect 2 fovea summary tutorial-fc --explain --style torch
says "--explain"
