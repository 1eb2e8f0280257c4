# SPDX-License-Identifier: MIT
# Nets of others on data sets: weights by name, ONNX files, normalisation by option; the accuracies their files are
# known for (the CIFAR set has been through JPEG, which costs such nets ten points).
. "$SOURCES/tests/cli/common.inc"
models=
IFS=: read -ra places <<<"${FOVEA_DATA:-}"
for place in "${places[@]}"; do
    [ -d "$place/models/converted" ] && models=$place/models
done
if [ -z "$models" ] || ! fovea data info mnist:test >/dev/null 2>&1; then
    echo "the pretrained nets or MNIST are not here (FOVEA_DATA)"
    exit 77
fi
accuracy() { fovea eval "$@" --json | json_get accuracy; }
[ "$(accuracy "$models/onnx/mnist-7.onnx" --data mnist --preprocess bytes)" = 0.9891 ]
fovea convert "$models/weights/udacity_mnist_mlp.pt" mlp.safetensors
[ "$(accuracy mlp.safetensors --arch tutorial-mlp --data mnist)" = 0.9817 ]
[ "$(accuracy tutorial-mlp --weights "$models/weights/udacity_mnist_mlp.pt" --data mnist)" = 0.9817 ]
expect 2 fovea eval "$models/onnx/mnist-7.onnx" --data mnist --mean 1,2
if fovea data info cifar10:test >/dev/null 2>&1; then
    numbers=(--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --limit 500)
    file=$(accuracy "$models/converted/resnet20-cifar10.onnx" --data cifar10 "${numbers[@]}")
    by_name=$(accuracy resnet20 --weights "$models/weights/resnet20-12fca82f.th" --data cifar10 "${numbers[@]}")
    [ "$file" = "$by_name" ]
    awk "BEGIN { exit !($file > 0.75) }"
fi
