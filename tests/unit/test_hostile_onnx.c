// SPDX-License-Identifier: MIT
// Cases 135 to 160 and 190 of the list of hostile inputs, as far as they concern the format: ONNX. What
// lies in other files: test_hostile_onnx_outside.c.
#include "formats/onnx.h"
#include "unit/hostile.h"
#include "unit/wire.h"

// Fields of the messages.
enum {
    IR = 1,
    GRAPH = 7,
    OPSETS = 8,
    NODE = 1,
    INITIALIZER = 5,
    INPUT = 11,
    ATTRIBUTE = 5,
    DIMS = 1,
    TYPE = 2,
    FLOATS = 4,
    INT32S = 5,
    INT64S = 7,
    NAME = 8,
    RAW = 9
};

static uint8_t seen;

static void look(const void *bytes, size_t size) {
    for (size_t i = 0; bytes && i < size; i++) seen ^= ((const uint8_t *)bytes)[i];
}

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea__onnx_model *model;
    const fovea_status status =
        fovea__onnx_parse(context, bytes, size, HOSTILE_NAME, NULL, &model, error);
    if (status != FOVEA_OK) {
        assert_null(model);
        return status;
    }
    for (size_t i = 0; i < model->initializer_count; i++)
        look(model->initializer[i].data, model->initializer[i].size);
    for (size_t i = 0; i < model->node_count; i++)
        for (size_t k = 0; k < model->node[i].input_count; k++)
            look(model->node[i].input[k], strlen(model->node[i].input[k]));
    fovea__onnx_free(model);
    return status;
}

static fovea_status parse_any(fovea_context *context, const uint8_t *bytes, size_t size,
                              fovea_error *error) {
    const fovea_status status = parse(context, bytes, size, error);
    if (status != FOVEA_UNSUPPORTED) return status;
    error->status = FOVEA_BAD_FILE;
    return FOVEA_BAD_FILE;
}

static wire opset(int64_t version) {
    wire w = {0};
    wire_text(&w, 1, "");
    wire_int(&w, 2, version);
    return w;
}

// ir_version and opset; the graph is still to come.
static wire head(void) {
    wire w = {0};
    wire_int(&w, IR, 8);
    wire_message(&w, OPSETS, opset(17));
    return w;
}

static wire node(const char *op, const char *from, const char *to) {
    wire w = {0};
    wire_text(&w, 1, from);
    wire_text(&w, 2, to);
    wire_text(&w, 4, op);
    return w;
}

static wire model_of(wire graph) {
    wire w = head();
    wire_message(&w, GRAPH, graph);
    return w;
}

static wire graph_of(wire inner) {
    wire graph = {0};
    wire_message(&graph, NODE, inner);
    return graph;
}

// A model with this initializer.
static wire with_tensor(wire tensor) {
    wire graph = graph_of(node("Relu", "x", "y"));
    wire_message(&graph, INITIALIZER, tensor);
    return model_of(graph);
}

static wire tensor_of(int type, int count, const int64_t *dims) {
    wire w = {0};
    for (int i = 0; i < count; i++) wire_int(&w, DIMS, dims[i]);
    wire_int(&w, TYPE, type);
    wire_text(&w, NAME, "w");
    return w;
}

static wire vector(int type, int64_t length) {
    return tensor_of(type, 1, &length);
}

// Released here.
static void judged(void **state, wire w, fovea_status verdict, const char *text) {
    if (verdict == FOVEA_OK)
        hostile_accepted(*state, parse, w.data, w.size);
    else
        hostile_verdict(*state, parse, w.data, w.size, verdict, text);
    wire_free(&w);
}

static void refused(void **state, wire w, const char *text) {
    judged(state, w, FOVEA_BAD_FILE, text);
}

static void case_135_nothing_and_almost_nothing(void **state) {
    hostile_refused(*state, parse, (const uint8_t *)"", 0, "is empty");
    wire w = {0};
    wire_int(&w, IR, 8);
    refused(state, w, "no graph");
    refused(state, model_of((wire){0}), "neither nodes nor weights");
    w = (wire){0};
    wire_message(&w, GRAPH, graph_of(node("Relu", "x", "y")));
    refused(state, w, "no ir_version");
    w = (wire){0};
    wire_add(&w, "<!DOCTYPE html><html>", 21);
    refused(state, w, "byte ");
}

static void cases_136_to_141_wire_format(void **state) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *text;
    } cases[] = {
        {"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12, "more than 10 bytes (byte 1)"},
        {"\x08\xff\xff", 3, "cut off (byte 1)"},
        {"\x08\x08\xff", 3, "cut off (byte 2)"},
        {"\x08\x08\x00\x01", 4, "0 is no field number, in ModelProto (byte 2)"},
        {"\x08\x08\x06\x01", 4, "0 is no field number"},
        {"\x08\x08\x0e\x01", 4, "wire type 6, which ONNX does not use (byte 2)"},
        {"\x08\x08\x0f\x01", 4, "wire type 7"},
        {"\x08\x08\x12\x05wxyz", 8, "field 2 needs 5 bytes, 4 are left (byte 2)"},
        {"\x08\x08\x12\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 13, "9223372036854775808 bytes"},
        {"\x08\x08\x0b\x10\x01", 5, "wire type 3"},
        {"\x08\x08\x0c", 3, "wire type 4"},
        {"\x08\x08\xf8\xff\xff\xff\xff\x01\x01", 9, "no field number"},
        {"\x0a\x01\x08", 3, "'ir_version' of ModelProto has wire type 2 (byte 0)"},
        {"\x08\x08\x12\x02\xff\xfe", 6, "'producer_name' is not UTF-8 (byte 4)"},
        {"\x08\x08\x12\x02\x61\x00", 6, "a zero byte in the text 'producer_name' (byte 4)"},
        {"\x08\x08\x09\x01\x01", 5, "needs 8 bytes, 2 are left"},
        {"\x08\x08\x3a\x00\x3a\x00", 6, "a second 'graph' in one ModelProto (byte 4)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wire w = {0};
        wire_add(&w, cases[i].bytes, cases[i].size);
        refused(state, w, cases[i].text);
    }
}

static void places_are_told_inside_messages(void **state) {
    wire inner = node("Relu", "x", "y");
    wire_add(&inner, "\x00", 1);
    refused(state, model_of(graph_of(inner)), "in NodeProto (byte");
    inner = node("Relu", "x", "y");
    wire_bytes(&inner, ATTRIBUTE,
               "\x0a\x05"
               "abc",
               5);
    refused(state, model_of(graph_of(inner)), "field 1 needs 5 bytes, 3 are left (byte");
}

// A graph in an attribute of a node in a graph …, or a field nobody knows. Only its length is looked at.
static wire nested(size_t depth) {
    wire w = {0};
    uint8_t *bytes = malloc(depth * 64);
    assert_non_null(bytes);
    size_t at = depth * 64;
    for (size_t i = 0, size = 0; i < depth; i++) {
        // tag and length of field 1, 5 or 6, written backwards
        wire tag = {0};
        wire_tag(&tag, i % 3 == 0 ? 1 : i % 3 == 1 ? 5 : 6, 2);
        wire_varint(&tag, size);
        at -= tag.size;
        memcpy(bytes + at, tag.data, tag.size);
        size = depth * 64 - at;
        wire_free(&tag);
    }
    wire_add(&w, bytes + at, depth * 64 - at);
    free(bytes);
    return w;
}

static void case_142_deep_graphs_are_not_entered(void **state) {
    static const size_t depths[] = {101, 100000};
    for (size_t i = 0; i < 2; i++) {
        wire attribute = {0}, inner = node("If", "x", "y");
        wire_text(&attribute, 1, "then_branch");
        wire_message(&attribute, 6, nested(depths[i]));
        wire_int(&attribute, 20, 5);
        wire_message(&inner, ATTRIBUTE, attribute);
        judged(state, model_of(graph_of(inner)), FOVEA_OK, "");
    }
}

static void case_143_a_million_unknown_fields(void **state) {
    for (int inside = 0; inside < 2; inside++) {
        wire inner = node("Relu", "x", "y"), w = head();
        for (int i = 0; i < 1000000; i++) wire_int(inside ? &inner : &w, 100, 1);
        wire_message(&w, GRAPH, graph_of(inner));
        judged(state, w, FOVEA_OK, "");
    }
}

static void cases_144_and_145_versions(void **state) {
    static const struct {
        int64_t ir, opset;  // opset -1: none
        fovea_status verdict;
        const char *text;
    } cases[] = {
        {0, 17, FOVEA_BAD_FILE, "no ir_version"},
        {-1, 17, FOVEA_BAD_FILE, "no ir_version"},
        {999, 17, FOVEA_UNSUPPORTED, "IR version 999"},
        {8, -1, FOVEA_BAD_FILE, "no opset"},
        {2, -1, FOVEA_OK, ""},
        {8, 0, FOVEA_BAD_FILE, "opset 0"},
        {8, 9999, FOVEA_UNSUPPORTED, "opset 9999"},
        {8, INT64_MIN, FOVEA_BAD_FILE, "opset -9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wire w = {0};
        wire_int(&w, IR, cases[i].ir);
        if (cases[i].opset != -1) wire_message(&w, OPSETS, opset(cases[i].opset));
        wire_message(&w, GRAPH, graph_of(node("Relu", "x", "y")));
        judged(state, w, cases[i].verdict, cases[i].text);
    }
}

static void case_146_operators_of_other_domains_are_only_names(void **state) {
    wire inner = node("Own", "x", "y");
    wire_text(&inner, 7, "com.example");
    judged(state, model_of(graph_of(inner)), FOVEA_OK, "");
    refused(state, model_of(graph_of(node("", "x", "y"))), "node 0 (): has no operator");
}

static void case_152_an_initializer_twice(void **state) {
    wire graph = {0};
    for (int i = 0; i < 2; i++) {
        wire tensor = vector(1, 0);
        wire_message(&graph, INITIALIZER, tensor);
    }
    refused(state, model_of(graph), "initializer 'w': occurs twice");
}

static wire with_attributes(int count, const char *bytes, size_t size) {
    wire inner = node("Own", "x", "y");
    wire_text(&inner, 3, "own1");
    for (int i = 0; i < count; i++) wire_bytes(&inner, ATTRIBUTE, bytes, size);
    return model_of(graph_of(inner));
}

static void cases_153_and_154_attributes(void **state) {
    static const struct {
        int count;
        const char *bytes;
        size_t size;
        const char *text;
    } cases[] = {
        {2,
         "\x0a\x01"
         "a\x18\x01\xa0\x01\x02",
         8, "node 'own1' (Own), attribute 'a': occurs twice"},
        {1,
         "\x0a\x01"
         "a\x18\x01\xa0\x01\x01",
         8, "type 1 with a value of another type"},
        {1,
         "\x0a\x01"
         "a\x18\x01\xa0\x01\x63",
         8, "99 is no type of attributes"},
        {1,
         "\x0a\x01"
         "a\x18\x01\x22\x01"
         "b",
         8, "no type and several values"},
        {1,
         "\x0a\x01"
         "a\xa0\x01\x04",
         6, "type TENSOR without a tensor"},
        {1,
         "\x0a\x01"
         "a\x3a\x03xyz",
         8, "3 bytes are no whole number of floats"},
        {1,
         "\x0a\x01"
         "a\x42\x02\x01\xff",
         7, "cut off"},
        {1001,
         "\x0a\x01"
         "a\x18\x01\xa0\x01\x02",
         8, "1001 attributes, at most 1000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refused(state, with_attributes(cases[i].count, cases[i].bytes, cases[i].size),
                cases[i].text);
}

static void cases_155_and_156_dimensions(void **state) {
    static const struct {
        int count;
        int64_t dims[9];
        fovea_status verdict;
        const char *text;
    } cases[] = {
        {1, {-1}, FOVEA_BAD_FILE, "initializer 'w': dimension 0 is -1"},
        {2, {2, INT64_MIN}, FOVEA_BAD_FILE, "dimension 1 is -9223372036854775808"},
        {1, {INT64_C(1) << 31}, FOVEA_BAD_FILE, "dimension 0 is 2147483648"},
        {3, {2147483647, 2147483647, 8}, FOVEA_BAD_FILE, "more than 2^40 elements"},
        {3, {4194305, 4194305, 0}, FOVEA_BAD_FILE, "more than 2^40 elements"},
        {4, {65536, 65536, 65536, 65536}, FOVEA_BAD_FILE, "more than 2^40 elements"},
        {9, {1, 1, 1, 1, 1, 1, 1, 1, 1}, FOVEA_UNSUPPORTED, "9 dimensions"},
        {2, {1048576, 1048576}, FOVEA_BAD_FILE, "4 bytes, type and shape need 4398046511104"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wire tensor = tensor_of(1, cases[i].count, cases[i].dims);
        wire_bytes(&tensor, RAW, "abcd", 4);
        judged(state, with_tensor(tensor), cases[i].verdict, cases[i].text);
    }
    wire value = {0};
    wire_text(&value, 1, "x");
    // type { tensor_type { elem_type: 1 shape { dim { dim_value: 2^62 } } } }
    wire_bytes(&value, 2,
               "\x0a\x10\x08\x01\x12\x0c\x0a\x0a\x08\x80\x80\x80\x80\x80\x80\x80\x80\x40", 18);
    wire graph = graph_of(node("Relu", "x", "y"));
    wire_message(&graph, INPUT, value);
    refused(state, model_of(graph), "input 'x': dimension 0 is 4611686018427387904");
}

static void cases_157_to_160_numbers(void **state) {
    static const struct {
        int type;
        int64_t length;
        unsigned field[2];
        size_t size[2];
        const char *text;  // "": accepted
    } cases[] = {
        {1, 2, {RAW}, {8}, ""},
        {1, 2, {RAW}, {7}, "initializer 'w': raw_data has 7 bytes, type and shape need 8 (byte"},
        {1, 2, {RAW}, {9}, "9 bytes, type and shape need 8"},
        {1, 2, {RAW}, {4}, "4 bytes, type and shape need 8"},
        {1, 2, {0}, {0}, "0 bytes, type and shape need 8"},
        {10, 2, {RAW}, {5}, "5 bytes, type and shape need 4"},
        {1, 2, {FLOATS}, {12}, "float_data has 12 bytes"},
        {1, 2, {FLOATS, FLOATS}, {4, 4}, ""},
        {1, 2, {RAW, FLOATS}, {8, 8}, "numbers in both raw_data and float_data"},
        {1, 2, {INT32S}, {2}, "numbers of type FLOAT in int32_data"},
        {1, 2, {RAW, INT32S}, {8, 2}, "numbers of type FLOAT in int32_data"},
        {1, 0, {0}, {0}, ""},
        {1, 0, {RAW}, {4}, "4 bytes, type and shape need 0"},
        {1, 0, {FLOATS}, {4}, "4 bytes, type and shape need 0"},
        {6, 2, {INT32S}, {1}, "1 bytes, type and shape need at least 2"},
        {6, 2, {INT32S}, {3}, "more than the 2 numbers of the shape"},
        {0, 1, {RAW}, {4}, "0 is no type of elements"},
        {99, 1, {RAW}, {4}, "99 is no type of elements"},
        {8, 1, {RAW}, {4}, ""},  // strings: no numbers
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wire tensor = vector(cases[i].type, cases[i].length);
        for (int k = 0; k < 2; k++)
            if (cases[i].field[k])
                wire_bytes(&tensor, cases[i].field[k], "abcdefghijkl", cases[i].size[k]);
        judged(state, with_tensor(tensor), cases[i].text[0] ? FOVEA_BAD_FILE : FOVEA_OK,
               cases[i].text);
    }
}

static void numbers_that_are_damaged_or_too_large(void **state) {
    static const struct {
        int type;
        const char *bytes;
        const char *text;
    } cases[] = {
        {2, "\x01\xac\x02", "number 1 of int32_data, 300, is too large for its type (byte"},
        {3, "\x80\x01\x01", "number 0 of int32_data, 128"},
        {10, "\x80\x80\x04", "number 0 of int32_data, 65536"},
        {6, "\x01\xff", "cut off"},
        {6, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", "more than 10 bytes"},
        {6, "\x81\x80\x01", "int32_data has 1 numbers, the shape needs 2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wire tensor = vector(cases[i].type, 2);
        wire_text(&tensor, INT32S, cases[i].bytes);
        refused(state, with_tensor(tensor), cases[i].text);
    }
    wire tensor = vector(1, 2);  // single numbers of another wire type than floats have
    wire_int(&tensor, FLOATS, 3);
    wire_int(&tensor, FLOATS, 3);
    refused(state, with_tensor(tensor), "float_data has wire type 0");
    tensor = vector(7, 3);  // not packed
    for (int i = 0; i < 3; i++) wire_int(&tensor, INT64S, -i);
    judged(state, with_tensor(tensor), FOVEA_OK, "");
    tensor = vector(1, 1);
    wire_bytes(&tensor, 3, "", 0);
    judged(state, with_tensor(tensor), FOVEA_UNSUPPORTED, "segments");
    tensor = vector(1, 1);
    wire_int(&tensor, 14, 7);
    refused(state, with_tensor(tensor), "data_location 7");
}

// Two bytes each, and a struct of a hundred.
static void very_many_small_messages(void **state) {
    static const unsigned fields[] = {NODE, INITIALIZER, INPUT};
    for (size_t i = 0; i < 3; i++) {
        wire graph = {0};
        for (int k = 0; k < 3000000; k++) wire_bytes(&graph, fields[i], "", 0);
        refused(state, model_of(graph), "more small messages than are read");
    }
    wire tensor = vector(1, 3000000);
    for (int k = 0; k < 3000000; k++) wire_bytes(&tensor, FLOATS, "abcd", 4);
    refused(state, with_tensor(tensor), "more small messages than are read");
    tensor = vector(7, 10000000);  // varints of one byte become numbers of eight
    uint8_t *zeros = calloc(10000000, 1);
    wire_bytes(&tensor, INT64S, zeros, 10000000);
    free(zeros);
    refused(state, with_tensor(tensor), "would take 80000000 bytes of memory");
}

static void case_190_a_chain_of_a_million_nodes(void **state) {
    wire graph = {0};
    for (int i = 0; i < 1000000; i++) {
        char from[16], to[16];
        snprintf(from, sizeof from, "v%d", i);
        snprintf(to, sizeof to, "v%d", i + 1);
        wire_message(&graph, NODE, node("Identity", from, to));
    }
    refused(state, model_of(graph), "more small messages than are read");
}

// Every kind of message once; the graph stands last, so that no shorter file is whole.
static uint8_t *small_model(size_t *size) {
    wire w = head(), tensor = vector(1, 2), graph = {0}, inner = node("Own", "x", "y");
    wire attribute = {0}, constant = vector(6, 2), value = {0};
    wire_bytes(&constant, INT32S, "\x05\x07", 2);
    wire_text(&attribute, 1, "value");
    wire_message(&attribute, 5, constant);
    wire_int(&attribute, 20, 4);
    wire_message(&inner, ATTRIBUTE, attribute);
    wire_bytes(&tensor, RAW, "abcdefgh", 8);
    wire_text(&value, 1, "x");
    // type { tensor_type { elem_type: 1 shape { dim { dim_value: 2 } } } }
    wire_bytes(&value, 2, "\x0a\x08\x08\x01\x12\x04\x0a\x02\x08\x02", 10);
    wire_message(&graph, NODE, inner);
    wire_text(&graph, 2, "net");
    wire_message(&graph, INITIALIZER, tensor);
    wire_message(&graph, INPUT, value);
    wire_message(&w, GRAPH, graph);
    *size = w.size;
    return w.data;
}

static void every_truncation_change_and_allocation(void **state) {
    size_t size;
    uint8_t *bytes = hostile_load("tests/golden/onnx/fields.onnx", &size);
    hostile_every_corruption(*state, parse_any, bytes, size);
    assert_true(hostile_every_allocation(*state, parse, bytes, size) > 3);
    free(bytes);
    bytes = small_model(&size);
    hostile_accepted(*state, parse, bytes, size);
    hostile_every_truncation(*state, parse_any, bytes, size, NULL);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(case_135_nothing_and_almost_nothing),
        hostile_test(cases_136_to_141_wire_format),
        hostile_test(places_are_told_inside_messages),
        hostile_test(case_142_deep_graphs_are_not_entered),
        hostile_test(case_143_a_million_unknown_fields),
        hostile_test(cases_144_and_145_versions),
        hostile_test(case_146_operators_of_other_domains_are_only_names),
        hostile_test(case_152_an_initializer_twice),
        hostile_test(cases_153_and_154_attributes),
        hostile_test(cases_155_and_156_dimensions),
        hostile_test(cases_157_to_160_numbers),
        hostile_test(numbers_that_are_damaged_or_too_large),
        hostile_test(very_many_small_messages),
        hostile_test(case_190_a_chain_of_a_million_nodes),
        hostile_test(every_truncation_change_and_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
