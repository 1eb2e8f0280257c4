// SPDX-License-Identifier: MIT
#include "figures/short_name.h"

#include <string.h>

static int continues(char byte) {
    return ((unsigned char)byte & 0xc0) == 0x80;
}

void fovea__short_name(const char *name, size_t length, size_t most, char *text) {
    static const char dots[] = "…";
    size_t head = length, tail = length;
    if (length > most) {
        head = (most - 1) / 2;
        tail = length - head;
        while (head > 0 && continues(name[head])) head--;
        while (tail < length && continues(name[tail])) tail++;
    }
    memcpy(text, name, head);
    if (length > most) {
        strcpy(text + head, dots);
        head += strlen(dots);
        memcpy(text + head, name + tail, length - tail);
        head += length - tail;
    }
    text[head] = '\0';
}
