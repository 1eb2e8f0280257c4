// SPDX-License-Identifier: MIT
#include "model/architecture_builder.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"

void fovea__attribute_integers(fovea__attribute_list *list, const char *name, int32_t count,
                               const int64_t *values) {
    int64_t *integers = list->integers[list->count];
    for (int32_t i = 0; i < count; i++) integers[i] = values[i];
    list->item[list->count++] =
        (fovea_attribute){.name = name, .count = count, .integers = integers};
}

void fovea__attribute_real(fovea__attribute_list *list, const char *name, double value) {
    list->item[list->count++] = (fovea_attribute){.name = name, .real = value};
}

fovea_shape fovea__builder_sample(const fovea__builder *b) {
    fovea_shape shape = fovea_graph_value(b->graph, b->current).shape, sample = {0};
    sample.rank = shape.rank > 0 ? shape.rank - 1 : 0;
    for (int32_t i = 0; i < sample.rank; i++) sample.dim[i] = shape.dim[i + 1];
    return sample;
}

int32_t fovea__builder_rank(const fovea__builder *b) {
    fovea_shape sample = fovea__builder_sample(b);
    return sample.rank > 1 ? sample.rank - 1 : 0;
}

int64_t fovea__builder_integer(const fovea__builder *b, fovea__key key, int64_t standard) {
    const fovea__layer_value *value = fovea__layer_value_of(b->layers, b->layer, key);
    return value ? value->i[0] : standard;
}

fovea_status fovea__builder_sizes(const fovea__builder *b, fovea__key key, int32_t rank,
                                  int64_t standard, int64_t *sizes, fovea_error *error) {
    const fovea__layer_value *value = fovea__layer_value_of(b->layers, b->layer, key);
    if (value && value->count != 1 && value->count != rank) {
        char word[64];
        fovea__architecture_word(b->layers, value->span, word, sizeof word);
        return fovea__builder_mismatch(
            b, error, "%s %s has %d sizes, the input has %d spatial dimension%s",
            fovea__key_infos()[key].name, word, value->count, rank, rank == 1 ? "" : "s");
    }
    for (int32_t i = 0; i < rank; i++)
        sizes[i] = value ? value->i[value->count == 1 ? 0 : i] : standard;
    return FOVEA_OK;
}

// Says where in the text the layer stands whose node was refused.
static fovea_status refused(const fovea__builder *b, fovea_status status, fovea_error *error) {
    if (!error) return status;
    fovea_error at = {0};
    fovea__architecture_fail(b->layers, b->layer->span, &at, "%s", "");
    char message[sizeof error->text];
    snprintf(message, sizeof message, "%s", error->text);
    fovea__fail(error, status, "%s (character %lld of the architecture text)", message,
                (long long)at.offset + 1);
    error->offset = at.offset;
    snprintf(error->where, sizeof error->where, "%.200s", b->name);
    return status;
}

fovea_status fovea__builder_mismatch(const fovea__builder *b, fovea_error *error,
                                     const char *format, ...) {
    char message[sizeof((fovea_error *)NULL)->text];
    va_list list;
    va_start(list, format);
    fovea__format_list(message, sizeof message, format, list);
    va_end(list);
    fovea__fail(error, FOVEA_SHAPE_MISMATCH, "%s: %s", b->name, message);
    return refused(b, FOVEA_SHAPE_MISMATCH, error);
}

fovea_status fovea__builder_parameter(fovea__builder *b, const char *suffix, fovea_type type,
                                      const fovea_shape *shape, int trained, int64_t fan_in,
                                      fovea_value *value, fovea_error *error) {
    char name[sizeof b->name + 32];
    snprintf(name, sizeof name, "%s.%s", b->name, suffix);
    double count = 1;
    for (int32_t i = 0; i < shape->rank; i++) count *= (double)shape->dim[i];
    b->parameters += count;
    if (b->parameters > (double)((int64_t)1 << 40)) {
        fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                    "%s: the net would have %.0f parameters (%.1f GiB); 2^40 is the limit", b->name,
                    b->parameters,
                    b->parameters * (double)fovea_type_size(b->type) / (1024.0 * 1024 * 1024));
        return refused(b, FOVEA_INVALID_ARGUMENT, error);
    }
    fovea_status status =
        fovea_graph_add_parameter(b->graph, name, type, shape, trained, fan_in, value, error);
    return status == FOVEA_OK ? status : refused(b, status, error);
}

fovea_status fovea__builder_node(fovea__builder *b, const fovea_value *inputs, int32_t count,
                                 const fovea__attribute_list *attributes, fovea_error *error) {
    fovea_value outputs[FOVEA__BUILDER_OUTPUTS];
    fovea_status status = fovea_graph_add_node(b->graph, b->layer->kind->op, b->name, inputs, count,
                                               attributes->item, attributes->count, outputs, error);
    if (status != FOVEA_OK) return refused(b, status, error);
    b->current = outputs[0];
    return FOVEA_OK;
}
