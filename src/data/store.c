// SPDX-License-Identifier: MIT
#include "data/store.h"

#include "base/memory.h"

fovea_status fovea__store_new(fovea_context *context, const char *source, const char *name,
                              const char *part, const char *origin, fovea__store **store,
                              fovea_error *error) {
    *store = NULL;
    fovea__store *made = fovea__new(context, 1, sizeof(*made), error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->context = context;
    atomic_init(&made->references, 1);
    made->part = part;
    made->source = fovea__copy_text(context, source, error);
    made->name = made->source ? fovea__copy_text(context, name, error) : NULL;
    made->origin = made->name ? fovea__copy_text(context, origin, error) : NULL;
    if (!made->origin) {
        fovea__store_release(made);
        return FOVEA_OUT_OF_MEMORY;
    }
    *store = made;
    return FOVEA_OK;
}

fovea__store *fovea__store_share(fovea__store *store) {
    atomic_fetch_add_explicit(&store->references, 1, memory_order_relaxed);
    return store;
}

void fovea__store_release(fovea__store *store) {
    if (!store) return;
    // What other holders did must be done before the memory goes.
    if (atomic_fetch_sub_explicit(&store->references, 1, memory_order_acq_rel) != 1) return;
    fovea_context *context = store->context;
    fovea__free(context, store->source);
    fovea__free(context, store->name);
    fovea__free(context, store->origin);
    fovea__free(context, store->memory);
    fovea__free(context, store->label);
    fovea__names_free(context, &store->class_names);
    fovea__free(context, store);
}

fovea_status fovea__store_name_classes(fovea__store *store, const char *const *name, size_t count,
                                       fovea_error *error) {
    fovea__names *names = &store->class_names;
    names->name = fovea__new(store->context, count, sizeof(*names->name), error);
    if (!names->name) return FOVEA_OUT_OF_MEMORY;
    for (; names->count < count; names->count++) {
        names->name[names->count] = fovea__copy_text(store->context, name[names->count], error);
        if (!names->name[names->count]) return FOVEA_OUT_OF_MEMORY;
    }
    return FOVEA_OK;
}
