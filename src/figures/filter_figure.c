// SPDX-License-Identifier: MIT
// A hand-made filter at work: picture ∗ kernel = result.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/equation.h"
#include "figures/kernel_numbers.h"
#include "figures/reduce.h"
#include "fovea/figures.h"

enum {
    SIDE = 720,  // elements kept of the longer side: about twice what is shown
    TERMS = 7,   // picture ∗ kernel = up to three results
    CAPTION = 200,
    SAID = 440,
};

typedef struct job {
    fovea_context *context;
    fovea_view picture, result;
    const fovea_filter_kernel *kernel;
    fovea__kernel_numbers *numbers;
    const char *cells[FOVEA_FILTER_MAX_SIDE * FOVEA_FILTER_MAX_SIDE];
    fovea__term terms[TERMS];
    size_t count;
    char text[TERMS][CAPTION + SAID];  // captions and lines of text
    void *owned[TERMS];                // arrays of the terms
    double low, high, mean;            // of the result
} job;

static fovea_status check(const job *j, fovea_error *error) {
    const fovea_shape *a = &j->picture.shape, *b = &j->result.shape;
    bool picture =
        j->picture.type == FOVEA_U8 && a->rank == 3 && (a->dim[0] == 1 || a->dim[0] == 3);
    bool result = (j->result.type == FOVEA_U8 || j->result.type == FOVEA_F32) && b->rank == 3 &&
                  (b->dim[0] == 1 || b->dim[0] == a->dim[0]) && a->dim[1] == b->dim[1] &&
                  a->dim[2] == b->dim[2] && fovea_shape_count(b) > 0;
    if (picture && result) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "a picture of U8 and 1 or 3 channels and a result of the same height and "
                       "width are needed");
}

static void measure(job *j) {
    int64_t count = fovea_shape_count(&j->result.shape);
    bool bytes = j->result.type == FOVEA_U8;
    double sum = 0;
    j->low = INFINITY;
    j->high = -INFINITY;
    for (int64_t i = 0; i < count; i++) {
        double value =
            bytes ? ((uint8_t *)j->result.data)[i] : (double)((float *)j->result.data)[i];
        if (!isfinite(value)) continue;
        j->low = value < j->low ? value : j->low;
        j->high = value > j->high ? value : j->high;
        sum += value;
    }
    j->mean = sum / (double)count;
}

// Colour of a reduced picture of one or three channels of bytes.
static fovea_status add_picture(job *j, const fovea_view *view, const char *title,
                                const char *caption, const char *said, fovea_error *error) {
    fovea__term *term = &j->terms[j->count];
    uint8_t *rgb = NULL;
    for (int64_t c = 0; c < 3; c++) {
        fovea__reduced reduced;
        FOVEA__TRY(fovea__reduce(j->context, view, view->shape.dim[0] == 3 ? c : 0, SIDE, &reduced,
                                 error));
        int64_t count = reduced.rows * reduced.columns;
        if (!rgb) rgb = j->owned[j->count] = fovea__new(j->context, (size_t)count, 3, error);
        for (int64_t i = 0; rgb && i < count; i++)
            rgb[3 * i + c] = (uint8_t)lrintf(reduced.values[i]);
        *term = (fovea__term){.kind = FOVEA__TERM_PICTURE,
                              .title = title,
                              .caption = caption,
                              .said = said,
                              .rgb = rgb,
                              .rows = reduced.rows,
                              .columns = reduced.columns};
        fovea__free(j->context, reduced.values);
        if (!rgb) return FOVEA_OUT_OF_MEMORY;
    }
    j->count++;
    return FOVEA_OK;
}

static void add_sign(job *j, const char *sign) {
    j->terms[j->count++] = (fovea__term){.kind = FOVEA__TERM_SIGN, .title = sign};
}

static void add_kernel(job *j) {
    const fovea_filter_kernel *kernel = j->kernel;
    int32_t count = kernel->height * kernel->width;
    double most = 0;
    char *caption = j->text[j->count], *said = caption + CAPTION;
    fovea__kernel_numbers_make(kernel, j->numbers);
    for (int32_t i = 0; i < count; i++) {
        j->cells[i] = j->numbers->text[i];
        most = fmax(most, fabs((double)kernel->weight[i]));
    }
    size_t used =
        (size_t)snprintf(caption, CAPTION, "%d×%d", (int)kernel->height, (int)kernel->width);
    if (j->numbers->divisor > 1)
        used += (size_t)snprintf(caption + used, CAPTION - used, ", times 1/%d",
                                 (int)j->numbers->divisor);
    if (kernel->sigma > 0) snprintf(caption + used, CAPTION - used, ", sigma %.4g", kernel->sigma);
    snprintf(said, SAID, "kernel %s: %s, weights from %.6g to %.6g", kernel->name, caption,
             (double)-most, (double)most);
    j->terms[j->count++] = (fovea__term){.kind = FOVEA__TERM_MATRIX,
                                         .title = kernel->name,
                                         .caption = caption,
                                         .said = said,
                                         .values = kernel->weight,
                                         .cells = j->cells,
                                         .rows = kernel->height,
                                         .columns = kernel->width,
                                         .map = "RdBu",
                                         .low = most > 0 ? -most : -1,
                                         .high = most > 0 ? most : 1};
}

static fovea_status add_channel(job *j, int64_t channel, const char *title, const char *caption,
                                const char *said, fovea_error *error) {
    fovea__reduced reduced;
    FOVEA__TRY(fovea__reduce(j->context, &j->result, channel, SIDE, &reduced, error));
    j->owned[j->count] = reduced.values;
    j->terms[j->count++] = (fovea__term){.kind = FOVEA__TERM_PICTURE,
                                         .title = title,
                                         .caption = caption,
                                         .said = said,
                                         .new_line = channel == 0 && j->result.shape.dim[0] == 3,
                                         .values = reduced.values,
                                         .rows = reduced.rows,
                                         .columns = reduced.columns};
    return FOVEA_OK;
}

// One range for the channels, that of what is drawn: means of many pixels are smaller than these.
static void set_range(job *j, size_t first) {
    double most = 0;
    bool sign = j->low < 0, bytes = j->result.type == FOVEA_U8;
    for (size_t i = first; i < j->count; i++)
        for (int64_t k = 0; k < j->terms[i].rows * j->terms[i].columns; k++)
            most = fmax(most, fabs((double)j->terms[i].values[k]));
    if (bytes)
        most = 255;
    else if (!sign || most == 0)
        most = fmax(most, 1);
    for (size_t i = first; i < j->count; i++) {
        j->terms[i].map = sign ? "RdBu" : "greys";
        j->terms[i].low = sign ? -most : 0;
        j->terms[i].high = most;
    }
}

static void write_result_texts(job *j, char *caption, char *said) {
    char shape[96];
    fovea__number low, high, mean;
    bool bytes = j->result.type == FOVEA_U8;
    int64_t height = j->result.shape.dim[1], width = j->result.shape.dim[2];
    int64_t factor = ((height > width ? height : width) + SIDE - 1) / SIDE;
    fovea__number_short(j->low, low);
    fovea__number_short(j->high, high);
    fovea__number_short(j->mean, mean);
    fovea_shape_format(&j->result.shape, shape, sizeof shape);
    snprintf(said, SAID, "result %s %s, %s to %s, mean %s", shape, bytes ? "u8" : "f32", low, high,
             mean);
    fovea__number_minus(low);
    fovea__number_minus(high);
    fovea__number_minus(mean);
    size_t used =
        (size_t)snprintf(caption, CAPTION, "%s%s to %s, mean %s%s",
                         bytes || j->result.shape.dim[0] == 1 ? "" : "all channels: ", low, high,
                         mean, bytes ? "" : "\nof picture / 255");
    if (factor > 1)
        snprintf(caption + used, CAPTION - used, "\nshown: means of %lld×%lld pixels",
                 (long long)factor, (long long)factor);
}

static fovea_status add_result(job *j, fovea_error *error) {
    static const char *const colours[] = {"Result, red", "Result, green", "Result, blue"};
    char *caption = j->text[j->count], *said = caption + CAPTION;
    bool gray = j->result.shape.dim[0] == 1;
    size_t first = j->count;
    measure(j);
    write_result_texts(j, caption, said);
    if (j->result.type == FOVEA_U8 && !gray)
        return add_picture(j, &j->result, "Result", caption, said, error);
    for (int64_t c = 0; c < j->result.shape.dim[0]; c++)
        FOVEA__TRY(add_channel(j, c, gray ? "Result" : colours[c], c ? NULL : caption,
                               c ? NULL : said, error));
    set_range(j, first);
    return FOVEA_OK;
}

static fovea_status add_terms(job *j, fovea_error *error) {
    char *caption = j->text[0], *said = caption + CAPTION, shape[96];
    fovea_shape_format(&j->picture.shape, shape, sizeof shape);
    snprintf(caption, CAPTION, "%s%s", shape,
             j->picture.shape.dim[0] > j->result.shape.dim[0] ? "\nfiltered in grey" : "");
    snprintf(said, SAID, "original %s", shape);
    FOVEA__TRY(add_picture(j, &j->picture, "Original", caption, said, error));
    add_sign(j, "∗");
    add_kernel(j);
    add_sign(j, "=");
    return add_result(j, error);
}

static fovea_status make(job *j, const char *title, fovea_figure **result, fovea_error *error) {
    fovea_figure *figure;
    FOVEA__TRY(check(j, error));
    fovea_status status = add_terms(j, error);
    if (status != FOVEA_OK) return status;
    FOVEA__TRY(fovea__figure_create(j->context, title, NULL, &figure, error));
    status = fovea__figure_add_equation(figure, j->terms, j->count, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}

fovea_status fovea_figure_filter(fovea_context *context, const fovea_tensor *picture,
                                 const fovea_filter_kernel *kernel, const fovea_tensor *result,
                                 const char *title, fovea_figure **figure, fovea_error *error) {
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    job *j = fovea__new(context, 1, sizeof *j, error);
    fovea__kernel_numbers *numbers = fovea__new(context, 1, sizeof *numbers, error);
    if (j && numbers) {
        j->context = context;
        j->picture = fovea_tensor_view(picture);
        j->result = fovea_tensor_view(result);
        j->kernel = kernel;
        j->numbers = numbers;
        status = make(j, title, figure, error);
        for (int i = 0; i < TERMS; i++) fovea__free(context, j->owned[i]);
    }
    fovea__free(context, numbers);
    fovea__free(context, j);
    return status;
}
