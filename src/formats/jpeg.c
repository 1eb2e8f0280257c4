// SPDX-License-Identifier: MIT
#include "formats/jpeg.h"

#include <string.h>
#include <turbojpeg.h>

#include "base/fail.h"
#include "formats/exif.h"
#include "formats/jpeg_markers.h"

// Whether the decoder reads the header as our walk did: the pixels are allocated by the latter. The
// return code is not asked: it complains of rare sampling factors that it decodes all the same.
static bool header_agrees(tjhandle decoder, const void *bytes, size_t size,
                          const fovea__jpeg_outline *outline) {
    int width = -1, height = -1, sampling = -1, colours = -1;
    (void)tjDecompressHeader3(decoder, bytes, size, &width, &height, &sampling, &colours);
    bool grey = colours == TJCS_GRAY;
    bool colour = colours == TJCS_RGB || colours == TJCS_YCbCr;
    return width == outline->width && height == outline->height &&
           (outline->components == 1 ? grey : colour);
}

static fovea_status decode(tjhandle decoder, const void *bytes, size_t size, const char *name,
                           bool lenient, const fovea__jpeg_outline *outline,
                           fovea__picture *picture, fovea_error *error) {
    if (!header_agrees(decoder, bytes, size, outline))
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1, "damaged JPEG header: %s",
                              tjGetErrorStr2(decoder));
    int flags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS | (lenient ? 0 : TJFLAG_STOPONWARNING);
    int format = picture->channels == 1 ? TJPF_GRAY : TJPF_RGB;
    int failed = tjDecompress2(decoder, bytes, size, picture->pixels, picture->width,
                               picture->width * picture->channels, picture->height, format, flags);
    if (failed && !(lenient && tjGetErrorCode(decoder) == TJERR_WARNING))
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1, "damaged JPEG: %s",
                              tjGetErrorStr2(decoder));
    return FOVEA_OK;
}

fovea_status fovea__jpeg_read(fovea_context *context, const void *bytes, size_t size,
                              const char *name, bool lenient, fovea__picture *picture,
                              fovea_error *error) {
    memset(picture, 0, sizeof *picture);
    fovea__jpeg_outline outline;
    FOVEA__TRY(fovea__jpeg_survey(bytes, size, name, lenient, &outline, error));
    fovea_status status;
    tjhandle decoder = NULL;
    FOVEA__GO(fovea__picture_new(context, name, 0, outline.width, outline.height,
                                 outline.components, picture, error));
    decoder = tjInitDecompress();
    if (!decoder) {
        status = fovea__fail(error, FOVEA_OUT_OF_MEMORY, "%s: no memory to decode JPEG", name);
        goto done;
    }
    FOVEA__GO(decode(decoder, bytes, size, name, lenient, &outline, picture, error));
    FOVEA__GO(fovea__picture_orient(context, outline.orientation, picture, error));
done:
    if (decoder) tjDestroy(decoder);
    if (status != FOVEA_OK) fovea__picture_clear(context, picture);
    return status;
}
