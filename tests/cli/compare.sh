# SPDX-License-Identifier: MIT
# Two nets on the same pictures: text, JSON, every kind of file, the same for any number of threads,
# what is refused.
. "$SOURCES/tests/cli/common.inc"
own_data
fovea train --arch 'flatten, linear 16, relu, linear 10' --data mnist --optimizer adam --epochs 2 -q -o mlp
fovea train --arch "$small_net" --data mnist --optimizer adam --epochs 3 -q -o cnn

for ending in png svg pdf html; do
    expect 0 fovea compare mlp cnn --data mnist --shift 1 -q -o "compare.$ending"
done
[ "$(head -c 4 compare.png | tail -c 3)" = PNG ]
grep -q '>When the pictures move</text>' compare.svg
# Curves of several runs: a legend entry for each run and each part, not for each pair.
expect 0 fovea curves mlp cnn -q -o curves.svg
[ "$(grep -o '>cnn</text>' curves.svg | wc -l)" -eq 2 ]
[ "$(grep -o '>training</text>' curves.svg | wc -l)" -eq 2 ]
not grep -q '>cnn, training</text>' curves.svg
# Of the folders that the runs share nothing is written in the legend.
expect 0 fovea curves "$PWD/mlp" "$PWD/cnn" -q -o curves.svg
[ "$(grep -o '>cnn</text>' curves.svg | wc -l)" -eq 2 ]
no_leftovers .

expect 0 fovea compare mlp cnn --data mnist --shift 3
prints "mlp and cnn"
prints "pixels moved  0  1  2  3"
prints "mlp, training  2 points"
prints "cnn, training  3 points"
prints "exact McNemar test"
expect 0 fovea compare mlp cnn --data mnist --json --threads 1
cp out.txt one.json
expect 0 fovea compare mlp cnn --data mnist --json --threads 3
cmp one.json out.txt
[ "$(json_get models.# models.0.model models.1.model models.0.shifted.# \
    models.0.shifted.4.pixels only.# <one.json)" = '2 "mlp" "cnn" 5 4 2' ]
# What eval says of each.
for net in 0 1; do
    name=mlp
    [ $net -eq 0 ] || name=cnn
    fovea eval $name --data mnist --json >eval.json
    [ "$(json_get loss accuracy <eval.json)" = \
        "$(json_get models.$net.loss models.$net.accuracy <one.json)" ]
    [ "$(json_get accuracy <eval.json)" = \
        "$(json_get models.$net.shifted.0.accuracy <one.json)" ]
done
# Nets that were never trained, on a few pictures, not moved.
expect 0 fovea compare 'flatten, linear 10' "$small_net" --input 1x28x28 --data mnist --limit 9 \
    --shift 0 --json
[ "$(json_get count models.0.shifted.# models.1.architecture <out.txt)" = "9 1 \"$small_net\"" ]

expect 2 fovea compare mlp --data mnist
expect 2 fovea compare mlp cnn
says "--data"
expect 2 fovea compare mlp tutorial-cifar --data mnist
says "1×28×28"
says "3×32×32"
expect 2 fovea compare mlp cnn --data mnist --shift 17
expect 2 fovea compare mlp cnn --data mnist --limit 0
expect 2 fovea compare mlp cnn --data mnist -o no.gif
expect 3 fovea compare mlp nothing.safetensors --data mnist -o no.png
expect 5 fovea compare mlp cnn --data cifar10 -o no.png
# Nets of other classes.
fovea train --arch "$small_net" --data mnist --classes 3,5 --epochs 1 -q -o two
expect 2 fovea compare mlp two --data mnist -o no.png
says "mlp knows other classes"
echo damaged >two/history.csv
expect 3 fovea compare two two --data mnist -o no.png
says history.csv
[ ! -e no.png ] && [ ! -e no.gif ]
no_leftovers .
