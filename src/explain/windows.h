// SPDX-License-Identifier: MIT
// A net's beginning for many pictures that differ from x in a patch only: of every value the cells that
// the patch can reach are computed, from a window of each operand that is cut out of x's own values with
// the changed cells put in. Sums have the same terms in the same order, so that the bits are those of
// the whole picture's forward pass.
#ifndef FOVEA_EXPLAIN_WINDOWS_H
#define FOVEA_EXPLAIN_WINDOWS_H

#include "explain/explainer.h"
#include "explain/reach.h"
#include "run/session.h"

typedef struct fovea__segment fovea__segment;

typedef struct fovea__windows {
    fovea_explainer *explainer;
    const fovea__reach *reach;
    fovea_value resume;
    int64_t samples;       // taken at a time
    uint8_t *needed;       // [value_count] leads from x to `resume`
    uint8_t *stored;       // [value_count] cut out of: windows of it are kept
    fovea_tensor **whole;  // [value_count] of stored values, for x: 1×C×H×W
    fovea_tensor **part;   // [value_count] of stored values, their cells for each sample of a run
    fovea__segment *segment;
    int32_t segments;
} fovea__windows;

// For up to `samples` pictures at a time, up to the value `resume` (fovea__reach_resume), which may be x.
// `reach` must outlive it. Errors: those of a session and its forward.
fovea_status fovea__windows_open(fovea_explainer *explainer, const fovea__reach *reach,
                                 fovea_value resume, const fovea_view *x, int64_t samples,
                                 fovea__windows *windows, fovea_error *error);
// Fine after a failed open and twice.
void fovea__windows_close(fovea__windows *windows);
// The value `resume`, n×C×H×W into `whole`, of x with the patch of `baseline` at the places first ...
// first+n-1, counted row by row. Errors: OUT_OF_MEMORY, those of a forward pass.
fovea_status fovea__windows_run(fovea__windows *windows, const fovea_view *baseline, int64_t first,
                                int64_t n, const fovea_view *whole, fovea_error *error);
// Bytes that one sample takes besides.
double fovea__windows_bytes(const fovea__reach *reach, fovea_value resume);

#endif
