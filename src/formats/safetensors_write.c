// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/safetensors.h"

enum { DIGITS = 64 };
static const char zeros[DIGITS + 1] =
    "0000000000000000000000000000000000000000000000000000000000000000";

// The header's text and where in it the hash's digits stand (0: nowhere).
typedef struct header {
    char *text;
    size_t size, digits;
} header;

static fovea_status check_word(const char *word, size_t longest, const char *what,
                               fovea_error *error) {
    size_t length = word ? strlen(word) : 0;
    if (length < 1 || length > longest)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s of %zu bytes, allowed are 1 to %zu",
                           what, length, longest);
    for (const char *c = word; *c; c++)
        if ((unsigned char)*c < 32 || *c == 127)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "control character in a %s", what);
    if (!fovea__is_utf8(word, length))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a %s that is not UTF-8", what);
    return FOVEA_OK;
}

static int order_texts(const void *left, const void *right) {
    const char *const *a = left, *const *b = right;
    return strcmp(*a, *b);
}

// `words` is sorted.
static fovea_status check_distinct(const char **words, size_t count, fovea_error *error) {
    qsort(words, count, sizeof *words, order_texts);
    for (size_t i = 1; i < count; i++)
        if (strcmp(words[i - 1], words[i]) == 0)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "\"%s\" twice in a safetensors file",
                               words[i]);
    return FOVEA_OK;
}

static fovea_status check_metadata(const fovea__safetensors_content *content, const char **words,
                                   fovea_error *error) {
    size_t count = 0;
    for (size_t i = 0; i < content->metadata_count; i++) {
        const fovea__text_pair *pair = &content->metadata[i];
        FOVEA__TRY(check_word(pair->key, SIZE_MAX - 1, "metadata key", error));
        if (!pair->value || !fovea__is_utf8(pair->value, strlen(pair->value)))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "metadata %s is not UTF-8 text",
                               pair->key);
        words[count++] = pair->key;
    }
    if (content->hash_key) {
        FOVEA__TRY(check_word(content->hash_key, DIGITS, "metadata key", error));
        words[count++] = content->hash_key;
    }
    return check_distinct(words, count, error);
}

// Bytes of a tensor, where it can be written.
static fovea_status size_of(const fovea__named_view *tensor, size_t *size, fovea_error *error) {
    const fovea_view *view = &tensor->view;
    int64_t count = fovea_shape_count(&view->shape);
    size_t width = fovea_type_size(view->type);
    if (width == 0 || count < 0 || !fovea__mul_size((size_t)count, width, size) ||
        (*size > 0 && !view->data))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "tensor %s has a type, shape or data that cannot be written",
                           tensor->name);
    return FOVEA_OK;
}

static fovea_status check_tensors(const fovea__safetensors_content *content, const char **words,
                                  fovea_error *error) {
    if (content->count > FOVEA__SAFETENSORS_MAX_TENSORS)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%zu tensors in a safetensors file",
                           content->count);
    for (size_t i = 0; i < content->count; i++) {
        words[i] = content->tensors[i].name;
        FOVEA__TRY(check_word(words[i], FOVEA__SAFETENSORS_MAX_NAME, "tensor name", error));
        if (strcmp(words[i], "__metadata__") == 0)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "a tensor cannot be named __metadata__");
    }
    return check_distinct(words, content->count, error);
}

static fovea_status check_content(fovea_context *context, const fovea__safetensors_content *content,
                                  fovea_error *error) {
    size_t most = content->metadata_count + 1;
    if (content->count > most) most = content->count;
    const char **words = fovea__new(context, most, sizeof *words, error);
    if (!words) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = check_metadata(content, words, error);
    if (status == FOVEA_OK) status = check_tensors(content, words, error);
    fovea__free(context, words);
    return status;
}

// First byte of each tensor's data: wider elements first, so that all are aligned.
static fovea_status place_data(const fovea__safetensors_content *content, size_t *offsets,
                               fovea_error *error) {
    size_t end = 0, size = 0;
    for (size_t width = 8; width > 0; width /= 2) {
        for (size_t i = 0; i < content->count; i++) {
            FOVEA__TRY(size_of(&content->tensors[i], &size, error));
            if (fovea_type_size(content->tensors[i].view.type) != width) continue;
            offsets[i] = end;
            if (!fovea__add_size(end, size, &end))
                return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the tensors are too large");
        }
    }
    return FOVEA_OK;
}

static void add_metadata(const fovea__safetensors_content *content, fovea__text *text,
                         header *made) {
    const char *comma = "";
    fovea__text_add(text, "\"__metadata__\":{");
    for (size_t i = 0; i < content->metadata_count; i++, comma = ",") {
        fovea__text_add(text, comma);
        fovea__text_json(text, content->metadata[i].key);
        fovea__text_add(text, ":");
        fovea__text_json(text, content->metadata[i].value);
    }
    if (content->hash_key) {
        fovea__text_add(text, comma);
        fovea__text_json(text, content->hash_key);
        fovea__text_add(text, ":\"");
        made->digits = text->length;
        fovea__text_add(text, zeros);
        fovea__text_add(text, "\"");
    }
    fovea__text_add(text, "}");
}

static void add_tensor(const fovea__named_view *tensor, size_t begin, fovea__text *text) {
    const fovea_shape *shape = &tensor->view.shape;
    size_t size = (size_t)fovea_shape_count(shape) * fovea_type_size(tensor->view.type);
    fovea__text_json(text, tensor->name);
    fovea__text_format(text, ":{\"dtype\":\"%s\",\"shape\":[", fovea_type_name(tensor->view.type));
    for (int32_t i = 0; i < shape->rank; i++)
        fovea__text_format(text, "%s%" PRId64, i ? "," : "", shape->dim[i]);
    fovea__text_format(text, "],\"data_offsets\":[%zu,%zu]}", begin, begin + size);
}

static fovea_status make_header(fovea_context *context, const fovea__safetensors_content *content,
                                const size_t *offsets, header *made, fovea_error *error) {
    fovea__text text = fovea__text_begin(context);
    const char *comma = "";
    fovea__text_add(&text, "{");
    if (content->metadata_count > 0 || content->hash_key) {
        add_metadata(content, &text, made);
        comma = ",";
    }
    for (size_t i = 0; i < content->count; i++, comma = ",") {
        fovea__text_add(&text, comma);
        add_tensor(&content->tensors[i], offsets[i], &text);
    }
    fovea__text_add(&text, "}");
    while (text.status == FOVEA_OK && text.length % 8 != 0) fovea__text_add(&text, " ");
    FOVEA__TRY(fovea__text_take(&text, &made->text, &made->size, error));
    if (made->size > FOVEA__SAFETENSORS_MAX_HEADER)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "safetensors header of %zu bytes, at most %d are written", made->size,
                           FOVEA__SAFETENSORS_MAX_HEADER);
    return FOVEA_OK;
}

static void length_bytes(size_t length, uint8_t bytes[8]) {
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)((uint64_t)length >> (8 * i));
}

// The parts of the file in order: to `writer` if it is not NULL, else to `hash`.
static fovea_status pour(const fovea__safetensors_content *content, const header *made,
                         fovea__file_writer *writer, fovea__sha256 *hash, fovea_error *error) {
    uint8_t length[8];
    length_bytes(made->size, length);
    if (writer) {
        FOVEA__TRY(fovea__file_write(writer, length, sizeof length, error));
        FOVEA__TRY(fovea__file_write(writer, made->text, made->size, error));
    } else {
        fovea__sha256_add(hash, length, sizeof length);
        fovea__sha256_add(hash, made->text, made->size);
    }
    for (size_t width = 8; width > 0; width /= 2) {
        for (size_t i = 0; i < content->count; i++) {
            const fovea_view *view = &content->tensors[i].view;
            size_t size = (size_t)fovea_shape_count(&view->shape) * width;
            if (fovea_type_size(view->type) != width || size == 0) continue;
            if (writer)
                FOVEA__TRY(fovea__file_write(writer, view->data, size, error));
            else
                fovea__sha256_add(hash, view->data, size);
        }
    }
    return FOVEA_OK;
}

static fovea_status save(fovea_context *context, const char *path,
                         const fovea__safetensors_content *content, const header *made,
                         fovea_error *error) {
    fovea__file_writer *writer;
    FOVEA__TRY(fovea__file_writer_open(context, path, &writer, error));
    fovea_status status = pour(content, made, writer, NULL, error);
    if (status == FOVEA_OK) return fovea__file_writer_commit(writer, error);
    fovea__file_writer_discard(writer);
    return status;
}

fovea_status fovea__safetensors_write(fovea_context *context, const char *path,
                                      const fovea__safetensors_content *content, char hash[65],
                                      fovea_error *error) {
    fovea_status status;
    header made = {0};
    size_t *offsets = NULL;
    char hex[DIGITS + 1];
    fovea__sha256 sha;
    FOVEA__GO(check_content(context, content, error));
    offsets = fovea__new(context, content->count, sizeof *offsets, error);
    if (!offsets) {
        status = FOVEA_OUT_OF_MEMORY;
        goto done;
    }
    FOVEA__GO(place_data(content, offsets, error));
    FOVEA__GO(make_header(context, content, offsets, &made, error));
    if (content->hash_key || hash) {
        fovea__sha256_begin(&sha);
        FOVEA__GO(pour(content, &made, NULL, &sha, error));
        fovea__sha256_end(&sha, hex);
        if (hash) memcpy(hash, hex, sizeof hex);
        if (content->hash_key) memcpy(made.text + made.digits, hex, DIGITS);
    }
    status = save(context, path, content, &made, error);
done:
    fovea__free(context, made.text);
    fovea__free(context, offsets);
    return status;
}

fovea_status fovea__safetensors_verify(const fovea__safetensors *file, const char *hash_key,
                                       const char *name, fovea_error *error) {
    const char *claimed = fovea__safetensors_metadata(file, hash_key);
    if (!claimed)
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1, "no hash (metadata %s)", hash_key);
    // As the writer spells it; inside any JSON string its quotes would be escaped, so the first
    // place found is the metadata's.
    char pattern[256];
    int length = snprintf(pattern, sizeof pattern, "\"%s\":\"%s\"", hash_key, claimed);
    const uint8_t *json = file->file.data + 8, *found = NULL;
    if (length > 0 && (size_t)length < sizeof pattern && strlen(claimed) == DIGITS)
        found = memmem(json, file->header_size, pattern, (size_t)length);
    if (!found)
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1, "metadata %s is no hash", hash_key);
    const uint8_t *digits = found + length - 1 - DIGITS, *after = digits + DIGITS;
    fovea__sha256 sha;
    char hex[DIGITS + 1];
    fovea__sha256_begin(&sha);
    fovea__sha256_add(&sha, file->file.data, (size_t)(digits - file->file.data));
    fovea__sha256_add(&sha, zeros, DIGITS);
    fovea__sha256_add(&sha, after, (size_t)(file->file.data + file->file.size - after));
    fovea__sha256_end(&sha, hex);
    if (strcmp(hex, claimed) != 0)
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1,
                              "the file is damaged: its SHA-256 is %s, not %s", hex, claimed);
    return FOVEA_OK;
}
