#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what fovea is built and tested from, on Debian 12 and 13 and Ubuntu 24.04. When all is there
# it says nothing, needs no network and no rights.
set -eu
cd "$(dirname "$0")/.."
if ! command -v dpkg-query >/dev/null; then
    echo "install-deps.sh knows Debian and Ubuntu; elsewhere install the packages ARCHITECTURE.md lists"
    exit 0
fi

# Each line: names of which the first that the system offers is taken.
required='
gcc
cmake
make
ninja-build
pkg-config|pkgconf
ca-certificates
zlib1g-dev
libpng-dev
libturbojpeg0-dev|libturbojpeg-dev
libarchive-dev
libzip-dev
libjansson-dev
nettle-dev
libprotobuf-c-dev
protobuf-c-compiler
libcairo2-dev
libfreetype-dev|libfreetype6-dev
libcurl4-openssl-dev|libcurl4-gnutls-dev
libcmocka-dev
fonts-dejavu-core
'
# Wanted but not needed: the demo's data, pixels in terminals that show them, fuzzing (clang and its
# run-time library), tests of failing system calls, of locales and of other processors.
optional='
dataset-fashion-mnist
libonnx-testdata
libchafa-dev
clang-14|clang
libclang-rt-14-dev|libclang-rt-dev
strace
locales
qemu-user
gcc-aarch64-linux-gnu
'

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

any_installed() {
    local name
    for name in ${1//|/ }; do
        if installed "$name"; then return 0; fi
    done
    return 1
}

missing=() wanted=()
for line in $required; do any_installed "$line" || missing+=("$line"); done
for line in $optional; do any_installed "$line" || wanted+=("$line"); done
# Whoever lacks only something optional is not asked for rights or network at every `make demo`.
stamp=build/.optional-packages-asked
if [ ${#missing[@]} -eq 0 ] && { [ ${#wanted[@]} -eq 0 ] || [ -f "$stamp" ]; }; then exit 0; fi
mkdir -p build
touch "$stamp"

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "only root can install packages; needed: ${missing[*]:-none}; wanted: ${wanted[*]:-none}"
        [ ${#missing[@]} -eq 0 ]
        exit
    fi
    as_root=sudo
fi

offered() {
    local policy
    policy=$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p')
    [ -n "$policy" ] && [ "$policy" != "(none)" ]
}

# The first name of "a|b" that can be installed, nothing when there is none.
choose() {
    local name
    for name in ${1//|/ }; do
        if offered "$name"; then
            echo "$name"
            return
        fi
    done
}

$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq ||
    echo "the package lists could not be renewed; going on with those at hand"
packages=()
for line in ${missing[@]+"${missing[@]}"}; do
    name=$(choose "$line")
    if [ -z "$name" ]; then
        echo "none of these packages is offered by the configured sources: ${line//|/ }"
        exit 1
    fi
    packages+=("$name")
done
for line in ${wanted[@]+"${wanted[@]}"}; do
    name=$(choose "$line")
    if [ -n "$name" ]; then packages+=("$name"); else echo "not offered here, left out: $line"; fi
done
[ ${#packages[@]} -gt 0 ] || exit 0
echo "installing ${packages[*]}"
if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${packages[@]}" >/dev/null; then
    [ ${#missing[@]} -eq 0 ] || exit 1
    echo "going on without them: none is needed to build"
fi
