// SPDX-License-Identifier: MIT
#include <stdbool.h>
#include <stdio.h>

#include "explain/optimised.h"

#include "base/fail.h"
#include "base/memory.h"
#include "formats/npz.h"

fovea_status fovea__optimised_create(fovea_context *context, int32_t room, fovea_optimised **result,
                                     fovea_error *error) {
    fovea_optimised *pictures = fovea__new(context, 1, sizeof *pictures, error);
    if (!pictures) return FOVEA_OUT_OF_MEMORY;
    *pictures = (fovea_optimised){.context = context, .room = room};
    pictures->found = fovea__new(context, (size_t)room, sizeof *pictures->found, error);
    if (!pictures->found) {
        fovea__free(context, pictures);
        return FOVEA_OUT_OF_MEMORY;
    }
    *result = pictures;
    return FOVEA_OK;
}

fovea_status fovea__optimised_add(fovea_optimised *pictures, const char *layer,
                                  const fovea_shape *shape, const float *p,
                                  const fovea__found *found, fovea_error *error) {
    fovea__found *next = &pictures->found[pictures->count];
    *next = *found;
    next->picture = NULL;
    next->layer = fovea__copy_text(pictures->context, layer, error);
    pictures->count++;
    if (!next->layer) return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(fovea_tensor_create(pictures->context, FOVEA_F32, shape, &next->picture, error));
    float *to = fovea_tensor_view(next->picture).data;
    int64_t count = fovea_shape_count(shape);
    for (int64_t i = 0; i < count; i++) to[i] = p[i] < 0 ? 0 : p[i] > 1 ? 1 : p[i];
    return FOVEA_OK;
}

void fovea_optimised_free(fovea_optimised *pictures) {
    if (!pictures) return;
    for (int32_t i = 0; i < pictures->count; i++) {
        fovea__free(pictures->context, pictures->found[i].layer);
        fovea_tensor_free(pictures->found[i].picture);
    }
    fovea__free(pictures->context, pictures->found);
    fovea__free(pictures->context, pictures);
}

int32_t fovea_optimised_count(const fovea_optimised *pictures) {
    return pictures->count;
}

fovea_optimised_picture fovea_optimised_get(const fovea_optimised *pictures, int32_t index) {
    if (index < 0 || index >= pictures->count) return (fovea_optimised_picture){.channel = -1};
    const fovea__found *found = &pictures->found[index];
    return (fovea_optimised_picture){.layer = found->layer,
                                     .channel = found->channel,
                                     .picture = fovea_tensor_view(found->picture),
                                     .start = found->start,
                                     .first = found->first,
                                     .end = found->end,
                                     .difference = found->difference,
                                     .silent = found->silent};
}

static fovea_status add_array(fovea__npz *npz, const fovea__found *found, fovea_error *error) {
    char name[320];
    fovea_view view = fovea_tensor_view(found->picture);
    snprintf(name, sizeof name, found->channel < 0 ? "%s" : "%s.%d", found->layer,
             found->channel + 1);
    return fovea__npz_add(npz, name, &view, error);
}

fovea_status fovea_optimised_save(const fovea_optimised *pictures, const char *path,
                                  fovea_error *error) {
    fovea__npz *npz;
    fovea_status status = fovea__npz_open(pictures->context, path, &npz, error);
    if (status != FOVEA_OK) return status;
    for (int32_t i = 0; i < pictures->count && status == FOVEA_OK; i++)
        status = add_array(npz, &pictures->found[i], error);
    if (status == FOVEA_OK) return fovea__npz_commit(npz, error);
    fovea__npz_discard(npz);
    return status;
}
