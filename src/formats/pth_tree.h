// SPDX-License-Identifier: MIT
// The pickled tree of a .pth file: which names it may have, its storages and its tensors. For
// pth_read.c, which knows where the bytes lie.
#ifndef FOVEA_FORMATS_PTH_TREE_H
#define FOVEA_FORMATS_PTH_TREE_H

#include "formats/pickle.h"
#include "formats/tensor_list.h"

// What a name of the allowed list stands for.
typedef enum fovea__pth_role {
    FOVEA__PTH_PLAIN = 0,      // dicts, sizes and what is passed over
    FOVEA__PTH_STORAGE = 1,    // with an element type, NONE where it is not supported
    FOVEA__PTH_DTYPE = 2,      // the same, for _rebuild_tensor_v3
    FOVEA__PTH_TENSOR = 3,     // _rebuild_tensor, _v2
    FOVEA__PTH_TENSOR_V3 = 4,  // the type is the seventh argument
    FOVEA__PTH_PARAMETER = 5   // around a tensor
} fovea__pth_role;

extern const fovea__pickle_globals fovea__pth_globals;
fovea__pth_role fovea__pth_role_of(const fovea__pickle_node *node);
// Of a STORAGE or DTYPE; NONE for others. UntypedStorage is U8.
fovea_type fovea__pth_type_of(const fovea__pickle_node *node);
const char *fovea__pth_name_of(const fovea__pickle_node *node);  // "FloatStorage"

typedef struct fovea__pth_storage {
    const char *key;  // inside the pickle, `key_size` bytes, not terminated
    uint32_t key_size;
    fovea_type type;
    uint64_t count;                  // elements
    const fovea__pickle_node *node;  // its first use
    const uint8_t *data;             // set by whoever knows where it is
} fovea__pth_storage;

typedef struct fovea__pth_storages {
    fovea__pth_storage *item;  // sorted by key
    size_t count;
} fovea__pth_storages;

// All storages the tree names. Free `item` with fovea__free. Errors: BAD_FILE, UNSUPPORTED,
// OUT_OF_MEMORY.
fovea_status fovea__pth_find_storages(const fovea__pickle *pickle, fovea__pth_storages *storages,
                                      fovea_error *error);
// NULL when there is none.
fovea__pth_storage *fovea__pth_storage_of(const fovea__pth_storages *storages, const char *key,
                                          size_t key_size);

// The tree's tensors into the list, names joined, weights of checkpoints found; without
// fovea__list_finish. `budget` is what copies may take and is lessened by them.
fovea_status fovea__pth_collect(const fovea__pickle *pickle, const fovea__pth_storages *storages,
                                uint64_t *budget, fovea__tensor_list *list, fovea_error *error);

// One tensor of a CALL node: type, shape and data (copied into the list where they are not dense
// and aligned); the name is the caller's.
fovea_status fovea__pth_tensor(const fovea__pickle *pickle, const fovea__pickle_node *node,
                               const fovea__pth_storages *storages, uint64_t *budget,
                               fovea__tensor_list *list, fovea__list_tensor *tensor,
                               fovea_error *error);

#endif
