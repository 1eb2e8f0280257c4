// SPDX-License-Identifier: MIT
// What a kernel is called: a name, a file, or its numbers.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "filter/filter_names.h"

enum { LARGEST_FILE = 64 << 10, NAMES = 32 };

static fovea_status refuse_name(const char *text, fovea_error *error) {
    const char *names[NAMES];
    char all[400] = "";
    size_t count = 0, length = 0;
    for (; count < NAMES && (names[count] = fovea_filter_name((int32_t)count)); count++)
        length += (size_t)snprintf(all + length, sizeof all - length, "%s%s", count ? ", " : "",
                                   names[count]);
    const char *near = fovea__nearest(text, names, count);
    return fovea__fail(
        error, FOVEA_INVALID_ARGUMENT,
        "there is no kernel and no file '%.64s'%s%s%s kernels: %s (box and gaussian "
        "with a size), or numbers as \"-1 0 1; -2 0 2; -1 0 1\"",
        text, near ? "; did you mean " : "", near ? near : "", near ? "?" : ";", all);
}

static fovea_status read_file(fovea_context *context, const char *path, fovea_filter_kernel *kernel,
                              fovea_error *error) {
    fovea__bytes file;
    FOVEA__TRY(fovea__file_read(context, path, LARGEST_FILE, &file, error));
    fovea_status status = fovea__filter_read_rows((const char *)file.data, file.size, path,
                                                  FOVEA_BAD_FILE, kernel, error);
    fovea__free(context, file.data);
    return status;
}

// Whether it was meant as numbers: nothing in it that only a name or a path has.
static bool looks_like_numbers(const char *text) {
    const char *first = text + strspn(text, " \t\r\n,;+-.");
    return (*first >= '0' && *first <= '9') || *first == 0 || strchr(text, ';') ||
           strstr(text, ", ");
}

fovea_status fovea_filter_kernel_parse(fovea_context *context, const char *text, double sigma,
                                       fovea_filter_kernel *kernel, fovea_error *error) {
    int32_t index;
    const char *size;
    *kernel = (fovea_filter_kernel){0};
    if (!(sigma >= 0 && sigma <= 1000))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "sigma must be from 0 (chosen by the size) to 1000, not %g", sigma);
    if (fovea__filter_is_name(text, &index, &size))
        return fovea__filter_named(index, size, sigma, kernel, error);
    if (fovea__file_exists(text)) return read_file(context, text, kernel, error);
    if (!looks_like_numbers(text)) return refuse_name(text, error);
    return fovea__filter_read_rows(text, strlen(text), "kernel", FOVEA_INVALID_ARGUMENT, kernel,
                                   error);
}

fovea_status fovea_filter_kernel_matrix(const float *weight, int32_t height, int32_t width,
                                        fovea_filter_kernel *kernel, fovea_error *error) {
    *kernel = (fovea_filter_kernel){.height = height, .width = width};
    if (height < 1 || width < 1 || height > FOVEA_FILTER_MAX_SIDE || width > FOVEA_FILTER_MAX_SIDE)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a kernel of %d×%d cannot be made: 1 to %d rows and columns",
                           (int)height, (int)width, FOVEA_FILTER_MAX_SIDE);
    for (int32_t i = 0; i < height * width; i++) {
        if (!(fabsf(weight[i]) <= (float)FOVEA_FILTER_MAX_WEIGHT))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "row %d, column %d of the kernel is %g, not between -1e9 and 1e9",
                               (int)(i / width) + 1, (int)(i % width) + 1, (double)weight[i]);
        kernel->weight[i] = weight[i];
    }
    snprintf(kernel->name, sizeof kernel->name, "%d×%d matrix", (int)height, (int)width);
    return FOVEA_OK;
}
