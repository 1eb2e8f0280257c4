#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Built without libchafa, asking for sixel or kitty gives one sentence that names the package.
set -eu
build=${FOVEA_BUILD:-build}
folder=$(mktemp -d "${FOVEA_TEST_TMP:-${TMPDIR:-/tmp}}/chafa.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cat >"$folder/ask.c" <<'C'
#include <stdio.h>
#include "draw/terminal_graphics.h"
int main(void) {
    fovea_error error;
    char *text = NULL;
    fovea_status status = fovea__terminal_graphics(NULL, NULL, NULL, &text, &error);
    printf("%d %d %s\n", fovea_terminal_has_graphics(), status == FOVEA_UNSUPPORTED && !text, error.text);
    return 0;
}
C
# shellcheck disable=SC2086  # CC may hold words
${CC:-cc} -std=gnu11 -Isrc -Iinclude "$folder/ask.c" src/draw/terminal_graphics.c "$build/libfovea.a" \
    $(pkg-config --libs zlib libpng libturbojpeg libarchive jansson nettle) -lm -lpthread -o "$folder/ask"
said=$("$folder/ask")
[ "$said" = "0 1 sixel and kitty pictures need libchafa, which this fovea was built without: install \
libchafa-dev and build again" ] || { echo "said: $said"; exit 1; }
