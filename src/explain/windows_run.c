// SPDX-License-Identifier: MIT
// Patched samples through the segments, each from windows that are cut out of what came before.
#include "base/fail.h"
#include "base/threads.h"
#include "explain/cut_out.h"
#include "explain/windows_parts.h"

// Cutting the same window out for all samples of a run.
typedef struct {
    const fovea__windows *windows;
    fovea_value value, out;  // cut out of, computed from it; out NO_VALUE: the whole of it
    const fovea__local_node *slide;
    fovea_view whole, part, to;
    int64_t size[2], first;
    double fill;
} cutting;

static void cut_one(void *user, int64_t i, int32_t worker) {
    (void)worker;
    const cutting *c = user;
    const fovea__reach *reach = c->windows->reach;
    fovea__cut_out cut = {.whole = &c->whole, .part = &c->part, .fill = c->fill};
    int64_t place[2] = {(c->first + i) / reach->places[1], (c->first + i) % reach->places[1]};
    for (int32_t d = 0; d < 2; d++) {
        cut.part_at[d] = fovea__reach_begin(reach, c->value, d, place[d]);
        cut.size[d] = c->size[d];
        if (c->out != FOVEA_NO_VALUE) cut.at[d] = fovea__reach_begin(reach, c->out, d, place[d]);
        if (c->slide) cut.at[d] = cut.at[d] * c->slide->stride[d] - c->slide->pad[d];
    }
    size_t bytes = (size_t)(c->to.shape.dim[1] * c->size[0] * c->size[1]);
    bytes *= fovea_type_size(c->to.type);
    fovea__cut_out_window(&cut, i, (uint8_t *)c->to.data + (size_t)i * bytes);
}

static void cut_all(cutting *c, int64_t n) {
    c->whole = fovea_tensor_view(c->windows->whole[c->value]);
    c->part = fovea_tensor_view(c->windows->part[c->value]);
    fovea__parallel(c->windows->explainer->context, n, cut_one, c);
}

static fovea_status run_segment(fovea__windows *windows, fovea__segment *segment, int64_t first,
                                int64_t n, fovea_error *error) {
    fovea_view views[FOVEA__MAX_INPUTS];
    for (int32_t i = 0; i < segment->inputs; i++) {
        const fovea__segment_input *in = &segment->input[i];
        views[i] = fovea_tensor_view(in->crop);
        views[i].shape.dim[0] = n;
        cutting c = {.windows = windows,
                     .value = in->value,
                     .out = segment->out,
                     .slide = in->slide,
                     .to = views[i],
                     .size = {in->size[0], in->size[1]},
                     .first = first,
                     .fill = in->slide ? in->slide->fill : 0};
        cut_all(&c, n);
    }
    FOVEA__TRY(fovea_session_forward(segment->session, views, segment->inputs, error));
    fovea_tensor **part = &windows->part[segment->out];
    fovea_tensor_free(*part);
    *part = NULL;
    return fovea_session_value(segment->session, segment->out, part, error);
}

static void copy_patches(fovea__windows *windows, const fovea_view *baseline, int64_t first,
                         int64_t n) {
    const fovea__reach *reach = windows->reach;
    fovea_value x = fovea__windows_graph(windows)->input[0];
    fovea_view part = fovea_tensor_view(windows->part[x]);
    int64_t size = part.shape.dim[1] * part.shape.dim[2] * part.shape.dim[3];
    for (int64_t i = 0; i < n; i++) {
        int64_t place[2] = {(first + i) / reach->places[1], (first + i) % reach->places[1]};
        fovea__cut_out cut = {.whole = baseline, .part = &part};
        for (int32_t d = 0; d < 2; d++) {
            cut.at[d] = fovea__reach_begin(reach, x, d, place[d]);
            cut.size[d] = part.shape.dim[2 + d];
            cut.part_at[d] = -cut.size[d];  // nothing of the baseline is replaced
        }
        fovea__cut_out_window(
            &cut, 0, (uint8_t *)part.data + (size_t)(i * size) * fovea_type_size(part.type));
    }
}

fovea_status fovea__windows_run(fovea__windows *windows, const fovea_view *baseline, int64_t first,
                                int64_t n, const fovea_view *whole, fovea_error *error) {
    copy_patches(windows, baseline, first, n);
    for (int32_t s = 0; s < windows->segments; s++)
        FOVEA__TRY(run_segment(windows, &windows->segment[s], first, n, error));
    cutting c = {.windows = windows,
                 .value = windows->resume,
                 .out = FOVEA_NO_VALUE,
                 .to = *whole,
                 .size = {whole->shape.dim[2], whole->shape.dim[3]},
                 .first = first};
    cut_all(&c, n);
    return FOVEA_OK;
}
