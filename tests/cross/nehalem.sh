#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# nehalem.sh PROGRAM: runs it on an emulated processor of 2008, which has neither AVX2 nor FMA.
set -u
command -v qemu-x86_64 >/dev/null || {
    echo "qemu-x86_64 is missing: install qemu-user to test a processor without AVX2"
    exit 77
}
FOVEA_EMULATED=1 exec qemu-x86_64 -cpu Nehalem "$@"
