#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Multiply-adds are contracted in the vector files of convolution and linear and nowhere else, no other
# flag lets the compiler change a result, and instruction sets are asked for in vector files only. Read
# from the commands the build really uses.
set -u
commands=$FOVEA_BUILD/compile_commands.json
bad=0
while IFS= read -r command; do
    source=$(grep -oE '[^ ]+\.c$' <<<"${command%\",*}")
    contract=$(grep -oE -- '-ffp-contract=[a-z]+' <<<"$command" | tail -n 1)
    machine=$(grep -oE -- ' -m(avx|fma|sse|arch|cpu|tune)[^ ]*' <<<"$command" | tr -d '\n')
    loose=$(grep -oE -- ' -(Ofast|ffast-math|funsafe-math[^ ]*|fassociative-math|ffinite-math[^ ]*|freciprocal-math)' \
        <<<"$command" | tr -d '\n')
    case $source in
        */src/kernels/conv/*_avx2.c | */src/kernels/conv/*_avx512.c | */src/kernels/conv/*_neon.c | \
            */src/kernels/linear/*_avx2.c | */src/kernels/linear/*_avx512.c | */src/kernels/linear/*_neon.c)
            wanted=-ffp-contract=fast machine= ;;
        */src/kernels/*_avx2.c | */src/kernels/*_avx512.c)
            wanted=-ffp-contract=off machine= ;;
        *)
            wanted=-ffp-contract=off ;;
    esac
    if [ -n "$machine$loose" ]; then
        echo "$source is compiled with$machine$loose"
        bad=1
    fi
    if [ "$contract" != "$wanted" ]; then
        echo "$source is compiled with '$contract', not $wanted"
        bad=1
    fi
done < <(grep -E '^ *"command":' "$commands")
[ "$(grep -c '"command":' "$commands")" -gt 20 ] || { echo "no commands in $commands"; bad=1; }
exit $bad
