# SPDX-License-Identifier: MIT
# The example of the README builds, trains and looks inside; its model file is one like any other.
. "$SOURCES/tests/cli/common.inc"
example=$FOVEA_BUILD/examples/look_inside
[ -x "$example" ] || { echo "built without examples"; exit 77; }
own_data
expect 0 "$example" mnist
grep -Eq '^loss [0-9.]+, accuracy [0-9.]+ after [0-9.]+ s$' out.txt
[ "$(head -c 4 filters.png | tail -c 3)" = PNG ]
[ "$(head -c 4 maps.png | tail -c 3)" = PNG ]
expect 0 fovea eval net.safetensors --data mnist
prints accuracy
expect 5 "$example" kmnist
grep -q 'fovea data get kmnist' err.txt
