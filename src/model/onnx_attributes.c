// SPDX-License-Identifier: MIT
// Attributes of ONNX nodes, and those collected for a node of the graph.
#include <stdarg.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "base/text.h"
#include "model/onnx_importer.h"

const fovea__onnx_attribute *fovea__onnx_attribute_find(const fovea__onnx_node *node,
                                                        const char *name) {
    for (size_t i = 0; i < node->attribute_count; i++)
        if (strcmp(node->attribute[i].name, name) == 0) return &node->attribute[i];
    return NULL;
}

static fovea_status find_kind(const fovea__onnx_node *node, const char *name, fovea__onnx_kind kind,
                              const char *what, const fovea__onnx_attribute **found,
                              fovea_error *error) {
    *found = fovea__onnx_attribute_find(node, name);
    if (!*found || (*found)->kind == kind) return FOVEA_OK;
    return fovea__onnx_bad(node, error, "the attribute '%s' is no %s", name, what);
}

fovea_status fovea__onnx_int(const fovea__onnx_node *node, const char *name, int64_t standard,
                             int64_t *value, fovea_error *error) {
    const fovea__onnx_attribute *found;
    FOVEA__TRY(find_kind(node, name, FOVEA__ONNX_INT, "integer", &found, error));
    *value = found ? found->i : standard;
    return FOVEA_OK;
}

double fovea__onnx_meant(float value) {
    char text[32];
    double meant;
    for (int digits = 1; digits <= 9; digits++) {
        fovea__format(text, sizeof text, "%.*g", digits, (double)value);
        if (fovea__parse_double(text, &meant) && (float)meant == value) return meant;
    }
    return (double)value;
}

fovea_status fovea__onnx_real(const fovea__onnx_node *node, const char *name, double standard,
                              double *value, fovea_error *error) {
    const fovea__onnx_attribute *found;
    FOVEA__TRY(find_kind(node, name, FOVEA__ONNX_FLOAT, "float", &found, error));
    *value = found ? fovea__onnx_meant(found->f) : standard;
    return FOVEA_OK;
}

fovea_status fovea__onnx_text(const fovea__onnx_node *node, const char *name, const char *standard,
                              const char **value, fovea_error *error) {
    const fovea__onnx_attribute *found;
    FOVEA__TRY(find_kind(node, name, FOVEA__ONNX_STRING, "text", &found, error));
    *value = found ? found->s : standard;
    return FOVEA_OK;
}

fovea_status fovea__onnx_ints(const fovea__onnx_node *node, const char *name,
                              const int64_t **values, size_t *count, fovea_error *error) {
    const fovea__onnx_attribute *found;
    FOVEA__TRY(find_kind(node, name, FOVEA__ONNX_INTS, "list of integers", &found, error));
    *values = found ? found->ints : NULL;
    *count = found ? found->count : 0;
    return FOVEA_OK;
}

fovea_status fovea__onnx_only(const fovea__onnx_node *node, const char *const *names,
                              fovea_error *error) {
    for (size_t i = 0; i < node->attribute_count; i++) {
        const char *const *name = names;
        while (*name && strcmp(*name, node->attribute[i].name) != 0) name++;
        if (!*name)
            return fovea__onnx_bad(node, error, "%s takes no attribute '%.80s'", node->op,
                                   node->attribute[i].name);
    }
    return FOVEA_OK;
}

fovea_status fovea__onnx_unsupported(const fovea__onnx_node *node, fovea_error *error,
                                     const char *format, ...) {
    char message[600];
    (void)node;
    va_list list;
    va_start(list, format);
    fovea__format_list(message, sizeof message, format, list);
    va_end(list);
    return fovea__fail(error, FOVEA_UNSUPPORTED, "%s", message);
}

fovea_status fovea__onnx_bad(const fovea__onnx_node *node, fovea_error *error, const char *format,
                             ...) {
    char message[600];
    (void)node;
    va_list list;
    va_start(list, format);
    fovea__format_list(message, sizeof message, format, list);
    va_end(list);
    return fovea__fail(error, FOVEA_BAD_FILE, "%s", message);
}

// What does not fit is left out of the list and makes the node fail.
static int64_t *add(fovea__onnx_list *list, const char *name, int32_t count) {
    int64_t *integers = list->integers[list->count < FOVEA__ONNX_LIST ? list->count : 0];
    list->failed |= list->count >= FOVEA__ONNX_LIST || count > FOVEA__MAX_INTS;
    if (list->failed) return NULL;
    list->item[list->count++] =
        (fovea_attribute){.name = name, .count = count, .integers = integers};
    return integers;
}

void fovea__onnx_list_ints(fovea__onnx_list *list, const char *name, int32_t count,
                           const int64_t *values) {
    int64_t *integers = add(list, name, count);
    for (int32_t i = 0; integers && i < count; i++) integers[i] = values[i];
}

void fovea__onnx_list_int(fovea__onnx_list *list, const char *name, int64_t value) {
    fovea__onnx_list_ints(list, name, 1, &value);
}

void fovea__onnx_list_real(fovea__onnx_list *list, const char *name, double value) {
    if (!add(list, name, 0)) return;
    list->item[list->count - 1] = (fovea_attribute){.name = name, .real = value};
}

void fovea__onnx_list_reals(fovea__onnx_list *list, const char *name, int32_t count,
                            const double *values) {
    if (!add(list, name, count)) return;
    double *reals = list->reals[list->count - 1];
    for (int32_t i = 0; i < count; i++) reals[i] = values[i];
    list->item[list->count - 1] = (fovea_attribute){.name = name, .count = count, .reals = reals};
}
