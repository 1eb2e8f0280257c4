// SPDX-License-Identifier: MIT
#include "formats/npz.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/npy.h"
#include "formats/zip_write.h"

enum { NAME_LIMIT = 1000 };

struct fovea_npz {
    fovea_context *context;
    fovea__zip_writer *zip;
};

fovea_status fovea__npz_open(fovea_context *context, const char *path, fovea__npz **npz,
                             fovea_error *error) {
    *npz = NULL;
    fovea__npz *made = fovea__new(context, 1, sizeof *made, error);
    if (made == NULL) return FOVEA_OUT_OF_MEMORY;
    made->context = context;
    const fovea_status status = fovea__zip_writer_open(context, path, ".npz", 1, &made->zip, error);
    if (status == FOVEA_OK) {
        *npz = made;
    } else {
        fovea__free(context, made);
    }
    return status;
}

static fovea_status check_name(const char *name, fovea_error *error) {
    const size_t length = strlen(name);
    if (length == 0 || length > NAME_LIMIT || !fovea__is_utf8(name, length)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "an array in an .npz file needs a name of 1 to %d bytes of UTF-8",
                           NAME_LIMIT);
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)name[i] >= 0x20 && name[i] != 0x7f) continue;
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the name of an array contains the control character %02x",
                           (unsigned char)name[i]);
    }
    return FOVEA_OK;
}

fovea_status fovea__npz_add(fovea__npz *npz, const char *name, const fovea_view *view,
                            fovea_error *error) {
    uint8_t header[FOVEA__NPY_HEADER];
    char member[NAME_LIMIT + sizeof ".npy"];
    size_t header_size, data_size;
    FOVEA__TRY(check_name(name, error));
    FOVEA__TRY(fovea__npy_header(view->type, &view->shape, header, &header_size, error));
    FOVEA__TRY(fovea__npy_data_size(view, &data_size, error));
    snprintf(member, sizeof member, "%s.npy", name);
    const fovea__zip_part parts[] = {{header, header_size}, {view->data, data_size}};
    return fovea__zip_writer_add(npz->zip, member, parts, 2, error);
}

fovea_status fovea__npz_commit(fovea__npz *npz, fovea_error *error) {
    const fovea_status status = fovea__zip_writer_commit(npz->zip, error);
    fovea__free(npz->context, npz);
    return status;
}

void fovea__npz_discard(fovea__npz *npz) {
    if (npz == NULL) return;
    fovea__zip_writer_discard(npz->zip);
    fovea__free(npz->context, npz);
}
