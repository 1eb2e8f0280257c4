// SPDX-License-Identifier: MIT
// The dictionary in the header of an .npy file:
//   {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
#ifndef FOVEA_FORMATS_NPY_DICTIONARY_H
#define FOVEA_FORMATS_NPY_DICTIONARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"
#include "fovea/tensor.h"

typedef struct fovea__npy_dictionary {
    fovea_type type;
    bool swapped;  // elements are in the other byte order than this machine's
    bool fortran;  // the first dimension is contiguous
    fovea_shape shape;
} fovea__npy_dictionary;

typedef struct fovea__npy_type {
    char code[3];  // "f4"
    fovea_type type;
    size_t size;
} fovea__npy_type;

// The entry of `type`, or NULL when NumPy has no such type.
const fovea__npy_type *fovea__npy_type_of(fovea_type type);

// Parses the whole of what is left in `reader`: the dictionary with each of its three keys exactly
// once in any order, then blanks and a line feed at the very end. BAD_FILE with the byte otherwise.
fovea_status fovea__npy_dictionary_parse(fovea__reader *reader, fovea__npy_dictionary *dictionary,
                                         fovea_error *error);

#endif
