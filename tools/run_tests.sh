#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds and tests presets one after the other and ends with the total over all of them.
#   tools/run_tests.sh [--all] release asan tsan
# --all adds the tests marked long (FOVEA_LONG=1) and a build by both compilers with -Werror.
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

for preset in "$@"; do
    folder=build-$preset
    [ "$preset" = release ] && folder=build
    target=all
    [ "$preset" = tsan ] && target=thread-tests
    echo "== $preset: building"
    if ! { [ -f "$folder/build.ninja" ] || cmake --preset "$preset" >"build/$preset.log" 2>&1; } ||
        ! cmake --build "$folder" -j "$jobs" --target "$target" >"build/$preset.log" 2>&1; then
        tail -n 40 "build/$preset.log"
        failed=$((failed + 1))
        broken+=("$preset: the build")
        continue
    fi
    echo "== $preset: testing"
    report=$PWD/$folder/junit.xml
    rm -f "$report"
    ctest --preset "$preset" -j "$jobs" --output-junit "$report"
    if [ ! -f "$report" ]; then
        failed=$((failed + 1))
        broken+=("$preset: no test ran")
        continue
    fi
    total=$(attribute tests "$report") bad=$(attribute failures "$report")
    left_out=$(($(attribute skipped "$report") + $(attribute disabled "$report")))
    passed=$((passed + total - bad - left_out))
    failed=$((failed + bad))
    skipped=$((skipped + left_out))
    if [ "$bad" -gt 0 ]; then
        while IFS= read -r name; do broken+=("$preset: $name"); done < <(
            sed -n 's/.*<testcase name="\([^"]*\)".*status="fail".*/\1/p' "$report")
    fi
done

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
