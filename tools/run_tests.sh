#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds and tests presets one after the other and ends with the total over all of them.
#   tools/run_tests.sh [--all] release asan tsan arm64
# --all adds the tests marked long (FOVEA_LONG=1), the whole suite with each lesser kernel set, and a
# build by both compilers with -Werror.
set -u
cd "$(dirname "$0")/.." || exit 1
jobs=${JOBS:-2}
all=no
if [ "${1:-}" = --all ]; then
    all=yes
    export FOVEA_LONG=1
    shift
fi
mkdir -p build
passed=0 failed=0 skipped=0 broken=()
started=$SECONDS

# attribute NAME FILE: that attribute of the JUnit file's first <testsuite>.
attribute() {
    sed -n "s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p; s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p" "$2" |
        head -n 1
}

# run_preset NAME PRESET: ctest with that preset; its failures are listed under NAME.
run_preset() {
    local folder=build-$2 report total bad left_out name
    [ "$2" = release ] && folder=build
    echo "== $1: testing"
    report=$PWD/$folder/junit.xml
    rm -f "$report"
    ctest --preset "$2" -j "$jobs" --output-junit "$report"
    if [ ! -f "$report" ]; then
        failed=$((failed + 1))
        broken+=("$1: no test ran")
        return
    fi
    total=$(attribute tests "$report") bad=$(attribute failures "$report")
    left_out=$(($(attribute skipped "$report") + $(attribute disabled "$report")))
    passed=$((passed + total - bad - left_out))
    failed=$((failed + bad))
    skipped=$((skipped + left_out))
    if [ "$bad" -gt 0 ]; then
        while IFS= read -r name; do broken+=("$1: $name"); done < <(
            sed -n 's/.*<testcase name="\([^"]*\)".*status="fail".*/\1/p' "$report")
    fi
}

# What the preset needs and this machine lacks, in a sentence.
lacking() {
    [ "$1" = arm64 ] || return 1
    if [ "$(uname -m)" = aarch64 ]; then
        echo "this is an arm64 processor: preset release has tested it"
    elif ! command -v aarch64-linux-gnu-gcc >/dev/null || ! command -v qemu-aarch64 >/dev/null; then
        echo "install gcc-aarch64-linux-gnu and qemu-user to test the engine for arm64"
    else
        return 1
    fi
}

for preset in "$@"; do
    folder=build-$preset
    [ "$preset" = release ] && folder=build
    target=all
    [ "$preset" = tsan ] && target=thread-tests
    if sentence=$(lacking "$preset"); then
        echo "== $preset: skipped: $sentence"
        skipped=$((skipped + 1))
        continue
    fi
    echo "== $preset: building"
    if ! { [ -f "$folder/build.ninja" ] || cmake --preset "$preset" >"build/$preset.log" 2>&1; } ||
        ! cmake --build "$folder" -j "$jobs" --target "$target" >"build/$preset.log" 2>&1; then
        tail -n 40 "build/$preset.log"
        failed=$((failed + 1))
        broken+=("$preset: the build")
        continue
    fi
    run_preset "$preset" "$preset"
done

if [ $all = yes ] && [ -f build/build.ninja ]; then
    for level in avx2 reference; do
        if FOVEA_CPU=$level ./build/fovea version >/dev/null 2>&1; then
            FOVEA_LONG= FOVEA_CPU=$level run_preset "release with FOVEA_CPU=$level" release
        fi
    done
fi
if [ $all = yes ]; then
    for cc in gcc "${FOVEA_CLANG:-clang}"; do
        command -v "$cc" >/dev/null || continue
        echo "== warnings of $cc"
        if cmake -S . -B "build-warnings-$(basename "$cc")" -G Ninja -DCMAKE_C_COMPILER="$cc" \
            -DFOVEA_WERROR=ON >build/warnings.log 2>&1 &&
            cmake --build "build-warnings-$(basename "$cc")" -j "$jobs" >build/warnings.log 2>&1; then
            passed=$((passed + 1))
        else
            tail -n 40 build/warnings.log
            failed=$((failed + 1))
            broken+=("warnings of $cc")
        fi
    done
fi

echo
[ ${#broken[@]} -eq 0 ] || printf 'FAILED %s\n' "${broken[@]}"
echo "presets: $*, $((SECONDS - started)) s, $skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
