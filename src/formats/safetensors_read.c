// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/reader.h"
#include "formats/json.h"
#include "formats/safetensors.h"

#define MAX_DIMENSION INT64_C(2147483647)
#define MAX_ELEMENTS (INT64_C(1) << 40)

// Types of the format that nothing here can hold.
static const char *const other_types[] = {"F4",      "F6_E2M3",     "F6_E3M2",     "F8_E5M2",
                                          "F8_E4M3", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F8_E8M0",
                                          "C64",     "C128"};

// State of one reading.
typedef struct job {
    fovea_context *context;
    fovea__safetensors *out;
    const uint8_t *data;  // after the header
    size_t data_size;
    char *text_end;  // where the next text goes in out->texts
} job;

static fovea_status take_header(fovea__reader *reader, const uint8_t **header, size_t *size,
                                fovea_error *error) {
    uint64_t length;
    FOVEA__TRY(fovea__take_u64_le(reader, "safetensors header length", &length, error));
    if (length > FOVEA__SAFETENSORS_MAX_HEADER && reader->begin[0] == '<')
        return fovea__reader_fail(reader, error,
                                  "this is an HTML page, not a model; the download went wrong");
    if (length > FOVEA__SAFETENSORS_MAX_HEADER)
        return fovea__reader_fail(reader, error,
                                  "safetensors header of %" PRIu64 " bytes, at most %d are read",
                                  length, FOVEA__SAFETENSORS_MAX_HEADER);
    *size = (size_t)length;
    return fovea__take_bytes(reader, "safetensors header", *size, header, error);
}

static fovea_status check_name(const fovea__json *entry, const char *name, fovea_error *error) {
    size_t length = strlen(name);
    if (length < 1 || length > FOVEA__SAFETENSORS_MAX_NAME)
        return fovea__json_fail(entry, error, "tensor name of %zu bytes, allowed are 1 to %d",
                                length, FOVEA__SAFETENSORS_MAX_NAME);
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c < 32 || *c == 127)
            return fovea__json_fail(entry, error, "control character in a tensor name");
    return FOVEA_OK;
}

static fovea_status read_type(const fovea__json *entry, fovea_type *type, fovea_error *error) {
    fovea__json at;
    const char *text;
    FOVEA__TRY(fovea__json_member(entry, "dtype", &at, error));
    FOVEA__TRY(fovea__json_string(&at, &text, error));
#define MATCH(id, value, bytes, name) \
    if (strcmp(text, name) == 0) {    \
        *type = FOVEA_##id;           \
        return FOVEA_OK;              \
    }
    FOVEA_TYPE_MAP(MATCH)
#undef MATCH
    for (size_t i = 0; i < sizeof other_types / sizeof other_types[0]; i++)
        if (strcmp(text, other_types[i]) == 0)
            return fovea__fail_at(error, FOVEA_UNSUPPORTED, at.name, -1,
                                  "%s: tensors of type %s are not supported", at.path, text);
    return fovea__json_fail(&at, error, "unknown type \"%.20s\"", text);
}

// Zeros count as ones in the limit, so that the order of the dimensions does not matter.
static fovea_status read_shape(const fovea__json *entry, fovea_shape *shape, int64_t *elements,
                               fovea_error *error) {
    fovea__json at, item;
    size_t rank = 0;
    int64_t product = 1;
    int empty = 0;
    FOVEA__TRY(fovea__json_member(entry, "shape", &at, error));
    FOVEA__TRY(fovea__json_count(&at, &rank, error));
    if (rank > FOVEA_MAX_RANK)
        return fovea__json_fail(&at, error, "%zu dimensions, at most %d are read", rank,
                                FOVEA_MAX_RANK);
    *shape = (fovea_shape){.rank = (int32_t)rank};
    for (size_t i = 0; i < rank; i++) {
        int64_t *dim = &shape->dim[i];
        FOVEA__TRY(fovea__json_item(&at, i, &item, error));
        FOVEA__TRY(fovea__json_integer(&item, 0, MAX_DIMENSION, dim, error));
        empty |= *dim == 0;
        if (!fovea__mul_i64(product, *dim ? *dim : 1, &product) || product > MAX_ELEMENTS)
            return fovea__json_fail(&at, error, "more than 2^40 elements");
    }
    *elements = empty ? 0 : product;
    return FOVEA_OK;
}

static fovea_status read_range(const job *j, const fovea__json *entry, fovea__safetensor *tensor,
                               fovea_error *error) {
    fovea__json at, item;
    size_t count = 0;
    int64_t begin, end;
    FOVEA__TRY(fovea__json_member(entry, "data_offsets", &at, error));
    FOVEA__TRY(fovea__json_count(&at, &count, error));
    if (count != 2)
        return fovea__json_fail(&at, error, "%zu numbers, must be begin and end", count);
    FOVEA__TRY(fovea__json_item(&at, 0, &item, error));
    FOVEA__TRY(fovea__json_integer(&item, 0, (int64_t)j->data_size, &begin, error));
    FOVEA__TRY(fovea__json_item(&at, 1, &item, error));
    FOVEA__TRY(fovea__json_integer(&item, begin, (int64_t)j->data_size, &end, error));
    tensor->data = j->data + begin;
    tensor->size = (size_t)(end - begin);
    return FOVEA_OK;
}

static fovea_status read_tensor(const job *j, const fovea__json *entry, const char *name,
                                fovea__safetensor *tensor, fovea_error *error) {
    int64_t elements = 0;
    FOVEA__TRY(check_name(entry, name, error));
    FOVEA__TRY(read_type(entry, &tensor->type, error));
    FOVEA__TRY(read_shape(entry, &tensor->shape, &elements, error));
    FOVEA__TRY(read_range(j, entry, tensor, error));
    if (json_object_size(entry->value) != 3)
        return fovea__json_fail(entry, error, "members besides dtype, shape and data_offsets");
    uint64_t size = (uint64_t)elements * fovea_type_size(tensor->type);
    if (size != tensor->size)
        return fovea__json_fail(entry, error,
                                "%zu bytes of data for a shape and type of %" PRIu64 " bytes",
                                tensor->size, size);
    for (size_t i = 0; tensor->type == FOVEA_BOOL && i < tensor->size; i++)
        if (tensor->data[i] > 1)
            return fovea__json_fail(entry, error, "BOOL value %u at element %zu", tensor->data[i],
                                    i);
    return FOVEA_OK;
}

static const char *keep_text(job *j, const char *text) {
    size_t size = strlen(text) + 1;
    char *kept = memcpy(j->text_end, text, size);
    j->text_end += size;
    return kept;
}

static fovea_status read_metadata(job *j, const fovea__json *metadata, fovea_error *error) {
    fovea__json at;
    const char *key;
    void *iterator = NULL;
    for (fovea__text_pair *pair = j->out->metadata;; pair++) {
        FOVEA__TRY(fovea__json_next(metadata, &iterator, &key, &at, error));
        if (!key) return FOVEA_OK;
        FOVEA__TRY(fovea__json_string(&at, &pair->value, error));
        pair->key = keep_text(j, key);
        pair->value = keep_text(j, pair->value);
    }
}

// Room for everything the header names.
static fovea_status make_room(job *j, const fovea__json *root, fovea_error *error) {
    fovea__safetensors *out = j->out;
    fovea__json at, pair;
    const char *key, *value;
    size_t bytes = 0;
    FOVEA__TRY(fovea__json_object(root, error));
    for (void *iterator = NULL;;) {
        FOVEA__TRY(fovea__json_next(root, &iterator, &key, &at, error));
        if (!key) break;
        if (strcmp(key, "__metadata__") != 0) {
            out->count++;
            bytes += strlen(key) + 1;
            continue;
        }
        for (void *inner = NULL;;) {
            FOVEA__TRY(fovea__json_next(&at, &inner, &key, &pair, error));
            if (!key) break;
            FOVEA__TRY(fovea__json_string(&pair, &value, error));
            out->metadata_count++;
            bytes += strlen(key) + strlen(value) + 2;
        }
    }
    if (out->count > FOVEA__SAFETENSORS_MAX_TENSORS)
        return fovea__json_fail(root, error, "%zu tensors, at most %d are read", out->count,
                                FOVEA__SAFETENSORS_MAX_TENSORS);
    out->texts = fovea__new(j->context, bytes, 1, error);
    if (!out->texts) return FOVEA_OUT_OF_MEMORY;
    out->tensor = fovea__new(j->context, out->count, sizeof *out->tensor, error);
    if (!out->tensor) return FOVEA_OUT_OF_MEMORY;
    out->by_name = fovea__new(j->context, out->count, sizeof *out->by_name, error);
    if (!out->by_name) return FOVEA_OUT_OF_MEMORY;
    out->metadata = fovea__new(j->context, out->metadata_count, sizeof *out->metadata, error);
    if (!out->metadata) return FOVEA_OUT_OF_MEMORY;
    j->text_end = out->texts;
    return FOVEA_OK;
}

static fovea_status read_entries(job *j, const fovea__json *root, fovea_error *error) {
    fovea__safetensor *tensor = j->out->tensor;
    fovea__json at;
    const char *key;
    for (void *iterator = NULL;;) {
        FOVEA__TRY(fovea__json_next(root, &iterator, &key, &at, error));
        if (!key) return FOVEA_OK;
        if (strcmp(key, "__metadata__") == 0) {
            FOVEA__TRY(read_metadata(j, &at, error));
            continue;
        }
        FOVEA__TRY(read_tensor(j, &at, key, tensor, error));
        tensor->name = keep_text(j, key);
        tensor++;
    }
}

static int order_by_position(const void *left, const void *right) {
    const fovea__safetensor *a = left, *b = right;
    if (a->data != b->data) return a->data < b->data ? -1 : 1;
    if (a->size != b->size) return a->size < b->size ? -1 : 1;
    return strcmp(a->name, b->name);
}

static int order_by_name(const void *left, const void *right) {
    const fovea__safetensor *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

// Sorts, and checks that the ranges follow each other from the first byte to the last.
static fovea_status arrange(job *j, const char *name, fovea_error *error) {
    fovea__safetensors *out = j->out;
    const uint8_t *reached = j->data;
    qsort(out->tensor, out->count, sizeof *out->tensor, order_by_position);
    for (size_t i = 0; i < out->count; i++) {
        const fovea__safetensor *t = &out->tensor[i];
        if (t->data != reached)
            return fovea__fail_at(error, FOVEA_BAD_FILE, name, t->data - out->file.data,
                                  "tensor %s begins %td bytes %s the end of the one before",
                                  t->name,
                                  t->data > reached ? t->data - reached : reached - t->data,
                                  t->data > reached ? "after" : "before");
        reached = t->data + t->size;
        out->by_name[i] = t;
    }
    if (reached != j->data + j->data_size)
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, reached - out->file.data,
                              "%td bytes after the last tensor", j->data + j->data_size - reached);
    qsort(out->by_name, out->count, sizeof *out->by_name, order_by_name);
    return FOVEA_OK;
}

fovea_status fovea__safetensors_parse(fovea_context *context, const void *bytes, size_t size,
                                      const char *name, fovea__safetensors *out,
                                      fovea_error *error) {
    memset(out, 0, sizeof *out);
    fovea__reader reader = fovea__reader_over(bytes, size, name);
    const uint8_t *header = NULL;
    char place[300];
    json_t *root = NULL;
    fovea_status status;
    // Positions in JSON count from the header's beginning, which the message says.
    snprintf(place, sizeof place, "%s: header", name);
    FOVEA__GO(take_header(&reader, &header, &out->header_size, error));
    out->file = (fovea__bytes){(uint8_t *)(uintptr_t)reader.begin, size};
    job j = {.context = context,
             .out = out,
             .data = reader.at,
             .data_size = fovea__reader_left(&reader)};
    FOVEA__GO(fovea__json_parse((const char *)header, out->header_size,
                                FOVEA__SAFETENSORS_MAX_HEADER, place, &root, error));
    fovea__json at = fovea__json_root(root, place);
    FOVEA__GO(make_room(&j, &at, error));
    FOVEA__GO(read_entries(&j, &at, error));
    FOVEA__GO(arrange(&j, name, error));
done:
    json_decref(root);
    if (status != FOVEA_OK) fovea__safetensors_clear(context, out);
    return status;
}

fovea_status fovea__safetensors_read(fovea_context *context, const char *path, uint64_t limit,
                                     fovea__safetensors *out, fovea_error *error) {
    memset(out, 0, sizeof *out);
    fovea__bytes file;
    FOVEA__TRY(fovea__file_read(context, path, limit, &file, error));
    fovea_status status = fovea__safetensors_parse(context, file.data, file.size, path, out, error);
    if (status == FOVEA_OK)
        out->owns_file = 1;
    else
        fovea__free(context, file.data);
    return status;
}

void fovea__safetensors_clear(fovea_context *context, fovea__safetensors *file) {
    if (!file) return;
    fovea__free(context, file->texts);
    fovea__free(context, file->tensor);
    fovea__free(context, file->by_name);
    fovea__free(context, file->metadata);
    if (file->owns_file) fovea__free(context, file->file.data);
    memset(file, 0, sizeof *file);
}

const fovea__safetensor *fovea__safetensors_find(const fovea__safetensors *file, const char *name) {
    return fovea__tensor_find(file->by_name, file->count, name);
}

const char *fovea__safetensors_metadata(const fovea__safetensors *file, const char *key) {
    for (size_t i = 0; i < file->metadata_count; i++)
        if (strcmp(file->metadata[i].key, key) == 0) return file->metadata[i].value;
    return NULL;
}
