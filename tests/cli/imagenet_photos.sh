# SPDX-License-Identifier: MIT
# Pretrained nets of ImageNet on photos: prepared by option, named by ImageNet's synsets, looked into by the names
# of nodes and values; what does not fit is told.
. "$SOURCES/tests/cli/common.inc"
models= photos=
IFS=: read -ra places <<<"${FOVEA_DATA:-}"
for place in "${places[@]}"; do
    [ -d "$place/models/converted" ] && [ -d "$place/photos" ] && models=$place/models photos=$place/photos
done
if [ -z "$models" ]; then
    echo "the pretrained nets are not here (FOVEA_DATA)"
    exit 77
fi
squeezenet=$models/converted/squeezenet1.0-deepcompression.onnx
shufflenet=$models/converted/shufflenet-v2-dequantised.onnx
synset=$models/imagenet-synset.txt

# The net ends in softmax: its probabilities are its own, its logits what goes in there.
expect 0 fovea predict "$squeezenet" "$photos/chelsea.png" "$photos/coffee.png" \
    "$photos/Labrador_retriever_06457.jpg" --preprocess caffe --classes "$synset" --json
[ "$(json_get images.0.top.0.class images.1.top.0.class images.2.top.0.class <out.txt)" = \
    '"Egyptian cat" "espresso" "Labrador retriever"' ]
[ "$(json_get images.0.top.# images.0.top.0.index images.0.top.1.index images.0.top.2.index <out.txt)" = "5 285 282 281" ]
json_get images.0.top.0.probability images.0.top.1.probability images.0.top.0.logit images.0.top.1.logit <out.txt |
    awk '{ d = log($1 / $2) - ($3 - $4); exit !(d < 1e-3 && d > -1e-3 && $1 > 0.58 && $1 < 0.63) }'
expect 0 fovea predict "$shufflenet" "$photos/Brittany_02625.jpg" --preprocess imagenet --classes "$synset"
sed -n 2p out.txt | grep -q 'Brittany spaniel'

# The same, said in numbers; and what the picture lacks.
expect 0 fovea predict "$shufflenet" "$photos/chelsea.png" --preprocess imagenet --json
cp out.txt named.json
expect 0 fovea predict "$shufflenet" "$photos/chelsea.png" --resize 256 --crop 224 --mean 0.485,0.456,0.406 \
    --std 0.229,0.224,0.225 --json
cmp out.txt named.json
expect 2 fovea predict "$shufflenet" "$photos/chelsea.png"
says "--preprocess imagenet"
expect 2 fovea predict "$shufflenet" "$photos/chelsea.png" --preprocess keras
says "imagenet, caffe, bytes and none"
expect 2 fovea predict "$shufflenet" "$photos/chelsea.png" --resize 100 --crop 224
says "does not fit"
expect 2 fovea predict lenet5 "$photos/chelsea.png" --resize --classes "$synset"
says "1000 classes, the net has 10 outputs"

# Nodes and values by name and by pattern.
expect 0 fovea maps "$squeezenet" "$photos/chelsea.png" --preprocess caffe --layer 'fire2/*,prob' --json
[ "$(json_get layers.# layers.0.node layers.7.node <out.txt)" = '8 "fire2/conv1x1_1" "prob"' ]
expect 0 fovea maps "$shufflenet" "$photos/chelsea.png" --preprocess imagenet --layer 425,Concat_17 --json
[ "$(json_get layers.# layers.0.node layers.1.node layers.1.name <out.txt)" = '2 "Concat_17" "Reshape_83" "425"' ]
expect 2 fovea maps "$squeezenet" "$photos/chelsea.png" --preprocess caffe --layer fire2/conv
says "did you mean"
expect 0 fovea filters "$squeezenet" --layer 'fire9/*' -o filters.png
expect 0 fovea graph "$shufflenet" -o graph.svg
grep -q '>× 7</text>' graph.svg
no_leftovers .

# Of a net that makes pictures the layer with maps is the last that lies as its input does, not what it folds it into.
expect 0 fovea explain "$models/onnx/super_resolution.onnx" "$photos/chelsea.png" --resize 224 --crop 224 \
    --trust none -o sharper.png
