// SPDX-License-Identifier: MIT
// Summing the slots of the gradients, and the optimizer's update, piece by piece over the workers.
#include <string.h>

#include "base/fail.h"
#include "base/threads.h"
#include "kernels/optimizer/optimizer.h"
#include "train/trainer.h"

typedef struct {
    fovea_trainer *trainer;
    const fovea__optimizer_variant *kernel;
    double rate;
} job;

static const fovea__trained *trained_of(const fovea_trainer *t, const fovea__piece *piece) {
    return &t->trained[piece->trained];
}

static void sum_piece(void *user, int64_t item, int32_t worker) {
    (void)worker;
    job *j = user;
    fovea_trainer *t = j->trainer;
    fovea__piece *piece = &t->piece[item];
    const fovea__trained *trained = trained_of(t, piece);
    const fovea_session *session = t->session;
    int32_t slots = fovea__parameter_slots(session->plan, trained->value, &session->bound.split);
    if (session->plan->type == FOVEA_F32) {
        float *base = session->gradient[trained->value];
        const float *slot[FOVEA__MAX_SLOTS];
        for (int32_t s = 0; s < slots; s++) slot[s] = base + s * trained->count + piece->begin;
        piece->finite =
            j->kernel->sum(slots, slot, piece->count, base + piece->begin, piece->squares);
    } else {
        double *base = session->gradient[trained->value];
        const double *slot[1] = {base + piece->begin};
        piece->finite =
            fovea__optimizer_sum_f64(1, slot, piece->count, base + piece->begin, piece->squares);
    }
}

bool fovea__sum_gradients(fovea_trainer *trainer, fovea_value *value) {
    job j = {trainer, fovea__optimizer_choose(fovea__context_cpu(trainer->context)), 0};
    fovea__parallel(trainer->context, trainer->piece_count, sum_piece, &j);
    for (int64_t p = 0; p < trainer->piece_count; p++)
        if (!trainer->piece[p].finite) {
            *value = trained_of(trainer, &trainer->piece[p])->value;
            return false;
        }
    return true;
}

static void sgd_piece(const job *j, const fovea__piece *piece) {
    fovea_trainer *t = j->trainer;
    const fovea__trained *trained = trained_of(t, piece);
    fovea__sgd options = {.lr = j->rate,
                          .momentum = t->options.momentum,
                          .weight_decay = t->options.weight_decay,
                          .nesterov = t->options.nesterov,
                          .first = t->at.updates == 0};
    if (t->session->plan->type == FOVEA_F32)
        j->kernel->sgd(&options, piece->count,
                       (float *)t->session->gradient[trained->value] + piece->begin,
                       (float *)t->session->value[trained->value] + piece->begin,
                       trained->first ? (float *)trained->first + piece->begin : NULL);
    else
        fovea__optimizer_sgd_f64(&options, piece->count,
                                 (double *)t->session->gradient[trained->value] + piece->begin,
                                 (double *)t->session->value[trained->value] + piece->begin,
                                 trained->first ? (double *)trained->first + piece->begin : NULL);
}

static void adam_piece(const job *j, const fovea__piece *piece) {
    fovea_trainer *t = j->trainer;
    const fovea__trained *trained = trained_of(t, piece);
    fovea__adam options = {.lr = j->rate,
                           .beta1 = t->options.beta1,
                           .beta2 = t->options.beta2,
                           .eps = t->options.epsilon,
                           .weight_decay = t->options.weight_decay,
                           .decoupled = t->options.optimizer == FOVEA_OPTIMIZER_ADAMW,
                           .step = t->at.updates + 1};
    if (t->session->plan->type == FOVEA_F32)
        j->kernel->adam(
            &options, piece->count, (float *)t->session->gradient[trained->value] + piece->begin,
            (float *)t->session->value[trained->value] + piece->begin,
            (float *)trained->first + piece->begin, (float *)trained->second + piece->begin);
    else
        fovea__optimizer_adam_f64(
            &options, piece->count, (double *)t->session->gradient[trained->value] + piece->begin,
            (double *)t->session->value[trained->value] + piece->begin,
            (double *)trained->first + piece->begin, (double *)trained->second + piece->begin);
}

static void update_piece(void *user, int64_t item, int32_t worker) {
    (void)worker;
    const job *j = user;
    const fovea__piece *piece = &j->trainer->piece[item];
    if (j->trainer->options.optimizer == FOVEA_OPTIMIZER_SGD)
        sgd_piece(j, piece);
    else
        adam_piece(j, piece);
}

static const char tracked[] = "num_batches_tracked";

// PyTorch counts the batches a batchnorm has seen beside its running mean.
static void count_batch(fovea_graph *graph, const char *running_mean) {
    char name[FOVEA__MAX_NAME + sizeof tracked];
    size_t length = strlen(running_mean), suffix = strlen("running_mean");
    if (length < suffix || length > FOVEA__MAX_NAME) return;
    memcpy(name, running_mean, length - suffix);
    memcpy(name + length - suffix, tracked, sizeof tracked);
    fovea_value v = fovea_graph_find_value(graph, name);
    if (v >= 0 && graph->value[v].signature.type == FOVEA_I64 && graph->value[v].data)
        ++*(int64_t *)graph->value[v].data;
}

// Batchnorm's outputs 1 and 2 become its inputs 3 and 4.
static void commit_statistics(fovea_trainer *t) {
    for (size_t n = 0; n < t->graph->node_count; n++) {
        const fovea__node *node = &t->graph->node[n];
        if (!(node->op->traits & FOVEA__BATCH_STATS)) continue;
        for (int i = 0; i < 2; i++) {
            const fovea__value *to = &t->graph->value[node->in[3 + i]];
            if (to->kind != FOVEA_VALUE_BUFFER) continue;
            memcpy(to->data, t->session->value[node->out[1 + i]],
                   (size_t)fovea__value_size(to) * fovea_type_size(to->signature.type));
        }
        count_batch(t->graph, t->graph->value[node->in[3]].name);
    }
}

void fovea__update(fovea_trainer *trainer, double rate) {
    job j = {trainer, fovea__optimizer_choose(fovea__context_cpu(trainer->context)), rate};
    fovea__parallel(trainer->context, trainer->piece_count, update_piece, &j);
    commit_statistics(trainer);
    fovea__graph_written(trainer->graph);
    trainer->at.updates++;
}

fovea_status fovea_trainer_gradient(const fovea_trainer *trainer, fovea_value value,
                                    fovea_view *gradient, fovea_error *error) {
    bool trained = value >= 0 && value < (fovea_value)trainer->graph->value_count &&
                   trainer->graph->value[value].kind == FOVEA_VALUE_PARAMETER &&
                   trainer->session->gradient[value];
    *gradient = (fovea_view){0};
    if (!trained)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "value %d is no parameter that is trained", (int)value);
    if (!trainer->has_gradients)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "this trainer has done no step yet");
    const fovea__value *of = &trainer->graph->value[value];
    *gradient = (fovea_view){.type = of->signature.type,
                             .shape = of->signature.shape,
                             .data = trainer->session->gradient[value]};
    return FOVEA_OK;
}

int64_t fovea_trainer_updates(const fovea_trainer *trainer) {
    return trainer->at.updates;
}
