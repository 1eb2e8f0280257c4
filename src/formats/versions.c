// SPDX-License-Identifier: MIT
// Versions of the libraries in use, asked of the libraries themselves where they tell.
#include <archive.h>
#include <jansson.h>
#include <nettle/version.h>
#include <png.h>
#include <pthread.h>
#include <stdio.h>
#include <zlib.h>

#include "fovea/context.h"

static char versions[512];
static pthread_once_t versions_once = PTHREAD_ONCE_INIT;

static void make_versions(void) {
    snprintf(
        versions, sizeof(versions),
        "zlib %s\nlibpng %s\nlibjpeg-turbo %s\nlibarchive %d.%d.%d\njansson %s\nnettle %d.%d\n",
        zlibVersion(), png_get_libpng_ver(NULL),
        FOVEA_TURBOJPEG_VERSION,  // TurboJPEG 2.1 has no function for it: the one built against
        archive_version_number() / 1000000, archive_version_number() / 1000 % 1000,
        archive_version_number() % 1000, jansson_version_str(), nettle_version_major(),
        nettle_version_minor());
}

const char *fovea_library_versions(void) {
    pthread_once(&versions_once, make_versions);
    return versions;
}
