#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Multiply-adds are contracted in kernel files with an instruction set in their name and nowhere else;
# instruction sets are asked for in those files only. Read from the commands the build really uses.
set -u
commands=$FOVEA_BUILD/compile_commands.json
bad=0
while IFS= read -r command; do
    source=$(grep -oE '[^ ]+\.c$' <<<"${command%\",*}")
    contract=$(grep -oE -- '-ffp-contract=[a-z]+' <<<"$command" | tail -n 1)
    machine=$(grep -oE -- ' -m(avx|fma|sse|arch|cpu|tune)[^ ]*' <<<"$command" | tr -d '\n')
    case $source in
        */src/kernels/*_avx2.c | */src/kernels/*_avx512.c | */src/kernels/*_neon.c)
            wanted=-ffp-contract=fast ;;
        *)
            wanted=-ffp-contract=off
            if [ -n "$machine" ]; then
                echo "$source is compiled with$machine"
                bad=1
            fi ;;
    esac
    if [ "$contract" != "$wanted" ]; then
        echo "$source is compiled with '$contract', not $wanted"
        bad=1
    fi
done < <(grep -E '^ *"command":' "$commands")
[ "$(grep -c '"command":' "$commands")" -gt 20 ] || { echo "no commands in $commands"; bad=1; }
exit $bad
