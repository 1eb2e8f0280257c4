// SPDX-License-Identifier: MIT
#include "figures/reduce.h"

#include "base/memory.h"

typedef struct job {
    const fovea_view *view;
    int64_t offset, height, width, factor;
} job;

static void add_row(const job *j, int64_t y, int64_t columns, double *sum) {
    const uint8_t *bytes = (const uint8_t *)j->view->data + j->offset + y * j->width;
    const float *floats = (const float *)j->view->data + j->offset + y * j->width;
    for (int64_t c = 0; c < columns; c++) {
        int64_t first = c * j->factor,
                end = first + j->factor < j->width ? first + j->factor : j->width;
        int64_t whole = 0;
        double part = 0;
        if (j->view->type == FOVEA_U8)
            for (int64_t x = first; x < end; x++) whole += bytes[x];
        else
            for (int64_t x = first; x < end; x++) part += (double)floats[x];
        sum[c] += (double)whole + part;
    }
}

static void reduce_row(const job *j, int64_t row, int64_t columns, double *sum, float *dst) {
    int64_t top = row * j->factor,
            bottom = top + j->factor < j->height ? top + j->factor : j->height;
    for (int64_t c = 0; c < columns; c++) sum[c] = 0;
    for (int64_t y = top; y < bottom; y++) add_row(j, y, columns, sum);
    for (int64_t c = 0; c < columns; c++) {
        int64_t first = c * j->factor,
                end = first + j->factor < j->width ? first + j->factor : j->width;
        dst[c] = (float)(sum[c] / (double)((bottom - top) * (end - first)));
    }
}

fovea_status fovea__reduce(fovea_context *context, const fovea_view *view, int64_t channel,
                           int64_t side, fovea__reduced *reduced, fovea_error *error) {
    int64_t height = view->shape.dim[1], width = view->shape.dim[2];
    int64_t longest = height > width ? height : width;
    job j = {view, channel * height * width, height, width, (longest + side - 1) / side};
    int64_t rows = (height + j.factor - 1) / j.factor, columns = (width + j.factor - 1) / j.factor;
    *reduced = (fovea__reduced){.rows = rows, .columns = columns};
    double *sum = fovea__new(context, (size_t)columns, sizeof *sum, error);
    float *values = fovea__new(context, (size_t)(rows * columns), sizeof *values, error);
    if (sum && values)
        for (int64_t r = 0; r < rows; r++) reduce_row(&j, r, columns, sum, values + r * columns);
    fovea__free(context, sum);
    if (sum && values) {
        reduced->values = values;
        return FOVEA_OK;
    }
    fovea__free(context, values);
    return FOVEA_OUT_OF_MEMORY;
}
