// SPDX-License-Identifier: MIT
// What this machine can do at most: the denominators of every statement about speed.
//
//   fovea_peak peak;
//   fovea_measure_peak(context, 0.5, &peak, &error);
//   printf("%.0f GFLOP/s on one core\n", peak.one_thread);
#ifndef FOVEA_MEASURE_H
#define FOVEA_MEASURE_H

#include "fovea/context.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_peak {
    int32_t threads;
    // Fused multiply-adds of floats in registers, two operations each: 1e9 a second. With the
    // kernel set of the context, on one thread and on all of them at once.
    double one_thread, all_threads;
    // Bytes read, 1e9 a second, one thread: from buffers of 16 KiB, 512 KiB, 8 MiB and 256 MiB,
    // which first, second and last level cache and main memory hold on most machines.
    double read[4];
    double read_all;  // 256 MiB shared out over all threads
    double spread;    // (largest - smallest) / median of the one-thread rounds of multiply-adds
} fovea_peak;

// Takes about `seconds` (0.05 to 60) and what it takes to touch 256 MiB, in short rounds of which
// the medians count. Errors: INVALID_ARGUMENT, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_measure_peak(fovea_context *context, double seconds, fovea_peak *peak,
                                          fovea_error *error);
// The multiply-adds alone; what was read stays 0.
FOVEA_API fovea_status fovea_measure_multiply_adds(fovea_context *context, double seconds,
                                                   fovea_peak *peak, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
