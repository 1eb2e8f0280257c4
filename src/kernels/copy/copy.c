// SPDX-License-Identifier: MIT
#include "kernels/copy/copy.h"

#include <string.h>

enum { LANE_BYTES = FOVEA__LANES * sizeof(float) };

// A walk over a box of `dim` in which a place moves by `step` bytes in each dimension; the other
// side is dense. `dense` is read and the places written when `scatter`, else the other way round.
typedef struct walk {
    int32_t rank;
    int64_t dim[FOVEA__COPY_RANK], step[FOVEA__COPY_RANK];
    size_t item;
    bool scatter;
} walk;

static void move(const walk *w, char *place, char *dense, size_t bytes) {
    if (w->scatter) {
        memcpy(place, dense, bytes);
    } else {
        memcpy(dense, place, bytes);
    }
}

// A row of single elements, each a step from the one before.
static void move_row(const walk *w, char *place, char *dense) {
    int64_t count = w->dim[w->rank - 1], step = w->step[w->rank - 1];
    if (w->item != 4) {
        for (int64_t i = 0; i < count; i++)
            move(w, place + i * step, dense + (size_t)i * w->item, w->item);
        return;
    }
    uint32_t *row = (uint32_t *)dense;
    step /= 4;
    if (w->scatter)
        for (int64_t i = 0; i < count; i++) ((uint32_t *)place)[i * step] = row[i];
    else
        for (int64_t i = 0; i < count; i++) row[i] = ((const uint32_t *)place)[i * step];
}

// Runs of 64 bytes, which are the lanes of one number in N16.
static char *move_lanes(const walk *w, char *place, char *dense) {
    int64_t count = w->dim[w->rank - 2], step = w->step[w->rank - 2];
    for (int64_t i = 0; i < count; i++, place += step, dense += LANE_BYTES)
        move(w, place, dense, LANE_BYTES);
    return dense;
}

static char *walk_along(const walk *w, int32_t d, char *place, char *dense) {
    if (d == w->rank) {
        move(w, place, dense, w->item);
        return dense + w->item;
    }
    if (d == w->rank - 2 && w->step[d + 1] == (int64_t)w->item &&
        (size_t)w->dim[d + 1] * w->item == LANE_BYTES)
        return move_lanes(w, place, dense);
    if (d == w->rank - 1) {
        size_t bytes = (size_t)w->dim[d] * w->item;
        if (w->step[d] == (int64_t)w->item)
            move(w, place, dense, bytes);
        else
            move_row(w, place, dense);
        return dense + bytes;
    }
    for (int64_t i = 0; i < w->dim[d]; i++) {
        dense = walk_along(w, d + 1, place + i * w->step[d], dense);
    }
    return dense;
}

static size_t bytes_of(int32_t rank, const int64_t *dim, size_t item) {
    size_t bytes = item;
    for (int32_t d = 0; d < rank; d++) bytes *= (size_t)dim[d];
    return bytes;
}

// The walk over `out`, and the byte in `in` it begins at.
static walk slice_walk(const fovea__copy_slice *slice, size_t item, bool scatter, int64_t *begin) {
    walk w = {.rank = slice->rank, .item = item, .scatter = scatter};
    int64_t stride = (int64_t)item;
    *begin = 0;
    for (int32_t d = slice->rank - 1; d >= 0; d--) {
        w.dim[d] = slice->out[d];
        w.step[d] = slice->step[d] * stride;
        *begin += slice->start[d] * stride;
        stride *= slice->in[d];
    }
    return w;
}

void fovea__copy_slice_forward(const fovea__copy_slice *slice, size_t item, const void *src,
                               void *dst) {
    if (bytes_of(slice->rank, slice->out, item) == 0) return;
    int64_t begin;
    walk w = slice_walk(slice, item, false, &begin);
    walk_along(&w, 0, (char *)src + begin, dst);
}

void fovea__copy_slice_backward(const fovea__copy_slice *slice, size_t item, const void *d_dst,
                                void *d_src) {
    memset(d_src, 0, bytes_of(slice->rank, slice->in, item));
    if (bytes_of(slice->rank, slice->out, item) == 0) return;
    int64_t begin;
    walk w = slice_walk(slice, item, true, &begin);
    walk_along(&w, 0, (char *)d_src + begin, (char *)d_dst);
}

// What input and output of a pad share: `inner` is its place in the input, `outer` in the output.
static void pad_shared(const fovea__copy_pad *pad, fovea__copy_slice *inner,
                       fovea__copy_slice *outer) {
    inner->rank = outer->rank = pad->rank;
    for (int32_t d = 0; d < pad->rank; d++) {
        int64_t out = pad->begin[d] + pad->in[d] + pad->end[d];
        int64_t first = pad->begin[d] < 0 ? -pad->begin[d] : 0;
        int64_t last = pad->in[d] < out - pad->begin[d] ? pad->in[d] : out - pad->begin[d];
        inner->in[d] = pad->in[d];
        outer->in[d] = out;
        inner->out[d] = outer->out[d] = last > first ? last - first : 0;
        inner->start[d] = first;
        outer->start[d] = first + pad->begin[d];
        inner->step[d] = outer->step[d] = 1;
    }
}

// Whether the dimensions after d are whole on both sides, so that what lies there is one run.
static bool is_run(const fovea__copy_slice *from, const fovea__copy_slice *to, int32_t d) {
    for (int32_t k = d + 1; k < from->rank; k++)
        if (from->out[k] != from->in[k] || to->out[k] != to->in[k]) return false;
    return true;
}

// Copies the box `from` describes in src to the box `to` describes in dst.
static void box_copy(const fovea__copy_slice *from, const fovea__copy_slice *to, size_t item,
                     int32_t d, const char *src, char *dst) {
    int64_t from_stride = (int64_t)item, to_stride = (int64_t)item;
    for (int32_t k = d + 1; k < from->rank; k++) {
        from_stride *= from->in[k];
        to_stride *= to->in[k];
    }
    if (d == from->rank) {
        memcpy(dst, src, item);
        return;
    }
    src += from->start[d] * from_stride;
    dst += to->start[d] * to_stride;
    if (is_run(from, to, d)) {
        memcpy(dst, src, (size_t)(from->out[d] * from_stride));
        return;
    }
    for (int64_t i = 0; i < from->out[d]; i++) {
        box_copy(from, to, item, d + 1, src + i * from_stride, dst + i * to_stride);
    }
}

static void fill(char *dst, size_t bytes, const char *value, size_t item) {
    size_t zeros = 0;
    while (zeros < item && value[zeros] == 0) zeros++;
    if (zeros == item) {
        memset(dst, 0, bytes);
        return;
    }
    for (size_t at = 0; at < bytes; at += item) memcpy(dst + at, value, item);
}

void fovea__copy_pad_forward(const fovea__copy_pad *pad, size_t item, const void *value,
                             const void *src, void *dst) {
    fovea__copy_slice inner, outer;
    pad_shared(pad, &inner, &outer);
    fill(dst, bytes_of(pad->rank, outer.in, item), value, item);
    if (bytes_of(pad->rank, inner.out, item) == 0) return;
    box_copy(&inner, &outer, item, 0, src, dst);
}

void fovea__copy_pad_backward(const fovea__copy_pad *pad, size_t item, const void *d_dst,
                              void *d_src) {
    fovea__copy_slice inner, outer;
    pad_shared(pad, &inner, &outer);
    memset(d_src, 0, bytes_of(pad->rank, inner.in, item));
    if (bytes_of(pad->rank, inner.out, item) == 0) return;
    box_copy(&outer, &inner, item, 0, d_dst, d_src);
}

void fovea__copy_concat(int64_t outer, int32_t count, const int64_t *run, size_t item,
                        const void *const *src, void *dst) {
    char *to = dst;
    for (int64_t o = 0; o < outer; o++) {
        for (int32_t k = 0; k < count; k++) {
            size_t bytes = (size_t)run[k] * item;
            const char *from = (const char *)src[k] + (size_t)o * bytes;
            if (bytes && from != to) memcpy(to, from, bytes);
            to += bytes;
        }
    }
}

void fovea__copy_split(int64_t outer, int32_t count, const int64_t *run, size_t item,
                       const void *d_dst, void *const *d_src) {
    const char *from = d_dst;
    for (int64_t o = 0; o < outer; o++) {
        for (int32_t k = 0; k < count; k++) {
            size_t bytes = (size_t)run[k] * item;
            if (bytes && d_src[k]) memcpy((char *)d_src[k] + (size_t)o * bytes, from, bytes);
            from += bytes;
        }
    }
}
