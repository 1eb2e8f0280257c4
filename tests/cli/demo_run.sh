# SPDX-License-Identifier: MIT
# The demo, on a small set that passes for Fashion-MNIST: its folder, its pictures, doing it again.
. "$SOURCES/tests/cli/common.inc"
own_data 600 100
if [ ! -d /usr/share/datasets ]; then # where Debian's package puts it
    expect 5 fovea demo
    says "apt install dataset-fashion-mnist"
    [ ! -e fovea-demo ]
fi
mv sets/mnist sets/fashion-mnist
expect 0 fovea demo --epochs 1
prints "Open fovea-demo/report.html in a browser"
[ "$(grep -c '^  fovea ' out.txt)" -eq 3 ]
for file in report.html history.csv run.json best.safetensors last.safetensors \
    curves.png confusion.png filters.png maps.png; do
    [ -s "fovea-demo/$file" ]
done
no_leftovers fovea-demo
# The commands it names work.
grep '^  fovea ' out.txt >next.sh
bash -e next.sh >next.txt
# An older run of the demo is replaced; anything else is not.
echo old >fovea-demo/report.html
expect 0 fovea demo --epochs 1 --json
tail -n 1 out.txt | json_get command epochs files.# | grep -qx '"demo" 1 5'
[ "$(wc -c <fovea-demo/report.html)" -gt 10000 ]
mkdir mine other
echo precious >mine/file
expect 2 fovea demo --epochs 1 -o mine
[ "$(cat mine/file)" = precious ]
expect 0 fovea demo --epochs 1 -q -o other
fovea train --arch "$small_net" --data fashion-mnist --epochs 1 -q -o trained
expect 2 fovea demo --epochs 1 -o trained
