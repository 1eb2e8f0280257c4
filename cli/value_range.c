// SPDX-License-Identifier: MIT
#include "value_range.h"

#include <math.h>
#include <stdio.h>

#include "clean_text.h"

static double number_at(const fovea_view *view, int64_t i) {
    switch (view->type) {
        case FOVEA_F32:
            return ((const float *)view->data)[i];
        case FOVEA_F64:
            return ((const double *)view->data)[i];
        case FOVEA_I64:
            return (double)((const int64_t *)view->data)[i];
        case FOVEA_I32:
            return ((const int32_t *)view->data)[i];
        case FOVEA_I16:
            return ((const int16_t *)view->data)[i];
        case FOVEA_I8:
            return ((const int8_t *)view->data)[i];
        case FOVEA_U64:
            return (double)((const uint64_t *)view->data)[i];
        case FOVEA_U32:
            return ((const uint32_t *)view->data)[i];
        case FOVEA_U16:
            return ((const uint16_t *)view->data)[i];
        case FOVEA_U8:
        case FOVEA_BOOL:
            return ((const uint8_t *)view->data)[i];
        default:
            return (double)NAN;
    }
}

cli_value_range cli_value_range_of(const fovea_view *view) {
    cli_value_range range = {view->type, view->shape, (double)NAN, (double)NAN, (double)NAN, 0};
    int64_t count = fovea_shape_count(&view->shape), numbers = 0;
    double sum = 0;
    for (int64_t i = 0; i < count; i++) {
        double value = number_at(view, i);
        range.not_finite += !isfinite(value);
        if (isnan(value)) continue;
        range.minimum = numbers ? fmin(range.minimum, value) : value;
        range.maximum = numbers ? fmax(range.maximum, value) : value;
        sum += value;
        numbers++;
    }
    if (numbers) range.mean = sum / (double)numbers;
    return range;
}

void cli_value_range_json(cli_json *json, const char *name, const cli_value_range *range) {
    cli_json_object(json, NULL);
    cli_json_text(json, "name", name);
    cli_json_text(json, "type", fovea_type_name(range->type));
    cli_json_shape(json, "shape", &range->shape);
    cli_json_real(json, "minimum", range->minimum);
    cli_json_real(json, "maximum", range->maximum);
    cli_json_real(json, "mean", range->mean);
    cli_json_integer(json, "not_finite", range->not_finite);
    cli_json_close(json);
}

void cli_value_range_title(void) {
    printf("%-28s %-4s %-20s %12s %12s %12s\n", "value", "type", "shape", "minimum", "maximum",
           "mean");
}

static void print_padded(const char *text, int width) {
    int pad = width - cli_width(text);
    printf("%s%*s ", text, pad > 0 ? pad : 0, "");
}

void cli_value_range_print(const char *name, const cli_value_range *range) {
    char shape[128], shown[300];
    fovea_shape_format(&range->shape, shape, sizeof shape);
    print_padded(cli_clean(shown, sizeof shown, name), 28);
    print_padded(fovea_type_name(range->type), 4);
    print_padded(shape, 20);
    printf("%12.6g %12.6g %12.6g", range->minimum, range->maximum, range->mean);
    if (range->not_finite) printf("  %lld not finite", (long long)range->not_finite);
    putchar('\n');
}
