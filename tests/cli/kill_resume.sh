# SPDX-License-Identifier: MIT
# Twenty times (five under sanitizers): a run is killed at a random moment, goes on, is killed again,
# goes on, and ends with the bits of one that was never stopped.
. "$SOURCES/tests/cli/common.inc"
own_data 800 50
options=(--arch "$small_net" --data mnist --optimizer adam --batch 4 --epochs 12
    --schedule cosine --augment shift=1 --threads 2)
begun=${EPOCHREALTIME/./}
fovea train "${options[@]}" -q -o straight
spent=$((${EPOCHREALTIME/./} - begun))
RANDOM=7
killed=0
# killed_after COMMAND...: within the time a whole run takes.
killed_after() {
    local code=0 wait_us=$((spent / 1000 * (RANDOM % 1000) + 1000))
    timeout -s KILL "$((wait_us / 1000000)).$(printf %06d $((wait_us % 1000000)))" "$@" \
        >/dev/null 2>err.txt || code=$?
    case $code in
        137)
            killed=$((killed + 1))
            [ ! -d run ] || flock run true # what was killed may not be gone yet
            ;;
        0) spent=$((spent * 3 / 4)) ;; # the machine is faster now than when it was measured
        *) cat err.txt; return 1 ;;
    esac
}
cycles=20
[ -z "${FOVEA_SANITIZE:-}" ] || cycles=5
for ((cycle = 1; cycle <= cycles; cycle++)); do
    rm -rf run
    killed_after fovea train "${options[@]}" -o run
    [ ! -e run/run.json ] || killed_after fovea train --resume run
    if [ -e run/run.json ]; then
        fovea train --resume run -q 2>err.txt
    else # killed before the first checkpoint
        fovea train "${options[@]}" --force -o run -q
    fi
    cmp straight/best.safetensors run/best.safetensors || { echo "cycle $cycle"; exit 1; }
    cut -d, -f3-9 straight/history.csv | cmp - <(cut -d, -f3-9 run/history.csv)
done
[ $((killed * 2)) -ge $cycles ] || { echo "only $killed runs were killed"; exit 1; }
