# SPDX-License-Identifier: MIT
# Faults around a run folder: nothing is lost, nothing is begun anew in silence.
. "$SOURCES/tests/cli/common.inc"
own_data
train() { fovea train --arch "$small_net" --data mnist "$@"; }
expect 0 train --epochs 1 -o run
cp -r run kept
# An exploding loss stops before the weights change, names the step, keeps the last checkpoint.
expect 1 train --epochs 5 --lr 1e6 -o nan
says "step"
fovea eval nan --data mnist >/dev/null
# A disk that is full (files cannot grow): the old files stay whole, nothing half is left.
(ulimit -f 8; expect 1 fovea train --resume run --epochs 2)
for file in last.safetensors best.safetensors; do cmp run/$file kept/$file; done
no_leftovers run
# One process a folder.
set -m
fovea train --arch "$small_net" --data mnist --epochs 100000 -o busy >/dev/null 2>&1 &
pid=$!
while [ ! -e busy/run.json ]; do sleep 0.1; done
expect 2 fovea train --resume busy
says "another fovea"
expect 2 train --force -o busy
kill -KILL $pid
wait $pid || true
# Leftovers of a kill are told and not used.
touch run/last.safetensors.tmp.123
expect 0 fovea train --resume run --epochs 2
grep -q "run/last.safetensors.tmp.123 is left" err.txt
# Damage is never passed over.
head -c 1000 kept/last.safetensors >run/last.safetensors
expect 3 fovea train --resume run --epochs 3
says "--force"
cp kept/last.safetensors run/last.safetensors
printf '\377' | dd of=run/last.safetensors bs=1 seek=9000 conv=notrunc 2>/dev/null
expect 3 fovea train --resume run --epochs 3
rm run/last.safetensors
expect 3 fovea train --resume run --epochs 3
says "is not there"
echo '{' >run/run.json
expect 3 fovea train --resume run
says run.json
rm run/run.json
expect 3 fovea train --resume run
expect 3 fovea train --resume nowhere
# Another data set behind the same name is noticed.
cp -r kept moved
make_small_set sets 319 100
expect 2 fovea train --resume moved --epochs 3
says data
# A run keeps its options.
expect 2 fovea train --resume moved --lr 0.5
expect 2 fovea train --resume moved --seed 1
make_small_set sets
# --force replaces the run and nothing else.
touch kept/notes.txt
expect 0 train --epochs 1 --force -o kept
[ -e kept/notes.txt ]
# A folder that cannot be written.
expect 1 train --epochs 1 -o /proc/fovea-test/run
if [ "$(id -u)" -ne 0 ]; then
    mkdir closed && chmod a-w closed
    expect 1 train --epochs 1 -o closed/run
fi
