#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# make bench: the short set of bench/, at most ten minutes. $FOVEA_TORCH_PYTHON is the Python whose torch is the
# peer (else the first found that has one; without any only fovea is measured); $CSV a folder for the rounds.
set -eu
cd "$(dirname "$0")/.."
program=${FOVEA_PROGRAM:-build/fovea}
python=$(command -v python3) || { echo "make bench needs python3: apt install python3"; exit 1; }

torch=()
for candidate in ${FOVEA_TORCH_PYTHON:-} python3 /usr/bin/python3; do
    if "$candidate" -c 'import torch' 2>/dev/null; then
        torch=(--torch "$candidate")
        break
    fi
done
[ ${#torch[@]} -gt 0 ] || echo "no Python here has torch: without a peer (apt install python3-torch, or FOVEA_TORCH_PYTHON=…)"
csv() { [ -z "${CSV:-}" ] || printf '%s\n' --csv "$CSV/$1.csv"; }
[ -z "${CSV:-}" ] || mkdir -p "$CSV"

# shellcheck disable=SC2046
{
    "$program" bench peak
    printf '\n== training steps\n'
    "$python" bench/training.py --program "$program" --rounds 3 --seconds 0.4 --minutes 4 "${torch[@]}" $(csv training)
    printf '\n== layers of these nets, one thread\n'
    "$python" bench/kernels.py --program "$program" --rounds 2 --seconds 0.05 --minutes 2.5 "${torch[@]}" $(csv layers) \
        bench/shapes/training.txt bench/shapes/rows.txt bench/shapes/other.txt
    printf '\n== layers of one picture\n'
    "$python" bench/kernels.py --program "$program" --rounds 2 --seconds 0.05 --minutes 3 --forward --threads 1,2 \
        "${torch[@]}" $(csv picture) bench/shapes/picture.txt
}
