// SPDX-License-Identifier: MIT
// Baselines: pictures that say nothing, made of pixels and normalised as the model normalises.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "explain/explainer.h"

typedef struct {
    const fovea_explainer *explainer;
    fovea_view to;
    int64_t channels, cells;
} picture;

// Pixels of 0..1 to the net's numbers.
static double normalise(const picture *p, int64_t channel, double pixel) {
    const fovea_model *model = p->explainer->model;
    return (pixel - model->mean[channel]) / model->deviation[channel];
}

static void fill(const picture *p, const double *pixel) {
    for (int64_t c = 0; c < p->channels; c++)
        for (int64_t i = 0; i < p->cells; i++)
            fovea__view_set(&p->to, c * p->cells + i, normalise(p, c, pixel[c]));
}

static fovea_status fill_one(const picture *p, double pixel, fovea_error *error) {
    double *pixels = fovea__new(p->explainer->context, (size_t)p->channels, sizeof *pixels, error);
    if (!pixels) return FOVEA_OUT_OF_MEMORY;
    for (int64_t c = 0; c < p->channels; c++) pixels[c] = pixel;
    fill(p, pixels);
    fovea__free(p->explainer->context, pixels);
    return FOVEA_OK;
}

static fovea_status fill_colour(const picture *p, const char *text, fovea_error *error) {
    double pixel[3];
    char *end;
    long rgb = strtol(text + 1, &end, 16);
    if (strlen(text) != 7 || *end || strspn(text + 1, "0123456789abcdefABCDEF") != 6)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "baseline '%.40s' is no colour; write it as #rrggbb", text);
    bool bgr = p->explainer->model->preprocessing.bgr;
    for (int c = 0; c < 3; c++) pixel[bgr ? 2 - c : c] = (double)(rgb >> (16 - 8 * c) & 255) / 255;
    if (p->channels == 1) return fill_one(p, (pixel[0] + pixel[1] + pixel[2]) / 3, error);
    if (p->channels != 3)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a net of %lld channels has no colours for a baseline",
                           (long long)p->channels);
    fill(p, pixel);
    return FOVEA_OK;
}

static void fill_noise(const picture *p, uint64_t seed) {
    for (int64_t i = 0; i < p->channels * p->cells; i++)
        fovea__view_set(
            &p->to, i,
            normalise(p, i / p->cells,
                      fovea__random_double(seed, FOVEA__RANDOM_BASELINE, 0, 0, (uint64_t)i)));
}

// One line of n numbers at `step` from each other, the ends repeated beyond them.
static void blur_line(const double *kernel, int64_t radius, const fovea_view *view, int64_t first,
                      int64_t n, int64_t step, double *line) {
    for (int64_t i = 0; i < n; i++) line[i] = fovea__view_number(view, first + i * step);
    for (int64_t i = 0; i < n; i++) {
        double sum = 0;
        for (int64_t k = -radius; k <= radius; k++) {
            int64_t at = i + k < 0 ? 0 : i + k >= n ? n - 1 : i + k;
            sum += kernel[k + radius] * line[at];
        }
        fovea__view_set(view, first + i * step, sum);
    }
}

static fovea_status fill_blur(const picture *p, const fovea_view *x, fovea_error *error) {
    const fovea_shape *shape = &x->shape;
    int64_t longest = 1;
    memcpy(p->to.data, x->data, (size_t)fovea_shape_count(shape) * fovea_type_size(x->type));
    for (int32_t d = 2; d < shape->rank; d++)
        if (shape->dim[d] > longest) longest = shape->dim[d];
    double sigma = (double)longest / 8, sum = 0;
    int64_t radius = (int64_t)ceil(3 * sigma);
    fovea_context *context = p->explainer->context;
    double *memory = fovea__new(context, (size_t)(2 * radius + 1 + longest), sizeof *memory, error);
    if (!memory) return FOVEA_OUT_OF_MEMORY;
    for (int64_t k = -radius; k <= radius; k++)
        sum += memory[k + radius] = exp(-(double)(k * k) / (2 * sigma * sigma));
    for (int64_t k = 0; k <= 2 * radius; k++) memory[k] /= sum;
    int64_t step = 1;
    for (int32_t d = shape->rank - 1; d >= 2; step *= shape->dim[d--])
        for (int64_t i = 0; i < p->channels * p->cells; i++)
            if (i / step % shape->dim[d] == 0)
                blur_line(memory, radius, &p->to, i, shape->dim[d], step, memory + 2 * radius + 1);
    fovea__free(context, memory);
    return FOVEA_OK;
}

static fovea_status make(const picture *p, const char *name, const fovea_view *x, uint64_t seed,
                         fovea_error *error) {
    if (name[0] == '#') return fill_colour(p, name, error);
    if (strcmp(name, "black") == 0) return fill_one(p, 0, error);
    if (strcmp(name, "white") == 0) return fill_one(p, 1, error);
    if (strcmp(name, "grey") == 0) return fill_one(p, 0.5, error);
    if (strcmp(name, "mean") == 0) return FOVEA_OK;
    if (strcmp(name, "blur") == 0 && x) return fill_blur(p, x, error);
    if (strcmp(name, "noise") == 0) {
        fill_noise(p, seed);
        return FOVEA_OK;
    }
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "there is no baseline '%.40s'; black, white, grey, mean, noise, blur and "
                       "#rrggbb are known",
                       name);
}

fovea_status fovea_explain_baseline(const fovea_explainer *explainer, const char *name,
                                    const fovea_view *x, uint64_t seed, fovea_tensor **baseline,
                                    fovea_error *error) {
    fovea__signature at = fovea__at_batch(&explainer->graph->value[explainer->input], 1);
    if (x) at.shape = x->shape;
    FOVEA__TRY(fovea_tensor_create(explainer->context, at.type, &at.shape, baseline, error));
    picture p = {.explainer = explainer, .to = fovea_tensor_view(*baseline)};
    p.channels = at.shape.dim[1];
    p.cells = fovea_shape_count(&at.shape) / p.channels;
    fovea_status status = make(&p, name, x, seed, error);
    if (status != FOVEA_OK) {
        fovea_tensor_free(*baseline);
        *baseline = NULL;
    }
    return status;
}
