// SPDX-License-Identifier: MIT
// Hand-made filters on pictures: a named kernel or one's own matrix, slid over each channel as
// OpenCV 4.6 does it (correlation: the kernel is not turned round).
//
//   fovea_filter_kernel kernel;
//   fovea_filter_kernel_parse(context, "sobel-x", 0, &kernel, &error);   // or "-1 0 1; -2 0 2; -1 0 1"
//   fovea_filter_apply(context, picture, &kernel, NULL, &result, &error);
//
// What equals OpenCV 4.6. Bytes: every pixel of filter2D (kernels of less than 130 elements), blur
// and GaussianBlur. From 130 elements on OpenCV's filter2D goes through a Fourier transform whose
// rounding depends on how OpenCV was built; here the sum stays one chain of multiply-adds, and a
// pixel may differ by 1 where the sum lies within 0.001 of a half. Floats: within 1e-5.
#ifndef FOVEA_FILTER_H
#define FOVEA_FILTER_H

#include "fovea/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FOVEA_FILTER_MAX_SIDE 31     // rows and columns of a kernel
#define FOVEA_FILTER_MAX_WEIGHT 1e9  // magnitude of a weight

typedef enum fovea_filter_kind {
    FOVEA_FILTER_MATRIX = 0,    // as filter2D
    FOVEA_FILTER_BOX = 1,       // as blur
    FOVEA_FILTER_GAUSSIAN = 2,  // as GaussianBlur
} fovea_filter_kind;

// The output pixel (y, x) is the sum of weight[i * width + j] * src(y + i - height / 2,
// x + j - width / 2), divisions rounded down.
typedef struct fovea_filter_kernel {
    fovea_filter_kind kind;
    int32_t height, width;  // 1 to FOVEA_FILTER_MAX_SIDE
    double sigma;           // of a gaussian
    char name[64];          // "sobel-x", "gaussian 5", "3×3 matrix"
    float weight[FOVEA_FILTER_MAX_SIDE * FOVEA_FILTER_MAX_SIDE];  // height×width, row-major
} fovea_filter_kernel;

// The named kernels, in the order of the help; NULL past the end. Borrowed, static.
FOVEA_API const char *fovea_filter_name(int32_t index);

// `text` is, in this order:
//   a name        sobel-x sobel-y prewitt-x prewitt-y scharr-x scharr-y laplacian sharpen edge
//                 emboss box gaussian (sobel, prewitt and scharr alone mean -x); box and gaussian
//                 take a size behind them, "box 5", 1 to 31, default 3, a gaussian's odd
//   a file        of at most 64 KiB: rows are lines, # begins a comment
//   numbers       rows separated by ';', numbers by blanks or commas: "-1 0 1; -2 0 2; -1 0 1";
//                 1/9 is a number too
// `context` is for the file. `sigma` is a gaussian's in pixels; 0: 0.3 ((N - 1) / 2 - 1) + 0.8, and
// for N up to 9 OpenCV's rounded tables (1 2 1 by 4 …). Errors: INVALID_ARGUMENT (unknown name,
// with the nearest; a size that is not possible; rows of different lengths, something that is no
// finite number, with row, column and character; more than 31 rows or columns), BAD_FILE (the same
// in a file).
FOVEA_API fovea_status fovea_filter_kernel_parse(fovea_context *context, const char *text,
                                                 double sigma, fovea_filter_kernel *kernel,
                                                 fovea_error *error);
// The kernel of height×width weights, row-major. Errors: INVALID_ARGUMENT (sides, a weight that is
// not finite or above FOVEA_FILTER_MAX_WEIGHT).
FOVEA_API fovea_status fovea_filter_kernel_matrix(const float *weight, int32_t height,
                                                  int32_t width, fovea_filter_kernel *kernel,
                                                  fovea_error *error);

// What lies outside of the picture abcd.
typedef enum fovea_border {
    FOVEA_BORDER_REFLECT_101 = 0,  // dcb|abcd|cba
    FOVEA_BORDER_REPLICATE = 1,    // aaa|abcd|ddd
    FOVEA_BORDER_ZERO = 2,         // 000|abcd|000
} fovea_border;

typedef enum fovea_filter_depth {
    FOVEA_FILTER_U8 = 0,   // bytes in, bytes out: rounded as OpenCV does, saturated
    FOVEA_FILTER_F32 = 1,  // of picture/255: signs and fractions are kept
} fovea_filter_depth;

// "reflect-101" (also "reflect"), "replicate" or "zero"; "u8" or "f32". Errors: INVALID_ARGUMENT
// with what is allowed.
FOVEA_API fovea_status fovea_border_find(const char *name, fovea_border *border,
                                         fovea_error *error);
FOVEA_API fovea_status fovea_filter_depth_find(const char *name, fovea_filter_depth *depth,
                                               fovea_error *error);
FOVEA_API const char *fovea_border_name(fovea_border border);  // "reflect-101"; static

typedef struct fovea_filter_options {
    size_t size;               // set by fovea_filter_options_default
    fovea_border border;       // FOVEA_BORDER_REFLECT_101
    fovea_filter_depth depth;  // FOVEA_FILTER_U8
} fovea_filter_options;

FOVEA_API void fovea_filter_options_default(fovea_filter_options *options);

// Filters each channel of `picture` (U8, C×H×W with C 1 or 3, red green blue) into `*result` (U8 or
// F32 of the same shape, yours). For grey make one channel of three first: fovea_picture_channels.
// Kernels larger than the picture are fine. The same bits on any number of threads and any
// processor. `options` may be NULL. Errors: INVALID_ARGUMENT, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_filter_apply(fovea_context *context, const fovea_tensor *picture,
                                          const fovea_filter_kernel *kernel,
                                          const fovea_filter_options *options,
                                          fovea_tensor **result, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
