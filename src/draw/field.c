// SPDX-License-Identifier: MIT
#include "draw/field.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/field_struct.h"

static void field_release(fovea_context *context, void *data) {
    fovea__field *field = data;
    if (!field) return;
    for (int32_t i = 0; field->box && i < field->count; i++) {
        fovea__free(context, (char *)field->box[i].title);
        fovea__free(context, (char *)field->box[i].lines);
    }
    fovea__free(context, (void *)field->box);
    fovea__free(context, (void *)field->rgb);
    fovea__free(context, field);
}

static double field_layout(const void *data, fovea__display *display, double x, double y,
                           double width) {
    if (display->status) return 0;
    return (display->terminal ? fovea__field_cells : fovea__field_page)(data, display, x, y, width);
}

static void field_describe(const void *data, fovea__text *text) {
    const fovea__field *field = data;
    for (int32_t i = 0; i < field->count; i++) {
        fovea__text_add(text, field->box[i].title);
        for (const char *at = field->box[i].lines; *at;) {
            size_t length = strcspn(at, "\n");
            fovea__text_add(text, "  ");
            fovea__text_add_n(text, at, length);
            at += length + (at[length] == '\n');
        }
        fovea__text_add(text, "\n");
    }
}

static const fovea__block_kind field_kind = {field_layout, field_describe, field_release};

fovea__field_extent fovea__field_extent_of(const fovea__field *field) {
    fovea__field_extent e = {{0, 0}, {field->height - 1, field->width - 1}};
    for (int32_t i = 0; i < field->count; i++)
        for (int d = 0; d < 2; d++) {
            if (field->box[i].low[d] < e.low[d]) e.low[d] = field->box[i].low[d];
            if (field->box[i].high[d] > e.high[d]) e.high[d] = field->box[i].high[d];
        }
    return e;
}

static fovea_status copy_parts(fovea_context *context, const fovea__field *from, fovea__field *to,
                               fovea_error *error) {
    fovea__field_box *boxes = fovea__new(context, (size_t)from->count, sizeof *boxes, error);
    if (!boxes) return FOVEA_OUT_OF_MEMORY;
    to->box = boxes;
    for (int32_t i = 0; i < from->count; i++) {
        boxes[i] = from->box[i];
        boxes[i].title = boxes[i].lines = NULL;
    }
    for (int32_t i = 0; i < from->count; i++) {
        boxes[i].title = fovea__copy_text(context, from->box[i].title, error);
        boxes[i].lines = fovea__copy_text(context, from->box[i].lines, error);
        if (!boxes[i].title || !boxes[i].lines) return FOVEA_OUT_OF_MEMORY;
    }
    if (!from->rgb) return FOVEA_OK;
    to->rgb = fovea__copy(context, from->rgb, (size_t)(from->height * from->width) * 3, error);
    return to->rgb ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea__figure_add_field(fovea_figure *figure, const fovea__field *field,
                                     fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    if (field->height < 1 || field->width < 1 || field->count < 1)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%d boxes on a picture of %lld×%lld",
                           (int)field->count, (long long)field->height, (long long)field->width);
    fovea__field *kept = fovea__new(context, 1, sizeof *kept, error);
    if (!kept) return FOVEA_OUT_OF_MEMORY;
    *kept = *field;
    kept->box = NULL;
    kept->rgb = NULL;
    fovea_status status = copy_parts(context, field, kept, error);
    if (status == FOVEA_OK) return fovea__figure_add_block(figure, &field_kind, kept, error);
    field_release(context, kept);
    return status;
}
