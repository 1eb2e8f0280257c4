// SPDX-License-Identifier: MIT
#include "layers/broadcast_sum.h"

#include <string.h>

void fovea__operand_gradient(fovea__term term, const fovea_view *d_out, const fovea_view *a,
                             const fovea_view *b, const fovea_view *d_a) {
    bool whole = fovea_shape_equal(&d_a->shape, &d_out->shape);
    if (!d_a->data) return;
    if (whole && term == FOVEA__TERM_SAME) {
        size_t bytes = (size_t)fovea_shape_count(&d_a->shape) * fovea_type_size(d_a->type);
        memmove(d_a->data, d_out->data, bytes);
    } else if (whole && (term == FOVEA__TERM_TIMES || term == FOVEA__TERM_OVER)) {
        fovea__combine(term == FOVEA__TERM_TIMES ? FOVEA__BINARY_MUL : FOVEA__BINARY_DIV, d_out, b,
                       d_a);
    } else {
        fovea__broadcast broadcast =
            fovea__broadcast_of(&d_a->shape, b ? &b->shape : &d_a->shape, &d_out->shape);
        fovea__operands operands = {a ? a->data : NULL, b ? b->data : NULL};
        if (d_a->type == FOVEA_F64)
            fovea__broadcast_terms_f64(term, &broadcast, d_out->data, &operands, d_a->data);
        else
            fovea__broadcast_terms_f32(term, &broadcast, d_out->data, &operands, d_a->data);
    }
}
