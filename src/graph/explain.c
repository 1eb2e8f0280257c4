// SPDX-License-Identifier: MIT
// The list of explanations of a net.
#include "graph/explain.h"

#include <stdarg.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/number_text.h"

typedef struct explanation_block {
    fovea_explanations list;
    fovea_context *context;
    char *texts;
    fovea_explanation item[];
} explanation_block;

void fovea__explain(fovea__explainer *e, const char *subject) {
    if (e->status != FOVEA_OK) return;
    struct fovea__explained *grown = fovea__grow(e->graph->context, e->item, e->count, &e->capacity,
                                                 e->count + 1, sizeof *grown, e->error);
    if (!grown) {
        e->status = FOVEA_OUT_OF_MEMORY;
        return;
    }
    e->item = grown;
    if (e->count > 0) fovea__text_add_n(&e->texts, "", 1);
    grown[e->count] = (struct fovea__explained){.node = e->node, .subject = e->texts.length};
    fovea__text_add_n(&e->texts, subject, strlen(subject) + 1);
    grown[e->count++].text = e->texts.length;
}

void fovea__explain_add(fovea__explainer *e, const char *format, ...) {
    va_list list;
    char number[32];
    va_start(list, format);
    for (const char *at = format; *at;) {
        size_t length = strcspn(at, "#");
        fovea__text_add_n(&e->texts, at, length);
        at += length;
        if (*at != '#') break;
        int64_t value = va_arg(list, int64_t);
        if (value < 0) fovea__text_add(&e->texts, "−");
        fovea__text_add(&e->texts, fovea__thousands(value < 0 ? -value : value, number));
        at++;
    }
    va_end(list);
}

void fovea__explain_join(fovea__explainer *e, const char *sign, const int64_t *numbers,
                         int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (i) fovea__text_add(&e->texts, sign);
        fovea__explain_add(e, "#", numbers[i]);
    }
}

void fovea__explain_samples(fovea__explainer *e) {
    if (e->samples > 1) fovea__explain_add(e, " × # samples", e->samples);
}

static void explain_memory(fovea__explainer *e) {
    const fovea_summary_row *row = &e->summary->row[e->node];
    const fovea__value *out = &e->graph->value[e->graph->node[e->node].out[0]];
    int64_t bytes = (int64_t)fovea_type_size(out->signature.type);
    int64_t count = fovea_shape_count(&row->shape);
    int skip = fovea__is_batched(out);
    fovea__explain(e, "memory");
    fovea__explain_join(e, " × ", row->shape.dim + skip, row->shape.rank - skip);
    fovea__explain_add(e, row->shape.rank > skip ? " numbers" : "1 number");
    if (skip) fovea__explain_samples(e);
    fovea__explain_add(e, " × # bytes", bytes);
    if (count >= 0 && count <= INT64_MAX / bytes)
        fovea__explain_add(e, " = # bytes", count * bytes);
}

// "448 + 1,160 = 1,608", of what is not 0 in the rows.
static void explain_sum(fovea__explainer *e, const char *subject, size_t offset, int64_t total) {
    int64_t sum = 0, terms = 0;
    fovea__explain(e, subject);
    for (int32_t r = 0; r < e->summary->rows; r++) {
        int64_t value;
        memcpy(&value, (const char *)&e->summary->row[r] + offset, sizeof value);
        if (value == 0 || sum > INT64_MAX - value) continue;
        fovea__explain_add(e, terms++ ? " + #" : "#", value);
        sum += value;
    }
    // Parameters that no node takes.
    if (total > sum)
        fovea__explain_add(e, terms++ ? " + # of no layer" : "# of no layer", total - sum);
    if (terms == 0) fovea__explain_add(e, "0");
    if (terms > 1) fovea__explain_add(e, " = #", total);
}

static void explain_all(fovea__explainer *e) {
    for (e->node = 0; e->node < e->summary->rows; e->node++) {
        fovea__explain_parameters(e);
        fovea__explain_output(e);
        fovea__explain_multiply_adds(e);
        explain_memory(e);
        fovea__explain_receptive_field(e);
    }
    e->node = -1;
    explain_sum(e, "parameters", offsetof(fovea_summary_row, parameters), e->summary->parameters);
    explain_sum(e, "multiply-adds", offsetof(fovea_summary_row, multiply_adds),
                e->summary->multiply_adds);
    if (e->summary->multiply_adds != e->summary->multiply_adds_torchvision)
        explain_sum(e, "without biases", offsetof(fovea_summary_row, multiply_adds_torchvision),
                    e->summary->multiply_adds_torchvision);
    fovea__text_add_n(&e->texts, "", 1);
}

static fovea_status take(fovea__explainer *e, fovea_explanations **explanations) {
    fovea_context *context = e->graph->context;
    if (e->status != FOVEA_OK) return e->status;
    explanation_block *block =
        fovea__new(context, 1, sizeof *block + e->count * sizeof block->item[0], e->error);
    if (!block) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea__text_take(&e->texts, &block->texts, NULL, e->error);
    if (status != FOVEA_OK) {
        fovea__free(context, block);
        return status;
    }
    for (size_t i = 0; i < e->count; i++)
        block->item[i] = (fovea_explanation){e->item[i].node, block->texts + e->item[i].subject,
                                             block->texts + e->item[i].text};
    block->context = context;
    block->list = (fovea_explanations){(int32_t)e->count, block->item};
    *explanations = &block->list;
    return FOVEA_OK;
}

fovea_status fovea_graph_explain(const fovea_graph *graph, int64_t samples,
                                 fovea_explanations **explanations, fovea_error *error) {
    fovea_context *context = graph->context;
    fovea_summary *summary;
    *explanations = NULL;
    FOVEA__TRY(fovea_graph_summary(graph, samples, &summary, error));
    fovea__receptive *field = fovea__new(context, graph->value_count, sizeof *field, error);
    fovea__explainer e = {.graph = graph, .summary = summary, .field = field, .error = error};
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    e.samples = samples;
    e.texts = fovea__text_begin(context);
    if (field) {
        fovea__receptive_fields(graph, field);
        explain_all(&e);
        status = take(&e, explanations);
    }
    fovea__text_discard(&e.texts);
    fovea__free(context, e.item);
    fovea__free(context, field);
    fovea_summary_free(summary);
    return status;
}

void fovea_explanations_free(fovea_explanations *explanations) {
    if (!explanations) return;
    explanation_block *block = (explanation_block *)explanations;
    fovea__free(block->context, block->texts);
    fovea__free(block->context, block);
}
