// SPDX-License-Identifier: MIT
#include "formats/cifar.h"

#include <inttypes.h>

#include "base/fail.h"

static const uint8_t *record(const fovea__cifar *cifar, int64_t i) {
    return cifar->records + (size_t)i * (cifar->label_bytes + FOVEA__CIFAR_PICTURE);
}

int32_t fovea__cifar_label(const fovea__cifar *cifar, int64_t i) {
    return record(cifar, i)[cifar->label_bytes - 1];
}

const uint8_t *fovea__cifar_picture(const fovea__cifar *cifar, int64_t i) {
    return record(cifar, i) + cifar->label_bytes;
}

static fovea_status check_label(const fovea__cifar *cifar, const char *name, int64_t i,
                                size_t position, int32_t classes, const char *what,
                                fovea_error *error) {
    const uint8_t *at = record(cifar, i) + position;
    if (*at < classes) return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_BAD_FILE, name, at - cifar->records,
                          "the %slabel of record %" PRId64 " is %d, the largest is %" PRId32
                          " (is it a file of the other CIFAR set?)",
                          what, i, *at, classes - 1);
}

static fovea_status check_labels(const fovea__cifar *cifar, const char *name,
                                 fovea__cifar_kind kind, fovea_error *error) {
    for (int64_t i = 0; i < cifar->count; i++) {
        if (kind == FOVEA__CIFAR_10) {
            FOVEA__TRY(check_label(cifar, name, i, 0, 10, "", error));
        } else {
            FOVEA__TRY(check_label(cifar, name, i, 0, FOVEA__CIFAR_COARSE, "coarse ", error));
            FOVEA__TRY(check_label(cifar, name, i, 1, 100, "fine ", error));
        }
    }
    return FOVEA_OK;
}

fovea_status fovea__cifar_parse(const uint8_t *bytes, size_t size, const char *name,
                                fovea__cifar_kind kind, fovea__cifar *cifar, fovea_error *error) {
    const size_t label_bytes = kind == FOVEA__CIFAR_100 ? 2 : 1;
    const size_t record_size = label_bytes + FOVEA__CIFAR_PICTURE;
    *cifar = (fovea__cifar){0};
    if (size == 0) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 0,
                              "the file is empty, CIFAR-%d records of %zu bytes were expected",
                              (int)kind, record_size);
    }
    if (size % record_size != 0) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, (int64_t)(size - size % record_size),
                              "%zu bytes are no whole number of CIFAR-%d records of %zu bytes: %zu "
                              "are left over",
                              size, (int)kind, record_size, size % record_size);
    }
    const fovea__cifar found = {(int64_t)(size / record_size), label_bytes, bytes};
    FOVEA__TRY(check_labels(&found, name, kind, error));
    *cifar = found;
    return FOVEA_OK;
}
