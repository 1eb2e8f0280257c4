// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "formats/npy.h"
#include "formats/npz.h"

enum { ENDING = 4 };  // bytes of ".npy"

typedef struct job {
    const fovea__zip *zip;
    fovea__tensor_list *list;
    uint64_t budget;
    fovea_error *error;
} job;

static fovea_status add_array(job *j, const fovea__zip_member *member, const uint8_t *content) {
    char place[FOVEA__ZIP_MAX_NAME + 256], name[FOVEA__ZIP_MAX_NAME + 1];
    fovea__npy npy;
    snprintf(place, sizeof place, "%.250s: %s", j->zip->file, member->name);
    snprintf(name, sizeof name, "%.*s", (int)(strlen(member->name) - ENDING), member->name);
    FOVEA__TRY(fovea__npy_borrow(j->zip->context, content, (size_t)member->size, place, &j->budget,
                                 &npy, j->error));
    if (npy.owned) FOVEA__TRY(fovea__list_keep(j->list, npy.owned, j->error));
    fovea__list_tensor tensor = {name, npy.type, npy.shape, npy.data, npy.size};
    return fovea__list_add(j->list, place, &tensor, j->error);
}

static fovea_status add_member(job *j, const fovea__zip_member *member) {
    size_t length = strlen(member->name);
    const uint8_t *content;
    uint8_t *owned;
    if (length <= ENDING || strcmp(member->name + length - ENDING, ".npy") != 0)
        return fovea__list_pass(j->list, member->name, "no array", j->error);
    FOVEA__TRY(fovea__zip_take(j->zip, member, &j->budget, &content, &owned, j->error));
    if (owned) FOVEA__TRY(fovea__list_keep(j->list, owned, j->error));
    return add_array(j, member, content);
}

fovea_status fovea__npz_read_zip(const fovea__zip *zip, fovea__tensor_list *list,
                                 fovea_error *error) {
    *list = (fovea__tensor_list){.context = zip->context};
    job j = {.zip = zip, .list = list, .budget = fovea__zip_budget(zip->size), .error = error};
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < zip->count && status == FOVEA_OK; i++)
        status = add_member(&j, &zip->member[i]);
    if (status == FOVEA_OK) status = fovea__list_finish(list, zip->file, error);
    if (status != FOVEA_OK) fovea__list_clear(list);
    return status;
}
