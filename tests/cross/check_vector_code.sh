#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Registers of AVX and AVX-512 appear in objects of *_avx2.c and *_avx512.c and nowhere else, so that the
# rest runs on every x86-64.
set -u
[ "$(uname -m)" = x86_64 ] || exit 77
command -v objdump >/dev/null || { echo "objdump is missing: install binutils"; exit 77; }
objdump -d --no-show-raw-insn "$FOVEA_BUILD/libfovea.a" | awk '
    / file format / { name = $1; own = name ~ /_avx(2|512)\.c\.o:$/; objects++; next }
    /%[yz]mm[0-9]|%k[0-7]/ { if (own) wide++; else if (!seen[name]++) { print name, $0; bad = 1 } }
    END {
        if (objects < 100 || wide < 1000) { print objects " objects, " wide " wide instructions"; bad = 1 }
        exit bad
    }'
