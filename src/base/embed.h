// SPDX-License-Identifier: MIT
// A file of the build machine as bytes in the library. FOVEA__EMBED(name, path) makes
//   const unsigned char name[];  name##_end[]   (name##_end - name bytes, a zero byte follows)
// `path` is a string literal; in fovea-view FOVEA_FONTS "/DejaVuSans.ttf" and FOVEA_SOURCES
// "/report/report.css" lead to the fonts and to src/. A file that embeds is called embedded_*.c:
// the build then knows that it depends on the *.css, *.js and *.html files beside it.
#ifndef FOVEA_BASE_EMBED_H
#define FOVEA_BASE_EMBED_H

#define FOVEA__EMBED(name, path)                                             \
    __asm__(                                                                 \
        ".pushsection .rodata\n"                                             \
        ".balign 16\n"                                                       \
        ".global " #name "\n" #name                                          \
        ":\n"                                                                \
        ".incbin \"" path                                                    \
        "\"\n"                                                               \
        ".global " #name "_end\n" #name                                      \
        "_end:\n"                                                            \
        ".byte 0\n"                                                          \
        ".popsection\n");                                                    \
    extern const unsigned char name[] __attribute__((visibility("hidden"))); \
    extern const unsigned char name##_end[] __attribute__((visibility("hidden")))

#endif
