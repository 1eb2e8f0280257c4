// SPDX-License-Identifier: MIT
// Architecture text: what is read, and what is refused with the character and the likely mend.
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "model/architecture.h"
#include "unit/hostile.h"

static fovea_status parse(fovea_context *context, const char *text, fovea_error *error) {
    fovea__architecture *layers;
    *error = (fovea_error){0};
    size_t before = fovea__memory_now(context);
    fovea_status status = fovea__architecture_parse(context, text, &layers, error);
    if (status == FOVEA_OK) fovea__architecture_free(layers);
    assert_int_equal(fovea__memory_now(context), before);
    return status;
}

static void refused(void **state, const char *text, const char *message) {
    hostile_heap *heap = *state;
    fovea_error error;
    fovea_status status = parse(heap->context, text, &error);
    if (status != FOVEA_INVALID_ARGUMENT || strcmp(error.text, message) != 0)
        fail_msg("'%s': %s '%s', wanted '%s'", text, fovea_status_name(status), error.text,
                 message);
}

static void accepted(void **state, const char *text) {
    hostile_heap *heap = *state;
    fovea_error error;
    if (parse(heap->context, text, &error) != FOVEA_OK) fail_msg("'%s': %s", text, error.text);
}

static void layers_values_and_labels_are_read(void **state) {
    hostile_heap *heap = *state;
    fovea__architecture *layers;
    fovea_error error;
    assert_int_equal(
        fovea__architecture_parse(heap->context,
                                  " conv2d 16 3x5 pad=1 stride=2x1 bias=0 name=stem as a ,\r\n"
                                  "leaky_relu 0.25,add a",
                                  &layers, &error),
        FOVEA_OK);
    assert_int_equal(layers->count, 3);
    const fovea__layer *conv = &layers->layer[0];
    assert_string_equal(conv->kind->op, "Conv");
    assert_int_equal(conv->rank, 2);
    const fovea__layer_value *kernel = fovea__layer_value_of(layers, conv, FOVEA__KEY_KERNEL);
    assert_int_equal(kernel->count, 2);
    assert_int_equal(kernel->i[0], 3);
    assert_int_equal(kernel->i[1], 5);
    assert_int_equal(fovea__layer_value_of(layers, conv, FOVEA__KEY_PADDING)->i[0], 1);
    assert_int_equal(fovea__layer_value_of(layers, conv, FOVEA__KEY_STRIDE)->i[1], 1);
    assert_null(fovea__layer_value_of(layers, conv, FOVEA__KEY_DILATION));
    char word[16];
    fovea__architecture_word(layers, conv->label, word, sizeof word);
    assert_string_equal(word, "a");
    fovea__architecture_word(layers, layers->layer[2].labels[0], word, sizeof word);
    assert_string_equal(word, "a");
    const fovea__layer *leaky = &layers->layer[1];
    double slope = fovea__layer_value_of(layers, leaky, FOVEA__KEY_ALPHA)->real;
    assert_true(slope == 0.25);
    fovea__architecture_free(layers);
}

static void carriage_returns_a_mark_and_a_missing_line_end_are_fine(void **state) {
    accepted(state, "relu\r\n");
    accepted(state, "\xEF\xBB\xBFrelu,\r\ntanh");
    accepted(state, "relu");
    accepted(state, "\trelu\n,\n tanh ");
}

static void unknown_words_name_the_nearest(void **state) {
    refused(state, "conv 16 3 pad=1, covn 8 3",
            "architecture text, character 18: unknown layer 'covn'; did you mean 'conv'?");
    refused(state, "maxpol 2",
            "architecture text, character 1: unknown layer 'maxpol'; did you mean 'maxpool'?");
    refused(state, "conv 16 3 pading=1",
            "architecture text, character 11: conv has no key 'pading'; did you mean 'padding'?");
    refused(state, "relu stride=2", "architecture text, character 6: relu has no key 'stride'");
    refused(state, "<html><body>",
            "architecture text, character 1: unknown layer '<html><body>'; `fovea describe` lists "
            "the layers");
    refused(state, "[net]",
            "architecture text, character 1: unknown layer '[net]'; `fovea describe` lists the "
            "layers");
}

static void positions_count_characters_not_bytes(void **state) {
    refused(state, "relu name=\xC3\xA9\xC3\xA9, covn 1",
            "architecture text, character 15: unknown layer 'covn'; did you mean 'conv'?");
    hostile_heap *heap = *state;
    fovea_error error;
    parse(heap->context, "relu name=\xC3\xA9\xC3\xA9, covn 1", &error);
    assert_int_equal(error.offset, 14);
    assert_string_equal(error.where, "architecture text");
}

static void empty_places_are_refused(void **state) {
    refused(state, "", "architecture text, character 1: the text is empty");
    refused(state, " \n", "architecture text, character 3: the text is empty");
    refused(state, "relu,", "architecture text, character 6: a layer is missing here");
    refused(state, ",relu", "architecture text, character 1: a layer is missing here");
    refused(state, "relu,,relu", "architecture text, character 6: a layer is missing here");
    refused(state, "pad=1",
            "architecture text, character 1: unknown layer 'pad=1'; did you mean "
            "'pad'?");
}

static void numbers_out_of_kind_or_range_are_refused(void **state) {
    refused(state, "conv 0 3",
            "architecture text, character 6: channels of conv is '0', wants 1 to 2147483647");
    refused(state, "conv -1 3",
            "architecture text, character 6: channels of conv is '-1', wants 1 to 2147483647");
    refused(state, "conv 2147483648 3",
            "architecture text, character 6: channels of conv is '2147483648', wants 1 to "
            "2147483647");
    refused(state, "conv 99999999999999999999 3",
            "architecture text, character 6: channels of conv is '99999999999999999999', wants 1 "
            "to 2147483647");
    refused(state, "conv 1e9 3",
            "architecture text, character 6: channels of conv is '1e9', wants a whole number");
    refused(state, "conv 3.5 3",
            "architecture text, character 6: channels of conv is '3.5', wants a whole number");
    refused(state, "conv 3x 3",
            "architecture text, character 6: channels of conv is '3x', wants a whole number");
    refused(state, "conv +3 3",
            "architecture text, character 6: channels of conv is '+3', wants a whole number");
    refused(state, "conv channels= 3",
            "architecture text, character 15: channels of conv has no value");
    refused(state, "conv 8 3x",
            "architecture text, character 8: kernel of conv is '3x', wants a whole number, or one "
            "per dimension as in 3x5");
    refused(state, "conv 8 1x1x1x1",
            "architecture text, character 8: kernel of conv is '1x1x1x1', wants one number per "
            "dimension, at most three");
    refused(state, "conv 8 3 stride=0",
            "architecture text, character 17: stride of conv is '0', wants 1 to 2147483647");
    refused(state, "conv 8 3 pad=-1",
            "architecture text, character 14: padding of conv is '-1', wants 0 to 2147483647");
    refused(state, "conv 8 3 pad=same",
            "architecture text, character 14: padding of conv is 'same', wants a whole number, or "
            "one per dimension as in 3x5");
    refused(state, "conv 8 3 bias=2",
            "architecture text, character 15: bias of conv is '2', wants 0 to 1");
    refused(state, "dropout 1.5",
            "architecture text, character 9: ratio of dropout is '1.5', wants 0 to 1");
    refused(state, "dropout nan",
            "architecture text, character 9: ratio of dropout is 'nan', wants a number");
    refused(state, "dropout 0x1p-1",
            "architecture text, character 9: ratio of dropout is '0x1p-1', wants a number");
}

static void missing_and_surplus_values_are_named(void **state) {
    refused(state, "conv",
            "architecture text, character 1: conv wants its channels (example: "
            "conv 16 3 pad=1)");
    refused(state, "conv 16",
            "architecture text, character 1: conv wants its kernel (example: "
            "conv 16 3 pad=1)");
    refused(state, "conv 16 3 1",
            "architecture text, character 11: '1' is one value too many for conv (example: conv "
            "16 3 pad=1)");
    refused(state, "conv 16 3\nrelu",
            "architecture text, character 11: a comma is missing before 'relu'");
    refused(state, "conv 16 3 pad=1 padding=1",
            "architecture text, character 25: padding of conv is given twice");
    refused(state, "conv 16 3 kernel=5",
            "architecture text, character 18: kernel of conv is given twice");
    refused(state, "add",
            "architecture text, character 1: add wants a label behind it (example: "
            "add L)");
    refused(state, "add a b", "architecture text, character 7: add takes 1 label at most");
    refused(state, "relu as", "architecture text, character 6: 'as' wants a label behind it");
    refused(state, "relu as a b",
            "architecture text, character 11: nothing may stand behind 'as' and its label; is a "
            "comma missing?");
    accepted(state, "conv channels=16 kernel=3");
}

static void bytes_that_are_no_text_are_refused(void **state) {
    refused(state, "relu\xFF", "the architecture text is not UTF-8");
    refused(state, "relu\x01", "the architecture text has a control character at byte 4");
    refused(state, "\x7F", "the architecture text has a control character at byte 0");
}

static void more_than_a_megabyte_is_refused(void **state) {
    hostile_heap *heap = *state;
    char *text = malloc(((size_t)1 << 20) + 16);
    assert_non_null(text);
    memset(text, ' ', ((size_t)1 << 20) + 15);
    text[((size_t)1 << 20) + 15] = '\0';
    fovea_error error;
    assert_int_equal(parse(heap->context, text, &error), FOVEA_INVALID_ARGUMENT);
    assert_string_equal(error.text, "the architecture text is longer than 1048576 bytes");
    memset(text, 'a', (size_t)1 << 20);  // one word of a megabyte: refused, but not for its length
    text[(size_t)1 << 20] = '\0';
    assert_int_equal(parse(heap->context, text, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "unknown layer 'aaa"));
    free(text);
}

static void ten_thousand_layers_are_the_most(void **state) {
    hostile_heap *heap = *state;
    char *text = malloc(10001 * 5 + 1);
    assert_non_null(text);
    for (int i = 0; i < 10001; i++) memcpy(text + 5 * i, "relu,", 5);
    fovea_error error;
    text[5 * 10000 - 1] = '\0';
    assert_int_equal(parse(heap->context, text, &error), FOVEA_OK);
    text[5 * 10000 - 1] = ',';
    text[5 * 10001 - 1] = '\0';
    assert_int_equal(parse(heap->context, text, &error), FOVEA_INVALID_ARGUMENT);
    assert_string_equal(error.text, "architecture text, character 50001: more than 10000 layers");
    free(text);
}

static void a_format_string_is_only_text(void **state) {
    refused(state, "%n%s",
            "architecture text, character 1: unknown layer '%n%s'; `fovea describe` "
            "lists the layers");
    accepted(state, "relu name=%n%s");
}

static void every_failing_allocation_is_reported(void **state) {
    hostile_heap *heap = *state;
    for (size_t k = 1;; k++) {
        fovea_error error;
        heap->calls = 0;
        heap->fail_at = k;
        fovea_status status = parse(heap->context, "conv 16 3 pad=1, relu as a, add a", &error);
        heap->fail_at = 0;
        if (heap->calls < k) {
            assert_int_equal(status, FOVEA_OK);
            assert_true(k > 3);
            return;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(layers_values_and_labels_are_read),
        hostile_test(carriage_returns_a_mark_and_a_missing_line_end_are_fine),
        hostile_test(unknown_words_name_the_nearest),
        hostile_test(positions_count_characters_not_bytes),
        hostile_test(empty_places_are_refused),
        hostile_test(numbers_out_of_kind_or_range_are_refused),
        hostile_test(missing_and_surplus_values_are_named),
        hostile_test(bytes_that_are_no_text_are_refused),
        hostile_test(more_than_a_megabyte_is_refused),
        hostile_test(ten_thousand_layers_are_the_most),
        hostile_test(a_format_string_is_only_text),
        hostile_test(every_failing_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
