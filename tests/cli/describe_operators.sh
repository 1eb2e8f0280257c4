# SPDX-License-Identifier: MIT
# Operators answer to their own name, with a rank and to ONNX's.
. "$SOURCES/tests/cli/common.inc"
expect 0 fovea describe
for name in conv linear maxpool avgpool batchnorm dropout relu tanh softmax concat; do
    grep -q "^$name " out.txt
done
expect 0 fovea describe conv2d
prints "ONNX Conv"
prints stride
prints dilation
cp out.txt conv.txt
expect 0 fovea describe Conv
cmp out.txt conv.txt
[ "$(fovea describe maxpool --json | json_get command operators.0.onnx_name)" = \
    '"describe" "MaxPool"' ]
