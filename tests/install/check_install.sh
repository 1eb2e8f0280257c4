#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs into an empty prefix and builds a ten-line program against the copy, once through pkg-config
# and once through find_package; then looks at what the shared libraries show.
set -eu
here=$PWD/tests/install
prefix=$(mktemp -d "${FOVEA_TEST_TMP:-/tmp}/install.XXXXXX")
trap 'rm -rf "$prefix"' EXIT
cmake --install "$FOVEA_BUILD" --prefix "$prefix/usr" >"$prefix/log" || { cat "$prefix/log"; exit 1; }

pc=$(find "$prefix/usr" -name fovea.pc)
libdir=$(dirname "$(dirname "$pc")")
export PKG_CONFIG_PATH=$libdir/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
export LD_LIBRARY_PATH=$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
wanted=$(sed -n 's/^#define FOVEA_VERSION "\(.*\)"/\1/p' include/fovea/context.h)

echo "pkg-config"
# shellcheck disable=SC2046  # the flags are several words
${CC:-cc} "$here/ten_lines.c" -o "$prefix/by-pkg-config" $(pkg-config --cflags --libs fovea)
[ "$("$prefix/by-pkg-config")" = "fovea $wanted 3×32×32" ]
[ "$(pkg-config --modversion fovea)" = "$wanted" ]

echo "the program of the README"
sed -n '/^```c$/,/^```$/p' README.md | sed '1d;$d' >"$prefix/readme.c"
# shellcheck disable=SC2046
${CC:-cc} -Wall -Wextra -Werror "$prefix/readme.c" -o "$prefix/readme" \
    $(pkg-config --cflags --libs fovea-view fovea)
(cd "$prefix" && HOME=$prefix FOVEA_DATA=$prefix ./readme 2>&1 || [ $? -eq 5 ]) | grep -q . # 5: no data here

echo "the archive"
# shellcheck disable=SC2046
${CC:-cc} "$here/ten_lines.c" -o "$prefix/by-archive" $(pkg-config --cflags fovea) \
    "$libdir/libfovea.a" $(pkg-config --libs $(pkg-config --print-requires-private fovea)) -lm -pthread
[ "$("$prefix/by-archive")" = "fovea $wanted 3×32×32" ]

echo "find_package"
mkdir "$prefix/project"
cp "$here/ten_lines.c" "$prefix/project"
cat >"$prefix/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.22)
project(ten_lines C)
find_package(fovea 0.1 REQUIRED)
add_executable(ten_lines ten_lines.c)
target_link_libraries(ten_lines PRIVATE fovea::fovea fovea::fovea-view)
END
cmake -S "$prefix/project" -B "$prefix/build" -DCMAKE_PREFIX_PATH="$prefix/usr" >"$prefix/log" 2>&1 &&
    cmake --build "$prefix/build" >"$prefix/log" 2>&1 || { cat "$prefix/log"; exit 1; }
[ "$("$prefix/build/ten_lines")" = "fovea $wanted 3×32×32" ]

echo "names shown"
for library in "$libdir"/libfovea.so "$libdir"/libfovea-view.so; do
    strange=$(nm -D --defined-only "$library" | awk '{ print $NF }' |
        grep -vE '^fovea_[a-z].*@@FOVEA_0$|^fovea__.*@@FOVEA_PRIVATE$|^FOVEA_' || true)
    [ -z "$strange" ] || { echo "$library shows: $strange"; exit 1; }
    readelf -d "$library" | grep -q "SONAME.*\.so\.0\]"
done
"$prefix/usr/bin/fovea" version >/dev/null
