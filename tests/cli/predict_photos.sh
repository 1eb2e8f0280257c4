# SPDX-License-Identifier: MIT
# Pretrained nets see in photos what ONNX Runtime sees in them (tests/golden/make_photo_classes.py).
. "$SOURCES/tests/cli/common.inc"
data=${FOVEA_DATA:-}
data=${data%%:*}
if [ ! -d "$data/models/converted" ]; then
    echo "the pretrained nets are not here (FOVEA_DATA)"
    exit 77
fi

# CLASS:PROBABILITY five times, of the last prediction; probabilities that differ by 0.0002 are equal.
same_classes() {
    echo "$*" | tr ' :' '\n ' | paste -d ' ' - <(awk 'NR > 1 { print $2, $1 }' out.txt) |
        awk '$1 != $3 || ($2 - $4) ^ 2 > 4e-8 { exit 1 } END { exit NR != 5 }'
}

while read -r net preprocess photo classes; do
    model=$data/models/converted/$net.onnx
    expect 0 fovea predict "$model" "$data/photos/$photo" --preprocess "$preprocess"
    if ! same_classes "$classes"; then
        echo "$net sees in $photo, where $classes is right:"
        cat out.txt
        exit 1
    fi
done <"$SOURCES/tests/golden/photo_classes.txt"

# With names, and several photos at once.
expect 0 fovea predict "$data/models/converted/shufflenet-v2-dequantised.onnx" "$data/photos/chelsea.png" \
    "$data/photos/coffee.png" --preprocess imagenet --classes "$data/models/imagenet-synset.txt" --top 1
prints "285 Egyptian cat"
prints "967 espresso"

# Where nobody says how a photo is prepared, that is told: the answer may be wrong.
squeezenet=$data/models/converted/squeezenet1.0-deepcompression.onnx
expect 0 fovea predict "$squeezenet" "$data/photos/chelsea.png"
grep -qF "does not say how pictures are prepared: they are taken as they are, 0..1" err.txt
expect 0 fovea predict "$squeezenet" "$data/photos/chelsea.png" --preprocess caffe
[ ! -s err.txt ]

# The maps of all its layers fit into one picture.
expect 0 fovea maps "$squeezenet" "$data/photos/chelsea.png" --preprocess caffe -o maps.png
[ -s maps.png ]

# Ten small pictures, one of each class.
class=0
for name in boat bug pizza pepper bus koala espresso panda orange car; do
    expect 0 fovea predict "$data/models/converted/tiny-vgg.onnx" "$data/models/weights/tiny-vgg/${name}_1.jpeg" \
        --top 1
    [ "$(awk 'NR == 2 { print $2 }' out.txt)" = "$class" ]
    class=$((class + 1))
done

# Numbers of eight bits: what is not supported is listed, with how often and where.
int8=$data/models/onnx/shufflenet-v2-12-int8.onnx
expect 4 fovea predict "$int8" "$data/photos/chelsea.png"
says "5 operators are not supported: QuantizeLinear (18 nodes: 'input_QuantizeLinear', "
says "QLinearConv (56 nodes: "
says "DequantizeLinear (34 nodes: "
says "QLinearMatMul (1 node: 'Gemm_260_MatMul_quant'), QLinearAdd of com.microsoft (1 node: 'Gemm_260_Add_quant')"

# Its weights can be seen all the same.
expect 0 fovea summary "$int8"
prints "414 tensors, 2286994 numbers"
prints "ConvBnFusion_W_conv1.0.weight_quantized  I8   24×3×3×3"
expect 0 fovea filters "$int8" -o filters.png
[ -s filters.png ]
expect 0 fovea filters "$int8" --layer 'fc.weight_quantized' --text
prints "fc.weight_quantized"
