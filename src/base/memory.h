// SPDX-License-Identifier: MIT
// The only entry to the heap. All memory is zeroed and aligned to 64 bytes.
#ifndef FOVEA_BASE_MEMORY_H
#define FOVEA_BASE_MEMORY_H

#include <stddef.h>

#include "fovea/context.h"

// count*size bytes of zeros, or NULL with `error` set to OUT_OF_MEMORY (overflow included, with the
// bytes asked for in the text). A zero count gives a valid pointer that may be freed.
void *fovea__new(fovea_context *context, size_t count, size_t size, fovea_error *error);

// Grows `memory` (from fovea__new or NULL) holding `count` items to room for at least `needed`, by
// doubling; `*capacity` is updated. Returns the new pointer; NULL on failure, the old one then
// stays valid.
void *fovea__grow(fovea_context *context, void *memory, size_t count, size_t *capacity,
                  size_t needed, size_t size, fovea_error *error);

// Gives back what the functions here returned. NULL is fine.
void fovea__free(fovea_context *context, void *memory);

// `size` bytes within a block will not be read any more: where the block has pages of its own, those
// that lie wholly in there go back to the system at once. The block must still be freed.
void fovea__forget(const fovea_context *context, void *memory, size_t size);

// Copy of `size` bytes.
void *fovea__copy(fovea_context *context, const void *bytes, size_t size, fovea_error *error);
// Copy of `text` (`length` bytes, or all of it for fovea__copy_text), terminated.
char *fovea__copy_text(fovea_context *context, const char *text, fovea_error *error);
char *fovea__copy_text_n(fovea_context *context, const char *text, size_t length,
                         fovea_error *error);

// Bytes now held through this context, and the most ever held.
size_t fovea__memory_now(const fovea_context *context);
size_t fovea__memory_peak(const fovea_context *context);

#endif
