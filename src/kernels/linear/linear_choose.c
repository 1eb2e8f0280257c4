// SPDX-License-Identifier: MIT
#include "kernels/linear/linear_kernels.h"

static const fovea__linear_kernel *const kernels[] = {
#define F32(name) &fovea__linear_##name,
#define F64(name)
#include "kernels/linear/linear_kernels.inc"
#undef F32
#undef F64
};

static const fovea__linear_kernel_f64 *const kernels_f64[] = {
#define F32(name)
#define F64(name) &fovea__linear_##name,
#include "kernels/linear/linear_kernels.inc"
#undef F32
#undef F64
};

#define COUNT(array) (sizeof array / sizeof array[0])

const fovea__linear_kernel *const *fovea__linear_kernels(size_t *count) {
    *count = COUNT(kernels);
    return kernels;
}

const fovea__linear_kernel_f64 *const *fovea__linear_kernels_f64(size_t *count) {
    *count = COUNT(kernels_f64);
    return kernels_f64;
}

const fovea__linear_kernel *fovea__linear_choose(fovea__cpu cpu, fovea__layout layout,
                                                 const fovea__linear_geometry *geometry) {
    for (size_t i = 0; i < COUNT(kernels); i++) {
        const fovea__linear_kernel *kernel = kernels[i];
        if (kernel->layout == layout && fovea__cpu_allows(cpu, kernel->cpu) &&
            kernel->accepts(geometry)) {
            return kernel;
        }
    }
    return layout == FOVEA__LAYOUT_N16 ? &fovea__linear_n16_reference
                                       : &fovea__linear_nchw_reference;
}

const fovea__linear_kernel_f64 *fovea__linear_choose_f64(fovea__cpu cpu) {
    for (size_t i = 0; i < COUNT(kernels_f64); i++) {
        if (fovea__cpu_allows(cpu, kernels_f64[i]->cpu)) return kernels_f64[i];
    }
    return &fovea__linear_nchw_f64_reference;
}
