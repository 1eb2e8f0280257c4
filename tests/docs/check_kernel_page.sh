#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The kernel family of docs/adding-a-kernel.md compiles without a warning and passes the test it shows.
set -eu
top=$(mktemp -d "${FOVEA_TEST_TMP:-${TMPDIR:-/tmp}}/kernel.XXXXXX")
trap 'rm -rf "$top"' EXIT
awk -v top="$top" '
    /^```c / { file = top "/" $2; sub(/[^\/]*$/, "", file); system("mkdir -p " file); file = top "/" $2; next }
    /^```/ { file = "" }
    file != "" { print >file }' docs/adding-a-kernel.md
case $(uname -m) in
    x86_64) machine=FOVEA_HAVE_X86 ;;
    aarch64) machine=FOVEA_HAVE_NEON ;;
    *) machine=FOVEA_HAVE_NONE ;;
esac
objects=()
for source in "$top"/src/kernels/clamp/*.c "$top"/tests/unit/*.c; do
    flags=()
    case $machine/$source in
        */*_neon.c) [ $machine = FOVEA_HAVE_NEON ] || continue ;;
        */*_avx2.c) [ $machine = FOVEA_HAVE_X86 ] || continue; flags=(-mavx2 -mfma) ;;
        */*_avx512.c) [ $machine = FOVEA_HAVE_X86 ] || continue; flags=(-mavx512f -mavx512bw -mavx512dq -mavx512vl) ;;
    esac
    object=${source%.c}.o
    # shellcheck disable=SC2086  # CC may hold words
    ${CC:-cc} -std=gnu11 -O2 -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror -ffp-contract=off "${flags[@]}" \
        -D$machine -D_GNU_SOURCE -I"$top/src" -Isrc -Iinclude -Itests/unit -Itests -c "$source" -o "$object"
    objects+=("$object")
done
[ ${#objects[@]} -ge 3 ]
# shellcheck disable=SC2086
${CC:-cc} "${objects[@]}" "${FOVEA_BUILD:-build}/libfovea.a" $(pkg-config --libs cmocka zlib libpng libturbojpeg \
    libarchive jansson nettle libprotobuf-c) -lm -lpthread -o "$top/test"
"$top/test"
