// SPDX-License-Identifier: MIT
// _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks) as a dense tensor.
#include <inttypes.h>
#include <string.h>

#include "base/checked.h"
#include "base/memory.h"
#include "formats/pth_tree.h"

#define MAX_DIMENSION INT64_C(2147483647)
#define MAX_ELEMENTS (INT64_C(1) << 40)

typedef struct layout {
    fovea_shape shape;
    int64_t stride[FOVEA_MAX_RANK];
    int64_t offset, count;  // elements
} layout;

static fovea_status read_tuple(const fovea__pickle *pickle, const fovea__pickle_node *call,
                               uint32_t index, int64_t values[FOVEA_MAX_RANK], int32_t *rank,
                               fovea_error *error) {
    const fovea__pickle_node *tuple = fovea__pickle_item(pickle, call, index);
    if (!tuple || tuple->kind != FOVEA__PICKLE_TUPLE)
        return fovea__pickle_fail(pickle, call, error, "a tensor whose size or stride is no tuple");
    if (tuple->items.count > FOVEA_MAX_RANK)
        return fovea__pickle_fail(pickle, tuple, error, "%u dimensions, at most %d are read",
                                  tuple->items.count, FOVEA_MAX_RANK);
    *rank = (int32_t)tuple->items.count;
    for (int32_t i = 0; i < *rank; i++) {
        const fovea__pickle_node *item = fovea__pickle_item(pickle, tuple, (uint32_t)i);
        if (item->kind != FOVEA__PICKLE_INTEGER)
            return fovea__pickle_fail(pickle, item, error,
                                      "a dimension or stride that is no integer");
        values[i] = item->integer;
    }
    return FOVEA_OK;
}

static fovea_status read_layout(const fovea__pickle *pickle, const fovea__pickle_node *call,
                                layout *l, fovea_error *error) {
    int32_t strides;
    bool empty = false;
    const fovea__pickle_node *offset = fovea__pickle_item(pickle, call, 1);
    if (!offset || offset->kind != FOVEA__PICKLE_INTEGER || offset->integer < 0)
        return fovea__pickle_fail(pickle, call, error, "a tensor whose offset is no count");
    l->offset = offset->integer;
    FOVEA__TRY(read_tuple(pickle, call, 2, l->shape.dim, &l->shape.rank, error));
    FOVEA__TRY(read_tuple(pickle, call, 3, l->stride, &strides, error));
    if (strides != l->shape.rank)
        return fovea__pickle_fail(pickle, call, error, "a tensor of %d dimensions and %d strides",
                                  l->shape.rank, strides);
    l->count = 1;
    for (int32_t i = 0; i < l->shape.rank; i++) {
        int64_t dim = l->shape.dim[i];
        if (dim < 0 || dim > MAX_DIMENSION || l->stride[i] < 0)
            return fovea__pickle_fail(pickle, call, error,
                                      "dimension %d is %" PRId64 " with stride %" PRId64, i, dim,
                                      l->stride[i]);
        empty |= dim == 0;
        if (!fovea__mul_i64(l->count, dim ? dim : 1, &l->count) || l->count > MAX_ELEMENTS)
            return fovea__pickle_fail(pickle, call, error, "a tensor of more than 2^40 elements");
    }
    if (empty) l->count = 0;
    return FOVEA_OK;
}

// The last element that is reached must lie in the storage.
static fovea_status check_reach(const fovea__pickle *pickle, const fovea__pickle_node *call,
                                const layout *l, int64_t elements, fovea_error *error) {
    int64_t last = l->offset, step;
    bool fits = true;
    for (int32_t i = 0; i < l->shape.rank && fits; i++)
        fits = fovea__mul_i64(l->shape.dim[i] - 1, l->stride[i], &step) &&
               fovea__add_i64(last, step, &last);
    if (l->count == 0 ? l->offset <= elements : fits && last < elements) return FOVEA_OK;
    return fovea__pickle_fail(pickle, call, error,
                              "a tensor that reaches past the %" PRId64 " elements of its storage",
                              elements);
}

static bool is_dense(const layout *l) {
    int64_t expected = 1;
    for (int32_t i = l->shape.rank - 1; i >= 0; i--) {
        if (l->shape.dim[i] != 1 && l->stride[i] != expected) return false;
        expected *= l->shape.dim[i];
    }
    return true;
}

static void copy_strided(const layout *l, const uint8_t *src, size_t width, uint8_t *dst) {
    int64_t index[FOVEA_MAX_RANK] = {0}, at = 0;
    for (int64_t n = 0; n < l->count; n++) {
        memcpy(dst + (size_t)n * width, src + (size_t)at * width, width);
        for (int32_t i = l->shape.rank - 1; i >= 0; i--) {
            at += l->stride[i];
            if (++index[i] < l->shape.dim[i]) break;
            at -= l->stride[i] * l->shape.dim[i];
            index[i] = 0;
        }
    }
}

// Dense and aligned data, where the file's bytes are not.
static fovea_status copy_data(const fovea__pickle *pickle, const fovea__pickle_node *call,
                              const layout *l, const uint8_t *src, uint64_t *budget,
                              fovea__tensor_list *list, fovea__list_tensor *tensor,
                              fovea_error *error) {
    if (tensor->size > *budget)
        return fovea__pickle_fail(pickle, call, error,
                                  "a tensor of %zu bytes out of a storage that is used several "
                                  "times over: too much for this file",
                                  tensor->size);
    *budget -= tensor->size;
    uint8_t *data = fovea__new(list->context, tensor->size, 1, error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(fovea__list_keep(list, data, error));
    size_t width = fovea_type_size(tensor->type);
    if (is_dense(l))
        memcpy(data, src, tensor->size);
    else
        copy_strided(l, src, width, data);
    tensor->data = data;
    return FOVEA_OK;
}

static fovea_status check_bools(const fovea__pickle *pickle, const fovea__pickle_node *call,
                                const fovea__list_tensor *tensor, fovea_error *error) {
    const uint8_t *data = tensor->data;
    for (size_t i = 0; tensor->type == FOVEA_BOOL && i < tensor->size; i++)
        if (data[i] > 1)
            return fovea__pickle_fail(pickle, call, error, "a bool has the value %u", data[i]);
    return FOVEA_OK;
}

static fovea_status find_type(const fovea__pickle *pickle, const fovea__pickle_node *call,
                              const fovea__pth_storage *storage, fovea_type *type,
                              fovea_error *error) {
    *type = storage->type;
    if (fovea__pth_role_of(call) != FOVEA__PTH_TENSOR_V3) return FOVEA_OK;
    const fovea__pickle_node *given = fovea__pickle_item(pickle, call, 6);
    if (!given || given->kind != FOVEA__PICKLE_GLOBAL ||
        fovea__pth_role_of(given) != FOVEA__PTH_DTYPE || storage->type != FOVEA_U8)
        return fovea__pickle_fail(pickle, call, error,
                                  "a tensor of bytes whose element type is not given");
    *type = fovea__pth_type_of(given);
    if (*type != FOVEA_TYPE_NONE) return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_UNSUPPORTED, pickle->name, call->at,
                          "tensors of torch.%s are not supported", fovea__pth_name_of(given));
}

fovea_status fovea__pth_tensor(const fovea__pickle *pickle, const fovea__pickle_node *node,
                               const fovea__pth_storages *storages, uint64_t *budget,
                               fovea__tensor_list *list, fovea__list_tensor *tensor,
                               fovea_error *error) {
    layout l = {.count = 0};
    const fovea__pickle_node *source = fovea__pickle_item(pickle, node, 0);
    if (!source || source->kind != FOVEA__PICKLE_PERSISTENT)
        return fovea__pickle_fail(pickle, node, error, "a tensor without a storage");
    const fovea__pickle_node *key =
        fovea__pickle_item(pickle, fovea__pickle_item(pickle, source, 0), 2);
    const fovea__pth_storage *storage = fovea__pth_storage_of(
        storages, (const char *)pickle->begin + key->text.start, key->text.length);
    if (!storage || !storage->data)
        return fovea__pickle_fail(pickle, source, error, "a storage that the file has not");
    FOVEA__TRY(find_type(pickle, node, storage, &tensor->type, error));
    FOVEA__TRY(read_layout(pickle, node, &l, error));
    size_t width = fovea_type_size(tensor->type);
    int64_t elements = (int64_t)(storage->count * fovea_type_size(storage->type) / width);
    FOVEA__TRY(check_reach(pickle, node, &l, elements, error));
    tensor->shape = l.shape;
    tensor->size = (size_t)l.count * width;
    // Nothing is reached by a tensor without elements, wherever it would begin.
    tensor->data = l.count ? storage->data + (size_t)l.offset * width : storage->data;
    if (!is_dense(&l) || (uintptr_t)tensor->data % width != 0)
        FOVEA__TRY(copy_data(pickle, node, &l, tensor->data, budget, list, tensor, error));
    return check_bools(pickle, node, tensor, error);
}
