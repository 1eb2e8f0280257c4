# SPDX-License-Identifier: MIT
# Weights between the kinds of files, what summary says of them, and nets made of them.
golden=$SOURCES/tests/golden
cp "$golden/pth/checkpoint.pth" .
fovea summary checkpoint.pth
fovea summary "$golden/weights/packed.npz" --json | json_get format numbers tensors.0
fovea convert "$golden/weights/plain.npz" plain.safetensors
fovea convert plain.safetensors plain.pth
fovea convert plain.pth again.safetensors --json
cmp plain.safetensors again.safetensors
fovea convert four-filters net.pth
fovea convert net.pth net.safetensors --arch four-filters
fovea convert four-filters same.safetensors
cmp net.safetensors same.safetensors
fovea summary net.pth --arch four-filters --json | json_get parameters
fovea filters net.pth --arch four-filters --json | json_get layers.0.shape
fovea filters four-filters --weights net.pth --json | json_get layers.0.weight
status=0
fovea summary tutorial-mnist --weights net.pth 2>message || status=$?
echo "$status $(grep -c 'extra conv.weight' message)"
fovea filters net.pth --json | json_get layers.0
fovea filters net.pth --layer conv --text | head -n 3
fovea filters net.pth -o filters.png --npz filters.npz
fovea summary filters.npz | head -n 3
status=0
fovea filters net.pth --layer conv.weigh 2>message || status=$?
echo "$status $(grep -c "did you mean 'conv.weight'" message)"
status=0
fovea maps net.pth nothing.png 2>message || status=$?
echo "$status $(grep -c -e --arch message)"
status=0
fovea convert net.pth net.pth 2>/dev/null || status=$?
fovea convert net.pth net.onnx 2>message || echo "$status $? $(grep -c -e --arch message)"
fovea convert net.pth net.txt 2>/dev/null || echo $?
