// SPDX-License-Identifier: MIT
// read_events FOLDER: what TensorBoard would show of a folder's event files, a line "TAG STEP KIND
// DETAILS" for each value, oldest first. The files are read in the order of their names; a START event
// drops what is told of its step and later; a record that ends early ends its file. A wrong checksum
// or message is exit code 1. Knows nothing of the library: framing and messages are taken apart here.
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t step;
    char *line;
} told;

static told *list;
static size_t listed, room;

static void stop(const char *path, const char *why) {
    fprintf(stderr, "%s: %s\n", path, why);
    exit(1);
}

static uint32_t masked_crc(const uint8_t *bytes, size_t size) {
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
    }
    crc = ~crc;
    return (crc >> 15 | crc << 17) + 0xA282EAD8;
}

static uint64_t little(const uint8_t *bytes, int count) {
    uint64_t number = 0;
    for (int i = count; i-- > 0;) number = number << 8 | bytes[i];
    return number;
}

// A field of a message; `number` of a varint or a fixed one, `data` of one with a length.
typedef struct {
    uint64_t id, kind, number;
    const uint8_t *data, *end;
} field;

static uint64_t varint(const uint8_t **at, const uint8_t *end) {
    uint64_t number = 0;
    for (int shift = 0; shift < 64 && *at < end; shift += 7) {
        uint8_t byte = *(*at)++;
        number |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) return number;
    }
    stop("message", "a number has no end");
    return 0;
}

static int next(const uint8_t **at, const uint8_t *end, field *f) {
    if (*at == end) return 0;
    uint64_t key = varint(at, end);
    *f = (field){.id = key >> 3, .kind = key & 7};
    uint64_t size = f->kind == 1 ? 8 : f->kind == 5 ? 4 : 0;
    if (f->kind == 0) f->number = varint(at, end);
    if (f->kind == 2) size = varint(at, end);
    if (f->kind > 2 && f->kind != 5) stop("message", "unknown kind of field");
    if (size > (uint64_t)(end - *at)) stop("message", "a field is longer than its message");
    f->data = *at;
    *at += size;
    f->end = *at;
    if (f->kind == 1 || f->kind == 5) f->number = little(f->data, (int)size);
    return 1;
}

static double real(const field *f) {
    double value;
    memcpy(&value, &f->number, sizeof value);
    return value;
}

static uint64_t hash(const uint8_t *bytes, const uint8_t *end) {
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (; bytes < end; bytes++) sum = (sum ^ *bytes) * UINT64_C(0x100000001b3);
    return sum;
}

static void describe_histogram(field message, char *text, size_t size) {
    field f;
    double number[6] = {0}, counted = 0;
    for (const uint8_t *at = message.data; next(&at, message.end, &f);) {
        if (f.id < 6) number[f.id] = real(&f);
        for (const uint8_t *count = f.data; f.id == 7 && count < f.end; count += 8) {
            uint64_t bits = little(count, 8);
            counted += real(&(field){.number = bits});
        }
    }
    if (counted != number[3]) stop("histogram", "the buckets do not add up to the count");
    snprintf(text, size, "histogram count %.9g minimum %.9g maximum %.9g %" PRIx64, number[3],
             number[1], number[2], hash(message.data, message.end));
}

static void describe_image(field message, char *text, size_t size) {
    field f;
    uint64_t number[4] = {0}, sum = 0;
    const uint8_t *png = NULL;
    for (const uint8_t *at = message.data; next(&at, message.end, &f);) {
        if (f.id < 4) number[f.id] = f.number;
        if (f.id != 4 || f.end - f.data < 24) continue;
        png = f.data;
        sum = hash(f.data, f.end);
    }
    if (!png || memcmp(png, "\x89PNG\r\n\x1a\n", 8) != 0) stop("image", "no PNG");
    for (int i = 0; i < 4; i++)
        if ((number[2] >> (8 * (3 - i)) & 255) != png[16 + i] ||
            (number[1] >> (8 * (3 - i)) & 255) != png[20 + i])
            stop("image", "the PNG has another size");
    snprintf(text, size, "image %" PRIu64 "x%" PRIu64 " %" PRIx64, number[2], number[1], sum);
}

static void take_value(int64_t step, field value) {
    char tag[400] = "", text[400] = "", line[1000];
    field f;
    for (const uint8_t *at = value.data; next(&at, value.end, &f);) {
        float number;
        uint32_t bits = (uint32_t)f.number;
        memcpy(&number, &bits, sizeof number);
        if (f.id == 1) snprintf(tag, sizeof tag, "%.*s", (int)(f.end - f.data), f.data);
        if (f.id == 2) snprintf(text, sizeof text, "scalar %.9g", (double)number);
        if (f.id == 4) describe_image(f, text, sizeof text);
        if (f.id == 5) describe_histogram(f, text, sizeof text);
    }
    snprintf(line, sizeof line, "%s %" PRId64 " %s", tag, step, text);
    if (listed == room) list = realloc(list, (room = room ? 2 * room : 64) * sizeof *list);
    list[listed++] = (told){step, strdup(line)};
}

static void drop_from(int64_t step) {
    size_t kept = 0;
    for (size_t i = 0; i < listed; i++)
        if (list[i].step < step)
            list[kept++] = list[i];
        else
            free(list[i].line);
    listed = kept;
}

static void take_event(const char *path, int first, const uint8_t *data, const uint8_t *end) {
    int64_t step = 0;
    int version = 0;
    field f, g;
    for (const uint8_t *at = data; next(&at, end, &f);) {
        if (f.id == 1 && (real(&f) < 1.5e9 || real(&f) > 1e11)) stop(path, "no wall time");
        if (f.id == 2) step = (int64_t)f.number;
        if (f.id == 3) version = memcmp(f.data, "brain.Event:2", 13) == 0;
        for (const uint8_t *in = f.data; f.id == 5 && next(&in, f.end, &g);) take_value(step, g);
        for (const uint8_t *in = f.data; f.id == 7 && next(&in, f.end, &g);)
            if (g.id == 1 && g.number == 1) drop_from(step);
    }
    if (version != first) stop(path, "the version must be the first event and no other");
}

static void read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    uint8_t head[12];
    if (!file) stop(path, "cannot be opened");
    for (int first = 1; fread(head, 1, 12, file) == 12; first = 0) {
        size_t size = (size_t)little(head, 8);
        if (masked_crc(head, 8) != little(head + 8, 4)) stop(path, "wrong checksum of a length");
        uint8_t *record = malloc(size + 4);
        if (!record || fread(record, 1, size + 4, file) != size + 4) {
            free(record);
            break;
        }
        if (masked_crc(record, size) != little(record + size, 4)) stop(path, "wrong checksum");
        take_event(path, first, record, record + size);
        free(record);
    }
    fclose(file);
}

static int is_events(const struct dirent *entry) {
    return strstr(entry->d_name, "tfevents") != NULL;
}

int main(int argc, char **argv) {
    struct dirent **entry;
    char path[4096];
    int count = argc == 2 ? scandir(argv[1], &entry, is_events, alphasort) : -1;
    if (count < 1) stop(argc == 2 ? argv[1] : "read_events", "no event files");
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s", argv[1], entry[i]->d_name);
        read_file(path);
        free(entry[i]);
    }
    free(entry);
    for (size_t i = 0; i < listed; i++) {
        puts(list[i].line);
        free(list[i].line);
    }
    free(list);
    return 0;
}
