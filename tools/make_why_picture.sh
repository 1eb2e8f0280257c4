#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes docs/pictures/why.svg, the picture of README: the net of `make demo` and a dress that it takes for a
# T-shirt (Debian's dataset-fashion-mnist). Called by make docs.
#
#   tools/make_why_picture.sh          (FOVEA_BUILD: the build folder, else build)
set -eu
cd "$(dirname "$0")/.."
build=$(cd "${FOVEA_BUILD:-build}" && pwd)
out=$PWD/docs/pictures/why.svg
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$build/fovea" demo -q >/dev/null
"$build/fovea" explain fovea-demo 'fashion-mnist#979' --method hirescam,integrated-gradients --diff predicted,true \
    -q -o "$out"
echo "wrote $out"
