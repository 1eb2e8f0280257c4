# SPDX-License-Identifier: MIT
# explain: methods, classes, layers and nets side by side, figures, arrays, JSON, and what is refused.
. "$SOURCES/tests/cli/common.inc"
own_data
net='conv 4 3 pad=1, relu, maxpool 2, conv 6 3 pad=1, relu, maxpool 2, flatten, linear 10'
fovea train --arch "$net" --data mnist --optimizer adam --epochs 1 -q -o run
fovea train --arch "$net" --data mnist --optimizer adam --epochs 2 --seed 5 -q -o other

# Text: a line for each map with shape, range and mean, below it the law.
expect 0 fovea explain run mnist#3 --method gradient,integrated-gradients --target 2,5
[ "$(grep -c '  1×28×28  min .*  max .*  mean .*  sum .*  logit ' out.txt)" -eq 4 ]
[ "$(grep -c '^  completeness: should sum to ' out.txt)" -eq 2 ]
prints "mnist#3  is "

# Every ending of a figure.
for ending in png svg pdf html; do
    expect 0 fovea explain run mnist#3 --method gradient-x-input,grad-cam -o "why.$ending"
done
[ "$(head -c 4 why.png | tail -c 3)" = PNG ]
[ "$(head -c 4 why.pdf)" = %PDF ]
grep -q '>on the picture</text>' why.svg
no_leftovers .

# Classes by name and number, a difference, two nets.
expect 0 fovea explain run mnist#3 --method gradient --diff true,predicted -o diff.svg
grep -q '>difference</text>' diff.svg
expect 0 fovea explain run mnist#3 --method gradient-x-input --compare other --target 2 -o two.svg
grep -q '>other</text>' two.svg
expect 0 fovea explain run mnist#3 --method gradient --compare other --json
[ "$(json_get maps.# maps.0.model maps.1.model <out.txt)" = '2 "run" "other"' ]

# Layers: several in one call, with advice; the last one is the default.
expect 0 fovea explain run mnist#3 --method grad-cam --layer all
prints "read this"
prints "conv1"
expect 0 fovea explain run mnist#3 --method hirescam --layer 2,maxpool1 --json
[ "$(json_get maps.# maps.0.layer maps.0.shape maps.1.layer maps.0.advice.cells <out.txt)" = \
    '2 "maxpool1" [14,14] "conv2" [14,14]' ]
expect 0 fovea explain run mnist#3 --method grad-cam --json
[ "$(json_get maps.0.layer maps.0.shape maps.0.state <out.txt)" = '"maxpool2" [7,7] "fine"' ]

# All methods: those that do not suit the net are left out with a reason; nets without maps.
expect 0 fovea explain run mnist#3 --method all --samples 20 -o all.svg
grep -q "^cam is left out" err.txt
grep -q '>LRP</text>' all.svg
fovea train --arch 'flatten, linear 10' --data mnist --epochs 1 -q -o flat
expect 0 fovea explain flat mnist#3
prints gradient-x-input
refuse_maps() { expect 2 fovea explain flat mnist#3 --method grad-cam && says "no layer with maps"; }
refuse_maps

# From mistakes to reasons: every framed cell leads to a place.
expect 0 fovea confusion run --data mnist --explain -o reasons.html
[ "$(grep -o 'href="#confused-' reasons.html | wc -l)" -ge 1 ]
for place in $(grep -o 'href="#confused-[0-9-]*' reasons.html | cut -d'#' -f2); do
    grep -q "id=\"$place\"" reasons.html
done
expect 0 fovea confusion run --data mnist --explain --method gradient-x-input
prints " taken for "
expect 2 fovea confusion run --data mnist --explain --worst 3 -o no.html
expect 2 fovea confusion run --data mnist --method hirescam -o no.html
says "--explain"
expect 2 fovea confusion run --data mnist --explain --method gradcam -o no.html
[ ! -e no.html ]

# Numbers of trust.
expect 0 fovea explain run mnist#3 --method gradient --trust quick --json
[ "$(json_get maps.0.trust.spearman maps.0.trust.deletion <out.txt | tr ' ' '\n' | grep -c .)" -eq 2 ]
expect 0 fovea explain run mnist#3 --method gradient --trust quick
prints "weights at random"

# Arrays.
expect 0 fovea explain run mnist#3 --method gradient,grad-cam --target 2,5 --npz maps.npz
for name in gradient.2.npy gradient.5.npy grad-cam.2.maxpool2.npy; do grep -qaF "$name" maps.npz; done
expect 0 fovea explain run mnist#3 --method gradient --npy map.npy
[ "$(head -c 6 map.npy | tail -c 5)" = NUMPY ]
expect 2 fovea explain run mnist#3 --method gradient,grad-cam --npy two.npy
says "--npz takes several"
[ ! -e two.npy ]

cp run/best.safetensors net.safetensors
expect 2 fovea explain run mnist#3 --compare net.safetensors --npy net.safetensors
says "would be overwritten"
expect 1 fovea explain run mnist#3 --npy nowhere/map.npy
says "no such folder"

# The same bytes whatever the number of threads.
fovea explain run mnist#3 --method smoothgrad,grad-cam --seed 4 --threads 1 --npz one.npz -q
fovea explain run mnist#3 --method smoothgrad,grad-cam --seed 4 --threads 3 --npz three.npz -q
cmp one.npz three.npz

# The methods.
expect 0 fovea explain --list
prints grad-cam
expect 0 fovea explain --list --json
[ "$(json_get methods.0.name <out.txt)" = '"gradient"' ]

# Ends of scales are whole numbers where there is little room, too.
expect 0 fovea explain run mnist#3 --method grad-cam --layer all --width 360 -o narrow.svg
! grep -q '[0-9.]…</text>' narrow.svg

# Numbers of trust that take long are left out with a word, not as "nan"; all means all.
expect 0 fovea explain run mnist#3 --method integrated-gradients
prints "left out: they make the map of 101 passes again"
! grep -q nan out.txt
expect 0 fovea explain run mnist#3 --method integrated-gradients --steps 30 --trust all --json
[ "$(json_get maps.0.trust.sensitivity maps.0.trust.spearman <out.txt)" != "null null" ]

# A part of a name leads to the names that have it.
printf 'tiger cat\ntabby, tabby cat\noystercatcher\n4\n5\n6\n7\n8\n9\n10\n' >names.txt
expect 0 fovea explain run mnist#3 --classes names.txt --target 'Tabby,tiger cat' --json
[ "$(json_get maps.0.target maps.1.target <out.txt)" = "1 0" ]
for command in 'explain run mnist#3' 'like run' 'selftest run mnist#3'; do
    expect 2 fovea $command --classes names.txt --target cat
    says "did you mean 'tiger cat', 'tabby, tabby cat', 'oystercatcher'?"
done

# What is refused, and how; nothing is written.
refuse() { # CODE TEXT WORDS...
    local code=$1 text=$2
    shift 2
    expect "$code" fovea explain "$@" -o refused.png
    says "$text"
    [ ! -e refused.png ]
}
head -c 60 why.png >cut.png
refuse 2 "did you mean 'grad-cam'" run mnist#3 --method gradcam
refuse 2 "no class of that name" run mnist#3 --target nine
refuse 2 "a number may go from 0 to 9" run mnist#3 --target 10
refuse 2 "did you mean conv1" run mnist#3 --method grad-cam --layer conv7
refuse 2 "linear1" run mnist#3 --method grad-cam --layer linear1
refuse 2 "--layer: gradient does not use any" run mnist#3 --method gradient --layer 1
refuse 2 "--steps 0" run mnist#3 --method integrated-gradients --steps 0
refuse 2 "--baseline: gradient does not use any" run mnist#3 --method gradient --baseline white
refuse 2 "there is no baseline" run mnist#3 --method integrated-gradients --baseline pink
refuse 2 "must be midpoint or gauss-legendre" run mnist#3 --method integrated-gradients --quadrature 5
refuse 2 "--diff takes two classes" run mnist#3 --diff 1,2,3
refuse 2 "would mean nothing" run mnist#3 --method gradient,gradient-x-input --scale figure
refuse 2 "--npz and --output are both refused.png" run mnist#3 --npz refused.png
refuse 2 "which picture" run mnist
refuse 2 "--trust slow" run mnist#3 --trust slow
expect 2 fovea explain run
says "takes MODEL and IMAGE"
refuse 3 "nothing.png" run mnist#3 --method integrated-gradients --baseline nothing.png
refuse 3 "cut.png" run mnist#3 --method integrated-gradients --baseline cut.png
make_scene 20 20 other.ppm
refuse 2 "is 20×20" run mnist#3 --method integrated-gradients --baseline other.ppm
make_scene 28 28 white.ppm
expect 0 fovea explain run mnist#3 --method integrated-gradients --baseline white.ppm
refuse 2 "28×28" run other.ppm
no_leftovers .
