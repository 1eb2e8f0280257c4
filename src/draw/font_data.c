// SPDX-License-Identifier: MIT
// The font files, taken into the program by the assembler. FOVEA_FONTS is the folder that holds them,
// found when the build is configured.
#include "draw/font.h"

#define FONT(symbol, file)                                                                         \
    __asm__(                                                                                       \
        ".section .rodata\n.balign 16\n.hidden " #symbol "\n.hidden " #symbol "_end\n"             \
        ".global " #symbol "\n.global " #symbol "_end\n" #symbol ":\n.incbin \"" FOVEA_FONTS       \
        "/" file "\"\n" #symbol "_end:\n.byte 0\n.previous\n");                                    \
    extern const unsigned char symbol[], symbol##_end[]

FONT(fovea__font_regular, "DejaVuSans.ttf");
FONT(fovea__font_bold, "DejaVuSans-Bold.ttf");
FONT(fovea__font_mono, "DejaVuSansMono.ttf");

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
