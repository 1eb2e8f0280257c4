# SPDX-License-Identifier: MIT
# predict --logits: every raw output in the order of the classes, whatever --top says.
. "$SOURCES/tests/cli/common.inc"
own_data
fovea train --arch "$small_net" --data mnist --epochs 1 -q -o run
expect 0 fovea predict run mnist#3 mnist#4 --top 2
not prints logit
expect 0 fovea predict run mnist#3 mnist#4 --top 2 --logits --json
[ "$(json_get images.0.logits.# images.1.logits.# images.0.top.# <out.txt)" = "10 10 2" ]
logits=$(json_get images.0.logits <out.txt | tr -d '[]' | tr ',' '\n')
best=$(json_get images.0.top.0.index images.0.top.0.logit <out.txt)
[ "$best" = "$(echo "$logits" | cat -n | sort -g -k2 | tail -n 1 | awk '{ print $1 - 1, $2 }')" ]

# The text says the same ten numbers, one below the other, with their classes.
expect 0 fovea predict run mnist#3 --top 2 --logits
[ "$(sed -n 3,12p out.txt | awk '{ print $2, $3 }')" = "$(seq 0 9 | awk '{ print $1, $1 }')" ]
[ "$(sed -n 3,12p out.txt | awk '{ print $1 }')" = "$(echo "$logits" | awk '{ printf "%.6f\n", $1 }')" ]
[ "$(sed -n 3,12p out.txt | awk '{ print index($0, ".") }' | sort -u)" = 8 ]
[ "$(wc -l <out.txt)" -eq 15 ]
