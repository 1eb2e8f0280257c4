// SPDX-License-Identifier: MIT
#include "guarded.h"
#include "kernels/copy/copy.h"

#define RANK 4

typedef struct place {
    int64_t at[RANK];
} place;

static int64_t count_of(const int64_t dim[RANK]) {
    int64_t count = 1;
    for (int d = 0; d < RANK; d++) count *= dim[d];
    return count;
}
static place place_of(int64_t index, const int64_t dim[RANK]) {
    place p;
    for (int d = RANK - 1; d >= 0; d--) {
        p.at[d] = index % dim[d];
        index /= dim[d];
    }
    return p;
}
static int64_t index_of(place p, const int64_t dim[RANK]) {
    int64_t index = 0;
    for (int d = 0; d < RANK; d++) index = index * dim[d] + p.at[d];
    return index;
}

static fovea__copy_slice random_slice(void) {
    fovea__copy_slice s = {.rank = RANK};
    for (int d = 0; d < RANK; d++) {
        s.in[d] = 1 + pick(6);
        s.start[d] = pick(s.in[d]);
        s.step[d] = pick(2) ? 1 : pick(7) - 3;
        if (s.step[d] == 0) s.step[d] = 1;
        int64_t room = s.step[d] > 0 ? s.in[d] - 1 - s.start[d] : s.start[d];
        s.out[d] = 1 + pick(room / (s.step[d] > 0 ? s.step[d] : -s.step[d]) + 1);
    }
    return s;
}

static void slices_take_the_places_they_say(void **state) {
    (void)state;
    guarded_begin("copy");
    for (int trial = 0; trial < 400; trial++) {
        fovea__copy_slice s = random_slice();
        guarded x = guarded_make((size_t)count_of(s.in)), y = guarded_make((size_t)count_of(s.out)),
                d_x = guarded_make(x.count), want = guarded_make(x.count);
        guarded_fill(&x);
        for (size_t i = 0; i < want.count; i++) want.data[i] = 0;
        fovea__copy_slice_forward(&s, sizeof(float), x.data, y.data);
        for (size_t i = 0; i < y.count; i++) {
            place p = place_of((int64_t)i, s.out);
            for (int d = 0; d < RANK; d++) p.at[d] = s.start[d] + p.at[d] * s.step[d];
            int64_t at = index_of(p, s.in);
            assert_memory_equal(&y.data[i], &x.data[at], sizeof(float));
            want.data[at] = y.data[i];
        }
        fovea__copy_slice_backward(&s, sizeof(float), y.data, d_x.data);
        assert_true(same_bits(&want, &d_x));
        guarded *all[] = {&x, &y, &d_x, &want};
        for (int i = 0; i < 4; i++) guarded_free(all[i]);
    }
}

static void padding_puts_the_value_around(void **state) {
    (void)state;
    guarded_begin("copy");
    for (int trial = 0; trial < 400; trial++) {
        fovea__copy_pad pad = {.rank = RANK};
        int64_t out[RANK];
        for (int d = 0; d < RANK; d++) {
            pad.in[d] = 1 + pick(5);
            pad.begin[d] = pick(6) - 2;
            pad.end[d] = pick(6) - 2;
            out[d] = pad.in[d] + pad.begin[d] + pad.end[d];
            if (out[d] < 1) {
                pad.begin[d] = pad.end[d] = 0;
                out[d] = pad.in[d];
            }
        }
        guarded x = guarded_make((size_t)count_of(pad.in)), y = guarded_make((size_t)count_of(out)),
                d_x = guarded_make(x.count), want = guarded_make(x.count);
        guarded_fill(&x);
        for (size_t i = 0; i < want.count; i++) want.data[i] = 0;
        float value = 0.75f;
        fovea__copy_pad_forward(&pad, sizeof(float), &value, x.data, y.data);
        for (size_t i = 0; i < y.count; i++) {
            place p = place_of((int64_t)i, out);
            bool inside = true;
            for (int d = 0; d < RANK; d++) {
                p.at[d] -= pad.begin[d];
                inside = inside && p.at[d] >= 0 && p.at[d] < pad.in[d];
            }
            const float *from = inside ? &x.data[index_of(p, pad.in)] : &value;
            assert_memory_equal(&y.data[i], from, sizeof(float));
            if (inside) want.data[index_of(p, pad.in)] = y.data[i];
        }
        fovea__copy_pad_backward(&pad, sizeof(float), y.data, d_x.data);
        assert_true(same_bits(&want, &d_x));
        guarded *all[] = {&x, &y, &d_x, &want};
        for (int i = 0; i < 4; i++) guarded_free(all[i]);
    }
}

static void a_crop_of_everything_leaves_only_the_value(void **state) {
    (void)state;
    fovea__copy_pad pad = {1, {2}, {-3}, {4}};
    double x[2] = {1, 2}, y[3], value = 9, d_x[2] = {5, 5};
    fovea__copy_pad_forward(&pad, sizeof(double), &value, x, y);
    assert_true(y[0] == 9 && y[1] == 9 && y[2] == 9);
    fovea__copy_pad_backward(&pad, sizeof(double), y, d_x);
    assert_true(d_x[0] == 0 && d_x[1] == 0);
}

static void concat_and_split_are_inverse(void **state) {
    (void)state;
    guarded_begin("copy");
    for (int trial = 0; trial < 100; trial++) {
        int64_t outer = 1 + pick(4), run[5], all = 0;
        int32_t count = 1 + (int32_t)pick(5);
        guarded part[5], back[5];
        const void *src[5];
        void *dst[5];
        for (int32_t k = 0; k < count; k++) {
            run[k] = 1 + pick(9);
            part[k] = guarded_make((size_t)(outer * run[k]));
            back[k] = guarded_make(part[k].count);
            guarded_fill(&part[k]);
            src[k] = part[k].data;
            dst[k] = back[k].data;
            all += run[k];
        }
        guarded y = guarded_make((size_t)(outer * all));
        fovea__copy_concat(outer, count, run, sizeof(float), src, y.data);
        assert_true(y.data[all * (outer - 1)] == part[0].data[run[0] * (outer - 1)]);
        if (count > 1) dst[0] = NULL;
        fovea__copy_split(outer, count, run, sizeof(float), y.data, dst);
        for (int32_t k = count > 1; k < count; k++) assert_true(same_bits(&part[k], &back[k]));
        for (int32_t k = 0; k < count; k++) {
            guarded_free(&part[k]);
            guarded_free(&back[k]);
        }
        guarded_free(&y);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_take_the_places_they_say),
        cmocka_unit_test(padding_puts_the_value_around),
        cmocka_unit_test(a_crop_of_everything_leaves_only_the_value),
        cmocka_unit_test(concat_and_split_are_inverse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
