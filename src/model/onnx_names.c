// SPDX-License-Identifier: MIT
// Names for what ONNX calls as it likes and what it does not name at all.
#include <stdio.h>
#include <string.h>

#include "base/format_text.h"
#include "base/text.h"
#include "model/onnx_importer.h"

enum { ROOM = 24 };  // for a suffix

// Printable UTF-8 of at most FOVEA__MAX_NAME bytes.
static void clean(const char *wanted, fovea__onnx_name name) {
    size_t length = strlen(wanted), most = sizeof(fovea__onnx_name) - 1;
    bool utf8 = fovea__is_utf8(wanted, length);
    if (length > most) length = most - ROOM;
    while (utf8 && length > 0 && ((unsigned char)wanted[length] & 0xC0) == 0x80) length--;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)wanted[i];
        name[i] = c < 32 || c == 127 || (c > 127 && !utf8) ? '_' : wanted[i];
    }
    name[length] = '\0';
    if (length == 0) snprintf(name, sizeof(fovea__onnx_name), "value");
}

static bool taken(const fovea__name_table *graph, const fovea__name_table *file, const char *name) {
    return fovea__name_find(graph, name) >= 0 || fovea__name_find(file, name) >= 0;
}

static void make_unique(fovea__onnx_importer *importer, const fovea__name_table *graph,
                        const fovea__name_table *file, const char *wanted, bool own,
                        fovea__onnx_name name) {
    clean(wanted, name);
    bool free = own && strcmp(name, wanted) == 0 ? fovea__name_find(graph, name) < 0
                                                 : !taken(graph, file, name);
    if (free) return;
    fovea__onnx_name stem;
    size_t length = strlen(name), most = sizeof stem - 1 - ROOM;
    if (length > most)
        for (length = most; length > 0 && ((unsigned char)name[length] & 0xC0) == 0x80;) length--;
    memcpy(stem, name, length);
    stem[length] = '\0';
    do {
        // A few small numbers first; after that one that goes on, so that many equal names are no
        // burden.
        int32_t number = importer->suffix++ < 8 ? 2 : importer->suffix;
        for (int32_t i = 0; i < 8; i++) {
            fovea__format(name, sizeof(fovea__onnx_name), "%s.%d", stem, number + i);
            if (!taken(graph, file, name)) return;
        }
        importer->suffix += 8;
    } while (true);
}

void fovea__onnx_value_name(fovea__onnx_importer *importer, const char *wanted, bool own,
                            fovea__onnx_name name) {
    make_unique(importer, &importer->graph->value_names, &importer->order->made, wanted, own, name);
}

void fovea__onnx_node_name(fovea__onnx_importer *importer, const char *wanted, bool own,
                           fovea__onnx_name name) {
    make_unique(importer, &importer->graph->node_names, &importer->order->node_names, wanted, own,
                name);
}

void fovea__onnx_place(const fovea__onnx_node *node, char *text, size_t size) {
    if (node->name[0])
        fovea__format(text, size, "'%.100s'", node->name);
    else
        fovea__format(text, size, "%.60s (which makes '%.80s')", node->op,
                      node->output_count ? node->output[0] : "");
}
