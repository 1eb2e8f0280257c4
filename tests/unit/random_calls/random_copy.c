// SPDX-License-Identifier: MIT
// Moving elements of 1, 2, 4 and 8 bytes: slices, padding, joining, transposing, gathering and maps
// of places, each element against a formula.
#include "kernels/copy/copy.h"
#include "kernels/copy/gather.h"
#include "kernels/copy/place_map.h"
#include "kernels/copy/transpose.h"
#include "unit/random_calls/random_calls.h"

static guarded items(int64_t count, size_t item) {
    guarded g = guarded_of((size_t)count * item, item);
    for (size_t i = 0; i < g.bytes; i++) ((uint8_t *)g.data)[i] = (uint8_t)pick(256);
    return g;
}
static void *at(const guarded *g, int64_t i, size_t item) {
    return (uint8_t *)g->data + (size_t)i * item;
}

// What comes out of src (forward) and the way back must be `want` and `want_back`.
static void expect_moved(const char *what, guarded *src, guarded *want, guarded *got,
                         guarded *want_back, guarded *back) {
    expect_bytes(what, "forward", want, got);
    expect_bytes(what, "backward", want_back, back);
    guarded_free(src);
}

static int64_t slice(size_t item) {
    fovea__copy_slice s = {.rank = pick(12) ? 1 + (int32_t)pick(4) : 0};
    int64_t from[FOVEA__COPY_RANK], index[FOVEA__COPY_RANK];
    for (int d = 0; d < s.rank; d++) {
        s.in[d] = 1 + pick(s.rank < 3 ? 30 : 6);
        s.start[d] = pick(s.in[d]);
        s.step[d] = pick(2) ? 1 : pick(7) - 3;
        if (s.step[d] == 0) s.step[d] = 1;
        int64_t room = s.step[d] > 0 ? s.in[d] - 1 - s.start[d] : s.start[d];
        s.out[d] = pick(20) ? 1 + pick(room / (s.step[d] > 0 ? s.step[d] : -s.step[d]) + 1) : 0;
    }
    dense_strides(s.rank, s.in, from);
    guarded x = items(volume_of(s.rank, s.in), item), y = items(volume_of(s.rank, s.out), item);
    guarded d_x = items(volume_of(s.rank, s.in), item);
    guarded want = guarded_of(y.bytes, item), want_back = guarded_of(x.bytes, item);
    memset(want_back.data, 0, want_back.bytes);
    for (int64_t i = 0; i < volume_of(s.rank, s.out); i++) {
        index_of(i, s.rank, s.out, index);
        for (int d = 0; d < s.rank; d++) index[d] = s.start[d] + index[d] * s.step[d];
        int64_t place = place_at(s.rank, index, from);
        memcpy(at(&want, i, item), at(&x, place, item), item);
        memcpy(at(&want_back, place, item), at(&x, place, item), item);
    }
    fovea__copy_slice_forward(&s, item, x.data, y.data);
    fovea__copy_slice_backward(&s, item, y.data, d_x.data);
    expect_moved("slice", &x, &want, &y, &want_back, &d_x);
    return 2;
}

static int64_t pad(size_t item) {
    fovea__copy_pad p = {.rank = pick(12) ? 1 + (int32_t)pick(4) : 0};
    int64_t out[FOVEA__COPY_RANK], from[FOVEA__COPY_RANK], index[FOVEA__COPY_RANK];
    for (int d = 0; d < p.rank; d++) {
        p.in[d] = pick(30) ? 1 + pick(5) : 0;
        if (pick(2)) {
            p.begin[d] = pick(6) - 2;
            p.end[d] = pick(6) - 2;
        }
        out[d] = p.in[d] + p.begin[d] + p.end[d];
        if (out[d] < 0) p.begin[d] = p.end[d] = 0, out[d] = p.in[d];
    }
    dense_strides(p.rank, p.in, from);
    guarded x = items(volume_of(p.rank, p.in), item), y = items(volume_of(p.rank, out), item);
    guarded d_x = items(volume_of(p.rank, p.in), item);
    guarded want = guarded_of(y.bytes, item), want_back = guarded_of(x.bytes, item);
    uint64_t value = pick(2) ? (uint64_t)pick(1 << 30) * 123457 : 0;
    memset(want_back.data, 0, want_back.bytes);
    for (int64_t i = 0; i < volume_of(p.rank, out); i++) {
        bool inside = true;
        index_of(i, p.rank, out, index);
        for (int d = 0; d < p.rank; d++) {
            index[d] -= p.begin[d];
            inside = inside && index[d] >= 0 && index[d] < p.in[d];
        }
        int64_t place = inside ? place_at(p.rank, index, from) : 0;
        memcpy(at(&want, i, item), inside ? at(&x, place, item) : &value, item);
        if (inside) memcpy(at(&want_back, place, item), at(&x, place, item), item);
    }
    fovea__copy_pad_forward(&p, item, &value, x.data, y.data);
    fovea__copy_pad_backward(&p, item, y.data, d_x.data);
    expect_moved("pad", &x, &want, &y, &want_back, &d_x);
    return 2;
}

static int64_t concat(size_t item) {
    enum { MOST = 5 };
    int64_t outer = pick(5), run[MOST], all = 0;
    int32_t parts = 1 + (int32_t)pick(MOST), left_out = (int32_t)pick(2 * MOST);
    guarded part[MOST], back[MOST];
    const void *src[MOST];
    void *dst[MOST];
    for (int32_t k = 0; k < parts; k++) {
        run[k] = pick(9);
        part[k] = items(outer * run[k], item);
        back[k] = guarded_of(part[k].bytes, item);
        src[k] = part[k].data;
        dst[k] = k == left_out ? NULL : back[k].data;
        all += run[k];
    }
    guarded y = guarded_of((size_t)(outer * all) * item, item);
    fovea__copy_concat(outer, parts, run, item, src, y.data);
    fovea__copy_split(outer, parts, run, item, y.data, dst);
    int64_t place = 0;
    for (int64_t o = 0; o < outer; o++)
        for (int32_t k = 0; k < parts; place += run[k++])
            assert_memory_equal(at(&y, place, item), at(&part[k], o * run[k], item),
                                (size_t)run[k] * item);
    for (int32_t k = 0; k < parts; k++) {
        if (k == left_out)
            FREE_ALL(&part[k], &back[k]);
        else
            expect_bytes("split", "backward", &part[k], &back[k]);
    }
    guarded_free(&y);
    return 2;
}

int64_t call_copy(void) {
    size_t item = (size_t)1 << pick(4);
    switch (pick(3)) {
        case 0:
            return slice(item);
        case 1:
            return pad(item);
        default:
            return concat(item);
    }
}

static int64_t transpose(size_t item) {
    fovea__transpose t = {.rank = (int32_t)pick(pick(4) ? 5 : FOVEA__TRANSPOSE_RANK + 1)};
    int64_t out[FOVEA__TRANSPOSE_RANK], from[FOVEA__TRANSPOSE_RANK], index[FOVEA__TRANSPOSE_RANK];
    int64_t source[FOVEA__TRANSPOSE_RANK];
    for (int32_t d = 0; d < t.rank; d++) {
        t.in[d] = pick(40) ? 1 + pick(t.rank < 3 ? 40 : t.rank < 5 ? 8 : 3) : 0;
        t.perm[d] = d;
    }
    for (int32_t d = t.rank - 1; d > 0; d--) {
        int32_t k = (int32_t)pick(d + 1), kept = t.perm[d];
        t.perm[d] = t.perm[k];
        t.perm[k] = kept;
    }
    for (int32_t k = 0; k < t.rank; k++) out[k] = t.in[t.perm[k]];
    dense_strides(t.rank, t.in, from);
    int64_t count = volume_of(t.rank, t.in);
    guarded x = items(count, item), y = items(count, item), d_x = items(count, item);
    guarded want = guarded_of(x.bytes, item), want_back = guarded_of(x.bytes, item);
    memcpy(want_back.data, x.data, x.bytes);
    for (int64_t i = 0; i < count; i++) {
        index_of(i, t.rank, out, index);
        for (int32_t k = 0; k < t.rank; k++) source[t.perm[k]] = index[k];
        memcpy(at(&want, i, item), at(&x, place_at(t.rank, source, from), item), item);
    }
    fovea__transpose_forward(&t, item, x.data, y.data);
    fovea__transpose_backward(&t, item, y.data, d_x.data);
    expect_moved("transpose", &x, &want, &y, &want_back, &d_x);
    return 2;
}

static int64_t gather(size_t item) {
    fovea__gather g = {pick(4), 1 + pick(9), pick(12), pick(12), NULL, pick(2)};
    guarded index = guarded_of((size_t)g.count * (g.wide ? 8 : 4), g.wide ? 8 : 4);
    int64_t row[12];
    for (int64_t k = 0; k < g.count; k++) {
        int64_t i = pick(2 * g.axis) - g.axis;
        row[k] = i < 0 ? i + g.axis : i;
        if (g.wide)
            ((int64_t *)(void *)index.data)[k] = i;
        else
            ((int32_t *)(void *)index.data)[k] = (int32_t)i;
    }
    g.index = index.data;
    assert_int_equal(fovea__gather_wrong(&g), -1);
    guarded x = items(g.outer * g.axis * g.run, item);
    guarded y = items(g.outer * g.count * g.run, item), want = guarded_of(y.bytes, item);
    guarded d_y = filled((size_t)(g.outer * g.count * g.run)), d_y64 = wide_of(&d_y);
    guarded d_x = guarded_make((size_t)(g.outer * g.axis * g.run)), d_x64 = wide_make(d_x.count);
    guarded sum = guarded_make(d_x.count), sum64 = wide_make(d_x.count);
    memset(sum.data, 0, sum.bytes);
    memset(sum64.data, 0, sum64.bytes);
    for (int64_t i = 0; i < g.outer * g.count * g.run; i++) {
        int64_t r = i % g.run, k = i / g.run % g.count, o = i / g.run / g.count;
        int64_t place = (o * g.axis + row[k]) * g.run + r;
        memcpy(at(&want, i, item), at(&x, place, item), item);
        sum.data[place] += d_y.data[i];
        wide(&sum64)[place] += wide(&d_y64)[i];
    }
    fovea__gather_forward(&g, item, x.data, y.data);
    fovea__gather_backward_f32(&g, d_y.data, d_x.data);
    fovea__gather_backward_f64(&g, wide(&d_y64), wide(&d_x64));
    expect_bytes("gather", "forward", &want, &y);
    expect("gather", "backward", &sum, &d_x);
    expect_wide("gather", "backward", &sum64, &d_x64);
    FREE_ALL(&index, &x, &d_y, &d_y64);
    return 4;
}

// Places drawn before the call: [dimension][output].
typedef struct drawn {
    int64_t place[4][1500];
} drawn;
static int64_t drawn_place(const void *how, int32_t d, int64_t o) {
    return ((const drawn *)how)->place[d][o];
}

static int64_t place_map(size_t item) {
    static drawn how;
    fovea__place_map m = {.rank = (int32_t)pick(5), .place = drawn_place, .how = &how};
    bool one_block = true;
    for (int32_t d = 0; d < m.rank; d++) {
        m.in[d] = 1 + pick(6);
        m.same[d] = pick(3) == 0;
        m.out[d] = m.same[d] ? m.in[d] : pick(30) ? 1 + pick(9) : m.rank == 1 ? 1500 : 0;
        if (m.out[d] > 1024) one_block = false;
        for (int64_t o = 0; o < m.out[d]; o++)
            how.place[d][o] = m.same[d] ? o : pick(5) ? pick(m.in[d]) : -1;
    }
    int64_t from[4], index[4], count = volume_of(m.rank, m.out), in = volume_of(m.rank, m.in);
    dense_strides(m.rank, m.in, from);
    uint64_t value = (uint64_t)pick(1 << 30) * 123457;
    guarded x = items(in, item), y = items(count, item), want = guarded_of(y.bytes, item);
    guarded d_y = filled((size_t)count), d_y64 = wide_of(&d_y), d_x = guarded_make((size_t)in);
    guarded d_x64 = wide_make(d_x.count), sum = guarded_make(d_x.count);
    guarded sum64 = wide_make(d_x.count);
    memset(sum.data, 0, sum.bytes);
    memset(sum64.data, 0, sum64.bytes);
    for (int64_t i = 0; i < count; i++) {
        bool inside = true;
        index_of(i, m.rank, m.out, index);
        for (int32_t d = 0; d < m.rank; d++) {
            index[d] = how.place[d][index[d]];
            inside = inside && index[d] >= 0;
        }
        int64_t place = inside ? place_at(m.rank, index, from) : 0;
        memcpy(at(&want, i, item), inside ? at(&x, place, item) : &value, item);
        if (!inside) continue;
        sum.data[place] += d_y.data[i];
        wide(&sum64)[place] += wide(&d_y64)[i];
    }
    fovea__place_map_forward(&m, item, &value, x.data, y.data);
    fovea__place_map_backward_f32(&m, d_y.data, d_x.data);
    fovea__place_map_backward_f64(&m, wide(&d_y64), wide(&d_x64));
    expect_bytes("place map", "forward", &want, &y);
    if (one_block || m.rank == 1) {
        expect("place map", "backward", &sum, &d_x);
        expect_wide("place map", "backward", &sum64, &d_x64);
    } else {
        FREE_ALL(&sum, &d_x, &sum64, &d_x64);
    }
    FREE_ALL(&x, &d_y, &d_y64);
    return 3;
}

int64_t call_places(void) {
    size_t item = (size_t)1 << pick(4);
    switch (pick(3)) {
        case 0:
            return transpose(item);
        case 1:
            return gather(item);
        default:
            return place_map(item);
    }
}
