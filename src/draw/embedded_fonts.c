// SPDX-License-Identifier: MIT
#include "base/embed.h"
#include "draw/font.h"

FOVEA__EMBED(fovea__font_regular, FOVEA_FONTS "/DejaVuSans.ttf");
FOVEA__EMBED(fovea__font_bold, FOVEA_FONTS "/DejaVuSans-Bold.ttf");
FOVEA__EMBED(fovea__font_mono, FOVEA_FONTS "/DejaVuSansMono.ttf");

const unsigned char *fovea__font_bytes(fovea__face face, size_t *size) {
    static const struct {
        const unsigned char *begin, *end;
    } fonts[FOVEA__FACE_COUNT] = {
        {fovea__font_regular, fovea__font_regular_end},
        {fovea__font_bold, fovea__font_bold_end},
        {fovea__font_mono, fovea__font_mono_end},
    };
    *size = (size_t)(fonts[face].end - fonts[face].begin);
    return fonts[face].begin;
}
