// SPDX-License-Identifier: MIT
// Pictures against expected ones, for run.sh and update.sh:
//
//   compare_pictures png EXPECTED ACTUAL DIFFERENCE   exit 1 and a line with the numbers and the place
//                                                     where they differ by more than fonts may; writes
//                                                     the expected, the actual and what differs
//   compare_pictures svg FILE                         the file with every embedded PNG replaced by the
//                                                     size and a checksum of its pixels, since the bytes
//                                                     of a PNG are zlib's
//   compare_pictures pack FILE SMALL                  the same pixels in 32 levels of each colour (what
//                                                     is compared), in as few bytes as will do
#include <png.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int width, height;
    uint8_t *rgb;
} picture;

// Edges of text may be smoothed otherwise by another version of the drawing library: many pixels a
// little, few pixels much. A number, a panel or a colour that changes is more than that.
enum { LITTLE = 10, MUCH = 72 };
static const double most_mean = 0.35, most_little = 0.02, most_much = 0.0002;
enum { FREE_MUCH = 8 };

static void die(const char *what, const char *name) {
    fprintf(stderr, "compare_pictures: %s: %s\n", name, what);
    exit(2);
}

static void *need(size_t size) {
    void *block = malloc(size ? size : 1);
    if (!block) die("no memory", "");
    return block;
}

static picture finish(png_image *image, const char *name) {
    image->format = PNG_FORMAT_RGB;
    picture p = {(int)image->width, (int)image->height, need(PNG_IMAGE_SIZE(*image))};
    if (!png_image_finish_read(image, NULL, p.rgb, 0, NULL)) die(image->message, name);
    return p;
}

// In 32 levels of each colour: less cannot be seen, and packs well.
static picture load(const char *name) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_file(&image, name)) die(image.message, name);
    picture p = finish(&image, name);
    for (size_t i = 0; i < (size_t)p.width * (size_t)p.height * 3; i++) p.rgb[i] &= 0xf8;
    return p;
}

static void save(const char *name, const picture *p) {
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)p->width,
                       .height = (png_uint_32)p->height,
                       .format = PNG_FORMAT_RGB};
    if (!png_image_write_to_file(&image, name, 0, p->rgb, 0, NULL)) die(image.message, name);
}

// Comparing

static int largest(const uint8_t *a, const uint8_t *b) {
    int most = 0;
    for (int c = 0; c < 3; c++) most = abs(a[c] - b[c]) > most ? abs(a[c] - b[c]) : most;
    return most;
}

// Expected, actual, and what differs in red on the faded actual one, beside each other.
static void save_difference(const char *name, const picture *a, const picture *b) {
    picture both = {3 * b->width, b->height, need((size_t)b->width * 9 * (size_t)b->height)};
    for (int y = 0; y < b->height; y++)
        for (int x = 0; x < b->width; x++) {
            size_t at = 3 * ((size_t)y * (size_t)b->width + (size_t)x);
            uint8_t *out = both.rgb + 9 * (size_t)y * (size_t)b->width + 3 * (size_t)x;
            size_t step = 3 * (size_t)b->width;
            memcpy(out, a->rgb + at, 3);
            memcpy(out + step, b->rgb + at, 3);
            for (int c = 0; c < 3; c++)
                out[2 * step + (size_t)c] = (uint8_t)(190 + b->rgb[at + (size_t)c] / 4);
            if (largest(a->rgb + at, b->rgb + at) > LITTLE)
                memcpy(out + 2 * step, (uint8_t[]){220, 0, 30}, 3);
        }
    save(name, &both);
    free(both.rgb);
}

// 0 where the pictures are alike enough, else 1 with the reason printed.
static int judge(const picture *first, const picture *second, const char *actual,
                 const char *difference) {
    picture a = *first, b = *second;
    if (a.width != b.width || a.height != b.height) {
        printf("%s: is %dx%d, expected %dx%d\n", actual, b.width, b.height, a.width, a.height);
        return 1;
    }
    long little = 0, much = 0, count = (long)a.width * a.height;
    int box[4] = {a.width, a.height, -1, -1};
    double sum = 0;
    for (long i = 0; i < count; i++) {
        int by = largest(a.rgb + 3 * i, b.rgb + 3 * i), x = (int)(i % a.width),
            y = (int)(i / a.width);
        sum += by;
        little += by > LITTLE;
        much += by > MUCH;
        if (by <= LITTLE) continue;
        box[0] = x < box[0] ? x : box[0];
        box[1] = y < box[1] ? y : box[1];
        box[2] = x > box[2] ? x : box[2];
        box[3] = y > box[3] ? y : box[3];
    }
    double mean = sum / (double)count;
    if (mean <= most_mean && (double)little <= most_little * (double)count &&
        (double)much <= FREE_MUCH + most_much * (double)count)
        return 0;
    printf(
        "%s: mean difference %.3f (at most %.2f), %ld pixels differ by more than %d, %ld by more "
        "than %d (columns %d to %d, rows %d to %d)\n",
        actual, mean, most_mean, little, LITTLE, much, MUCH, box[0], box[2], box[1], box[3]);
    save_difference(difference, &a, &b);
    return 1;
}

static int compare(const char *expected, const char *actual, const char *difference) {
    picture a = load(expected), b = load(actual);
    int result = judge(&a, &b, actual, difference);
    free(a.rgb);
    free(b.rgb);
    return result;
}

// Packing

static int colour_index(uint8_t palette[256][3], int *count, const uint8_t *rgb) {
    static int last;
    if (last < *count && memcmp(palette[last], rgb, 3) == 0) return last;
    for (int i = 0; i < *count; i++)
        if (memcmp(palette[i], rgb, 3) == 0) return last = i;
    if (*count == 256) return -1;
    memcpy(palette[*count], rgb, 3);
    return last = (*count)++;
}

// Bytes of `p` as indices into `palette`; 0 colours where they are more than 256.
static int find_palette(const picture *p, uint8_t palette[256][3], uint8_t *indices) {
    int count = 0;
    for (size_t i = 0; i < (size_t)p->width * (size_t)p->height; i++) {
        int index = colour_index(palette, &count, p->rgb + 3 * i);
        if (index < 0) return 0;
        indices[i] = (uint8_t)index;
    }
    return count;
}

static void write_small(FILE *file, const picture *p, const char *name) {
    uint8_t palette[256][3], *indices = need((size_t)p->width * (size_t)p->height);
    png_color colours[256];
    int count = find_palette(p, palette, indices);
    for (int i = 0; i < count; i++)
        colours[i] = (png_color){palette[i][0], palette[i][1], palette[i][2]};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info || setjmp(png_jmpbuf(png))) die("cannot be written", name);
    png_init_io(png, file);
    png_set_compression_level(png, 9);
    png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height, 8,
                 count ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (count) png_set_PLTE(png, info, colours, count);
    if (count) png_set_filter(png, 0, PNG_FILTER_NONE);
    png_write_info(png, info);
    const uint8_t *row = count ? indices : p->rgb;
    for (int y = 0; y < p->height; y++, row += (size_t)p->width * (count ? 1 : 3))
        png_write_row(png, row);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    free(indices);
}

static void pack(const char *from, const char *to) {
    picture p = load(from);
    FILE *file = fopen(to, "wb");
    if (!file) die("cannot be opened", to);
    write_small(file, &p, to);
    if (fclose(file) != 0) die("cannot be written", to);
    free(p.rgb);
}

// SVG

static int digit(char c) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static void put_checksum(const char *text, size_t length, const char *name) {
    uint8_t *bytes = need(length);
    size_t count = 0;
    uint32_t held = 0;
    int bits = 0;
    for (size_t i = 0; i < length && digit(text[i]) >= 0; i++) {
        held = held << 6 | (uint32_t)digit(text[i]);
        bits += 6;
        if (bits >= 8) bytes[count++] = (uint8_t)(held >> (bits -= 8));
    }
    png_image image = {.version = PNG_IMAGE_VERSION};
    if (!png_image_begin_read_from_memory(&image, bytes, count)) die(image.message, name);
    picture p = finish(&image, name);
    uint64_t hash = 1469598103934665603u;  // FNV-1a
    for (size_t i = 0; i < (size_t)p.width * (size_t)p.height * 3; i++)
        hash = (hash ^ p.rgb[i]) * 1099511628211u;
    printf("pixels-%dx%d-%016llx", p.width, p.height, (unsigned long long)hash);
    free(p.rgb);
    free(bytes);
}

static void canonical(const char *name) {
    static const char mark[] = "data:image/png;base64,";
    FILE *file = fopen(name, "rb");
    char *line = NULL;
    size_t room = 0;
    if (!file) die("cannot be opened", name);
    while (getline(&line, &room, file) > 0) {
        char *at = line, *found;
        while ((found = strstr(at, mark))) {
            fwrite(at, 1, (size_t)(found - at), stdout);
            found += strlen(mark);
            at = found + strcspn(found, "\"");
            put_checksum(found, (size_t)(at - found), name);
        }
        fputs(at, stdout);
    }
    free(line);
    fclose(file);
}

int main(int count, char **words) {
    if (count == 5 && strcmp(words[1], "png") == 0) return compare(words[2], words[3], words[4]);
    if (count == 4 && strcmp(words[1], "pack") == 0)
        pack(words[2], words[3]);
    else if (count == 3 && strcmp(words[1], "svg") == 0)
        canonical(words[2]);
    else
        die("png EXPECTED ACTUAL DIFFERENCE, svg FILE, or pack FILE SMALL", "usage");
    return 0;
}
