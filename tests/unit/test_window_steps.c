// SPDX-License-Identifier: MIT
// Steps of windows: their numbers are PyTorch's, and what a figure writes adds up to the bit.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "fovea.h"
#include "unit/failing.h"
#include "unit/golden_tensor.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

typedef struct golden_case {
    fovea_window_kind kind;
    fovea_window_options options;
    fovea_tensor *picture;
    double weights[256];
    int64_t out[2];
    double values[1024];
} golden_case;

static double next_number(char **at) {
    char *end;
    double value = strtod(*at, &end);
    assert_ptr_not_equal(*at, end);
    *at = end;
    return value;
}

static fovea_tensor *golden_picture(int64_t c, int64_t h, int64_t w) {
    int64_t dims[] = {c, h, w};
    fovea_shape shape = fovea_shape_make(3, dims);
    fovea_tensor *picture;
    assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &shape, &picture, NULL), FOVEA_OK);
    golden_fill(fovea_tensor_view(picture), 1, 1);
    return picture;
}

static void read_case(char *line, golden_case *g) {
    static const char *const names[] = {"convolution ", "maxpool ", "avgpool "};
    int kind = 0;
    while (strncmp(line, names[kind], strlen(names[kind])) != 0) assert_true(++kind < 3);
    char *at = line + strlen(names[kind]);
    g->kind = (fovea_window_kind)kind;
    fovea_window_options_default(g->kind, &g->options);
    fovea_window_options *o = &g->options;
    int64_t dims[3];
    int32_t *pairs[] = {o->kernel_size, o->stride, o->padding, o->dilation};
    for (int i = 0; i < 3; i++) dims[i] = (int64_t)next_number(&at);
    for (int i = 0; i < 8; i++) pairs[i / 2][i % 2] = (int32_t)next_number(&at);
    o->bias = next_number(&at);
    o->count_include_pad = (int)next_number(&at);
    for (int i = 0; i < 2; i++) g->out[i] = (int64_t)next_number(&at);
    for (int64_t i = 0; i < g->out[0] * g->out[1]; i++) g->values[i] = next_number(&at);
    int64_t taps = dims[0] * o->kernel_size[0] * o->kernel_size[1];
    for (int64_t i = 0; i < taps; i++) g->weights[i] = golden_number(2, i);
    o->kernel = g->weights;
    o->kernel_channels = (int32_t)dims[0];
    o->at[0] = o->at[1] = 0;
    o->frames = 64;
    g->picture = golden_picture(dims[0], dims[1], dims[2]);
}

typedef void check_case(const golden_case *g, const fovea_window_steps *steps);

// Runs `check` over every case with steps at all positions.
static void for_every_case(check_case *check) {
    static char line[1 << 16];
    int cases = 0;
    FILE *file = fopen("tests/golden/windows.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        golden_case g;
        fovea_window_steps *steps;
        fovea_error error;
        read_case(line, &g);
        if (fovea_window_steps_create(context, g.kind, g.picture, &g.options, &steps, &error))
            fail_msg("%s", error.text);
        check(&g, steps);
        fovea_window_steps_free(steps);
        fovea_tensor_free(g.picture);
        cases++;
    }
    fclose(file);
    assert_int_equal(cases, 14);
}

static void equals_golden(const golden_case *g, const fovea_window_steps *steps) {
    fovea_view output = fovea_window_steps_output(steps);
    assert_int_equal(output.shape.dim[0], g->out[0]);
    assert_int_equal(output.shape.dim[1], g->out[1]);
    int64_t count = g->out[0] * g->out[1];
    assert_int_equal(fovea_window_steps_count(steps), count < 64 ? count : 64);
    for (int64_t i = 0; i < count; i++)
        assert_true(fabs(((const double *)output.data)[i] - g->values[i]) <= 1e-14);
    for (int32_t i = 0; i < fovea_window_steps_count(steps); i++) {
        fovea_window_step step = fovea_window_steps_get(steps, i);
        assert_int_equal(step.at[0] * g->out[1] + step.at[1], i);
        assert_true(step.output == ((const double *)output.data)[i]);
    }
}

static void outputs_are_pytorchs(void **state) {
    (void)state;
    for_every_case(equals_golden);
}

// Element of the picture, or the padding's value.
static double looked_up(const fovea_window_steps *steps, fovea_window_kind kind, int64_t c,
                        int64_t y, int64_t x, bool *inside) {
    fovea_view view = fovea_window_steps_input(steps);
    const int64_t *dim = view.shape.dim;
    *inside = y >= 0 && y < dim[1] && x >= 0 && x < dim[2];
    if (*inside) return ((const double *)view.data)[(c * dim[1] + y) * dim[2] + x];
    return kind == FOVEA_WINDOW_MAXPOOL ? -INFINITY : 0;
}

static void reads_its_window(const golden_case *g, const fovea_window_steps *steps) {
    const fovea_window_options *o = &g->options;
    for (int32_t s = 0; s < fovea_window_steps_count(steps); s++) {
        fovea_window_step step = fovea_window_steps_get(steps, s);
        int64_t taps = (int64_t)o->kernel_size[0] * o->kernel_size[1];
        for (int64_t i = 0; i < step.count; i++) {
            bool inside;
            int64_t row = i % taps / o->kernel_size[1], column = i % taps % o->kernel_size[1];
            int64_t y = step.at[0] * o->stride[0] - o->padding[0] + row * o->dilation[0];
            int64_t x = step.at[1] * o->stride[1] - o->padding[1] + column * o->dilation[1];
            double value = looked_up(steps, g->kind, i / taps, y, x, &inside);
            assert_true(step.inputs[i] == value);
            assert_int_equal(step.inside[i], inside);
            if (step.products) assert_true(step.products[i] == value * g->weights[i]);
        }
    }
}

static void windows_are_read_where_stride_padding_and_dilation_put_them(void **state) {
    (void)state;
    for_every_case(reads_its_window);
}

static double chain(const golden_case *g, const fovea_window_step *step) {
    double sum = g->options.bias;
    for (int64_t i = 0; i < step->count; i++)
        if (step->inside[i]) sum = fma(step->inputs[i], g->weights[i], sum);
    return sum;
}

static double mean(const fovea_window_step *step) {
    double sum = 0;
    for (int64_t i = 0; i < step->count; i++)
        if (step->inside[i]) sum += step->inputs[i];
    return sum / (double)step->divisor;
}

static void adds_up(const golden_case *g, const fovea_window_steps *steps) {
    for (int32_t s = 0; s < fovea_window_steps_count(steps); s++) {
        fovea_window_step step = fovea_window_steps_get(steps, s);
        if (g->kind == FOVEA_WINDOW_CONVOLUTION) {
            assert_true(step.output == chain(g, &step));
        } else if (g->kind == FOVEA_WINDOW_AVGPOOL) {
            assert_true(step.output == mean(&step));
        } else {
            assert_in_range(step.chosen, 0, step.count - 1);
            assert_true(step.inside[step.chosen]);
            assert_true(step.inputs[step.chosen] == step.output);
            for (int64_t i = 0; i < step.count; i++) assert_true(step.inputs[i] <= step.output);
        }
    }
}

static void what_is_shown_adds_up_to_the_operators_output_bit_for_bit(void **state) {
    (void)state;
    for_every_case(adds_up);
}

static fovea_status try_options(const fovea_tensor *picture, fovea_window_kind kind,
                                const fovea_window_options *options, fovea_error *error) {
    fovea_window_steps *steps;
    fovea_status status = fovea_window_steps_create(context, kind, picture, options, &steps, error);
    if (status == FOVEA_OK) fovea_window_steps_free(steps);
    return status;
}

static void bad_options_are_refused_with_what_is_allowed(void **state) {
    (void)state;
    static const double nan_kernel[9] = {0, 0, 0, 0, NAN};
    fovea_error error;
    fovea_window_options o;
    fovea_window_options_default(FOVEA_WINDOW_CONVOLUTION, &o);
#define REFUSED(change, wanted, reason)                                                    \
    do {                                                                                   \
        fovea_window_options_default(FOVEA_WINDOW_CONVOLUTION, &o);                        \
        change;                                                                            \
        assert_int_equal(try_options(NULL, FOVEA_WINDOW_CONVOLUTION, &o, &error), wanted); \
        assert_non_null(strstr(error.text, reason));                                       \
    } while (0)
    REFUSED(o.size = 3, FOVEA_INVALID_ARGUMENT, "fovea_window_options_default");
    REFUSED(o.at[0] = 4, FOVEA_INVALID_ARGUMENT, "output of 4×4");
    REFUSED(o.at[1] = -2, FOVEA_INVALID_ARGUMENT, "columns 0 to 3");
    REFUSED(o.stride[0] = -1, FOVEA_INVALID_ARGUMENT, "stride is -1");
    REFUSED(o.kernel_size[1] = 32, FOVEA_INVALID_ARGUMENT, "kernel is 32");
    REFUSED(o.kernel_size[1] = 2, FOVEA_INVALID_ARGUMENT, "needs its weights");
    REFUSED(o.dilation[1] = 3, FOVEA_SHAPE_MISMATCH, "the padded input has 6");
    REFUSED(o.dilation[0] = 33, FOVEA_INVALID_ARGUMENT, "at most 64");
    REFUSED(o.padding[0] = 1025, FOVEA_INVALID_ARGUMENT, "padding is 1025");
    REFUSED(o.frames = 0, FOVEA_INVALID_ARGUMENT, "1 to 64");
    REFUSED(o.block = 9, FOVEA_INVALID_ARGUMENT, "0 to 8");
    REFUSED(o.channel = 1, FOVEA_INVALID_ARGUMENT, "has 1 (1 to 1)");
    REFUSED(o.bias = INFINITY, FOVEA_INVALID_ARGUMENT, "finite");
    REFUSED(o.seconds = NAN, FOVEA_INVALID_ARGUMENT, "seconds");
    REFUSED(o.kernel = nan_kernel, FOVEA_INVALID_ARGUMENT, "weight 5");
    REFUSED((o.kernel = nan_kernel, o.kernel_channels = 2), FOVEA_INVALID_ARGUMENT, "2 channels");
#undef REFUSED
    assert_int_equal(try_options(NULL, (fovea_window_kind)3, &o, &error), FOVEA_INVALID_ARGUMENT);
}

static void pictures_of_other_types_and_shapes_are_refused(void **state) {
    (void)state;
    static const int64_t sizes[][3] = {{1, 0, 4}, {0, 3, 3}, {1, 3, 3}};
    static const fovea_type types[] = {FOVEA_F64, FOVEA_F64, FOVEA_I32};
    for (int i = 0; i < 3; i++) {
        fovea_shape shape = fovea_shape_make(3, sizes[i]);
        fovea_tensor *picture;
        fovea_error error;
        assert_int_equal(fovea_tensor_create(context, types[i], &shape, &picture, NULL), FOVEA_OK);
        assert_int_equal(try_options(picture, FOVEA_WINDOW_CONVOLUTION, NULL, &error),
                         FOVEA_INVALID_ARGUMENT);
        assert_non_null(strstr(error.text, "at least 1×1×1"));
        fovea_tensor_free(picture);
    }
}

static void a_large_picture_begins_in_the_middle(void **state) {
    (void)state;
    fovea_window_steps *steps;
    fovea_tensor *picture = golden_picture(1, 40, 8);
    assert_int_equal(
        fovea_window_steps_create(context, FOVEA_WINDOW_CONVOLUTION, picture, NULL, &steps, NULL),
        FOVEA_OK);
    fovea_window_step step = fovea_window_steps_get(steps, 0);
    assert_int_equal(step.at[0], 18);
    assert_int_equal(step.at[1], 0);
    assert_int_equal(fovea_window_steps_get(steps, 1).count, 0);
    fovea_window_steps_free(steps);
    fovea_tensor_free(picture);
}

static void frames_go_on_row_by_row_and_end_with_the_output(void **state) {
    (void)state;
    static const int64_t positions[][2] = {{2, 2}, {2, 3}, {3, 0}, {3, 1}, {3, 2}, {3, 3}};
    fovea_window_options o;
    fovea_window_steps *steps;
    fovea_window_options_default(FOVEA_WINDOW_CONVOLUTION, &o);
    o.at[0] = o.at[1] = 2;
    o.frames = 20;
    assert_int_equal(
        fovea_window_steps_create(context, FOVEA_WINDOW_CONVOLUTION, NULL, &o, &steps, NULL),
        FOVEA_OK);
    assert_int_equal(fovea_window_steps_count(steps), 6);
    for (int i = 0; i < 6; i++)
        assert_memory_equal(fovea_window_steps_get(steps, i).at, positions[i], sizeof positions[i]);
    fovea_window_steps_free(steps);
}

static void a_nan_wins_and_is_said_to_have(void **state) {
    (void)state;
    fovea_window_steps *steps;
    fovea_tensor *picture = golden_picture(1, 4, 4);
    ((double *)fovea_tensor_view(picture).data)[5] = NAN;
    assert_int_equal(
        fovea_window_steps_create(context, FOVEA_WINDOW_MAXPOOL, picture, NULL, &steps, NULL),
        FOVEA_OK);
    fovea_window_step step = fovea_window_steps_get(steps, 0);
    assert_true(isnan(step.output));
    assert_int_equal(step.chosen, 3);
    fovea_window_steps_free(steps);
    fovea_tensor_free(picture);
}

// Steps and figure with the k-th allocation failing.
static fovea_status make_and_show(fovea_context *short_of, fovea_window_kind kind,
                                  fovea_error *error) {
    fovea_window_options o;
    fovea_window_steps *steps;
    fovea_figure *figure = NULL;
    fovea_window_options_default(kind, &o);
    o.frames = 2;
    o.padding[0] = 1;
    o.dilation[1] = 2;
    o.picture_name = "picture";
    if (kind == FOVEA_WINDOW_AVGPOOL) o.dilation[1] = 1;
    fovea_status status = fovea_window_steps_create(short_of, kind, NULL, &o, &steps, error);
    if (status) return status;
    status = fovea_figure_window_steps(steps, &figure, error);
    fovea_window_steps_free(steps);
    fovea_figure_free(figure);
    if (status || kind == FOVEA_WINDOW_CONVOLUTION) return status;
    status = fovea_figure_pooling(short_of, &kind, 1, NULL, &o, &figure, error);
    if (!status) fovea_figure_free(figure);
    return status;
}

static void every_failed_allocation_is_survived(void **state) {
    (void)state;
    for (int kind = 0; kind < 3; kind++)
        for (int64_t k = 1;; k++) {
            failing memory = {.fail_at = k};
            fovea_context *short_of = failing_context(&memory, 1);
            fovea_error error = {0};
            if (short_of) {
                fovea_status status = make_and_show(short_of, (fovea_window_kind)kind, &error);
                assert_int_equal(status, memory.calls < k ? FOVEA_OK : FOVEA_OUT_OF_MEMORY);
                fovea_context_free(short_of);
            }
            assert_int_equal(memory.live, 0);
            if (memory.calls < k) break;
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outputs_are_pytorchs),
        cmocka_unit_test(windows_are_read_where_stride_padding_and_dilation_put_them),
        cmocka_unit_test(what_is_shown_adds_up_to_the_operators_output_bit_for_bit),
        cmocka_unit_test(bad_options_are_refused_with_what_is_allowed),
        cmocka_unit_test(pictures_of_other_types_and_shapes_are_refused),
        cmocka_unit_test(a_large_picture_begins_in_the_middle),
        cmocka_unit_test(frames_go_on_row_by_row_and_end_with_the_output),
        cmocka_unit_test(a_nan_wins_and_is_said_to_have),
        cmocka_unit_test(every_failed_allocation_is_survived),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
