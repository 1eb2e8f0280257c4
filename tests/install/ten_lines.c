// SPDX-License-Identifier: MIT
#include <fovea.h>
#include <stdio.h>

int main(void) {
    fovea_context *context;
    if (fovea_context_create(NULL, &context, NULL)) return 1;
    char text[64];
    fovea_shape shape = fovea_shape_make(3, (int64_t[]){3, 32, 32});
    fovea_shape_format(&shape, text, sizeof(text));
    printf("fovea %s %s\n", fovea_version(), text);
    fovea_context_free(context);
    return 0;
}
