// SPDX-License-Identifier: MIT
// What a net says about every sample of a set: logits, answers, losses, confusion matrix, worst
// mistakes.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "kernels/loss/loss.h"
#include "train/trainer.h"

enum { BATCH = 256 };
#define LOG_OF_ZERO (-104.0f)  // below that of the smallest float

struct fovea_answers {
    fovea_context *context;
    const fovea_dataset *dataset;
    int64_t count, outputs;
    bool ends_in_softmax;  // the net gives probabilities
    float *logits;         // [count][outputs]
    int32_t *answer;
    double *loss;
    fovea__answers_watch *watch;  // NULL: nobody
    void *watch_user;
};

static fovea_status make_session(const fovea_model *model, int64_t batch, int64_t count,
                                 fovea_session **session, fovea_error *error) {
    fovea_session_options options;
    fovea_session_options_default(&options);
    if (batch <= 0) batch = BATCH;
    options.samples = batch < count ? batch : count;
    fovea__session_needs needs = {.outputs_only = true};
    return fovea__session_create(model->graph, &options, needs, session, error);
}

// Logits of the batch into rows first..first+n-1.
static fovea_status keep_logits(fovea_answers *a, const fovea_session *session, fovea_value v,
                                int64_t first, fovea_error *error) {
    fovea_tensor *logits;
    FOVEA__TRY(fovea_session_value(session, v, &logits, error));
    fovea_view view = fovea_tensor_view(logits);
    int64_t numbers = fovea_shape_count(&view.shape);
    float *to = a->logits + first * a->outputs;
    for (int64_t i = 0; i < numbers; i++)
        to[i] = view.type == FOVEA_F32 ? ((float *)view.data)[i] : (float)((double *)view.data)[i];
    // Their logarithms are logits, up to a number all have in common.
    for (int64_t i = 0; a->ends_in_softmax && i < numbers; i++)
        to[i] = to[i] > 0 ? logf(to[i]) : LOG_OF_ZERO;
    fovea_tensor_free(logits);
    return FOVEA_OK;
}

static void judge(fovea_answers *a, int64_t first, int64_t n) {
    fovea__cross_entropy options = {.classes = a->outputs, .factor = 1};
    for (int64_t g = 0; g < n; g += FOVEA__LANES) {
        int32_t label[FOVEA__LANES],
            samples = (int32_t)(n - g < FOVEA__LANES ? n - g : FOVEA__LANES);
        for (int32_t i = 0; i < samples; i++)
            label[i] = fovea_dataset_label(a->dataset, first + g + i);
        const float *logits = a->logits + (first + g) * a->outputs;
        fovea__loss_cross_entropy_f32(&options, FOVEA__LAYOUT_NCHW, samples, logits, label,
                                      a->loss + first + g, NULL);
        fovea__loss_argmax_f32(FOVEA__LAYOUT_NCHW, samples, a->outputs, logits,
                               a->answer + first + g);
    }
}

static fovea_status ask(fovea_answers *a, const fovea_model *model, fovea_session *session,
                        const float (*table)[256], fovea_error *error) {
    int64_t most = session->plan->samples;
    const uint8_t **picture = fovea__new(a->context, (size_t)most, sizeof *picture, error);
    if (!picture) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = FOVEA_OK;
    fovea_value logits = fovea_graph_output(model->graph, 0);
    for (int64_t first = 0; first < a->count && status == FOVEA_OK; first += most) {
        int64_t n = a->count - first < most ? a->count - first : most;
        for (int64_t i = 0; i < n; i++) picture[i] = fovea_dataset_picture(a->dataset, first + i);
        status = fovea__session_forward_pictures(session, picture, table, n, error);
        if (status == FOVEA_OK) status = keep_logits(a, session, logits, first, error);
        if (status != FOVEA_OK) break;
        judge(a, first, n);
        if (a->watch && !a->watch(a->watch_user, n))
            status = fovea__fail(error, FOVEA_INTERRUPTED, "stopped after picture %lld of %lld",
                                 (long long)(first + n), (long long)a->count);
    }
    fovea__free(a->context, picture);
    return status;
}

static fovea_status make(fovea_answers *a, const fovea_model *model, int64_t batch,
                         fovea_error *error) {
    FOVEA__TRY(fovea__check_fit(model, a->dataset, error));
    const fovea_graph *graph = model->graph;
    a->count = fovea_dataset_count(a->dataset);
    const char *op;
    fovea_graph_logits(graph, fovea_graph_output(graph, 0), &op);
    a->ends_in_softmax = op && strcmp(op, "Softmax") == 0;
    a->outputs = graph->value[fovea_graph_output(graph, 0)].signature.shape.dim[1];
    a->logits = fovea__new(a->context, (size_t)(a->count * a->outputs), sizeof *a->logits, error);
    a->answer = fovea__new(a->context, (size_t)a->count, sizeof *a->answer, error);
    a->loss = fovea__new(a->context, (size_t)a->count, sizeof *a->loss, error);
    if (!a->logits || !a->answer || !a->loss) return FOVEA_OUT_OF_MEMORY;
    fovea_session *session;
    float(*table)[256] = NULL;
    FOVEA__TRY(make_session(model, batch, a->count, &session, error));
    fovea_status status = fovea__model_table(model, &table, error);
    if (status == FOVEA_OK) status = ask(a, model, session, (const float(*)[256])table, error);
    fovea__free(a->context, table);
    fovea_session_free(session);
    return status;
}

fovea_status fovea__answers_create(const fovea_model *model, const fovea_dataset *dataset,
                                   int64_t batch, fovea__answers_watch *watch, void *user,
                                   fovea_answers **answers, fovea_error *error) {
    fovea_answers *a = fovea__new(model->context, 1, sizeof *a, error);
    if (!a) return FOVEA_OUT_OF_MEMORY;
    a->context = model->context;
    a->dataset = dataset;
    a->watch = watch;
    a->watch_user = user;
    fovea_status status = make(a, model, batch, error);
    if (status != FOVEA_OK) {
        fovea_answers_free(a);
        return status;
    }
    *answers = a;
    return FOVEA_OK;
}

fovea_status fovea_answers_create(const fovea_model *model, const fovea_dataset *dataset,
                                  int64_t batch, fovea_answers **answers, fovea_error *error) {
    return fovea__answers_create(model, dataset, batch, NULL, NULL, answers, error);
}

void fovea_answers_free(fovea_answers *answers) {
    if (!answers) return;
    fovea__free(answers->context, answers->logits);
    fovea__free(answers->context, answers->answer);
    fovea__free(answers->context, answers->loss);
    fovea__free(answers->context, answers);
}

static bool is_right(const fovea_answers *a, int64_t i) {
    return a->answer[i] == fovea_dataset_label(a->dataset, i);
}

fovea_score fovea_answers_score(const fovea_answers *answers) {
    double loss = 0;
    int64_t right = 0;
    for (int64_t i = 0; i < answers->count; i++) {
        loss += answers->loss[i];
        right += is_right(answers, i);
    }
    double count = (double)answers->count;
    return (fovea_score){loss / count, (double)right / count, answers->count};
}

int32_t fovea_answers_outputs(const fovea_answers *answers) {
    return (int32_t)answers->outputs;
}
int32_t fovea_answers_class(const fovea_answers *answers, int64_t i) {
    return answers->answer[i];
}
double fovea_answers_loss(const fovea_answers *answers, int64_t i) {
    return answers->loss[i];
}
const float *fovea_answers_logits(const fovea_answers *answers, int64_t i) {
    return answers->logits + i * answers->outputs;
}

double fovea_answers_probability(const fovea_answers *answers, int64_t i, int32_t k) {
    const float *x = fovea_answers_logits(answers, i);
    double most = -INFINITY, sum = 0;
    for (int64_t c = 0; c < answers->outputs; c++) most = x[c] > most ? x[c] : most;
    for (int64_t c = 0; c < answers->outputs; c++) sum += exp(x[c] - most);
    return exp(x[k] - most) / sum;
}

void fovea_answers_confusion(const fovea_answers *answers, int64_t *matrix) {
    memset(matrix, 0, (size_t)(answers->outputs * answers->outputs) * sizeof *matrix);
    for (int64_t i = 0; i < answers->count; i++)
        matrix[fovea_dataset_label(answers->dataset, i) * answers->outputs + answers->answer[i]]++;
}

// Whether mistake a comes before b: higher loss, NaN first, then lower position.
static bool comes_before(const fovea_answers *answers, int64_t a, int64_t b) {
    double x = answers->loss[a], y = answers->loss[b];
    if (isnan(x) || isnan(y)) return isnan(x) && !isnan(y);
    return x > y || (x == y && a < b);
}

int64_t fovea_answers_worst(const fovea_answers *answers, int64_t *position, int64_t most) {
    int64_t found = 0;
    for (int64_t i = 0; i < answers->count && most > 0; i++) {
        if (is_right(answers, i)) continue;
        if (found == most && !comes_before(answers, i, position[found - 1])) continue;
        int64_t at = found < most ? found++ : found - 1;
        for (; at > 0 && comes_before(answers, i, position[at - 1]); at--)
            position[at] = position[at - 1];
        position[at] = i;
    }
    return found;
}
