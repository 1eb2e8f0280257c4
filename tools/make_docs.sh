#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Draws the tutorials' pictures and every figure of the pages again, with the pages' own commands,
# trainings and all. Figures of data sets that are not here stay as they are. Twice gives the same
# bytes.
#   tools/make_docs.sh [PAGE.md ...]          (all pages and the gallery without names)
set -eu
cd "$(dirname "$0")/.."
build=${FOVEA_BUILD:-build}
cmake --build "$build" -j "${JOBS:-2}" --target draw-pictures fovea-program example-planted_shapes
"$build/draw-pictures" docs/pictures
mkdir -p docs/tutorials/figures docs/figures
pages=("$@")
[ $# -gt 0 ] || mapfile -t pages < <(ls docs/explanations.md docs/tutorials/*.md | grep -v '/coverage\.md$')
for page in "${pages[@]}"; do
    FOVEA_PROGRAM=$build/fovea FOVEA_LONG=1 tests/docs/run_page.sh "$page" --figures "$(dirname "$page")/figures"
done
if [ $# -eq 0 ]; then
    cmake --build "$build" --target draw_layouts >/dev/null
    "$build/draw_layouts" docs/pictures/layouts.svg
    for name in docs/figures/* docs/tutorials/figures/*; do  # what no page shows any more
        grep -qF "(figures/$(basename "$name"))" "$(dirname "$name")"/../*.md || rm -v "$name"
    done
    FOVEA_BUILD=$build tools/make_why_picture.sh
    FOVEA_BUILD=$build tools/make_gallery.sh
fi
