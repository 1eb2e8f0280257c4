// SPDX-License-Identifier: MIT
// The one thing of an EXIF block that changes a picture: which way up it is.
#ifndef FOVEA_FORMATS_EXIF_H
#define FOVEA_FORMATS_EXIF_H

#include <stdint.h>

#include "base/reader.h"
#include "formats/picture.h"

// Reads the orientation from the first directory of the TIFF block that `reader` stands at and that
// ends with it; no other directory is visited. `*orientation` is 1 to 8, 1 where the block does not
// tell or the value, its type or count means nothing. Errors: BAD_FILE (no TIFF header, a directory
// past the end, a directory that names itself as the next).
fovea_status fovea__exif_orientation(fovea__reader *reader, int32_t *orientation,
                                     fovea_error *error);

// Turns `picture` upright: value at column x of row y comes from
//   2: (W-1-x, y)   3: (W-1-x, H-1-y)   4: (x, H-1-y)
//   5: (y, x)       6: (y, H-1-x)       7: (W-1-y, H-1-x)   8: (W-1-y, x)
// with W, H the size before. 1 does nothing. Errors: INVALID_ARGUMENT (not 1 to 8), OUT_OF_MEMORY;
// the picture is then as it was.
fovea_status fovea__picture_orient(fovea_context *context, int32_t orientation,
                                   fovea__picture *picture, fovea_error *error);

#endif
