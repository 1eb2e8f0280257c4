// SPDX-License-Identifier: MIT
#include "clean_text.h"

#include <stdbool.h>
#include <string.h>

const char *cli_clean(char *buffer, size_t size, const char *text) {
    size_t used = 0, length = text ? strlen(text) : 0;
    bool cut = length >= size;
    if (cut) length = size - 1;
    // A character begins where no continuation byte stands.
    while (cut && length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80) length--;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        // C1 controls are 0xc2 0x80 … 0xc2 0x9f in UTF-8.
        bool second = i > 0 && (unsigned char)text[i - 1] == 0xc2 && byte < 0xa0 && byte >= 0x80;
        if (second) used--;
        buffer[used++] = byte < 32 || byte == 127 || second ? '?' : text[i];
    }
    buffer[used] = '\0';
    return buffer;
}

const char *cli_clean_title(char *buffer, size_t size, const char *text) {
    static const char more[] = " …";
    if (strlen(text) < size) return cli_clean(buffer, size, text);
    cli_clean(buffer, size - strlen(more), text);
    return strcat(buffer, more);
}

int cli_width(const char *text) {
    int width = 0;
    for (; *text; text++) width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}
