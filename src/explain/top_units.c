// SPDX-License-Identifier: MIT
#include "explain/top_units.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/unit_pass.h"
#include "graph/graph.h"
#include "model/model.h"

enum { MOST_KEPT = 1000 };

void fovea_top_options_default(fovea_top_options *options) {
    *options = (fovea_top_options){.size = sizeof *options, .most = 9};
}

static fovea_status check_options(const fovea_top_options *options, int32_t count,
                                  fovea_error *error) {
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_top_options: size is %zu, not %zu; fill it with "
                           "fovea_top_options_default",
                           options->size, sizeof *options);
    if (options->most < 1 || options->most > MOST_KEPT || options->batch < 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%d samples a channel in batches of %lld: there must be 1 to %d, in "
                           "batches of 1 or more (0: chosen)",
                           options->most, (long long)options->batch, MOST_KEPT);
    if (count < 1) return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "no layer was chosen");
    return FOVEA_OK;
}

static fovea_status add_values(void *user, int32_t which, int64_t first, int64_t samples,
                               const fovea_view *view, fovea_error *error) {
    fovea_top *top = user;
    (void)error;
    fovea__top_heaps_add(&top->heaps[which], first, samples, view);
    return FOVEA_OK;
}

static fovea_status make(fovea_top *top, const fovea_model *model, const int32_t *nodes,
                         int64_t batch, fovea_error *error) {
    top->layer = fovea__new(top->context, (size_t)top->count, sizeof *top->layer, error);
    top->heaps = fovea__new(top->context, (size_t)top->count, sizeof *top->heaps, error);
    fovea_value *values = fovea__new(top->context, (size_t)top->count, sizeof *values, error);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (!top->layer || !top->heaps || !values) goto done;
    for (int32_t i = 0; i < top->count; i++) {
        FOVEA__GO(fovea_unit_layer_of(model, nodes[i], &top->layer[i], error));
        values[i] = top->layer[i].value;
    }
    for (int32_t i = 0; i < top->count; i++)
        FOVEA__GO(fovea__top_heaps_make(top->context, top->layer[i].channels, top->most,
                                        &top->heaps[i], error));
    FOVEA__GO(
        fovea__unit_pass(model, top->dataset, values, top->count, batch, add_values, top, error));
    for (int32_t i = 0; i < top->count; i++) fovea__top_heaps_sort(&top->heaps[i]);
done:
    fovea__free(top->context, values);
    return status;
}

fovea_status fovea_top_create(const fovea_model *model, const fovea_dataset *dataset,
                              const int32_t *nodes, int32_t count, const fovea_top_options *options,
                              fovea_top **result, fovea_error *error) {
    fovea_top_options standard;
    fovea_top_options_default(&standard);
    if (!options) options = &standard;
    FOVEA__TRY(check_options(options, count, error));
    fovea_top *top = fovea__new(model->context, 1, sizeof *top, error);
    if (!top) return FOVEA_OUT_OF_MEMORY;
    *top = (fovea_top){
        .context = model->context, .dataset = dataset, .most = options->most, .count = count};
    fovea_status status = make(top, model, nodes, options->batch, error);
    if (status == FOVEA_OK)
        *result = top;
    else
        fovea_top_free(top);
    return status;
}

void fovea_top_free(fovea_top *top) {
    if (!top) return;
    for (int32_t i = 0; top->heaps && i < top->count; i++)
        if (top->heaps[i].context) fovea__top_heaps_free(&top->heaps[i]);
    fovea__free(top->context, top->heaps);
    fovea__free(top->context, top->layer);
    fovea__free(top->context, top);
}

int32_t fovea_top_layer_count(const fovea_top *top) {
    return top->count;
}

fovea_unit_layer fovea_top_layer(const fovea_top *top, int32_t layer) {
    return layer >= 0 && layer < top->count ? top->layer[layer] : (fovea_unit_layer){.node = -1};
}

const fovea_dataset *fovea_top_dataset(const fovea_top *top) {
    return top->dataset;
}

int32_t fovea_top_count(const fovea_top *top, int32_t layer, int32_t channel) {
    if (layer < 0 || layer >= top->count) return 0;
    const fovea__top_heaps *heaps = &top->heaps[layer];
    return channel >= 0 && channel < heaps->channels ? heaps->count[channel] : 0;
}

fovea_top_sample fovea__top_sample_of(const fovea_unit_layer *layer, const fovea__top_entry *entry,
                                      const fovea_shape *picture) {
    fovea_top_sample sample = {.sample = entry->sample,
                               .value = entry->value,
                               .row = entry->cell / layer->columns,
                               .column = entry->cell % layer->columns};
    const int64_t at[2] = {sample.row, sample.column};
    for (int d = 0; d < 2; d++) {
        sample.first[d] = layer->local ? at[d] * layer->stride[d] - layer->offset[d] : 0;
        sample.last[d] =
            layer->local ? sample.first[d] + layer->field[d] - 1 : picture->dim[1 + d] - 1;
    }
    return sample;
}

fovea_top_sample fovea_top_get(const fovea_top *top, int32_t layer, int32_t channel, int32_t rank) {
    if (rank < 0 || rank >= fovea_top_count(top, layer, channel))
        return (fovea_top_sample){.sample = -1, .value = NAN};
    const fovea__top_heaps *heaps = &top->heaps[layer];
    fovea_shape picture = fovea_dataset_shape(top->dataset);
    return fovea__top_sample_of(&top->layer[layer],
                                &heaps->entry[(int64_t)channel * heaps->most + rank], &picture);
}

fovea_status fovea__top_patch(fovea_context *context, const fovea_dataset *dataset,
                              const fovea_top_sample *sample, fovea_tensor **patch,
                              fovea_error *error) {
    fovea_shape shape = fovea_dataset_shape(dataset), part = shape;
    int64_t first[2];
    if (sample->sample < 0 || sample->sample >= fovea_dataset_count(dataset))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no sample %lld",
                           (long long)sample->sample);
    for (int d = 0; d < 2; d++) {
        int64_t side = shape.dim[1 + d], last = sample->last[d];
        first[d] = sample->first[d] > 0 ? sample->first[d] : 0;
        last = last < side - 1 ? last : side - 1;
        if (last < first[d])
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "the box lies outside the picture: it sees only padding");
        part.dim[1 + d] = last - first[d] + 1;
    }
    FOVEA__TRY(fovea_tensor_create(context, FOVEA_U8, &part, patch, error));
    uint8_t *dst = fovea_tensor_view(*patch).data;
    const uint8_t *src = fovea_dataset_picture(dataset, sample->sample);
    for (int64_t c = 0; c < shape.dim[0]; c++)
        for (int64_t y = 0; y < part.dim[1]; y++, dst += part.dim[2])
            memcpy(dst, src + (c * shape.dim[1] + first[0] + y) * shape.dim[2] + first[1],
                   (size_t)part.dim[2]);
    return FOVEA_OK;
}

fovea_status fovea_top_patch(const fovea_top *top, const fovea_top_sample *sample,
                             fovea_tensor **patch, fovea_error *error) {
    return fovea__top_patch(top->context, top->dataset, sample, patch, error);
}
