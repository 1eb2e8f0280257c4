# SPDX-License-Identifier: MIT
# The tutorials in C run on small sets and pictures and find what their pages say.
. "$SOURCES/tests/cli/common.inc"
examples=$FOVEA_BUILD/examples
[ -x "$examples/four_filters" ] || { echo "built without examples"; exit 77; }
own_data
pictures=$SOURCES/docs/pictures
is_png() {
    for name in "$@"; do [ "$(head -c 4 "$name" | tail -c 3)" = PNG ]; done
}

# One: the hand-set filters give what the ready-made net's do.
expect 0 "$examples/four_filters" "$pictures/street.png"
prints 'conv: 4×210×317'
prints 'pool: 4×105×158'
largest=$(fovea maps four-filters "$pictures/street.png" --stage conv --stats |
    awk '$2 == 1 { printf "%.5f", $4 }')
prints "to  $largest"
is_png filters.png conv.png activation.png pool.png
expect 3 "$examples/four_filters" nothing.png
expect 2 "$examples/four_filters"

# Two: 669,706 parameters against 215,370.
expect 0 "$examples/how_a_cnn_sees" mnist "$pictures/street.png"
prints '669706 parameters'
prints '215370 parameters'
is_png samples.png values.png edges.png activation.png pool.png
expect 5 "$examples/how_a_cnn_sees" kmnist "$pictures/street.png"
mkdir -p few/train/car
cp "$pictures/car.png" few/train/car/
expect 2 "$examples/how_a_cnn_sees" few "$pictures/street.png"

# Three: two classes of 32×32 pictures, one reddish and one bluish.
for part in train test; do
    for class in red blue; do
        mkdir -p "colours/$part/$class"
        for i in 1 2 3 4 5 6 7 8; do
            LC_ALL=C awk -v class=$class -v seed="$i$part" 'BEGIN {
                printf "P6 32 32 255\n"
                srand(length(seed) + substr(seed, 1, 1))
                for (i = 0; i < 1024; i++) {
                    red = 60 * rand() + (class == "red" ? 66 : 6)
                    blue = 60 * rand() + (class == "red" ? 6 : 66)
                    printf "%c%c%c", 1 + red, 20 + 40 * rand(), 1 + blue
                }
            }' >"colours/$part/$class/$i.ppm"
        done
    done
done
expect 0 "$examples/colour_pictures" colours blue,red 30
prints 'tutorial-fc, 32 pixels a side: 3738506 parameters, output 1×10'
prints 'tutorial-fc, 1024 pixels a side: 3221818250 parameters'
prints 'tutorial-cifar, 32 pixels a side: 18354 parameters'
prints 'conv 16 3, 32 pixels a side: 448 parameters, output 1×16×30×30'
prints 'conv 16 3 pad=1, 32 pixels a side: 448 parameters, output 1×16×32×32'
[ "$(grep -c '(sample).*(population)' out.txt)" -eq 3 ]
prints 'epoch 30 loss'
prints 'accuracy: training 1.0000'
is_png edges.png
expect 2 "$examples/colour_pictures" colours blue,green 1
expect 2 "$examples/colour_pictures" mnist 0,1 1
grep -q 'mnist is not in colour' err.txt

# Four: trains, measures, looks.
expect 0 "$examples/filters_and_maps" mnist "$pictures/nine.png" 2
prints 'epoch 2 loss'
prints 'test loss'
is_png filters1.png filters2.png maps1.png maps2.png
expect 2 "$examples/filters_and_maps" mnist "$pictures/nine.png" none
