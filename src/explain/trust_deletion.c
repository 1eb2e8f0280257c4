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

static void walk(void *user, int64_t step, const fovea_view *x) {
    const path *p = user;
    size_t size = fovea_type_size(x->type);
    int64_t gone = (int64_t)((double)step * (double)p->pixels / (double)p->steps);
    if (step == p->steps) gone = p->pixels;
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

typedef struct {
    fovea__trusting *t;
    fovea_view removed, added;  // baselines of deletion and insertion
    const int64_t *order;
    double *curve[4];  // deletion: p, logit; insertion: p, logit
    double area[4];
} curves;

static fovea_status draw(curves *c, fovea_error *error) {
    fovea__trusting *t = c->t;
    int32_t m = t->options.steps;
    path deletion = {t->x, &c->removed, c->order, t->pixels, t->channels, m};
    path insertion = {&c->added, t->x, c->order, t->pixels, t->channels, m};
    FOVEA__TRY(fovea__trust_probe(t, m + 1, walk, &deletion, c->curve[1], c->curve[0], error));
    FOVEA__TRY(fovea__trust_probe(t, m + 1, walk, &insertion, c->curve[3], c->curve[2], error));
    c->area[0] = area(c->curve[0], m);
    c->area[1] = share(c->curve[1], m, c->curve[1][0], c->curve[1][m]);
    c->area[2] = area(c->curve[2], m);
    c->area[3] = share(c->curve[3], m, c->curve[3][m], c->curve[3][0]);
    return FOVEA_OK;
}

static fovea_status along_map(curves *c, fovea_error *error) {
    fovea_trust *trust = c->t->trust;
    c->order = c->t->order;
    double *curve[] = {trust->deletion_curve, trust->deletion_logits, trust->insertion_curve,
                       trust->insertion_logits};
    memcpy(c->curve, curve, sizeof curve);
    FOVEA__TRY(draw(c, error));
    trust->steps = c->t->options.steps;
    trust->deletion = c->area[0];
    trust->deletion_logit = c->area[1];
    trust->insertion = c->area[2];
    trust->insertion_logit = c->area[3];
    return FOVEA_OK;
}

static fovea_status at_random(curves *c, fovea_error *error) {
    fovea__trusting *t = c->t;
    fovea_trust *trust = t->trust;
    double unused[4][FOVEA_TRUST_MOST_STEPS + 1];
    int64_t *order = fovea__new(t->explainer->context, (size_t)t->pixels, sizeof *order, error);
    if (!order) return FOVEA_OUT_OF_MEMORY;
    fovea__random_permutation(t->options.seed, FOVEA__RANDOM_MASK, CONTROL_EPOCH, t->pixels, order);
    c->order = order;
    for (int k = 0; k < 4; k++) c->curve[k] = unused[k];
    fovea_status status = draw(c, error);
    fovea__free(t->explainer->context, order);
    if (status != FOVEA_OK) return status;
    trust->random_deletion = c->area[0];
    trust->random_deletion_logit = c->area[1];
    trust->random_insertion = c->area[2];
    trust->random_insertion_logit = c->area[3];
    return FOVEA_OK;
}

fovea_status fovea__trust_deletion(fovea__trusting *t, bool control, fovea_error *error) {
    curves c = {.t = t};
    fovea_tensor *grey = NULL, *blurred = NULL;
    fovea_status status = FOVEA_OK;
    if (t->options.baseline) {
        c.removed = c.added = *t->options.baseline;
    } else {
        FOVEA__GO(fovea_explain_baseline(t->explainer, "mean", t->x, 0, &grey, error));
        FOVEA__GO(fovea_explain_baseline(t->explainer, "blur", t->x, 0, &blurred, error));
        c.removed = fovea_tensor_view(grey);
        c.added = fovea_tensor_view(blurred);
    }
    status = control ? at_random(&c, error) : along_map(&c, error);
done:
    fovea_tensor_free(grey);
    fovea_tensor_free(blurred);
    return status;
}
