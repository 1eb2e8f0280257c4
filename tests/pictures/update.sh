#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Renews what run.sh expects: all figures, or those named. Look at every picture that changed.
#
#   tests/pictures/update.sh [NAME...]           (FOVEA_BUILD: the build folder, else build)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
SOURCES=$(cd "$here/../.." && pwd)
build=${FOVEA_BUILD:-$SOURCES/build}
PATH=$build:$build/tests:$PATH
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
cd "$top"
. "$here/render.inc"
make_data
mkdir -p "$here/expected"
while read -r name colours words; do
    if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then continue; fi
    (render "$name" "$colours" "$words" </dev/null) || { echo "$name cannot be drawn"; exit 1; }
    compare_pictures pack "$name.png" "$here/expected/$name.png"
    cp "$name.svg" "$name.txt" "$here/expected/"
done < <(figures)
for file in "$here"/expected/*; do
    name=$(basename "$file")
    figures | grep -q "^${name%.*} " || rm "$file"
done
