// SPDX-License-Identifier: MIT
// The binary files of CIFAR-10 and CIFAR-100: records of one label byte (CIFAR-100: coarse, then
// fine) and 3072 bytes of a 32x32 picture in C,H,W order (red, green, blue), nothing before or
// between them.
#ifndef FOVEA_FORMATS_CIFAR_H
#define FOVEA_FORMATS_CIFAR_H

#include <stddef.h>
#include <stdint.h>

#include "fovea/context.h"

typedef enum fovea__cifar_kind {
    FOVEA__CIFAR_10 = 10,   // labels 0 to 9
    FOVEA__CIFAR_100 = 100  // coarse labels 0 to 19, fine labels 0 to 99
} fovea__cifar_kind;

enum { FOVEA__CIFAR_PICTURE = 3 * 32 * 32, FOVEA__CIFAR_COARSE = 20 };

typedef struct fovea__cifar {
    int64_t count;           // records, at least 1
    size_t label_bytes;      // 1 or 2
    const uint8_t *records;  // inside the bytes parsed, count * (label_bytes + 3072)
} fovea__cifar;

// Checks size and every label, and points into `bytes`; nothing is allocated. BAD_FILE when the
// size is no multiple of the record's or a label is out of range (so that CIFAR-100 taken for
// CIFAR-10 is found).
fovea_status fovea__cifar_parse(const uint8_t *bytes, size_t size, const char *name,
                                fovea__cifar_kind kind, fovea__cifar *cifar, fovea_error *error);

// 0 <= i < count. Of CIFAR-100 the fine label, which is its class.
int32_t fovea__cifar_label(const fovea__cifar *cifar, int64_t i);
// 3072 bytes, C,H,W, borrowed from the bytes parsed.
const uint8_t *fovea__cifar_picture(const fovea__cifar *cifar, int64_t i);

#endif
