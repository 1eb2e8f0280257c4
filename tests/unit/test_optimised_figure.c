// SPDX-License-Identifier: MIT
// The figure of pictures found by optimisation: titles, captions, the picture they come from.
#include "unit/failing_sweep.h"
#include "unit/figure_said.h"
#include "unit/shared_context.h"

// Channels 1 and 3 of the first layer of a net for pictures of so many channels.
static fovea_optimised *found_by(fovea_context *in, int64_t channels, fovea_error *error) {
    fovea_model_options options;
    fovea_like_options how;
    fovea_model *model;
    fovea_optimised *found = NULL;
    fovea_model_options_default(&options);
    fovea_like_options_default(&how);
    how.steps = 2;
    options.input = (fovea_shape){3, {channels, 8, 8}};
    if (fovea_model_from_text(in, "conv 4 3", &options, &model, error) != FOVEA_OK) return NULL;
    fovea_value layer = fovea_graph_find_value(fovea_model_graph(model), "conv1");
    fovea_status status = fovea_like(model, layer, (int32_t[]){0, 2}, 2, &how, &found, error);
    fovea_model_free(model);
    return status == FOVEA_OK ? found : NULL;
}

static const char *told(const fovea_optimised *found,
                        const fovea_optimised_figure_options *options) {
    fovea_figure *figure;
    fovea_error error;
    if (fovea_figure_optimised(context, found, options, &figure, &error))
        fail_msg("%s", error.text);
    return said(context, figure);
}

static void test_pictures_are_called_by_channel_or_as_asked(void **state) {
    (void)state;
    for (int64_t channels = 1; channels <= 3; channels += 2) {
        fovea_optimised *found = found_by(context, channels, NULL);
        fovea_optimised_figure_options options;
        fovea_optimised_figure_options_default(&options);
        const char *text = told(found, NULL);
        assert_int_equal(times(text, "Output 1 "), 1);
        assert_int_equal(times(text, "Output 3 "), 1);
        assert_int_equal(times(text, " → "), 2);
        options.names = (const char *const[]){"cat", "dog"};
        options.title = "What it likes";
        options.value = "logit";
        text = told(found, &options);
        assert_true(times(text, "What it likes") == 1 && times(text, "cat ") == 1);
        assert_true(times(text, "dog ") == 1 && times(text, "logit ") == 2);
        fovea_optimised_free(found);
    }
}

static void test_other_channels_are_pictures_of_their_own(void **state) {
    (void)state;
    fovea_optimised *found = found_by(context, 2, NULL);
    const char *text = told(found, NULL);
    assert_int_equal(times(text, "channel 2 "), 2);
    fovea_optimised_free(found);
}

static void test_the_picture_they_come_from_is_shown_first(void **state) {
    (void)state;
    fovea_optimised *found = found_by(context, 1, NULL);
    fovea_optimised_figure_options options;
    fovea_shape shape = {3, {1, 8, 8}};
    fovea_optimised_figure_options_default(&options);
    fovea_tensor *picture;
    assert_int_equal(fovea_tensor_create(context, FOVEA_U8, &shape, &picture, NULL), FOVEA_OK);
    options.original = picture;
    const char *text = told(found, &options);
    assert_true(strstr(text, "picture ") && strstr(text, "picture ") < strstr(text, "Output 1"));
    options.size = 1;
    fovea_figure *figure;
    assert_int_equal(fovea_figure_optimised(context, found, &options, &figure, NULL),
                     FOVEA_INVALID_ARGUMENT);
    fovea_tensor_free(picture);
    fovea_optimised_free(found);
}

static fovea_status draw(fovea_context *in, fovea_error *error) {
    fovea_figure *figure = NULL;
    fovea_optimised *found = found_by(in, 3, error);
    if (!found) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea_figure_optimised(in, found, NULL, &figure, error);
    fovea_optimised_free(found);
    fovea_figure_free(figure);
    return status;
}

static void test_no_memory_leaves_nothing(void **state) {
    (void)state;
    failing_sweep(draw);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pictures_are_called_by_channel_or_as_asked),
        cmocka_unit_test(test_other_channels_are_pictures_of_their_own),
        cmocka_unit_test(test_the_picture_they_come_from_is_shown_first),
        cmocka_unit_test(test_no_memory_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
