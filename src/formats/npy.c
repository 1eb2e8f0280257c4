// SPDX-License-Identifier: MIT
#include "formats/npy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/reader.h"
#include "formats/npy_dictionary.h"

enum { HEADER_LIMIT = 10000, MAGIC = 6, PREFIX_V1 = 10, ALIGNMENT = 64 };

static const uint8_t magic[MAGIC] = {0x93, 'N', 'U', 'M', 'P', 'Y'};

static fovea_status take_header_size(fovea__reader *reader, uint32_t *header_size,
                                     fovea_error *error) {
    const uint8_t *found, *version;
    FOVEA__TRY(fovea__take_bytes(reader, ".npy magic number", MAGIC, &found, error));
    if (memcmp(found, magic, MAGIC) != 0) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, 0,
                              "not an .npy file: it does not begin with 93 NUMPY");
    }
    FOVEA__TRY(fovea__take_bytes(reader, ".npy version", 2, &version, error));
    if (version[0] < 1 || version[0] > 3 || version[1] != 0) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, MAGIC,
                              "version %d.%d of .npy is not known, 1.0, 2.0 and 3.0 are",
                              version[0], version[1]);
    }
    if (version[0] == 1) {
        uint16_t small;
        FOVEA__TRY(fovea__take_u16_le(reader, ".npy header length", &small, error));
        *header_size = small;
    } else {
        FOVEA__TRY(fovea__take_u32_le(reader, ".npy header length", header_size, error));
    }
    if (*header_size <= HEADER_LIMIT) return FOVEA_OK;
    return fovea__reader_fail(reader, error,
                              "the .npy header has %" PRIu32 " bytes, at most %d are read",
                              *header_size, HEADER_LIMIT);
}

static fovea_status take_header(fovea__reader *reader, fovea__npy_dictionary *dictionary,
                                fovea_error *error) {
    uint32_t header_size;
    const uint8_t *header;
    FOVEA__TRY(take_header_size(reader, &header_size, error));
    FOVEA__TRY(fovea__take_bytes(reader, ".npy header", header_size, &header, error));
    fovea__reader inner = *reader;  // keeps positions counting from the file's beginning
    inner.at = header;
    inner.end = header + header_size;
    return fovea__npy_dictionary_parse(&inner, dictionary, error);
}

// Product of the dimensions and the element's size. A zero anywhere makes it zero, whatever the
// others.
static bool data_size(const fovea_shape *shape, size_t element, size_t *size) {
    *size = element;
    for (int32_t i = 0; i < shape->rank; i++) {
        if (shape->dim[i] == 0) {
            *size = 0;
            return true;
        }
    }
    for (int32_t i = 0; i < shape->rank; i++) {
        if (!fovea__mul_size(*size, (size_t)shape->dim[i], size)) return false;
    }
    return true;
}

static void copy_element(uint8_t *dst, const uint8_t *src, size_t element, bool swapped) {
    for (size_t i = 0; i < element; i++) dst[i] = src[swapped ? element - 1 - i : i];
}

// Copies `count` elements to row-major order and this machine's byte order. In Fortran order the
// first index runs fastest: `index` counts through it while `at` follows in row-major order.
static void copy_elements(uint8_t *dst, const uint8_t *src, size_t element, size_t count,
                          const fovea__npy_dictionary *dictionary) {
    const fovea_shape *shape = &dictionary->shape;
    size_t stride[FOVEA_MAX_RANK], step = 1, at = 0;
    int64_t index[FOVEA_MAX_RANK] = {0};
    for (int32_t i = shape->rank - 1; i >= 0; i--) {
        stride[i] = step;
        step *= (size_t)shape->dim[i];
    }
    for (size_t n = 0; n < count; n++) {
        copy_element(dst + at * element, src + n * element, element, dictionary->swapped);
        if (!dictionary->fortran) {
            at++;
            continue;
        }
        for (int32_t i = 0; i < shape->rank; i++) {
            at += stride[i];
            if (++index[i] < shape->dim[i]) break;
            at -= stride[i] * (size_t)shape->dim[i];
            index[i] = 0;
        }
    }
}

static fovea_status check_bools(const fovea__reader *reader, const uint8_t *data, size_t size,
                                fovea_error *error) {
    for (size_t i = 0; i < size; i++) {
        if (data[i] <= 1) continue;
        return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, data + i - reader->begin,
                              "a bool has the value %d, not 0 or 1", data[i]);
    }
    return FOVEA_OK;
}

static fovea_status take_data(fovea_context *context, fovea__reader *reader,
                              const fovea__npy_dictionary *dictionary, uint64_t *budget,
                              fovea__npy *npy, fovea_error *error) {
    const size_t element = fovea__npy_type_of(dictionary->type)->size;
    const size_t left = fovea__reader_left(reader);
    const uint8_t *src;
    size_t size;
    if (!data_size(&dictionary->shape, element, &size) || size != left) {
        return fovea__reader_fail(reader, error,
                                  "the shape in the .npy header and %zu bytes an element do not "
                                  "give the %zu bytes that follow",
                                  element, left);
    }
    FOVEA__TRY(fovea__take_bytes(reader, "array", size, &src, error));
    if (dictionary->type == FOVEA_BOOL) FOVEA__TRY(check_bools(reader, src, size, error));
    fovea__npy made = {dictionary->type, dictionary->shape, size, NULL, NULL};
    if (budget && !dictionary->fortran && !dictionary->swapped && (uintptr_t)src % element == 0) {
        made.data = (void *)(uintptr_t)src;
        *npy = made;
        return FOVEA_OK;
    }
    if (budget && size > *budget) {
        return fovea__reader_fail(reader, error, "arrays of more bytes than this file may take");
    }
    uint8_t *data = fovea__new(context, size, 1, error);
    if (data == NULL) return FOVEA_OUT_OF_MEMORY;
    if (budget) *budget -= size;
    if (dictionary->fortran || dictionary->swapped) {
        copy_elements(data, src, element, size / element, dictionary);
    } else if (size > 0) {
        memcpy(data, src, size);
    }
    made.data = made.owned = data;
    *npy = made;
    return FOVEA_OK;
}

// Without a budget: always a copy.
static fovea_status read_array(fovea_context *context, const uint8_t *bytes, size_t size,
                               const char *name, uint64_t *budget, fovea__npy *npy,
                               fovea_error *error) {
    fovea__reader reader = fovea__reader_over(bytes, size, name);
    fovea__npy_dictionary dictionary;
    *npy = (fovea__npy){0};
    FOVEA__TRY(take_header(&reader, &dictionary, error));
    return take_data(context, &reader, &dictionary, budget, npy, error);
}

fovea_status fovea__npy_read(fovea_context *context, const uint8_t *bytes, size_t size,
                             const char *name, fovea__npy *npy, fovea_error *error) {
    return read_array(context, bytes, size, name, NULL, npy, error);
}

fovea_status fovea__npy_borrow(fovea_context *context, const uint8_t *bytes, size_t size,
                               const char *name, uint64_t *budget, fovea__npy *npy,
                               fovea_error *error) {
    return read_array(context, bytes, size, name, budget, npy, error);
}

void fovea__npy_clear(fovea_context *context, fovea__npy *npy) {
    fovea__free(context, npy->owned);
    *npy = (fovea__npy){0};
}

static fovea_status check_array(fovea_type type, const fovea_shape *shape, fovea_error *error) {
    if (fovea__npy_type_of(type) == NULL) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "NumPy has no element type for this tensor (BF16 or unknown)");
    }
    if (shape->rank < 0 || shape->rank > FOVEA_MAX_RANK) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "rank %" PRId32 " is not 0 to %d",
                           shape->rank, FOVEA_MAX_RANK);
    }
    for (int32_t i = 0; i < shape->rank; i++) {
        if (shape->dim[i] >= 0) continue;
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "dimension %" PRId32 " is %" PRId64, i,
                           shape->dim[i]);
    }
    return FOVEA_OK;
}

// The dictionary as NumPy writes it, with the blanks NumPy leaves for a first dimension of 21
// digits. 8 dimensions of 19 digits fit into FOVEA__NPY_HEADER.
static size_t write_dictionary(fovea_type type, const fovea_shape *shape, char *text, size_t size) {
    const fovea__npy_type *entry = fovea__npy_type_of(type);
    const char order = entry->size == 1                            ? '|'
                       : __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<'
                                                                   : '>';
    int used = snprintf(text, size, "{'descr': '%c%s', 'fortran_order': False, 'shape': (", order,
                        entry->code);
    int first = 21;
    for (int32_t i = 0; i < shape->rank; i++) {
        const int digits = snprintf(text + used, size - (size_t)used, "%" PRId64, shape->dim[i]);
        if (i == 0) first = digits;
        used += digits;
        const char *after = shape->rank == 1 ? "," : i + 1 < shape->rank ? ", " : "";
        used += snprintf(text + used, size - (size_t)used, "%s", after);
    }
    used += snprintf(text + used, size - (size_t)used, "), }%*s", 21 - first, "");
    return (size_t)used;
}

fovea_status fovea__npy_header(fovea_type type, const fovea_shape *shape,
                               uint8_t header[FOVEA__NPY_HEADER], size_t *length,
                               fovea_error *error) {
    FOVEA__TRY(check_array(type, shape, error));
    char text[FOVEA__NPY_HEADER - ALIGNMENT];
    const size_t used = write_dictionary(type, shape, text, sizeof text);
    size_t total;
    if (!fovea__round_up(PREFIX_V1 + used + 1, ALIGNMENT, &total)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the .npy header is too long");
    }
    memcpy(header, magic, MAGIC);
    header[6] = 1;
    header[7] = 0;
    header[8] = (uint8_t)((total - PREFIX_V1) & 0xff);
    header[9] = (uint8_t)((total - PREFIX_V1) >> 8);
    memcpy(header + PREFIX_V1, text, used);
    memset(header + PREFIX_V1 + used, ' ', total - PREFIX_V1 - used - 1);
    header[total - 1] = '\n';
    *length = total;
    return FOVEA_OK;
}

fovea_status fovea__npy_data_size(const fovea_view *view, size_t *size, fovea_error *error) {
    FOVEA__TRY(check_array(view->type, &view->shape, error));
    if (data_size(&view->shape, fovea__npy_type_of(view->type)->size, size)) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the array has more than 2^64 bytes");
}

fovea_status fovea__npy_save(fovea_context *context, const char *path, const fovea_view *view,
                             fovea_error *error) {
    uint8_t header[FOVEA__NPY_HEADER];
    size_t length, size;
    fovea__file_writer *writer;
    FOVEA__TRY(fovea__npy_header(view->type, &view->shape, header, &length, error));
    FOVEA__TRY(fovea__npy_data_size(view, &size, error));
    FOVEA__TRY(fovea__file_writer_open(context, path, &writer, error));
    fovea_status status = fovea__file_write(writer, header, length, error);
    if (status == FOVEA_OK && size > 0) status = fovea__file_write(writer, view->data, size, error);
    if (status == FOVEA_OK) return fovea__file_writer_commit(writer, error);
    fovea__file_writer_discard(writer);
    return status;
}
