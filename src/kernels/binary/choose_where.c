// SPDX-License-Identifier: MIT
#include "kernels/binary/binary.h"

#define WHERE(TYPE)                                                                          \
    static void run_##TYPE(const fovea__rows *r, bool when, const uint8_t *a, const TYPE *b, \
                           TYPE *dst) {                                                      \
        for (int64_t i = 0; i < r->count; i++)                                               \
            if ((a[i * r->a_step] != 0) == when) dst[i] = b[i * r->b_step];                  \
    }
WHERE(uint8_t)
WHERE(uint16_t)
WHERE(uint32_t)
WHERE(uint64_t)

void fovea__choose_where(const fovea__broadcast *broadcast, bool when, size_t bytes,
                         const uint8_t *a, const void *b, void *dst) {
    for (fovea__rows r = fovea__rows_of(broadcast); fovea__rows_next(&r);) {
        const uint8_t *condition = a + r.a;
        if (bytes == 1) {
            run_uint8_t(&r, when, condition, (const uint8_t *)b + r.b, (uint8_t *)dst + r.out);
        } else if (bytes == 2) {
            run_uint16_t(&r, when, condition, (const uint16_t *)b + r.b, (uint16_t *)dst + r.out);
        } else if (bytes == 4) {
            run_uint32_t(&r, when, condition, (const uint32_t *)b + r.b, (uint32_t *)dst + r.out);
        } else {
            run_uint64_t(&r, when, condition, (const uint64_t *)b + r.b, (uint64_t *)dst + r.out);
        }
    }
}
