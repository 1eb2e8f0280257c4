# SPDX-License-Identifier: MIT
# 3 for files that are missing or bad, 4 for what is not supported, 5 for data that are not there.
. "$SOURCES/tests/cli/common.inc"
own_data
expect 5 fovea data info cifar10
says "fovea data get cifar10"
expect 5 fovea train --arch tutorial-cifar --data cifar10 -o never
[ ! -e never ]
expect 3 fovea show nothing.png
expect 3 fovea summary nothing.safetensors
printf 'no picture' >bad.png
expect 3 fovea show bad.png
says bad.png
printf 'no model' >bad.safetensors
expect 3 fovea summary bad.safetensors
says bad.safetensors
expect 3 fovea predict four-filters bad.png
mkdir folder
expect 3 fovea summary folder
: >net.onnx
expect 3 fovea summary net.onnx
printf '\0\0\010\003' >sets/mnist/t10k-images-idx3-ubyte
expect 3 fovea eval tutorial-mnist --data mnist
says t10k-images
# A name with format letters, control characters or an endless one is only a name.
expect 3 fovea show $'%s%n\e[31m\n.png'
says '%s%n?[31m?.png'
expect 3 fovea show "$(printf 'x%.0s' {1..5000}).png"
expect 2 fovea summary "$(printf 'relu,%.0s' {1..20000})relu" --input 1x2x2
