// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/file.h"
#include "base/text.h"

char *fovea__path_join(fovea_context *context, const char *a, const char *b, fovea_error *error) {
    size_t length = strlen(a);
    fovea__text text = fovea__text_begin(context);
    fovea__text_add(&text, a);
    if (length > 0 && a[length - 1] != '/') fovea__text_add(&text, "/");
    fovea__text_add(&text, b);
    char *path;
    fovea__text_take(&text, &path, NULL, error);
    return path;
}

void fovea__path_extension(const char *path, char *extension, size_t size) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    size_t length = dot && dot != name ? strlen(dot) : 0;
    if (length >= size) length = 0;
    for (size_t i = 0; i < length; i++) {
        char c = dot[i];
        extension[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    if (size > 0) extension[length] = '\0';
}
