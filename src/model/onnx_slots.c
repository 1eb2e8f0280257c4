// SPDX-License-Identifier: MIT
// The values of a net that is being imported.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/onnx_importer.h"
#include "tensor/convert.h"

fovea_status fovea__onnx_add_slot(fovea__onnx_importer *importer, const char *name,
                                  fovea_value *slot, fovea_error *error) {
    fovea__onnx_slot *slots =
        fovea__grow(importer->context, importer->slot, importer->slot_count,
                    &importer->slot_capacity, importer->slot_count + 1, sizeof *slots, error);
    if (!slots) return FOVEA_OUT_OF_MEMORY;
    importer->slot = slots;
    *slot = (fovea_value)importer->slot_count;
    slots[importer->slot_count++] =
        (fovea__onnx_slot){.name = name, .initializer = -1, .value = FOVEA_NO_VALUE};
    return FOVEA_OK;
}

static bool has_marker(const fovea_view *view) {
    int64_t count = fovea_shape_count(&view->shape);
    if (view->type != FOVEA_I64) return false;
    for (int64_t i = 0; i < count; i++)
        if (((const int64_t *)view->data)[i] == FOVEA__ONNX_BATCH) return true;
    return false;
}

fovea_status fovea__onnx_own_slot(fovea__onnx_importer *importer, const char *name, fovea_type type,
                                  const fovea_shape *shape, void *owned, fovea_value *slot,
                                  fovea_error *error) {
    fovea_status status = fovea__onnx_add_slot(importer, name, slot, error);
    if (status != FOVEA_OK) {
        fovea__free(importer->context, owned);
        return status;
    }
    fovea__onnx_slot *s = &importer->slot[*slot];
    s->owned = owned;
    s->view = (fovea_view){type, *shape, owned};
    s->marked = has_marker(&s->view);
    return FOVEA_OK;
}

fovea_status fovea__onnx_bind(fovea__onnx_importer *importer, const char *name, fovea_value slot,
                              fovea_error *error) {
    FOVEA__TRY(fovea__name_reserve(importer->context, &importer->names, error));
    fovea__name_add(&importer->names, name, slot);
    return FOVEA_OK;
}

fovea__onnx_slot *fovea__onnx_slot_named(const fovea__onnx_importer *importer, const char *name) {
    int32_t slot = fovea__name_find(&importer->names, name);
    return slot < 0 ? NULL : &importer->slot[slot];
}

static fovea_status add_initializer(fovea__onnx_importer *importer, size_t index,
                                    fovea_error *error) {
    const fovea__onnx_tensor *tensor = &importer->model->initializer[index];
    fovea_type type = fovea__onnx_element_type(importer, tensor->data_type);
    fovea_value slot;
    if (fovea__name_find(&importer->order->used, tensor->name) < 0) return FOVEA_OK;
    if (tensor->type == FOVEA_TYPE_NONE)
        return fovea__fail(error, FOVEA_UNSUPPORTED,
                           "initializer '%.200s' has elements of ONNX's type %d", tensor->name,
                           tensor->data_type);
    if (type == tensor->type && tensor->data) {
        FOVEA__TRY(fovea__onnx_add_slot(importer, tensor->name, &slot, error));
        importer->slot[slot].view = (fovea_view){type, tensor->shape, tensor->data};
        importer->slot[slot].initializer = (int64_t)index;
    } else {
        int64_t count = fovea_shape_count(&tensor->shape);
        void *data = fovea__new(importer->context, (size_t)count, fovea_type_size(type), error);
        if (!data) return FOVEA_OUT_OF_MEMORY;
        fovea_status status =
            count ? fovea__convert(tensor->type, tensor->data, type, data, count, error) : FOVEA_OK;
        if (status != FOVEA_OK) {
            fovea__free(importer->context, data);
            return status;
        }
        FOVEA__TRY(
            fovea__onnx_own_slot(importer, tensor->name, type, &tensor->shape, data, &slot, error));
    }
    return fovea__onnx_bind(importer, tensor->name, slot, error);
}

fovea_status fovea__onnx_add_initializers(fovea__onnx_importer *importer, fovea_error *error) {
    for (size_t i = 0; i < importer->model->initializer_count; i++)
        FOVEA__TRY(add_initializer(importer, i, error));
    return FOVEA_OK;
}

static bool is_float(fovea_type type) {
    return type == FOVEA_F32 || type == FOVEA_F64;
}

// Whether the file's name is this slot's: it stands for it, or the constant it stands for is in no
// other way a part of the graph (a weight that was transposed).
static bool has_name(const fovea__onnx_importer *importer, fovea_value slot) {
    int32_t bound = fovea__name_find(&importer->names, importer->slot[slot].name);
    if (bound < 0 || bound == slot) return bound == slot;
    return importer->slot[bound].view.data && importer->slot[bound].value == FOVEA_NO_VALUE;
}

fovea_status fovea__onnx_take_slot(fovea__onnx_importer *importer, fovea_value slot,
                                   fovea_value *value, fovea_error *error) {
    fovea__onnx_slot *s = &importer->slot[slot];
    if (s->value == FOVEA_NO_VALUE) {
        fovea__onnx_name name;
        if (s->marked)
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                               "the size of the batch is computed with");
        if (fovea_shape_count(&s->view.shape) == 0)
            return fovea__fail(error, FOVEA_UNSUPPORTED, "'%.100s' has no elements", s->name);
        fovea__onnx_value_name(importer, s->name, has_name(importer, slot), name);
        FOVEA__TRY(fovea_graph_add_parameter(importer->graph, name, s->view.type, &s->view.shape,
                                             s->trained && is_float(s->view.type), s->fan_in,
                                             &s->value, error));
    }
    *value = s->value;
    return FOVEA_OK;
}

// The slot's memory for the graph, NULL where it must be copied.
static void *release(fovea__onnx_importer *importer, fovea__onnx_slot *slot) {
    void *data = slot->owned;
    slot->owned = NULL;
    if (data || slot->initializer < 0) return data;
    fovea__onnx_tensor *tensor = &importer->model->initializer[slot->initializer];
    data = tensor->data;
    tensor->data = NULL;
    return data;
}

fovea_status fovea__onnx_hand_over(fovea__onnx_importer *importer, fovea_error *error) {
    for (size_t i = 0; i < importer->slot_count; i++) {
        fovea__onnx_slot *slot = &importer->slot[i];
        if (!slot->view.data || slot->value == FOVEA_NO_VALUE) continue;
        void *data = release(importer, slot);
        if (!data) {
            size_t size =
                (size_t)fovea_shape_count(&slot->view.shape) * fovea_type_size(slot->view.type);
            data = fovea__copy(importer->context, slot->view.data, size, error);
            if (!data) return FOVEA_OUT_OF_MEMORY;
        }
        importer->graph->value[slot->value].data = data;
        slot->view.data = NULL;
    }
    return fovea__graph_allocate(importer->graph, error);
}

void fovea__onnx_free_slots(fovea__onnx_importer *importer) {
    for (size_t i = 0; i < importer->slot_count; i++) {
        fovea__free(importer->context, importer->slot[i].own_name);
        fovea__free(importer->context, importer->slot[i].owned);
    }
    fovea__free(importer->context, importer->slot);
    fovea__name_table_free(importer->context, &importer->names);
    importer->slot = NULL;
    importer->slot_count = importer->slot_capacity = 0;
}
