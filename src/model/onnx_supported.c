// SPDX-License-Identifier: MIT
// Which operators there are adapters for, and the list of those that are missing.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/onnx_importer.h"

enum { SHOWN_NODES = 3, MOST_KINDS = 64 };

static const fovea__onnx_adapter *const families[] = {
#define ADAPTERS(family) fovea__onnx_adapters_##family,
#include "model/onnx_adapters.inc"
#undef ADAPTERS
    NULL,
};

static bool is_onnx_domain(const char *domain) {
    return domain[0] == '\0' || strcmp(domain, "ai.onnx") == 0;
}

static fovea_status index_adapters(fovea_context *context, fovea__name_table *table,
                                   const fovea__onnx_adapter **list, fovea_error *error) {
    int32_t count = 0;
    for (const fovea__onnx_adapter *const *family = families; *family; family++)
        for (const fovea__onnx_adapter *adapter = *family; adapter->op; adapter++) {
            FOVEA__TRY(fovea__name_reserve(context, table, error));
            fovea__name_add(table, adapter->op, count);
            list[count++] = adapter;
        }
    return FOVEA_OK;
}

static size_t adapter_count(void) {
    size_t count = 0;
    for (const fovea__onnx_adapter *const *family = families; *family; family++)
        for (const fovea__onnx_adapter *adapter = *family; adapter->op; adapter++) count++;
    return count;
}

fovea_status fovea__onnx_find_adapters(const fovea__onnx_model *model, fovea__onnx_order *order,
                                       fovea_error *error) {
    fovea_context *context = model->context;
    fovea__name_table table = {.count = 0};
    const fovea__onnx_adapter **list = fovea__new(context, adapter_count(), sizeof *list, error);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    order->adapter = fovea__new(context, order->count, sizeof *order->adapter, error);
    if (list && order->adapter) status = index_adapters(context, &table, list, error);
    for (size_t i = 0; i < order->count && status == FOVEA_OK; i++) {
        const fovea__onnx_node *node = &model->node[order->node[i]];
        int32_t found = is_onnx_domain(node->domain) ? fovea__name_find(&table, node->op) : -1;
        if (found >= 0) order->adapter[i] = list[found];
    }
    fovea__name_table_free(context, &table);
    fovea__free(context, list);
    return status;
}

// One operator that is missing, with all of its nodes.
typedef struct kind {
    const fovea__onnx_node *first;
    size_t count;
    const fovea__onnx_node *shown[SHOWN_NODES];
} kind;

static bool same_kind(const fovea__onnx_node *a, const fovea__onnx_node *b) {
    return strcmp(a->op, b->op) == 0 && strcmp(a->domain, b->domain) == 0;
}

static size_t find_kinds(const fovea__onnx_model *model, const fovea__onnx_order *order,
                         kind *kinds, size_t *more) {
    size_t used = 0;
    for (size_t i = 0; i < order->count; i++) {
        const fovea__onnx_node *node = &model->node[order->node[i]];
        if (order->adapter[i]) continue;
        size_t k = 0;
        while (k < used && !same_kind(kinds[k].first, node)) k++;
        if (k == MOST_KINDS) {
            ++*more;
            continue;
        }
        if (k == used) kinds[used++] = (kind){.first = node};
        if (kinds[k].count < SHOWN_NODES) kinds[k].shown[kinds[k].count] = node;
        kinds[k].count++;
    }
    return used;
}

// "QLinearConv of com.microsoft (56 nodes: 'a', 'b', 'c' …)"
static void describe(const kind *k, fovea__text *text) {
    const fovea__onnx_node *first = k->first;
    fovea__text_format(
        text, "%.80s%s%.80s (%zu node%s: ", first->op, is_onnx_domain(first->domain) ? "" : " of ",
        is_onnx_domain(first->domain) ? "" : first->domain, k->count, k->count == 1 ? "" : "s");
    for (size_t i = 0; i < k->count && i < SHOWN_NODES; i++) {
        char place[64];
        fovea__onnx_place(k->shown[i], place, sizeof place);
        fovea__text_format(text, "%s%s", i ? ", " : "", place);
    }
    fovea__text_add(text, k->count > SHOWN_NODES ? " …)" : ")");
}

fovea_status fovea__onnx_check_supported(const fovea__onnx_model *model,
                                         const fovea__onnx_order *order, fovea_error *error) {
    size_t more = 0;
    kind *kinds = fovea__new(model->context, MOST_KINDS, sizeof *kinds, error);
    if (!kinds) return FOVEA_OUT_OF_MEMORY;
    size_t count = find_kinds(model, order, kinds, &more);
    fovea__text text = fovea__text_begin(model->context);
    for (size_t k = 0; k < count; k++) {
        if (k) fovea__text_add(&text, ", ");
        describe(&kinds[k], &text);
    }
    if (more) fovea__text_format(&text, " and %zu more nodes", more);
    fovea__free(model->context, kinds);
    if (count == 0) {
        fovea__text_discard(&text);
        return FOVEA_OK;
    }
    char *list;
    FOVEA__TRY(fovea__text_take(&text, &list, NULL, error));
    fovea_status status = fovea__fail(error, FOVEA_UNSUPPORTED, "%zu operator%s not supported: %s",
                                      count, count == 1 ? " is" : "s are", list);
    fovea__free(model->context, list);
    return status;
}
