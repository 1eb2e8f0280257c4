// SPDX-License-Identifier: MIT
// From the tree of a checkpoint to a list of named tensors.
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "formats/pth_tree.h"

enum { MAX_DEPTH = 32, MAX_VISITS = 1 << 22, NAME_ROOM = 2 * FOVEA__LIST_MAX_NAME };

typedef struct job {
    const fovea__pickle *pickle;
    const fovea__pth_storages *storages;
    uint64_t *budget;
    fovea__tensor_list *list;
    fovea_error *error;
    int visits;  // of nodes: those that are reached on many ways are visited as often
} job;

static bool is_container(const fovea__pickle_node *node) {
    return node->kind == FOVEA__PICKLE_DICT || node->kind == FOVEA__PICKLE_LIST ||
           node->kind == FOVEA__PICKLE_TUPLE;
}

// The call that makes a tensor, inside a parameter, too; NULL for anything else.
static const fovea__pickle_node *tensor_in(const job *j, const fovea__pickle_node *node) {
    if (node->kind != FOVEA__PICKLE_CALL) return NULL;
    fovea__pth_role role = fovea__pth_role_of(node);
    if (role == FOVEA__PTH_TENSOR || role == FOVEA__PTH_TENSOR_V3) return node;
    const fovea__pickle_node *inner =
        role == FOVEA__PTH_PARAMETER ? fovea__pickle_item(j->pickle, node, 0) : NULL;
    if (!inner || inner->kind != FOVEA__PICKLE_CALL) return NULL;
    role = fovea__pth_role_of(inner);
    return role == FOVEA__PTH_TENSOR || role == FOVEA__PTH_TENSOR_V3 ? inner : NULL;
}

static const fovea__pickle_node *node_at(const job *j, uint32_t cell) {
    return fovea__pickle_get(j->pickle, j->pickle->cell[cell].node);
}

static uint32_t next(const job *j, uint32_t cell) {
    return j->pickle->cell[cell].next;
}

static fovea_status visit(job *j, const fovea__pickle_node *node, int depth) {
    if (depth <= MAX_DEPTH && j->visits++ < MAX_VISITS) return FOVEA_OK;
    return fovea__pickle_fail(j->pickle, node, j->error,
                              "dicts and lists are nested deeper than %d or hold each other",
                              MAX_DEPTH);
}

static fovea_status holds_tensor(job *j, const fovea__pickle_node *node, int depth, bool *found) {
    *found = tensor_in(j, node) != NULL;
    FOVEA__TRY(visit(j, node, depth));
    if (*found || !is_container(node)) return FOVEA_OK;
    for (uint32_t cell = node->items.first; cell != FOVEA__PICKLE_NOTHING && !*found;
         cell = next(j, cell))
        FOVEA__TRY(holds_tensor(j, node_at(j, cell), depth + 1, found));
    return FOVEA_OK;
}

// `prefix` with the key behind a dot. Keys are texts or integers.
static fovea_status join_name(job *j, const char *prefix, const fovea__pickle_node *key,
                              uint32_t index, char name[NAME_ROOM]) {
    const char *dot = prefix[0] ? "." : "";
    int length;
    if (!key)
        length = snprintf(name, NAME_ROOM, "%s%s%u", prefix, dot, index);
    else if (key->kind == FOVEA__PICKLE_INTEGER)
        length = snprintf(name, NAME_ROOM, "%s%s%lld", prefix, dot, (long long)key->integer);
    else if (key->kind == FOVEA__PICKLE_TEXT && key->text.length <= FOVEA__LIST_MAX_NAME)
        length = snprintf(name, NAME_ROOM, "%s%s%.*s", prefix, dot, (int)key->text.length,
                          (const char *)j->pickle->begin + key->text.start);
    else
        return fovea__pickle_fail(j->pickle, key, j->error,
                                  "a key that is no text of at most %d bytes and no integer",
                                  FOVEA__LIST_MAX_NAME);
    bool zero = key && key->kind == FOVEA__PICKLE_TEXT &&
                memchr(j->pickle->begin + key->text.start, 0, key->text.length);
    if (length > 0 && length <= FOVEA__LIST_MAX_NAME && !zero &&
        fovea__list_good_name(name, (size_t)length))
        return FOVEA_OK;
    return fovea__pickle_fail(j->pickle, key, j->error,
                              "a name that is empty, longer than %d bytes or has control "
                              "characters",
                              FOVEA__LIST_MAX_NAME);
}

static fovea_status add_tensor(job *j, const char *name, const fovea__pickle_node *node) {
    fovea__list_tensor tensor = {.name = name};
    FOVEA__TRY(
        fovea__pth_tensor(j->pickle, node, j->storages, j->budget, j->list, &tensor, j->error));
    return fovea__list_add(j->list, j->pickle->name, &tensor, j->error);
}

static fovea_status pass_over(job *j, const char *name, const fovea__pickle_node *node) {
    char what[80];
    fovea__pickle_describe(j->pickle, node, what, sizeof what);
    return fovea__list_pass(j->list, name, what, j->error);
}

static fovea_status collect(job *j, const char *prefix, const fovea__pickle_node *node, int depth);

static fovea_status collect_item(job *j, const char *prefix, const fovea__pickle_node *key,
                                 uint32_t index, const fovea__pickle_node *value, int depth) {
    char name[NAME_ROOM];
    bool found;
    FOVEA__TRY(join_name(j, prefix, key, index, name));
    const fovea__pickle_node *tensor = tensor_in(j, value);
    if (tensor) return add_tensor(j, name, tensor);
    FOVEA__TRY(holds_tensor(j, value, depth, &found));
    return found ? collect(j, name, value, depth) : pass_over(j, name, value);
}

static fovea_status collect(job *j, const char *prefix, const fovea__pickle_node *node, int depth) {
    uint32_t index = 0;
    FOVEA__TRY(visit(j, node, depth));
    for (uint32_t cell = node->items.first; cell != FOVEA__PICKLE_NOTHING; cell = next(j, cell)) {
        const fovea__pickle_node *key = NULL;
        if (node->kind == FOVEA__PICKLE_DICT) {
            key = node_at(j, cell);
            cell = next(j, cell);
        }
        FOVEA__TRY(collect_item(j, prefix, key, index++, node_at(j, cell), depth + 1));
    }
    return FOVEA_OK;
}

// The value of a dict under `name` where it is a dict of tensors.
static const fovea__pickle_node *weights_under(const job *j, const fovea__pickle_node *node,
                                               const char *name) {
    for (uint32_t cell = node->items.first; cell != FOVEA__PICKLE_NOTHING; cell = next(j, cell)) {
        const fovea__pickle_node *key = node_at(j, cell);
        cell = next(j, cell);
        const fovea__pickle_node *value = node_at(j, cell);
        if (fovea__pickle_is_text(j->pickle, key, name) && value->kind == FOVEA__PICKLE_DICT)
            return value;
    }
    return NULL;
}

// Descends to the weights of a checkpoint; what lies beside them is passed over.
static fovea_status find_weights(job *j, const fovea__pickle_node **node) {
    static const char *const names[] = {"state_dict", "model_state_dict", "model"};
    for (int depth = 0; depth < MAX_DEPTH && (*node)->kind == FOVEA__PICKLE_DICT; depth++) {
        const fovea__pickle_node *inner = NULL;
        bool found = false;
        for (size_t i = 0; i < sizeof names / sizeof names[0] && !found; i++) {
            inner = weights_under(j, *node, names[i]);
            if (inner) FOVEA__TRY(holds_tensor(j, inner, 1, &found));
        }
        if (!found) return FOVEA_OK;
        for (uint32_t cell = (*node)->items.first; cell != FOVEA__PICKLE_NOTHING;
             cell = next(j, cell)) {
            char name[NAME_ROOM];
            const fovea__pickle_node *key = node_at(j, cell);
            cell = next(j, cell);
            if (node_at(j, cell) == inner) continue;
            FOVEA__TRY(join_name(j, "", key, 0, name));
            FOVEA__TRY(pass_over(j, name, node_at(j, cell)));
        }
        *node = inner;
    }
    return FOVEA_OK;
}

static void drop_module(fovea__tensor_list *list) {
    static const char prefix[] = "module.";
    for (size_t i = 0; i < list->count; i++)
        if (strncmp(list->item[i].name, prefix, sizeof prefix - 1) != 0 ||
            list->item[i].name[sizeof prefix - 1] == '\0')
            return;
    for (size_t i = 0; i < list->count; i++) list->item[i].name += sizeof prefix - 1;
}

fovea_status fovea__pth_collect(const fovea__pickle *pickle, const fovea__pth_storages *storages,
                                uint64_t *budget, fovea__tensor_list *list, fovea_error *error) {
    job j = {
        .pickle = pickle, .storages = storages, .budget = budget, .list = list, .error = error};
    const fovea__pickle_node *root = fovea__pickle_get(pickle, pickle->root);
    const fovea__pickle_node *tensor = tensor_in(&j, root);
    if (tensor) return add_tensor(&j, "tensor", tensor);
    if (!is_container(root))
        return fovea__pickle_fail(pickle, root, error, "the file holds no tensors");
    FOVEA__TRY(find_weights(&j, &root));
    FOVEA__TRY(collect(&j, "", root, 0));
    drop_module(list);
    return FOVEA_OK;
}
