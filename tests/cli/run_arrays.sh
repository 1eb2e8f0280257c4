# SPDX-License-Identifier: MIT
# fovea run: arrays and pictures into a net, its outputs and every value between.
. "$SOURCES/tests/cli/common.inc"
own_data

# npy FILE DESCR SHAPE: an array whose bytes come from standard input.
npy() {
    local header
    header=$(printf "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }" "$2" "$3")
    {
        printf '\223NUMPY\001\000\166\000'
        printf '%-117s\n' "$header"
        cat
    } >"$1"
}
head -c 1536 /dev/urandom | tr '\200-\377\100-\177' '\0-\77' | npy pixels.npy '|u1' '2, 3, 16, 16'
# Sixteen floats: 1, -2 and zeros.
{ printf '\0\0\200\077\0\0\0\300'; head -c 56 /dev/zero; } | npy x.npy '<f4' '1, 1, 4, 4'
{ printf '\0\0\200\077\0\0\0\300'; head -c 56 /dev/zero; } | npy flat.npy '<f4' '1, 4, 4'
{ printf '\0\074\0\300'; head -c 28 /dev/zero; } | npy half.npy '<f2' '1, 4, 4'
{ printf '\0\0\0\0\0\0\360\077\0\0\0\0\0\0\0\300'; head -c 112 /dev/zero; } | npy wide.npy '<f8' '1, 4, 4'

expect 0 fovea run 'relu, maxpool 2' --input x.npy
not prints relu1
prints 'maxpool1'
[ "$(awk '$1 == "x" { print $4, $5 }' out.txt)" = "-2 1" ]
[ "$(awk '$1 == "maxpool1" { print $3, $4, $5 }' out.txt)" = "1×1×2×2 0 1" ]

# An ONNX net of one Relu whose input is N×1×H×W: sizes that the file leaves open are the array's.
{
    printf '\010\010\072\074\012\014\012\001x\022\001y\042\004Relu\022\001g'
    printf 'Z\036\012\001x\022\031\012\027\010\001\022\023\012\003\022\001N\012\002\010\001\012\003\022\001H\012\003\022\001Wb\011\012\001y\022\004\012\002\010\001B\004\012\000\020\021'
} >open.onnx
expect 0 fovea run open.onnx --input x.npy
[ "$(awk '$1 == "y" { print $3, $4, $5 }' out.txt)" = "1×1×4×4 0 1" ]

# A missing batch of one is added, doubles become what the net computes in.
for file in flat.npy wide.npy half.npy; do
    expect 0 fovea run 'relu, maxpool 2' --input x=$file --json
    [ "$(json_get outputs.0.name outputs.0.shape outputs.0.maximum inputs.0.type values.# <out.txt)" = \
        '"maxpool1" [1,1,2,2] 1 "F32" 2' ]
done

# Outputs and all values into files that are whole or not there.
expect 0 fovea run 'relu, maxpool 2' --input x.npy --all all.npz --parameters -o y.npy
prints 'relu1'
grep -qa 'relu1.npy' all.npz && grep -qa 'x.npy' all.npz
expect 0 fovea run 'tanh' --input y.npy -o z.npz
grep -qa 'tanh1.npy' z.npz
# The same bytes again.
expect 0 fovea run 'relu, maxpool 2' --input x.npy -o again.npy
cmp y.npy again.npy
cp y.npy before.npy
expect 2 fovea run 'relu, conv 1 9' --input x.npy -o y.npy
cmp y.npy before.npy
no_leftovers .

# A picture goes in as it does for predict.
fovea train --arch "$small_net" --data mnist --epochs 1 -q -o run
expect 0 fovea run run --input mnist#3 --json
one=$(json_get outputs.0.maximum <out.txt)
expect 0 fovea predict run mnist#3 --top 1 --json
[ "$(json_get images.0.top.0.logit <out.txt)" = "$one" ]

# What cannot go in.
expect 2 fovea run 'relu' --input pixels.npy
says 'pixels.npy holds U8, but input x is F32'
expect 2 fovea run 'relu'
says 'nothing goes in: --input x.npy'
expect 2 fovea run run
says 'nothing is given for --input x; the net takes x (F32 N×1×28×28)'
expect 2 fovea run 'relu' --input x.npy --input y=x.npy
says 'too much is given, or for no input of the net: --input y=x.npy'
expect 2 fovea run 'relu' --input x.npy --all values.zip
says 'must end in .npz'
expect 2 fovea run 'relu' --input x.npy -o values.csv
says 'must end in .npz or .npy'
expect 2 fovea run 'relu' --input x.npy --parameters
expect 3 fovea run 'relu' --input missing.npy
head -c 150 x.npy >short.npy
expect 3 fovea run 'relu' --input short.npy
says 'short.npy'
