# SPDX-License-Identifier: MIT
# fovea selftest: identities hold on a trained net, on nets of others where they are here, and fail where
# the gradient is wrong on purpose.
. "$SOURCES/tests/cli/common.inc"
models=
IFS=: read -ra places <<<"${FOVEA_DATA:-}"
for place in "${places[@]}"; do
    [ -d "$place/models/converted" ] && models=$place/models
done
if [ -n "$models" ]; then
    photo=$models/weights/tiny-vgg/koala_1.jpeg
    expect 0 fovea selftest "$models/converted/tiny-vgg.onnx" "$photo" --resize
    prints " 0 fail; double precision"
    expect 0 fovea selftest "$models/onnx/mnist-8-opt.onnx" "$photo" --resize --preprocess bytes
    prints " 0 fail; double precision"
    expect 0 fovea selftest "$models/converted/resnet20-cifar10.onnx" "$photo" --resize --json
    [ "$(json_get failed in_double <out.txt)" = '0 true' ]
    expect 1 fovea selftest "$models/converted/resnet20-cifar10.onnx" "$photo" --resize \
        --planted-error
    says "identities fail on this net"
fi

own_data
fovea train --arch "$small_net" --data mnist --optimizer adam --epochs 1 -q -o run
expect 0 fovea selftest run mnist#3
prints "central-differences        holds"
prints " 0 fail; double precision"
expect 0 fovea selftest run mnist#3 --all --json --target 1
[ "$(json_get command target failed identities.0.name identities.0.verdict \
    identities.0.error <out.txt)" = '"selftest" 1 0 "output" "holds" 0' ]
# Without a picture it is noise; another seed, other noise.
expect 0 fovea selftest run
expect 0 fovea selftest run --seed 3 --threads 1 -v
prints "in bits"
# Nets of any size are tested at the picture's.
make_scene 22 30 scene.ppm
expect 0 fovea selftest 'conv 4 3, relu, gap, flatten, linear 3' scene.ppm --input 3x12x12
expect 1 fovea selftest run mnist#3 --planted-error
prints "central-differences        FAILS"
says "identities fail on this net"
expect 1 fovea selftest run mnist#3 --planted-error --json
[ "$(json_get command <out.txt)" = '"selftest"' ]

expect 2 fovea selftest
expect 2 fovea selftest run mnist#3 --target 10
expect 2 fovea selftest run mnist#3 --output 1
says "output 1"
expect 3 fovea selftest run nothere.png
