// SPDX-License-Identifier: MIT
// Methods of many samples: chunks and threads are not seen in the bits, memory does not grow with the
// samples, and running out of it leaves nothing behind.
#include <stdio.h>
#include <string.h>

#include "explain/explainer.h"
#include "unit/failing_sweep.h"
#include "unit/golden_tensor.h"

static const char *const methods[] = {
    "integrated-gradients", "smoothgrad", "smoothgrad-squared", "vargrad",
    "expected-gradients",   "fullgrad",   "occlusion",          "rise"};
enum { METHODS = sizeof methods / sizeof methods[0] };

#define NET                                                                                     \
    "conv 8 3 pad=1, batchnorm, relu, as a, conv 8 3 pad=1, add a, relu, maxpool 2, conv 6 3, " \
    "relu, flatten, linear 5"

// Sums of all methods' maps of `samples` samples or steps, one after the other, or all of one.
typedef struct {
    const char *precision, *method;  // NULL: every method
    size_t memory;
    int32_t samples;
    double *map;  // numbers of all maps, or NULL
    int64_t numbers;
} request;

static fovea_status explain_all(const request *r, fovea_explainer *explainer, const fovea_view *x,
                                int64_t *at, fovea_error *error) {
    for (size_t m = 0; m < METHODS; m++) {
        if (r->method && strcmp(r->method, methods[m]) != 0) continue;
        fovea_explain_options how;
        fovea_attribution *result = NULL;
        fovea_status status = fovea_explain_options_default(methods[m], &how, error);
        how.target = 1;
        how.steps = how.samples = r->samples;
        how.patch[0] = how.patch[1] = 4;
        if (status == FOVEA_OK) status = fovea_explain(explainer, x, &how, &result, error);
        if (status != FOVEA_OK) return status;
        fovea_view map = fovea_tensor_view(result->map);
        for (int64_t i = 0; r->map && i < fovea_shape_count(&map.shape); i++)
            r->map[(*at)++] = fovea__view_number(&map, i);
        fovea_attribution_free(result);
    }
    return FOVEA_OK;
}

static fovea_status work_in(fovea_context *context, request *r, fovea_error *error) {
    fovea_model_options options;
    fovea_model *model = NULL;
    fovea_explainer *explainer = NULL;
    fovea_tensor *x = NULL;
    fovea_explainer_options how;
    fovea_model_options_default(&options);
    options.precision = r->precision;
    options.seed = 5;
    options.input = fovea_shape_make(3, (const int64_t[]){2, 12, 11});
    fovea_status status = fovea_model_open(context, NET, &options, &model, error);
    fovea_explainer_options_default(&how);
    how.memory = r->memory;
    if (status == FOVEA_OK) status = fovea_explainer_create(model, &how, &explainer, error);
    if (status == FOVEA_OK) {
        fovea_shape shape = fovea_shape_make(4, (const int64_t[]){1, 2, 12, 11});
        status = fovea_tensor_create(context, explainer->type, &shape, &x, error);
    }
    if (status == FOVEA_OK) {
        fovea_view view = fovea_tensor_view(x);
        golden_fill(view, 3, 1);
        r->numbers = 0;
        status = explain_all(r, explainer, &view, &r->numbers, error);
    }
    fovea_tensor_free(x);
    fovea_explainer_free(explainer);
    fovea_model_free(model);
    return status;
}

static void run_with(request *r, int32_t threads) {
    failing memory = {.fail_at = 0};
    fovea_error error;
    fovea_context *context = failing_context(&memory, threads);
    assert_non_null(context);
    if (work_in(context, r, &error) != FOVEA_OK) fail_msg("%s: %s", error.where, error.text);
    fovea_context_free(context);
    assert_int_equal(memory.live, 0);
}

static void chunks_and_threads_are_not_seen_in_the_bits(void **state) {
    (void)state;
    static double wanted[4096], got[4096];
    static const size_t memory[] = {1, 200000, 1 << 20, 1 << 28};
    static const char *const precisions[] = {"f32", "f64"};
    for (size_t p = 0; p < 2; p++)
        for (size_t k = 0; k < 4; k++)
            for (int32_t threads = 1; threads < 4; threads++) {
                bool first = k == 0 && threads == 1;
                request r = {precisions[p], NULL, memory[k], 37, first ? wanted : got, 0};
                run_with(&r, threads);
                assert_true(r.numbers > 1000 && r.numbers < 4096);
                if (!first) assert_memory_equal(wanted, got, (size_t)r.numbers * sizeof *got);
            }
}

// The most that is held at a time: an allocator that counts bytes.
typedef struct {
    size_t now, most;
} held;

static void *hold(void *user, size_t alignment, size_t size) {
    held *h = user;
    size_t whole = (size + 2 * alignment - 1) / alignment * alignment;
    uint8_t *block = aligned_alloc(alignment, whole + alignment);
    if (!block) return NULL;
    memcpy(block, &whole, sizeof whole);
    h->now += whole;
    if (h->now > h->most) h->most = h->now;
    return block + alignment;
}

static void let_go(void *user, void *block) {
    held *h = user;
    size_t whole;
    uint8_t *begin = (uint8_t *)block - 64;
    memcpy(&whole, begin, sizeof whole);
    h->now -= whole;
    free(begin);
}

static size_t most_held(const char *method, int32_t samples) {
    held h = {0, 0};
    fovea_context_options options;
    fovea_context *context;
    fovea_error error;
    fovea_context_options_default(&options);
    options.threads = 1;
    options.allocator = (fovea_allocator){.allocate = hold, .release = let_go, .user = &h};
    assert_int_equal(fovea_context_create(&options, &context, NULL), FOVEA_OK);
    request r = {"f32", method, 200000, samples, NULL, 0};
    if (work_in(context, &r, &error) != FOVEA_OK) fail_msg("%s: %s", method, error.text);
    fovea_context_free(context);
    assert_int_equal(h.now, 0);
    return h.most;
}

static void memory_does_not_grow_with_steps_samples_or_masks(void **state) {
    (void)state;
    for (size_t m = 0; m < METHODS; m++) {
        size_t few = most_held(methods[m], 50), many = most_held(methods[m], 1000);
        if (many > few) fail_msg("%s: %zu bytes grow to %zu", methods[m], few, many);
    }
}

static const char *swept;

static fovea_status sweep_one(fovea_context *context, fovea_error *error) {
    request r = {"f32", swept, 1 << 20, 3, NULL, 0};
    return work_in(context, &r, error);
}

static void running_out_of_memory_leaves_nothing_behind(void **state) {
    (void)state;
    for (size_t m = 0; m < METHODS; m++) {
        swept = methods[m];
        failing_sweep(sweep_one);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_and_threads_are_not_seen_in_the_bits),
        cmocka_unit_test(memory_does_not_grow_with_steps_samples_or_masks),
        cmocka_unit_test(running_out_of_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
