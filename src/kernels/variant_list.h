// SPDX-License-Identifier: MIT
// The two functions every family of standard_variants.inc has: its list, and the choice from it.
#ifndef FOVEA_KERNELS_VARIANT_LIST_H
#define FOVEA_KERNELS_VARIANT_LIST_H

// `list` is the family's static array of variants, reference last.
#define FOVEA__VARIANT_LIST(family, list)                                        \
    const fovea__##family##_variant *fovea__##family##_variants(size_t *count) { \
        *count = sizeof(list) / sizeof(list)[0];                                 \
        return list;                                                             \
    }                                                                            \
    const fovea__##family##_variant *fovea__##family##_choose(fovea__cpu cpu) {  \
        const fovea__##family##_variant *variant = list;                         \
        while (!fovea__cpu_allows(cpu, variant->needs)) variant++;               \
        return variant;                                                          \
    }

#endif
