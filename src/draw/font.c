// SPDX-License-Identifier: MIT
#include "draw/font.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_ADVANCES_H
#include FT_MODULE_H
#include FT_OUTLINE_H
#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

struct fovea__fonts {
    fovea_context *context;
    struct FT_MemoryRec_ memory;
    bool out_of_memory;  // FreeType passes over modules and tables it has no memory for
    FT_Library library;
    FT_Face face[FOVEA__FACE_COUNT];  // opened when first used
};

static void *font_alloc(FT_Memory memory, long size) {
    fovea__fonts *fonts = memory->user;
    void *block = fovea__new(fonts->context, (size_t)size, 1, NULL);
    fonts->out_of_memory |= !block;
    return block;
}

static void font_free(FT_Memory memory, void *block) {
    fovea__fonts *fonts = memory->user;
    fovea__free(fonts->context, block);
}

static void *font_realloc(FT_Memory memory, long old_size, long new_size, void *block) {
    void *grown = font_alloc(memory, new_size);
    if (!grown) return NULL;
    memcpy(grown, block, (size_t)(old_size < new_size ? old_size : new_size));
    font_free(memory, block);
    return grown;
}

static fovea_status font_fail(const fovea__fonts *fonts, fovea_error *error, FT_Error code) {
    if (fonts->out_of_memory)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "no memory for the embedded fonts");
    return fovea__fail(error, FOVEA_FAILED, "FreeType refused an embedded font (error %d)", code);
}

fovea_status fovea__fonts_create(fovea_context *context, fovea__fonts **result,
                                 fovea_error *error) {
    fovea__fonts *fonts = fovea__new(context, 1, sizeof *fonts, error);
    if (!fonts) return FOVEA_OUT_OF_MEMORY;
    fonts->context = context;
    fonts->memory = (struct FT_MemoryRec_){fonts, font_alloc, font_free, font_realloc};
    FT_Error code = FT_New_Library(&fonts->memory, &fonts->library);
    if (!code) FT_Add_Default_Modules(fonts->library);
    if (code || fonts->out_of_memory) {
        fovea_status status = font_fail(fonts, error, code);
        fovea__fonts_free(fonts);
        return status;
    }
    *result = fonts;
    return FOVEA_OK;
}

void fovea__fonts_free(fovea__fonts *fonts) {
    if (!fonts) return;
    if (fonts->library) FT_Done_Library(fonts->library);
    fovea__free(fonts->context, fonts);
}

static FT_Error open_face(fovea__fonts *fonts, fovea__face face) {
    if (fonts->face[face]) return 0;
    size_t size;
    const unsigned char *bytes = fovea__font_bytes(face, &size);
    return FT_New_Memory_Face(fonts->library, bytes, (FT_Long)size, 0, &fonts->face[face]);
}

uint32_t fovea__next_code_point(const char **string) {
    const unsigned char *at = (const unsigned char *)*string;
    if (!*at) return 0;
    int more = *at < 0x80                  ? 0
               : *at >= 0xc2 && *at < 0xe0 ? 1
               : (*at & 0xf0) == 0xe0      ? 2
               : *at >= 0xf0 && *at < 0xf5 ? 3
                                           : -1;
    uint32_t point = more == 0 ? *at : more > 0 ? *at & (0x3fu >> more) : 0xfffd;
    for (int i = 1; i <= more; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            more = 0;
            point = 0xfffd;
            break;
        }
        point = point << 6 | (at[i] & 0x3f);
    }
    *string += more < 0 ? 1 : more + 1;
    return point;
}

fovea_status fovea__fonts_width(fovea__fonts *fonts, fovea__face face, double size,
                                const char *string, double *width, fovea_error *error) {
    *width = 0;
    FT_Error code = open_face(fonts, face);
    if (code || fonts->out_of_memory) return font_fail(fonts, error, code);
    FT_Face open = fonts->face[face];
    int64_t units = 0;
    for (uint32_t point; (point = fovea__next_code_point(&string));) {
        FT_Fixed advance = 0;
        code = FT_Get_Advance(open, FT_Get_Char_Index(open, point), FT_LOAD_NO_SCALE, &advance);
        if (code || fonts->out_of_memory) return font_fail(fonts, error, code);
        units += advance;
    }
    *width = size * (double)units / open->units_per_EM;
    return FOVEA_OK;
}

typedef struct outline_state {
    const fovea__outline_sink *sink;
    double unit, pen;
} outline_state;

static int outline_move(const FT_Vector *to, void *user) {
    outline_state *s = user;
    s->sink->move(s->sink->user, s->pen + to->x * s->unit, to->y * s->unit);
    return 0;
}

static int outline_line(const FT_Vector *to, void *user) {
    outline_state *s = user;
    s->sink->line(s->sink->user, s->pen + to->x * s->unit, to->y * s->unit);
    return 0;
}

static int outline_quad(const FT_Vector *c, const FT_Vector *to, void *user) {
    outline_state *s = user;
    s->sink->quad(s->sink->user, s->pen + c->x * s->unit, c->y * s->unit, s->pen + to->x * s->unit,
                  to->y * s->unit);
    return 0;
}

static int outline_cubic(const FT_Vector *a, const FT_Vector *b, const FT_Vector *to, void *user) {
    outline_state *s = user;
    s->sink->cubic(s->sink->user, s->pen + a->x * s->unit, a->y * s->unit, s->pen + b->x * s->unit,
                   b->y * s->unit, s->pen + to->x * s->unit, to->y * s->unit);
    return 0;
}

fovea_status fovea__fonts_outline(fovea__fonts *fonts, fovea__face face, const char *string,
                                  const fovea__outline_sink *sink, fovea_error *error) {
    static const FT_Outline_Funcs functions = {
        outline_move, outline_line, outline_quad, outline_cubic, 0, 0};
    FT_Error code = open_face(fonts, face);
    if (code || fonts->out_of_memory) return font_fail(fonts, error, code);
    FT_Face open = fonts->face[face];
    outline_state state = {.sink = sink, .unit = 1.0 / open->units_per_EM};
    for (uint32_t point; (point = fovea__next_code_point(&string));) {
        code = FT_Load_Glyph(open, FT_Get_Char_Index(open, point), FT_LOAD_NO_SCALE);
        if (!code) code = FT_Outline_Decompose(&open->glyph->outline, &functions, &state);
        if (code || fonts->out_of_memory) return font_fail(fonts, error, code);
        state.pen += (double)open->glyph->metrics.horiAdvance * state.unit;
    }
    return FOVEA_OK;
}
