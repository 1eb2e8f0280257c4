// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/cam_layer.h"
#include "explain/symmetric_eigen.h"

// Each map less its mean, in place.
static void centre(fovea__cam *cam) {
    for (int64_t k = 0; k < cam->channels; k++) {
        double *a = cam->value + k * cam->cells, sum = 0;
        for (int64_t i = 0; i < cam->cells; i++) sum += a[i];
        for (int64_t i = 0; i < cam->cells; i++) a[i] -= sum / (double)cam->cells;
    }
}

// X X' of cells by cells where these are fewer, else X' X of maps by maps. X is Z×K, A its transpose.
static void gram(const fovea__cam *cam, bool by_cells, double *g) {
    int64_t n = by_cells ? cam->cells : cam->channels;
    for (int64_t k = 0; by_cells && k < cam->channels; k++) {
        const double *a = cam->value + k * cam->cells;
        for (int64_t r = 0; r < n; r++)
            for (int64_t c = 0; c <= r; c++) g[r * n + c] += a[r] * a[c];
    }
    for (int64_t r = 0; !by_cells && r < n; r++)
        for (int64_t c = 0; c <= r; c++)
            for (int64_t i = 0; i < cam->cells; i++)
                g[r * n + c] += cam->value[r * cam->cells + i] * cam->value[c * cam->cells + i];
    for (int64_t r = 0; r < n; r++)
        for (int64_t c = r + 1; c < n; c++) g[r * n + c] = g[c * n + r];
}

// X v of the first right singular vector v: the first left one times its singular value.
static void project(const fovea__cam *cam, bool by_cells, const double *vector, double value,
                    double *map) {
    if (by_cells)
        for (int64_t i = 0; i < cam->cells; i++) map[i] = sqrt(fmax(0, value)) * vector[i];
    else
        for (int64_t k = 0; k < cam->channels; k++) fovea__cam_add(cam, k, vector[k], map);
}

// A singular vector has no sign of its own: the map shall rise where the layer is active, `size` being
// sum_k |A^k|. Where that says nothing its first number that is not 0 is above 0.
static void fix_sign(const fovea__cam *cam, const double *size, double *map) {
    double mean = 0, together = 0;
    for (int64_t i = 0; i < cam->cells; i++) mean += size[i] / (double)cam->cells;
    for (int64_t i = 0; i < cam->cells; i++) together += map[i] * (size[i] - mean);
    for (int64_t i = 0; i < cam->cells && together == 0; i++) together = map[i];
    for (int64_t i = 0; i < cam->cells && together < 0; i++) map[i] = -map[i];
}

static bool all_finite(const double *numbers, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(numbers[i])) return false;
    return true;
}

static fovea_status find_map(fovea__cam *cam, double *g, double *vector, double *size, double *map,
                             fovea_error *error) {
    bool by_cells = cam->cells <= cam->channels;
    int64_t n = by_cells ? cam->cells : cam->channels;
    double value = 0;
    for (int64_t i = 0; i < cam->channels * cam->cells; i++)
        size[i % cam->cells] += fabs(cam->value[i]);
    centre(cam);
    gram(cam, by_cells, g);
    if (!all_finite(g, n * n)) {
        for (int64_t i = 0; i < cam->cells; i++) map[i] = NAN;
        return FOVEA_OK;
    }
    FOVEA__TRY(fovea__symmetric_eigen(cam->context, g, n, 1, &value, vector, error));
    project(cam, by_cells, vector, value, map);
    fix_sign(cam, size, map);
    return FOVEA_OK;
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    fovea__cam cam;
    FOVEA__TRY(fovea__cam_values(job, &cam, error));
    size_t n = (size_t)(cam.cells <= cam.channels ? cam.cells : cam.channels);
    double *g = fovea__new(cam.context, n * n, sizeof *g, error);
    double *vector = fovea__new(cam.context, n, sizeof *vector, error);
    double *size = fovea__new(cam.context, (size_t)cam.cells, sizeof *size, error);
    double *map = fovea__new(cam.context, (size_t)cam.cells, sizeof *map, error);
    fovea_status status = g && vector && size && map ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) status = find_map(&cam, g, vector, size, map, error);
    if (status == FOVEA_OK) status = fovea__cam_finish(job, &cam, map, false, error);
    fovea__free(cam.context, g);
    fovea__free(cam.context, vector);
    fovea__free(cam.context, size);
    fovea__free(cam.context, map);
    fovea__cam_free(&cam);
    return status;
}

const fovea__method fovea__method_eigen_cam = {
    .info = {.name = "eigen-cam",
             .title = "Eigen-CAM",
             .family = "cam",
             .answers = "what do the maps of the layer show most of, whatever the class?",
             .formula = "X v, X the cells by maps of A less each map's mean, v its first right "
                        "singular vector; the sign that goes with sum_k |A^k|",
             .source = "Muhammad, Yeasin 2020, arXiv 2008.00299",
             .warning = "it is the same for every class and does not use the layers behind: it "
                        "explains no decision",
             .unit = "activation",
             .has_layer = 1,
             .is_signed = 1},
    .run = run,
    .keep = fovea__cam_keep_values};
