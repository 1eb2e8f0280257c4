#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes docs/gallery.png: a net trained for a minute on Fashion-MNIST (Debian's dataset-fashion-mnist), and
# drawings of our own, through every command that draws. Called by make docs.
#
#   tools/make_gallery.sh [OUT.png]          (FOVEA_BUILD: the build folder, else build)
set -eu
cd "$(dirname "$0")/.."
root=$PWD
build=$(cd "${FOVEA_BUILD:-build}" && pwd)
cmake --build "$build" -j "${JOBS:-2}" --target fovea-program make_gallery make_scene >/dev/null
out=${1:-docs/gallery.png}
case $out in /*) ;; *) out=$root/$out ;; esac
PATH=$build:$build/tests:$PATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# The names stand in the captions, so everything lies here under a short one.
make_scene 512 512 lake.ppm
make_scene 12 12 window.ppm 19 51 14
set=fashion-mnist
fovea train --arch tutorial-mnist --data $set --optimizer adam --epochs 2 --limit 12000 --val-fraction 0.1 \
    -q -o net >/dev/null
fovea train --arch 'flatten, linear 64, relu, linear 10' --data $set --epochs 6 --limit 6000 \
    --val-fraction 0.2 -q -o small-net >/dev/null

quoted() {
    local word
    for word in "$@"; do case $word in *[\ \;]*) echo -n " '$word'" ;; *) echo -n " $word" ;; esac; done
}

# card "CAPTION" WIDTH WORDS...: one figure of the sheet. A command that fails is left out, with its reason.
number=0
card() {
    local caption=$1 width=$2
    shift 2
    number=$((number + 1))
    if fovea "$@" --width "$width" --zoom 2 -q -o "$number.png" >/dev/null 2>errors; then
        echo "$number.png|$caption|fovea$(quoted "$@")" >>list
    else
        echo "left out: fovea $*: $(tail -n 1 errors)" >&2
    fi
}
. "$root/tools/gallery.inc"
make_gallery list "$out"
echo "wrote $out: $(wc -l <list) figures"
