// SPDX-License-Identifier: MIT
#include "explain/picture_variable.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "explain/phase_spectrum.h"
#include "kernels/unary/unary.h"

// Square root of the correlation of red, green and blue over ImageNet, one line a colour, its longest
// column of length 1.
static const float colours[3][3] = {
    {0.5629f, 0.1948f, 0.0433f}, {0.5845f, 0.0000f, -0.1082f}, {0.5845f, -0.1948f, 0.0649f}};

static bool has_spectrum(const fovea__picture_variable *v) {
    return v->kind != FOVEA_PARAMETRISATION_PIXEL;
}

static void fill_scale(fovea__picture_variable *v) {
    const fovea__spectrum *s = &v->spectrum;
    if (v->kind == FOVEA_PARAMETRISATION_PHASE) {
        fovea__phase_magnitudes(s, v->scale);
        return;
    }
    int64_t longest = s->height > s->width ? s->height : s->width;
    double times = sqrt((double)v->space->plane) / 4;
    for (int64_t u = 0; u < s->height; u++) {
        for (int64_t k = 0; k < s->half; k++) {
            double lowest = 1 / (double)longest, frequency = fovea__spectrum_frequency(s, u, k);
            float scale = (float)(times / (frequency > lowest ? frequency : lowest));
            v->scale[u * 2 * s->half + k] = v->scale[u * 2 * s->half + s->half + k] = scale;
        }
    }
}

double fovea__picture_variable_middle(const fovea__picture_variable *v, int64_t c) {
    double zero = fovea__picture_zero(v->space, c);
    return zero > 0.02 && zero < 0.98 ? zero : 0.5;
}

static fovea_status take_memory(fovea__picture_variable *v, fovea_error *error) {
    const fovea__picture_space *space = v->space;
    size_t count = (size_t)v->count, line = (size_t)(space->height * 2 * v->spectrum.half);
    size_t all = 4 * count + (size_t)space->count + 2 * line + (size_t)space->channels;
    v->z = fovea__new(v->context, all, sizeof *v->z, error);
    if (!v->z) return FOVEA_OUT_OF_MEMORY;
    v->d_z = v->z + count;
    v->mean = v->d_z + count;
    v->square = v->mean + count;
    v->plane = v->square + count;
    v->scale = v->plane + space->count;
    v->line = v->scale + line;
    v->bias = v->line + line;
    return FOVEA_OK;
}

fovea_status fovea__picture_variable_create(fovea_context *context,
                                            const fovea__picture_space *space,
                                            fovea_parametrisation kind, bool decorrelate,
                                            fovea__picture_variable *v, fovea_error *error) {
    *v = (fovea__picture_variable){.context = context,
                                   .space = space,
                                   .kind = kind,
                                   .decorrelate = decorrelate && space->channels == 3,
                                   .count = space->count};
    if (has_spectrum(v)) {
        fovea_status status =
            fovea__spectrum_create(context, space->height, space->width, &v->spectrum, error);
        if (status != FOVEA_OK) return status;
        int64_t parts = kind == FOVEA_PARAMETRISATION_PHASE ? 1 : 2;
        v->count = space->channels * space->height * parts * v->spectrum.half;
    }
    fovea_status status = take_memory(v, error);
    if (status != FOVEA_OK) {
        fovea__picture_variable_free(v);
        return status;
    }
    if (has_spectrum(v)) fill_scale(v);
    for (int64_t c = 0; c < space->channels; c++) {
        double value = fovea__picture_variable_middle(v, c);
        v->bias[c] = (float)(has_spectrum(v) ? log(value / (1 - value)) : value);
    }
    return FOVEA_OK;
}

void fovea__picture_variable_free(fovea__picture_variable *v) {
    fovea__spectrum_free(v->context, &v->spectrum);
    fovea__free(v->context, v->z);
    v->z = NULL;
}

static void forget_steps(fovea__picture_variable *v) {
    v->steps = 0;
    memset(v->mean, 0, (size_t)v->count * sizeof *v->mean);
    memset(v->square, 0, (size_t)v->count * sizeof *v->square);
}

void fovea__picture_variable_start(fovea__picture_variable *v, uint64_t seed, uint32_t sample) {
    // Even in +-width, its deviation 0.01 for z and 0.02 for pixels; of phases all.
    static const float widths[] = {[FOVEA_PARAMETRISATION_FOURIER] = 0.017320508f,
                                   [FOVEA_PARAMETRISATION_PIXEL] = 0.034641016f,
                                   [FOVEA_PARAMETRISATION_PHASE] = 3.14159265f};
    float width = widths[v->kind];
    int64_t each = v->count / v->space->channels;
    forget_steps(v);
    for (int64_t i = 0; i < v->count; i++) {
        float noise = fovea__random_float(seed, FOVEA__RANDOM_START, 0, sample, (uint64_t)i);
        v->z[i] = (has_spectrum(v) ? 0 : v->bias[i / each]) + width * (2 * noise - 1);
    }
}

void fovea__picture_variable_set(fovea__picture_variable *v, const float *p) {
    forget_steps(v);
    memcpy(v->z, p, (size_t)v->count * sizeof *p);
}

// Colours of each cell times M, or its turned form, in place.
static void mix_colours(float *plane, int64_t count, bool turned) {
    float *red = plane, *green = plane + count, *blue = plane + 2 * count, m[3][3];
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) m[i][k] = turned ? colours[k][i] : colours[i][k];
    for (int64_t i = 0; i < count; i++) {
        float a = red[i], b = green[i], c = blue[i];
        red[i] = m[0][0] * a + m[0][1] * b + m[0][2] * c;
        green[i] = m[1][0] * a + m[1][1] * b + m[1][2] * c;
        blue[i] = m[2][0] * a + m[2][1] * b + m[2][2] * c;
    }
}

static void show_spectrum(fovea__picture_variable *v, float *p) {
    int64_t plane = v->space->plane, line = v->space->height * 2 * v->spectrum.half;
    for (int64_t c = 0; c < v->space->channels; c++) {
        const float *z = v->z + c * (v->count / v->space->channels);
        if (v->kind == FOVEA_PARAMETRISATION_PHASE)
            fovea__phase_spectrum(&v->spectrum, v->scale, z, v->line);
        else
            for (int64_t i = 0; i < line; i++) v->line[i] = v->scale[i] * z[i];
        fovea__spectrum_back(&v->spectrum, v->line, p + c * plane);
    }
    if (v->decorrelate) mix_colours(p, plane, false);
    for (int64_t c = 0; c < v->space->channels; c++)
        for (int64_t i = 0; i < plane; i++) p[c * plane + i] += v->bias[c];
    fovea__unary_choose(fovea__context_cpu(v->context))
        ->forward(FOVEA__UNARY_SIGMOID, 0, 0, v->space->count, p, p);
}

void fovea__picture_variable_show(fovea__picture_variable *v, float *p) {
    if (has_spectrum(v))
        show_spectrum(v, p);
    else
        memcpy(p, v->z, (size_t)v->count * sizeof *p);
}

// d_z downhill, as Adam wants it.
static void spectrum_gradient(fovea__picture_variable *v, const float *p, const float *d_p) {
    int64_t plane = v->space->plane, line = v->space->height * 2 * v->spectrum.half;
    for (int64_t i = 0; i < v->space->count; i++) v->plane[i] = -d_p[i] * p[i] * (1 - p[i]);
    if (v->decorrelate) mix_colours(v->plane, plane, true);
    for (int64_t c = 0; c < v->space->channels; c++) {
        int64_t at = c * (v->count / v->space->channels);
        fovea__spectrum_back_gradient(&v->spectrum, v->plane + c * plane, v->line);
        if (v->kind == FOVEA_PARAMETRISATION_PHASE)
            fovea__phase_gradient(&v->spectrum, v->scale, v->z + at, v->line, v->d_z + at);
        else
            for (int64_t i = 0; i < line; i++) v->d_z[at + i] = v->line[i] * v->scale[i];
    }
}

static void step_pixels(fovea__picture_variable *v, const float *d_p, double rate) {
    for (int64_t i = 0; i < v->count; i++) {
        float to = v->z[i] + (float)rate * d_p[i];
        v->z[i] = to < 0 ? 0 : to > 1 ? 1 : to;
    }
}

void fovea__picture_variable_step(fovea__picture_variable *v, const float *p, const float *d_p,
                                  double rate) {
    v->steps++;
    if (!has_spectrum(v)) {
        step_pixels(v, d_p, rate);
        return;
    }
    fovea__adam adam = {.lr = rate, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .step = v->steps};
    spectrum_gradient(v, p, d_p);
    fovea__optimizer_choose(fovea__context_cpu(v->context))
        ->adam(&adam, v->count, v->d_z, v->z, v->mean, v->square);
}
