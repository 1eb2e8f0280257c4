// SPDX-License-Identifier: MIT
// What a unit sees: the numbers that are known of well-known nets, and that it is true.
#include "unit/failing_sweep.h"
#include "unit/figure_said.h"

#define VGG_PAIR(c) "conv " c " 3 pad=1, relu, conv " c " 3 pad=1, relu"
#define VGG_THREE(c) VGG_PAIR(c) ", conv " c " 3 pad=1, relu"
#define VGG16                                                                               \
    VGG_PAIR("4")                                                                           \
    ", maxpool 2, " VGG_PAIR("4") ", maxpool 2, " VGG_THREE("4") ", maxpool 2, " VGG_THREE( \
        "4") ", maxpool 2, " VGG_THREE("4") ", maxpool 2"

static fovea_receptive_field field_of(fovea_context *context, const fovea_model *model,
                                      const char *layer, int64_t row, int64_t column) {
    fovea_receptive_options options;
    fovea_receptive_field *fields, only;
    int32_t count;
    fovea_error error;
    fovea_receptive_options_default(&options);
    options.layer = layer;
    options.at[0] = row;
    options.at[1] = column;
    if (fovea_receptive_fields(context, fovea_model_graph(model), &options, &fields, &count,
                               &error))
        fail_msg("%s", error.text);
    assert_int_equal(count, 1);
    only = fields[0];
    fovea_receptive_fields_free(context, fields);
    return only;
}

static void expect(fovea_context *context, const fovea_model *model, const char *layer,
                   int64_t size, int64_t stride, int64_t offset) {
    fovea_receptive_field f = field_of(context, model, layer, 1, 2);
    for (int d = 0; d < 2; d++) {
        assert_int_equal(f.size[d], size);
        assert_int_equal(f.stride[d], stride);
        assert_int_equal(f.offset[d], offset);
        assert_int_equal(f.first[d], (1 + d) * stride - offset);
        assert_int_equal(f.last[d], f.first[d] + size - 1);
        assert_true(f.centre[d] == (double)(f.first[d] + f.last[d]) / 2);
    }
}

static void test_the_fields_of_known_nets(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_model *vgg = net_of(context, VGG16, 3, 224, 224);
    expect(context, vgg, "maxpool5", 212, 32, 90);
    expect(context, vgg, "conv13", 196, 16, 90);
    fovea_model_free(vgg);
    fovea_model *lenet =
        net_of(context, "conv 6 5, relu, maxpool 2, conv 16 5, relu, maxpool 2, flatten, linear 10",
               1, 32, 32);
    expect(context, lenet, "maxpool2", 16, 4, 0);
    expect(context, lenet, "relu2", 14, 2, 0);
    fovea_model_free(lenet);
    // The box that holds both branches: 1 pixel and 5×5 with padding 2.
    fovea_model *joined = net_of(context, "as in, conv 1 5 pad=2, add in", 1, 16, 16);
    expect(context, joined, "add1", 5, 1, 2);
    fovea_model_free(joined);
    fovea_model *dilated = net_of(context, "conv 1 3 dilation=3 stride=2 pad=1", 1, 32, 32);
    expect(context, dilated, "conv1", 7, 2, 1);
    fovea_model_free(dilated);
}

static void test_what_lies_in_the_padding_is_counted(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_model *model = net_of(context, "conv 2 5 pad=2, maxpool 2", 1, 12, 10);
    fovea_receptive_field f = field_of(context, model, "maxpool1", 0, 4);
    assert_int_equal(f.map[0], 6);
    assert_int_equal(f.map[1], 5);
    assert_int_equal(f.first[0], -2);
    assert_int_equal(f.inside[0], 4);
    assert_int_equal(f.last[1], 11);
    assert_int_equal(f.inside[1], 4);
    fovea_model_free(model);
}

static void test_a_row_is_a_picture_one_pixel_high(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_model_options options;
    fovea_model *model;
    fovea_figure *figure;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){2, {2, 128}};
    assert_int_equal(
        fovea_model_from_text(context, "conv 3 5, maxpool 2, conv 2 3", &options, &model, NULL),
        FOVEA_OK);
    fovea_receptive_field f = field_of(context, model, "conv2", 0, 7);
    const int64_t known[] = {1, 10, 1, 2, 0, 14, 0, 23};
    const int64_t found[] = {f.size[0],  f.size[1],  f.stride[0], f.stride[1],
                             f.first[0], f.first[1], f.last[0],   f.last[1]};
    assert_memory_equal(found, known, sizeof known);
    assert_int_equal(fovea_figure_receptive_field(context, model, NULL, &figure, NULL), FOVEA_OK);
    assert_non_null(strstr(said(context, figure), "6 + (3−1)·2 = 10"));
    fovea_model_free(model);
}

static void test_bad_places_are_refused(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_model *model = net_of(context, "conv 2 5, maxpool 2, flatten, linear 3", 1, 12, 10);
    static const struct {
        const char *layer;
        int64_t at[2];
        const char *says;
    } bad[] = {{"conv9", {0, 0}, "did you mean conv1?"},
               {"linear1", {0, 0}, "sees the whole input"},
               {"linear1", {0, 0}, "conv1, maxpool1"},
               {"maxpool1", {4, 0}, "its maps are 4×3"},
               {"maxpool1", {0, 3}, "its maps are 4×3"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fovea_receptive_options options;
        fovea_receptive_field *fields = NULL;
        int32_t count;
        fovea_error error;
        fovea_receptive_options_default(&options);
        options.layer = bad[i].layer;
        memcpy(options.at, bad[i].at, sizeof options.at);
        assert_int_equal(fovea_receptive_fields(context, fovea_model_graph(model), &options,
                                                &fields, &count, &error),
                         FOVEA_INVALID_ARGUMENT);
        if (!strstr(error.text, bad[i].says)) fail_msg("%s", error.text);
        assert_null(fields);
    }
    fovea_model_free(model);
}

enum { SIDE = 24 };

typedef struct probe {
    fovea_session *session;
    fovea_value value;
    fovea_receptive_field f;
    float picture[SIDE * SIDE], unit[8];
    int channels;
    uint32_t random;
} probe;

static float draw_number(probe *p) {
    p->random = p->random * 1664525 + 1013904223;
    return (float)(p->random >> 8) / (1 << 24) * 4 - 2;
}

// The unit in every channel.
static void compute(probe *p, float *unit) {
    fovea_view view = {FOVEA_F32, {4, {1, 1, SIDE, SIDE}}, p->picture};
    fovea_tensor *tensor;
    assert_int_equal(fovea_session_forward(p->session, &view, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_value(p->session, p->value, &tensor, NULL), FOVEA_OK);
    fovea_view maps = fovea_tensor_view(tensor);
    p->channels = (int)maps.shape.dim[1];
    int64_t height = maps.shape.dim[2], width = maps.shape.dim[3];
    for (int c = 0; c < p->channels; c++)
        unit[c] = ((float *)maps.data)[(c * height + p->f.unit[0]) * width + p->f.unit[1]];
    fovea_tensor_free(tensor);
}

static bool is_inside(const probe *p, int64_t row, int64_t column) {
    return row >= p->f.first[0] && row <= p->f.last[0] && column >= p->f.first[1] &&
           column <= p->f.last[1];
}

static void check_outside(probe *p) {
    float now[8];
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < SIDE * SIDE; i++)
            if (!is_inside(p, i / SIDE, i % SIDE)) p->picture[i] = 50 * draw_number(p);
        compute(p, now);
        assert_memory_equal(now, p->unit, (size_t)p->channels * sizeof *now);
    }
}

// Changes the pixels of one edge of the box one by one until one changes the unit.
static void check_edge(probe *p, int axis, int64_t at) {
    float now[8];
    if (at < 0 || at >= SIDE) return;
    for (int64_t other = p->f.first[1 - axis]; other <= p->f.last[1 - axis]; other++) {
        if (other < 0 || other >= SIDE) continue;
        float *pixel = &p->picture[axis ? other * SIDE + at : at * SIDE + other], kept = *pixel;
        *pixel = kept + 30;
        compute(p, now);
        *pixel = kept;
        if (memcmp(now, p->unit, (size_t)p->channels * sizeof *now) != 0) return;
    }
    fail_msg("%s: no pixel of the edge %d at %d matters", p->f.layer, axis, (int)at);
}

static void test_pixels_outside_do_not_matter_and_each_edge_does(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    static const char *const layers[] = {"conv1", "avgpool1", "conv2", "add1", "avgpool2"};
    fovea_model *model = net_of(context,
                                "conv 3 3 pad=1, avgpool 2, conv 3 3 pad=2 dilation=2 as a, "
                                "conv 3 3 pad=1, add a, avgpool 3 stride=2",
                                1, SIDE, SIDE);
    fovea_session *session;
    assert_int_equal(fovea_session_create(fovea_model_graph(model), NULL, &session, NULL),
                     FOVEA_OK);
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
        for (int64_t row = 0; row < 4; row++) {
            probe p = {.session = session, .random = 1};
            p.f = field_of(context, model, layers[i], row, 3 - row);
            p.value = fovea_graph_find_value(fovea_model_graph(model), layers[i]);
            for (int k = 0; k < SIDE * SIDE; k++) p.picture[k] = draw_number(&p);
            compute(&p, p.unit);
            check_outside(&p);
            for (int axis = 0; axis < 2; axis++) {
                check_edge(&p, axis, p.f.first[axis]);
                check_edge(&p, axis, p.f.last[axis]);
            }
        }
    fovea_session_free(session);
    fovea_model_free(model);
}

static void test_all_layers_are_shown_in_one_place(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_model *model = net_of(context, VGG16, 3, 64, 64);
    fovea_receptive_field *fields;
    fovea_figure *figure;
    int32_t count;
    assert_int_equal(
        fovea_receptive_fields(context, fovea_model_graph(model), NULL, &fields, &count, NULL),
        FOVEA_OK);
    assert_int_equal(count, 18);
    for (int32_t i = 0; i + 1 < count; i++)
        for (int d = 0; d < 2; d++) {
            double away = fields[i].centre[d] - fields[count - 1].centre[d];
            assert_true(2 * (away < 0 ? -away : away) <= (double)fields[i].stride[d]);
        }
    fovea_receptive_fields_free(context, fields);
    assert_int_equal(fovea_figure_receptive_field(context, model, NULL, &figure, NULL), FOVEA_OK);
    const char *text = said(context, figure);
    assert_non_null(strstr(text, "8 of the 18 layers"));
    assert_non_null(strstr(text, "196 + (2−1)·16 = 212  16·2 = 32  90 + 0·16 = 90"));
    fovea_model_free(model);
}

static fovea_status draw_it(fovea_context *context, fovea_error *error) {
    fovea_model_options options;
    fovea_receptive_options chosen;
    fovea_model *model;
    fovea_figure *figure;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {1, 8, 8}};
    fovea_status status =
        fovea_model_from_text(context, "conv 2 3 pad=1, relu, maxpool 2", &options, &model, error);
    if (status) return status;
    fovea_receptive_options_default(&chosen);
    chosen.at[0] = chosen.at[1] = 0;
    status = fovea_figure_receptive_field(context, model, &chosen, &figure, error);
    fovea_model_free(model);
    if (status) return status;
    char *text;
    void *bytes;
    size_t size;
    status = fovea_figure_terminal(context, figure, NULL, &text, error);
    if (!status) fovea_figure_bytes_free(context, text);
    if (!status)
        status =
            fovea_figure_render(context, figure, FOVEA_PICTURE_SVG, NULL, &bytes, &size, error);
    if (!status) fovea_figure_bytes_free(context, bytes);
    fovea_figure_free(figure);
    return status;
}

static void test_every_allocation_may_fail(void **state) {
    (void)state;
    failing_sweep(draw_it);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(test_the_fields_of_known_nets),
        data_test(test_what_lies_in_the_padding_is_counted),
        data_test(test_a_row_is_a_picture_one_pixel_high),
        data_test(test_bad_places_are_refused),
        data_test(test_pixels_outside_do_not_matter_and_each_edge_does),
        data_test(test_all_layers_are_shown_in_one_place),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
