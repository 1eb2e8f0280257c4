// SPDX-License-Identifier: MIT
// Deletion and insertion: what the net says as the pixels go, or come, in the order of the map.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "explain/trust_parts.h"

enum { CONTROL_EPOCH = 1 };  // RISE's masks have epoch 0

// From one picture to another, pixel by pixel.
typedef struct {
    const fovea_view *from, *to;
    const int64_t *order;
    int64_t pixels, channels, steps;
} path;

static void walk(const path *p, int64_t step, const fovea_view *x) {
    size_t size = fovea_type_size(x->type);
    int64_t gone = (int64_t)((double)step * (double)p->pixels / (double)p->steps);
    memcpy(x->data, p->from->data, (size_t)(p->channels * p->pixels) * size);
    for (int64_t i = 0; i < gone; i++)
        for (int64_t c = 0; c < p->channels; c++) {
            size_t at = (size_t)(c * p->pixels + p->order[i]) * size;
            memcpy((char *)x->data + at, (const char *)p->to->data + at, size);
        }
}

static double area(const double *curve, int32_t steps) {
    double sum = (curve[0] + curve[steps]) / 2;
    for (int32_t i = 1; i < steps; i++) sum += curve[i];
    return sum / steps;
}

// The area of (f - f_base) / (f_x - f_base).
static double share(const double *logits, int32_t steps, double picture, double base) {
    double way = picture - base;
    return way == 0 ? NAN : (area(logits, steps) - base) / way;
}

enum { DELETION, INSERTION, PATHS };
enum { PICTURE, REMOVED, ADDED, ENDS };

// The paths of the map's order and of a random one, computed together: their ends once, then the pictures
// between them, path after path.
typedef struct {
    fovea__trusting *t;
    fovea_view end[ENDS];  // the picture, the baselines of deletion and insertion
    path paths[2 * PATHS];
    int32_t count;
    double *logit, *p;
} curves;

static void make_picture(void *user, int64_t index, const fovea_view *x) {
    curves *c = user;
    int64_t between = c->t->options.steps - 1;
    if (index < ENDS)
        memcpy(x->data, c->end[index].data,
               (size_t)fovea_shape_count(&x->shape) * fovea_type_size(x->type));
    else
        walk(&c->paths[(index - ENDS) / between], (index - ENDS) % between + 1, x);
}

static void add_paths(curves *c, const int64_t *order) {
    const fovea__trusting *t = c->t;
    int32_t m = t->options.steps;
    c->paths[c->count++] =
        (path){&c->end[PICTURE], &c->end[REMOVED], order, t->pixels, t->channels, m};
    c->paths[c->count++] =
        (path){&c->end[ADDED], &c->end[PICTURE], order, t->pixels, t->channels, m};
}

// Curve `k` with its ends.
static void read_curve(const curves *c, int32_t k, const double *numbers, double *curve) {
    int32_t m = c->t->options.steps, from = k % PATHS == DELETION ? PICTURE : ADDED;
    curve[0] = numbers[from];
    memcpy(curve + 1, numbers + ENDS + k * (m - 1), (size_t)(m - 1) * sizeof *curve);
    curve[m] = numbers[from == PICTURE ? REMOVED : PICTURE];
}

static double logit_area(const curves *c, int32_t k, const double *logits) {
    double base = c->logit[k % PATHS == DELETION ? REMOVED : ADDED];
    return share(logits, c->t->options.steps, c->logit[PICTURE], base);
}

static void read_map(const curves *c) {
    fovea_trust *trust = c->t->trust;
    int32_t m = trust->steps = c->t->options.steps;
    read_curve(c, DELETION, c->p, trust->deletion_curve);
    read_curve(c, DELETION, c->logit, trust->deletion_logits);
    read_curve(c, INSERTION, c->p, trust->insertion_curve);
    read_curve(c, INSERTION, c->logit, trust->insertion_logits);
    trust->deletion = area(trust->deletion_curve, m);
    trust->insertion = area(trust->insertion_curve, m);
    trust->deletion_logit = logit_area(c, DELETION, trust->deletion_logits);
    trust->insertion_logit = logit_area(c, INSERTION, trust->insertion_logits);
}

static void read_control(const curves *c, int32_t first) {
    fovea_trust *trust = c->t->trust;
    int32_t m = c->t->options.steps;
    double curve[FOVEA_TRUST_MOST_STEPS + 1];
    read_curve(c, first + DELETION, c->p, curve);
    trust->random_deletion = area(curve, m);
    read_curve(c, first + DELETION, c->logit, curve);
    trust->random_deletion_logit = logit_area(c, DELETION, curve);
    read_curve(c, first + INSERTION, c->p, curve);
    trust->random_insertion = area(curve, m);
    read_curve(c, first + INSERTION, c->logit, curve);
    trust->random_insertion_logit = logit_area(c, INSERTION, curve);
}

static fovea_status draw(curves *c, bool map, bool control, fovea_error *error) {
    fovea__trusting *t = c->t;
    fovea_context *context = t->explainer->context;
    int64_t *random = fovea__new(context, (size_t)t->pixels, sizeof *random, error);
    int64_t count = ENDS + 2 * PATHS * (t->options.steps - 1);
    c->logit = fovea__new(context, 2 * (size_t)count, sizeof *c->logit, error);
    fovea_status status = random && c->logit ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) {
        c->p = c->logit + count;
        fovea__random_permutation(t->options.seed, FOVEA__RANDOM_MASK, CONTROL_EPOCH, t->pixels,
                                  random);
        if (map) add_paths(c, t->order);
        if (control) add_paths(c, random);
        status = fovea__trust_probe(t, ENDS + c->count * (t->options.steps - 1), make_picture, c,
                                    c->logit, c->p, error);
    }
    if (status == FOVEA_OK && map) read_map(c);
    if (status == FOVEA_OK && control) read_control(c, map ? PATHS : 0);
    fovea__free(context, random);
    fovea__free(context, c->logit);
    return status;
}

fovea_status fovea__trust_deletion(fovea__trusting *t, bool map, bool control, fovea_error *error) {
    curves c = {.t = t, .end = {*t->x}};
    fovea_tensor *grey = NULL, *blurred = NULL;
    fovea_status status = FOVEA_OK;
    if (t->options.baseline) {
        c.end[REMOVED] = c.end[ADDED] = *t->options.baseline;
    } else {
        FOVEA__GO(fovea_explain_baseline(t->explainer, "mean", t->x, 0, &grey, error));
        FOVEA__GO(fovea_explain_baseline(t->explainer, "blur", t->x, 0, &blurred, error));
        c.end[REMOVED] = fovea_tensor_view(grey);
        c.end[ADDED] = fovea_tensor_view(blurred);
    }
    status = draw(&c, map, control, error);
done:
    fovea_tensor_free(grey);
    fovea_tensor_free(blurred);
    return status;
}
