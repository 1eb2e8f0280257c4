#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs command-line tests: for each NAME.sh its standard output must equal NAME.stdout (exactly) or
# match NAME.stdout.glob (line by line, shell patterns; a line "..." stands for any number of lines),
# its messages match NAME.stderr.glob where there is one, and its exit code be that in NAME.exit (0).
#
#   tests/cli/run.sh [--set-exact-output] [NAME.sh ...]       (all of the folder without names)
#
# A script runs under `bash -e` in an empty folder of its own, with `fovea` and the helpers of this
# folder in its PATH and the root of the sources in $SOURCES. It may `exit 77` after saying why: skipped. --set-exact-output rewrites
# NAME.stdout and NAME.exit from what the program does now.
set -u
here=$(cd "$(dirname "$0")" && pwd)
SOURCES=$(cd "$here/../.." && pwd)
program=${FOVEA_PROGRAM:-$SOURCES/build/fovea}
export SOURCES NO_COLOR=1
unset COLUMNS
set_output=no
if [ "${1:-}" = --set-exact-output ]; then
    set_output=yes
    shift
fi
[ -x "$program" ] || { echo "no program at $program"; exit 1; }
if [ $# -eq 0 ]; then
    for script in "$here"/*.sh; do
        [ "$script" = "$here/run.sh" ] || set -- "$@" "$script"
    done
fi
top=$(mktemp -d "${FOVEA_TEST_TMP:-${TMPDIR:-/tmp}}/cli.XXXXXX") || exit 1
trap 'chmod -R u+w "$top" 2>/dev/null; rm -rf "$top"' EXIT
mkdir "$top/bin" && ln -s "$program" "$top/bin/fovea"
PATH=$top/bin:${FOVEA_BUILD:-$(dirname "$program")}/tests:$PATH

# match_glob PATTERNS OUTPUT: whether the lines of OUTPUT are those of PATTERNS.
match_glob() {
    local -a patterns lines
    mapfile -t patterns <"$1"
    mapfile -t lines <"$2"
    local p=0 l=0 retry_p=-1 retry_l=0
    while [ $l -lt ${#lines[@]} ]; do
        if [ $p -lt ${#patterns[@]} ] && [ "${patterns[$p]}" = "..." ]; then
            retry_p=$((++p))
            retry_l=$l
        # shellcheck disable=SC2053  # the right side is meant as a pattern
        elif [ $p -lt ${#patterns[@]} ] && [[ ${lines[$l]} == ${patterns[$p]} ]]; then
            p=$((p + 1)) l=$((l + 1))
        elif [ $retry_p -ge 0 ]; then
            p=$retry_p
            l=$((++retry_l))
        else
            echo "  line $((l + 1)) is '${lines[$l]}', wanted '${patterns[$p]:-nothing more}'"
            return 1
        fi
    done
    while [ $p -lt ${#patterns[@]} ] && [ "${patterns[$p]}" = "..." ]; do p=$((p + 1)); done
    [ $p -eq ${#patterns[@]} ] && return 0
    echo "  output ends before '${patterns[$p]}'"
    return 1
}

run_one() {
    local base=${1%.sh} folder wanted=0 code bad=0
    folder=$(mktemp -d "$top/run.XXXXXX")
    local out=$folder.out err=$folder.err
    (cd "$folder" && exec bash -e "$1") >"$out" 2>"$err" </dev/null
    code=$?
    if [ $code -eq 77 ]; then
        cat "$out"
        return 77
    fi
    if [ $set_output = yes ]; then
        [ -f "$base.stdout.glob" ] || cp "$out" "$base.stdout"
        rm -f "$base.exit"
        [ $code -eq 0 ] || echo $code >"$base.exit"
        return 0
    fi
    [ -f "$base.exit" ] && read -r wanted <"$base.exit"
    if [ "$code" -ne "$wanted" ]; then
        echo "  exit code $code, wanted $wanted"
        bad=1
    fi
    if [ -f "$base.stdout" ]; then
        diff -u "$base.stdout" "$out" || bad=1
    elif [ -f "$base.stdout.glob" ]; then
        match_glob "$base.stdout.glob" "$out" || bad=1
    fi
    if [ -f "$base.stderr.glob" ]; then
        match_glob "$base.stderr.glob" "$err" || bad=1
    fi
    if [ $bad -ne 0 ]; then
        echo "  --- standard output"; tail -n 40 "$out"
        echo "  --- messages"; tail -n 40 "$err"
    fi
    return $bad
}

passed=0 failed=0 skipped=0
for script in "$@"; do
    case $script in /*) ;; *) script=$PWD/$script ;; esac
    name=$(basename "$script" .sh)
    run_one "$script"
    case $? in
        0) passed=$((passed + 1)); echo "ok $name" ;;
        77) skipped=$((skipped + 1)); echo "skipped $name" ;;
        *) failed=$((failed + 1)); echo "FAILED $name" ;;
    esac
done
[ $failed -gt 0 ] && exit 1
[ $passed -eq 0 ] && [ $skipped -gt 0 ] && exit 77
exit 0
