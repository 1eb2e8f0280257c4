#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs every libFuzzer target for a number of seconds from its corpus. What it finds stays in
# build-fuzz/found/PARSER; new inputs go to build-fuzz/corpus/PARSER, not into the tree.
#   tools/run_fuzz.sh [SECONDS] [PARSER ...]
set -u
cd "$(dirname "$0")/.." || exit 1
seconds=${1:-60}
shift || true
export FOVEA_CLANG=${FOVEA_CLANG:-$(command -v clang-14 || command -v clang)}
if [ -z "$FOVEA_CLANG" ]; then
    echo "fuzzing needs clang with its run-time library: apt-get install clang-14 libclang-rt-14-dev"
    exit 1
fi
{ [ -f build-fuzz/build.ninja ] || cmake --preset fuzz; } && cmake --build --preset fuzz -j "${JOBS:-2}" ||
    exit 1
if [ $# -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        name=$(basename "$source" .c)
        set -- "$@" "${name#fuzz_}"
    done
fi
failed=0
for parser in "$@"; do
    echo "== $parser, $seconds s"
    mkdir -p "build-fuzz/corpus/$parser" "build-fuzz/found/$parser"
    options=()
    [ -f "tests/fuzz/$parser.dict" ] && options+=("-dict=tests/fuzz/$parser.dict")
    "build-fuzz/tests/fuzz_$parser" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 \
        -print_final_stats=1 "${options[@]}" -artifact_prefix="build-fuzz/found/$parser/" \
        "build-fuzz/corpus/$parser" "tests/fuzz/corpus/$parser" >"build-fuzz/$parser.log" 2>&1
    if [ $? -ne 0 ]; then
        tail -n 30 "build-fuzz/$parser.log"
        failed=$((failed + 1))
    fi
    grep -E 'number_of_executed_units|peak_rss_mb' "build-fuzz/$parser.log"
done
echo "$# fuzz targets, $failed failed"
[ $failed -eq 0 ]
