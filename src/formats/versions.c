// SPDX-License-Identifier: MIT
// Versions of the libraries in use, asked of the libraries themselves where they tell.
#include <archive.h>
#include <jansson.h>
#include <nettle/version.h>
#include <png.h>
#include <protobuf-c/protobuf-c.h>
#include <stdio.h>
#include <zip.h>
#include <zlib.h>

#include "fovea/context.h"

const char *fovea_library_versions(void) {
    // Each thread has its own copy, so that no lock is needed to make it.
    static _Thread_local char versions[256];
    // TurboJPEG 2.1 has no function that tells its version: the one built against.
    snprintf(versions, sizeof(versions),
             "zlib %s\nlibpng %s\nlibjpeg-turbo %s\nlibarchive %d.%d.%d\nlibzip %s\n"
             "jansson %s\nnettle %d.%d\nprotobuf-c %s\n",
             zlibVersion(), png_get_libpng_ver(NULL), FOVEA_TURBOJPEG_VERSION,
             archive_version_number() / 1000000, archive_version_number() / 1000 % 1000,
             archive_version_number() % 1000, zip_libzip_version(), jansson_version_str(),
             nettle_version_major(), nettle_version_minor(), protobuf_c_version());
    return versions;
}
