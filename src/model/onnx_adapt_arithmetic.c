// SPDX-License-Identifier: MIT
// Operators of two or more values, all versions.
#include <string.h>

#include "base/fail.h"
#include "model/onnx_import.h"

// Before version 7 the second operand was repeated only with `broadcast`, from dimension `axis` of
// the first on (left out: its last dimensions); what numpy does needs dimensions of 1 behind it.
static fovea_status align_second(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                 fovea_value in[2], fovea_error *error) {
    int64_t broadcast, axis, axes[FOVEA_MAX_RANK];
    int32_t first = fovea__onnx_shape(importer, in[0]).rank, count = 0;
    int32_t second = fovea__onnx_shape(importer, in[1]).rank;
    FOVEA__TRY(fovea__onnx_int(node, "broadcast", 0, &broadcast, error));
    FOVEA__TRY(fovea__onnx_int(node, "axis", first - second, &axis, error));
    if (axis < 0) axis += first;
    if (!broadcast || axis + second == first || second == 0) return FOVEA_OK;
    if (axis < 0 || axis + second > first)
        return fovea__onnx_bad(node, error, "axis %lld of %d dimensions for an operand of %d",
                               (long long)axis, first, second);
    for (int64_t d = axis + second; d < first; d++, count++) axes[count] = second + count;
    fovea__onnx_list list = {.count = 0};
    fovea__onnx_list_ints(&list, "axes", count, axes);
    return fovea__onnx_emit_part(importer, node, "Unsqueeze", "aligned", &in[1], 1, &list, NULL,
                                 &in[1], error);
}

static fovea_status operands(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                             fovea_value in[2], fovea_error *error) {
    if (!fovea__onnx_has_input(node, 0) || !fovea__onnx_has_input(node, 1))
        return fovea__onnx_bad(node, error, "%s wants two inputs", node->op);
    for (size_t i = 0; i < 2; i++)
        FOVEA__TRY(fovea__onnx_value_of(importer, node, i, false, 0, &in[i], error));
    if (fovea__onnx_opset_of(importer) >= 7) return FOVEA_OK;
    return align_second(importer, node, in, error);
}

static fovea_status adapt_two(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              fovea_error *error) {
    fovea_value in[2];
    FOVEA__TRY(operands(importer, node, in, error));
    return fovea__onnx_emit(importer, node, node->op, in, 2, NULL, error);
}

// Versions 1 and 6 want equal shapes, from 8 on they are repeated.
static fovea_status adapt_many(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_error *error) {
    return fovea__onnx_emit_same(importer, node, node->op, NULL, error);
}

static fovea_status adapt_mod(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    int64_t truncates;
    FOVEA__TRY(fovea__onnx_int(node, "fmod", 0, &truncates, error));
    fovea__onnx_list_int(&list, "fmod", truncates);
    return fovea__onnx_emit_same(importer, node, "Mod", &list, error);
}

static int64_t code_of(fovea_type type) {
    static const struct {
        fovea_type type;
        int64_t code;
    } codes[] = {{FOVEA_F32, 1},  {FOVEA_U8, 2},   {FOVEA_I8, 3},  {FOVEA_U16, 4},
                 {FOVEA_I16, 5},  {FOVEA_I32, 6},  {FOVEA_I64, 7}, {FOVEA_BOOL, 9},
                 {FOVEA_F64, 11}, {FOVEA_U32, 12}, {FOVEA_U64, 13}};
    size_t i = 0;
    while (i + 1 < sizeof codes / sizeof codes[0] && codes[i].type != type) i++;
    return codes[i].code;
}

static fovea_status cast_to(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                            fovea_type type, const char *suffix, fovea_value *value,
                            fovea_error *error) {
    fovea__onnx_list list = {.count = 0};
    if (fovea__onnx_type(importer, *value) == type) return FOVEA_OK;
    fovea__onnx_list_int(&list, "to", code_of(type));
    return fovea__onnx_emit_part(importer, node, "Cast", suffix, value, 1, &list, NULL, value,
                                 error);
}

static bool is_float(fovea_type type) {
    return type == FOVEA_F32 || type == FOVEA_F64;
}

// From version 12 on the exponent has a type of its own: the power of an integer with an exponent
// that is none is computed in F64.
static fovea_status adapt_pow(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              fovea_error *error) {
    fovea_value in[2];
    FOVEA__TRY(operands(importer, node, in, error));
    fovea_type own = fovea__onnx_type(importer, in[0]);
    bool wide = !is_float(own) && is_float(fovea__onnx_type(importer, in[1]));
    fovea_type type = wide ? FOVEA_F64 : own;
    FOVEA__TRY(cast_to(importer, node, type, "base", &in[0], error));
    FOVEA__TRY(cast_to(importer, node, type, "exponent", &in[1], error));
    if (!wide) return fovea__onnx_emit(importer, node, "Pow", in, 2, NULL, error);
    fovea__onnx_list list = {.count = 0};
    fovea__onnx_list_int(&list, "to", code_of(own));
    FOVEA__TRY(
        fovea__onnx_emit_part(importer, node, "Pow", "power", in, 2, NULL, NULL, &in[0], error));
    return fovea__onnx_emit(importer, node, "Cast", in, 1, &list, error);
}

// Before version 7 a list of slopes is one for each channel, whatever comes behind the channels.
static fovea_status adapt_prelu(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                fovea_error *error) {
    fovea_value in[2];
    fovea_shape x = fovea__onnx_input_shape(importer, node, 0);
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &in[0], error));
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 1, true, 0, &in[1], error));
    fovea_view slope = fovea__onnx_numbers(importer, in[1]);
    if (fovea__onnx_opset_of(importer) < 7 && slope.data && slope.shape.rank == 1 &&
        slope.shape.dim[0] > 1 && x.rank > 2) {
        slope.shape.rank = x.rank - 1;
        for (int32_t d = 1; d < slope.shape.rank; d++) slope.shape.dim[d] = 1;
        FOVEA__TRY(
            fovea__onnx_new_constant(importer, node->input[1], &slope, true, 0, &in[1], error));
    }
    return fovea__onnx_emit(importer, node, "PRelu", in, 2, NULL, error);
}

// The type is a word in version 1. Casting to what a value is already is another name for it.
static fovea_status adapt_cast(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               fovea_error *error) {
    static const char *const words[] = {"UNDEFINED", "FLOAT",  "UINT8",  "INT8",   "UINT16",
                                        "INT16",     "INT32",  "INT64",  "STRING", "BOOL",
                                        "FLOAT16",   "DOUBLE", "UINT32", "UINT64"};
    enum { WORDS = sizeof words / sizeof words[0], F16 = 10, BF16 = 16 };
    const fovea__onnx_attribute *to = fovea__onnx_attribute_find(node, "to");
    int64_t code = 0;
    if (to && to->kind == FOVEA__ONNX_STRING)
        while (code < WORDS && strcmp(words[code], to->s) != 0) code++;
    else
        FOVEA__TRY(fovea__onnx_int(node, "to", 0, &code, error));
    fovea_type type = fovea__onnx_element_type(importer, code);
    if (type == FOVEA_TYPE_NONE)
        return fovea__onnx_unsupported(node, error, "a Cast to ONNX's element type %lld",
                                       (long long)code);
    bool rounds = (code == F16 || code == BF16) && type == FOVEA_F32;
    if (!rounds && type == fovea__onnx_input_type(importer, node, 0))
        return fovea__onnx_set_same(importer, node, 0, 0, error);
    fovea__onnx_list list = {.count = 0};
    fovea_value input;
    fovea__onnx_list_int(&list, "to", rounds ? code : code_of(type));
    FOVEA__TRY(fovea__onnx_value_of(importer, node, 0, false, 0, &input, error));
    return fovea__onnx_emit(importer, node, "Cast", &input, 1, &list, error);
}

const fovea__onnx_adapter fovea__onnx_adapters_arithmetic[] = {
    {"Add", adapt_two},     {"Sub", adapt_two},
    {"Mul", adapt_two},     {"Div", adapt_two},
    {"Pow", adapt_pow},     {"Mod", adapt_mod},
    {"PRelu", adapt_prelu}, {"Sum", adapt_many},
    {"Mean", adapt_many},   {"Min", adapt_many},
    {"Max", adapt_many},    {"And", adapt_two},
    {"Or", adapt_two},      {"Xor", adapt_two},
    {"Less", adapt_two},    {"LessOrEqual", adapt_two},
    {"Greater", adapt_two}, {"GreaterOrEqual", adapt_two},
    {"Equal", adapt_two},   {"Where", adapt_many},
    {"Cast", adapt_cast},   {NULL, NULL}};
