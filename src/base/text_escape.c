// SPDX-License-Identifier: MIT
// JSON and markup escapes, and the UTF-8 check they rest on.
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

#define REPLACEMENT "\xEF\xBF\xBD"  // U+FFFD

// Bytes of the well-formed UTF-8 character at `bytes` (no overlong forms, no surrogates, at most
// U+10FFFF), 0 where there is none.
static size_t character_length(const uint8_t *bytes, size_t left) {
    uint8_t first = bytes[0];
    if (first < 0x80) return 1;
    size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || left < length) return 0;
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) return 0;
    }
    if (first == 0xE0 && bytes[1] < 0xA0) return 0;
    if (first == 0xED && bytes[1] > 0x9F) return 0;
    if (first == 0xF0 && bytes[1] < 0x90) return 0;
    if (first == 0xF4 && bytes[1] > 0x8F) return 0;
    return length;
}

int fovea__is_utf8(const char *bytes, size_t length) {
    const uint8_t *at = (const uint8_t *)bytes;
    while (length > 0) {
        size_t step = character_length(at, length);
        if (step == 0) return 0;
        at += step;
        length -= step;
    }
    return 1;
}

static void add_json_byte(fovea__text *text, uint8_t byte) {
    static const char *const named[] = {
        ['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r"};
    if (byte == '"' || byte == '\\') {
        char pair[2] = {'\\', (char)byte};
        fovea__text_add_n(text, pair, 2);
    } else if (byte < sizeof(named) / sizeof(named[0]) && named[byte]) {
        fovea__text_add(text, named[byte]);
    } else if (byte < 0x20 || byte == 0x7F) {
        fovea__text_format(text, "\\u%04x", byte);
    } else {
        fovea__text_add_n(text, (const char *)&byte, 1);
    }
}

void fovea__text_json(fovea__text *text, const char *string) {
    const uint8_t *at = (const uint8_t *)string;
    size_t left = strlen(string);
    fovea__text_add_n(text, "\"", 1);
    while (left > 0) {
        size_t step = character_length(at, left);
        if (step == 0) {
            fovea__text_add(text, REPLACEMENT);
            step = 1;
        } else if (step == 1) {
            add_json_byte(text, *at);
        } else {
            fovea__text_add_n(text, (const char *)at, step);
        }
        at += step;
        left -= step;
    }
    fovea__text_add_n(text, "\"", 1);
}

// What stands for the character in markup, NULL where it may stand itself.
static const char *markup_for(const uint8_t *at, size_t step) {
    switch (*at) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            break;
    }
    bool control = *at < 0x20 && *at != '\t' && *at != '\n' && *at != '\r';
    bool noncharacter = step == 3 && at[0] == 0xEF && at[1] == 0xBF && at[2] >= 0xBE;
    return step == 0 || control || noncharacter ? REPLACEMENT : NULL;
}

void fovea__text_markup(fovea__text *text, const char *string) {
    const uint8_t *at = (const uint8_t *)string, *plain = at, *end = at + strlen(string);
    while (at < end) {
        size_t step = character_length(at, (size_t)(end - at));
        const char *instead = markup_for(at, step);
        if (instead) {
            fovea__text_add_n(text, (const char *)plain, (size_t)(at - plain));
            fovea__text_add(text, instead);
        }
        at += step > 0 ? step : 1;
        if (instead) plain = at;
    }
    fovea__text_add_n(text, (const char *)plain, (size_t)(end - plain));
}
