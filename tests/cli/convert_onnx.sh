# SPDX-License-Identifier: MIT
# Nets as ONNX files and back: the same numbers, the same answers, the same bytes again.
fovea convert resnet20 net.safetensors --seed 3
fovea convert net.safetensors net.onnx
fovea convert net.safetensors again.onnx --json | json_get tensors numbers
cmp net.onnx again.onnx
fovea convert net.onnx back.safetensors
fovea convert back.safetensors net2.onnx
cmp net.onnx net2.onnx
fovea convert net.safetensors net.pth
fovea convert net.pth net3.onnx --arch resnet20
fovea summary net3.onnx --json | json_get parameters architecture

# A batch of pictures through all of them.
cat >make_input.awk <<'END'
BEGIN { printf "P6 32 32 255\n"; for (i = 0; i < 3072; i++) printf "%c", 33 + (i * 7919 + int(i / 31) * 13) % 90 }
END
LC_ALL=C awk -f make_input.awk >picture.ppm
for net in net.safetensors net.onnx net3.onnx back.safetensors; do
    fovea run "$net" --input picture.ppm -q -o "$net.npy" >/dev/null
    cmp net.safetensors.npy "$net.npy"
done

# Batch normalisations folded: fewer tensors, none of them running statistics.
fovea convert net.onnx folded.onnx --fold-batchnorm --json | json_get tensors numbers
fovea convert folded.onnx folded.npz
fovea summary folded.npz | grep -c -e running -e batchnorm || true
fovea run folded.onnx --input picture.ppm >/dev/null

# Numbers of twice the length, and another size.
fovea convert net.onnx wide.onnx --precision f64 --json | json_get numbers
fovea summary wide.onnx --json | json_get parameters parameter_bytes
fovea convert "conv 4 3, gap, flatten, linear 2" small.onnx --input 3x9x7
fovea summary small.onnx --json | json_get input

# Older operators stand for newer ones, or the opset that would do is said.
fovea convert "conv 2 3, mish, gelu, silu, hardswish" old.onnx --input 1x8x8 --opset 13
status=0
fovea convert "conv 2 3, avgpool 2 dilation=2" dilated.onnx --input 1x8x8 2>message || status=$?
echo "$status $(cat message)"
fovea convert "conv 2 3, avgpool 2 dilation=2" dilated.onnx --input 1x8x8 --opset 19 || echo $?
status=0
fovea convert lenet5 net.onnx --opset 22 2>message || status=$?
echo "$status $(cat message)"
fovea convert lenet5 lenet.pth --opset 17 2>message || echo "$? $(cat message)"
ln -s /dev/full full.onnx
fovea convert lenet5 full.onnx 2>/dev/null || echo $?
mkdir folder
fovea convert lenet5 folder/missing/net.onnx 2>/dev/null || echo $?
ls folder
