// SPDX-License-Identifier: MIT
// Cases 1 to 3 and 7 to 37 of the list of hostile inputs: PNG. (4 to 6: test_picture_file.c.)
#include <zlib.h>

#include "formats/png.h"
#include "formats/png_chunks.h"
#include "unit/hostile.h"

static uint8_t seen;

static fovea_status parse(fovea_context *context, const uint8_t *bytes, size_t size,
                          fovea_error *error) {
    fovea__picture p;
    const fovea_status status = fovea__png_read(context, bytes, size, HOSTILE_NAME, &p, error);
    if (status != FOVEA_OK) assert_null(p.pixels);
    for (size_t i = 0; p.pixels && i < (size_t)p.width * (size_t)p.height; i++)
        seen ^= p.pixels[i * (size_t)p.channels];
    fovea__picture_clear(context, &p);
    return status;
}

// A PNG file under construction; free(bytes).
typedef struct file {
    uint8_t *bytes;
    size_t size, capacity;
} file;

static void put(file *f, const void *bytes, size_t size) {
    if (f->size + size > f->capacity) {
        f->capacity = 2 * (f->size + size);
        f->bytes = realloc(f->bytes, f->capacity);
        assert_non_null(f->bytes);
    }
    if (size > 0) memcpy(f->bytes + f->size, bytes, size);
    f->size += size;
}

static void put_u32(file *f, uint32_t value) {
    const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                              (uint8_t)value};
    put(f, bytes, 4);
}

static void chunk(file *f, const char *type, const void *data, size_t size) {
    put_u32(f, (uint32_t)size);
    put(f, type, 4);
    put(f, data, size);
    put_u32(f, (uint32_t)crc32(0, f->bytes + f->size - size - 4, (uInt)size + 4));
}

static file begin(uint32_t width, uint32_t height, uint8_t depth, uint8_t colour,
                  uint8_t interlace) {
    file f = {0}, header = {0};
    const uint8_t rest[5] = {depth, colour, 0, 0, interlace};
    put(&f, "\x89PNG\r\n\x1a\n", 8);
    put_u32(&header, width);
    put_u32(&header, height);
    put(&header, rest, 5);
    chunk(&f, "IHDR", header.bytes, header.size);
    free(header.bytes);
    return f;
}

// A chunk of `head` and the zlib stream of `size` bytes.
static void deflated_chunk(file *f, const char *type, const char *head, size_t head_size,
                           const uint8_t *raw, size_t size) {
    uLongf room = compressBound((uLong)size);
    uint8_t *out = malloc(head_size + room);
    assert_non_null(out);
    memcpy(out, head, head_size);
    assert_int_equal(compress2(out + head_size, &room, raw, (uLong)size, 9), Z_OK);
    chunk(f, type, out, head_size + room);
    free(out);
}

static void pixels(file *f, const uint8_t *raw, size_t size) {
    deflated_chunk(f, "IDAT", "", 0, raw, size);
}

static void refused(void **state, file f, const char *text) {
    hostile_refused(*state, parse, f.bytes, f.size, text);
    free(f.bytes);
}

static void accepted(void **state, file f) {
    hostile_accepted(*state, parse, f.bytes, f.size);
    free(f.bytes);
}

// 3 x 2 grey: two rows of a filter byte and three samples.
static const uint8_t grey[8] = {0, 10, 20, 30, 1, 40, 50, 60};

static file small(void) {
    file f = begin(3, 2, 8, 0, 0);
    pixels(&f, grey, sizeof grey);
    chunk(&f, "IEND", NULL, 0);
    return f;
}

static void a_small_picture_is_read(void **state) {
    hostile_heap *heap = *state;
    file f = small();
    fovea__picture p;
    assert_int_equal(fovea__png_read(heap->context, f.bytes, f.size, "p", &p, NULL), FOVEA_OK);
    assert_int_equal(p.width, 3);
    assert_int_equal(p.height, 2);
    assert_int_equal(p.channels, 1);
    const uint8_t expected[6] = {10, 20, 30, 40, 90, 150};
    assert_memory_equal(p.pixels, expected, 6);
    fovea__picture_clear(heap->context, &p);
    free(f.bytes);
}

static void cases_1_to_3_nothing_or_a_signature(void **state) {
    file f = small();
    hostile_refused(*state, parse, f.bytes, 0, "PNG signature needs 8 bytes, 0 are left");
    hostile_refused(*state, parse, f.bytes, 7, "PNG signature needs 8 bytes, 7 are left");
    hostile_refused(*state, parse, f.bytes, 8, "ends before its IEND");
    free(f.bytes);
}

static void case_7_header_of_12_or_14_bytes(void **state) {
    for (size_t size = 12; size <= 14; size += 2) {
        const uint8_t header[14] = {0, 0, 0, 3, 0, 0, 0, 2, 8};
        file f = {0};
        put(&f, "\x89PNG\r\n\x1a\n", 8);
        chunk(&f, "IHDR", header, size);
        pixels(&f, grey, sizeof grey);
        chunk(&f, "IEND", NULL, 0);
        refused(state, f, "must be 13");
    }
}

static void cases_8_to_15_header_values(void **state) {
    static const struct {
        uint32_t width, height;
        uint8_t depth, colour, interlace;
        const char *text;
    } cases[] = {
        {0, 2, 8, 0, 0, "0"},                     // 8
        {3, 0, 8, 0, 0, "0"},                     // 9
        {0x80000000u, 2, 8, 0, 0, "2147483648"},  // 10
        {65535, 65535, 1, 0, 0, "65535"},         // 11, see the bomb below
        {1, 2147483647, 8, 0, 0, "2147483647"},   // 12
        {16384, 4097, 8, 0, 0, "4097"},           // one row more than 64 Mpixel
        {16385, 1, 8, 0, 0, "16385"},             // one pixel more than a side may have
        {3, 2, 3, 0, 0, "bit depth 3"},           // 13
        {3, 2, 4, 2, 0, "bit depth 4"},           // RGB has 8 or 16 bits
        {3, 2, 16, 3, 0, "bit depth 16"},         // palettes have at most 8
        {3, 2, 8, 5, 0, "colour type 5"},         // 14
        {3, 2, 8, 0, 2, "interlacing 2"},         // 15
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        file f = begin(cases[i].width, cases[i].height, cases[i].depth, cases[i].colour,
                       cases[i].interlace);
        pixels(&f, grey, sizeof grey);
        chunk(&f, "IEND", NULL, 0);
        refused(state, f, cases[i].text);
    }
}

static void case_11_a_bomb_of_one_bit_pixels(void **state) {
    const size_t size = (size_t)65535 * 8193;  // what 65535 x 65535 bits inflate to, a row each
    const size_t piece = (size_t)1 << 20;
    uint8_t *zeros = calloc(piece, 1), *out = malloc(piece);
    assert_non_null(zeros);
    assert_non_null(out);
    file f = begin(65535, 65535, 1, 0, 0), data = {0};
    z_stream stream = {0};
    deflateInit(&stream, 1);
    for (size_t left = size; left > 0;) {
        stream.next_in = zeros;
        stream.avail_in = (uInt)(left < piece ? left : piece);
        left -= stream.avail_in;
        do {
            stream.next_out = out;
            stream.avail_out = (uInt)piece;
            deflate(&stream, left > 0 ? Z_NO_FLUSH : Z_FINISH);
            put(&data, out, piece - stream.avail_out);
        } while (stream.avail_out == 0);
    }
    deflateEnd(&stream);
    chunk(&f, "IDAT", data.bytes, data.size);
    chunk(&f, "IEND", NULL, 0);
    free(zeros);
    free(out);
    free(data.bytes);
    refused(state, f, "65535");
}

// Within the limits by its header, but the data could not fill a hundredth of it.
static void case_11_more_pixels_than_data_can_hold(void **state) {
    for (uint8_t interlace = 0; interlace < 2; interlace++) {
        file f = begin(16384, 4096, 8, 2, interlace);
        pixels(&f, grey, sizeof grey);
        chunk(&f, "IEND", NULL, 0);
        refused(state, f, "cannot hold 16384 x 4096");
    }
}

// 20: as much data as could be for a picture of 192 MiB, and then the last rows are missing, or the last
// index is past the palette.
static void case_20_a_large_picture_that_ends_early(void **state) {
    const size_t row = 1 + 3 * 16384, rows = 4096;
    uint8_t *raw = calloc(row, rows);
    assert_non_null(raw);
    file f = begin(16384, 4096, 8, 2, 0);
    pixels(&f, raw, row * (rows - 1));
    chunk(&f, "IEND", NULL, 0);
    refused(state, f, "Not enough image data");
    const size_t indexed = (1 + 16384) * rows;
    raw[indexed - 1] = 2;
    f = begin(16384, 4096, 8, 3, 0);
    chunk(&f, "PLTE", grey, 6);
    pixels(&f, raw, indexed);
    chunk(&f, "IEND", NULL, 0);
    refused(state, f, "palette index");
    free(raw);
}

static void cases_16_to_18_checksums(void **state) {
    file f = small();
    f.bytes[8 + 4 + 4 + 13] ^= 1;  // 16
    refused(state, f, "CRC");
    f = small();
    f.bytes[f.size - 12 - 1] ^= 1;  // 17
    refused(state, f, "CRC");
    uint8_t stream[64];
    uLongf size = sizeof stream;
    compress(stream, &size, grey, sizeof grey);
    stream[size - 1] ^= 1;  // 18
    f = begin(3, 2, 8, 0, 0);
    chunk(&f, "IDAT", stream, size);
    chunk(&f, "IEND", NULL, 0);
    refused(state, f, "incorrect data check");
    f = small();
    f.bytes[f.size - 1] ^= 1;  // the CRC of IEND
    refused(state, f, "CRC");
}

static void case_19_zlib_window_over_32_kib(void **state) {
    uint8_t stream[64];
    uLongf size = sizeof stream;
    compress(stream, &size, grey, sizeof grey);
    stream[0] = 0x88;
    stream[1] = (uint8_t)(31 - 0x8800 % 31);
    file f = begin(3, 2, 8, 0, 0);
    chunk(&f, "IDAT", stream, size);
    chunk(&f, "IEND", NULL, 0);
    refused(state, f, "damaged PNG: IDAT: invalid window size");
}

static void cases_20_and_21_too_little_and_too_much_data(void **state) {
    file f = begin(3, 2, 8, 0, 0);
    pixels(&f, grey, 6);
    chunk(&f, "IEND", NULL, 0);
    refused(state, f, "Not enough image data");
    const uint8_t rows[5 * 4] = {0};
    f = begin(3, 2, 8, 0, 0);
    pixels(&f, rows, sizeof rows);
    chunk(&f, "IEND", NULL, 0);
    refused(state, f, "Too much image data");
    f = begin(3, 2, 8, 0, 0);
    pixels(&f, grey, sizeof grey);
    chunk(&f, "IDAT", "more", 4);  // after the stream's end: ignored
    chunk(&f, "IEND", NULL, 0);
    accepted(state, f);
}

static void cases_22_and_33_a_million_chunks(void **state) {
    static const char *const types[] = {"IDAT", "tEXt"};
    for (int i = 0; i < 2; i++) {
        file f = begin(3, 2, 8, 0, 0);
        for (int k = 0; k < 1000000; k++) chunk(&f, types[i], "a\0b", i == 0 ? 0 : 3);
        pixels(&f, grey, sizeof grey);
        chunk(&f, "IEND", NULL, 0);
        refused(state, f, "more than 65536 PNG chunks");
    }
}

static void some_empty_data_chunks_are_fine(void **state) {
    file f = begin(3, 2, 8, 0, 0);
    for (int k = 0; k < 1000; k++) chunk(&f, "IDAT", NULL, 0);
    pixels(&f, grey, sizeof grey);
    for (int k = 0; k < 1000; k++) chunk(&f, "IDAT", NULL, 0);
    chunk(&f, "IEND", NULL, 0);
    accepted(state, f);
}

static void cases_23_and_24_no_data_no_end(void **state) {
    file f = begin(3, 2, 8, 0, 0);
    chunk(&f, "IEND", NULL, 0);
    refused(state, f, "without pixel data");
    f = begin(3, 2, 8, 0, 0);
    pixels(&f, grey, sizeof grey);
    refused(state, f, "ends before its IEND");
}

static const uint8_t indices[8] = {0, 0, 1, 2, 0, 2, 1, 0};
static const uint8_t colours[3 * 258] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static file palette(size_t palette_size, const char *more, size_t more_size) {
    file f = begin(3, 2, 8, 3, 0);
    if (palette_size > 0) chunk(&f, "PLTE", colours, palette_size);
    if (more) chunk(&f, more, colours, more_size);
    pixels(&f, indices, sizeof indices);
    chunk(&f, "IEND", NULL, 0);
    return f;
}

static void cases_25_to_30_palettes(void **state) {
    accepted(state, palette(9, NULL, 0));
    accepted(state, palette(9, "tRNS", 3));
    refused(state, palette(0, NULL, 0), "Missing PLTE");          // 25
    refused(state, palette(8, NULL, 0), "PLTE: invalid");         // 26
    refused(state, palette(3 * 257, NULL, 0), "PLTE: invalid");   // 27
    refused(state, palette(6, NULL, 0), "palette index");         // 28
    refused(state, palette(9, "tRNS", 4), "tRNS: invalid");       // 29
    refused(state, palette(9, "PLTE", 9), "PLTE: duplicate");     // 30
    refused(state, palette(9, "IHDR", 13), "second PNG header");  // 30
    file f = begin(3, 2, 8, 3, 0);
    chunk(&f, "PLTE", colours, 9);
    chunk(&f, "tRNS", colours, 3);
    chunk(&f, "tRNS", colours, 3);
    pixels(&f, indices, sizeof indices);
    chunk(&f, "IEND", NULL, 0);
    refused(state, f, "tRNS: duplicate");  // 30
}

static void case_28_index_past_a_two_bit_palette(void **state) {
    const uint8_t good[] = {0, 0x18, 0, 0x20}, bad[] = {0, 0x18, 0, 0xc0};  // 3 colours of 4
    for (int i = 0; i < 2; i++) {
        file f = begin(3, 2, 2, 3, 0);
        chunk(&f, "PLTE", colours, 9);
        pixels(&f, i == 0 ? good : bad, 4);
        chunk(&f, "IEND", NULL, 0);
        if (i == 0)
            accepted(state, f);
        else
            refused(state, f, "palette index");
    }
}

static void case_31_chunk_length_past_everything(void **state) {
    static const uint32_t lengths[] = {0xffffffffu, 0x80000000u, 0x7fffffffu, 100000};
    for (size_t i = 0; i < 4; i++) {
        file f = begin(3, 2, 8, 0, 0);
        put_u32(&f, lengths[i]);
        put(&f, "IDAT", 4);
        put(&f, grey, sizeof grey);
        refused(state, f, "PNG chunk");
    }
}

static void case_32_texts_and_profiles_that_explode(void **state) {
    const size_t size = (size_t)9 << 20;
    uint8_t *zeros = calloc(size, 1);
    assert_non_null(zeros);
    static const struct {
        const char *type, *head;
        size_t head_size;
    } cases[] = {{"iCCP", "name\0", 6}, {"zTXt", "name\0", 6}, {"iTXt", "name\0\1\0en\0name", 15}};
    for (size_t i = 0; i < 3; i++) {
        char head[16] = {0};
        memcpy(head, cases[i].head, cases[i].head_size - 1);
        file f = begin(3, 2, 8, 0, 0);
        deflated_chunk(&f, cases[i].type, head, cases[i].head_size, zeros, size);
        pixels(&f, grey, sizeof grey);
        chunk(&f, "IEND", NULL, 0);
        refused(state, f, "inflate to more than 8388608");
        // A hundred of a tenth each are no better.
        f = begin(3, 2, 8, 0, 0);
        for (int k = 0; k < 100; k++)
            deflated_chunk(&f, cases[i].type, head, cases[i].head_size, zeros, size / 10);
        pixels(&f, grey, sizeof grey);
        chunk(&f, "IEND", NULL, 0);
        refused(state, f, "inflate to more than 8388608");
        // A short one, and one that is damaged, say nothing about the picture.
        f = begin(3, 2, 8, 0, 0);
        deflated_chunk(&f, cases[i].type, head, cases[i].head_size, zeros, 1000);
        chunk(&f, cases[i].type, "name\0\0rubbish", 13);
        chunk(&f, cases[i].type, "name", 4);
        pixels(&f, grey, sizeof grey);
        chunk(&f, "IEND", NULL, 0);
        accepted(state, f);
    }
    free(zeros);
}

static void case_34_sixteen_bits_interlaced_seven_by_one(void **state) {
    hostile_heap *heap = *state;
    // Passes 1, 2, 4 and 6 of Adam7 hold columns 0 | 4 | 2, 6 | 1, 3, 5 of the one row.
    const uint8_t raw[] = {0,    0x10, 0xff, 0,    0x50, 0,    0, 0x30, 0,
                           0x70, 0,    0,    0x20, 0,    0x40, 0, 0x60, 0};
    file f = begin(7, 1, 16, 0, 1);
    pixels(&f, raw, sizeof raw);
    chunk(&f, "IEND", NULL, 0);
    fovea__picture p;
    assert_int_equal(fovea__png_read(heap->context, f.bytes, f.size, "p", &p, NULL), FOVEA_OK);
    const uint8_t expected[7] = {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70};
    assert_int_equal(p.width, 7);
    assert_memory_equal(p.pixels, expected, 7);
    fovea__picture_clear(heap->context, &p);
    free(f.bytes);
}

static void case_35_bytes_after_the_end_are_ignored(void **state) {
    file f = small();
    put(&f, "anything at all", 15);
    accepted(state, f);
}

static void case_36_grey_alpha_and_colour_alpha_of_16_bits(void **state) {
    hostile_heap *heap = *state;
    const uint8_t row[] = {0, 1, 0xff, 2, 0, 3, 0, 4, 0};  // one RGBA or two grey+alpha pixels
    file f = begin(1, 1, 16, 6, 0);
    pixels(&f, row, sizeof row);
    chunk(&f, "IEND", NULL, 0);
    fovea__picture p;
    assert_int_equal(fovea__png_read(heap->context, f.bytes, f.size, "p", &p, NULL), FOVEA_OK);
    assert_int_equal(p.channels, 3);
    const uint8_t rgb[3] = {1, 2, 3}, two[2] = {1, 3};
    assert_memory_equal(p.pixels, rgb, 3);
    fovea__picture_clear(heap->context, &p);
    free(f.bytes);
    f = begin(2, 1, 16, 4, 0);
    pixels(&f, row, sizeof row);
    chunk(&f, "IEND", NULL, 0);
    assert_int_equal(fovea__png_read(heap->context, f.bytes, f.size, "p", &p, NULL), FOVEA_OK);
    assert_int_equal(p.channels, 1);
    assert_memory_equal(p.pixels, two, 2);
    fovea__picture_clear(heap->context, &p);
    free(f.bytes);
}

static void case_37_an_animation_gives_its_first_picture(void **state) {
    file f = begin(3, 2, 8, 0, 0);
    chunk(&f, "acTL", "\0\0\0\2\0\0\0\0", 8);
    chunk(&f, "fcTL", "\0\0\0\0\0\0\0\3\0\0\0\2\0\0\0\0\0\0\0\0\0\1\0\x0a\0\0", 26);
    pixels(&f, grey, sizeof grey);
    chunk(&f, "fcTL", "\0\0\0\1\0\0\0\3\0\0\0\2\0\0\0\0\0\0\0\0\0\1\0\x0a\0\0", 26);
    deflated_chunk(&f, "fdAT", "\0\0\0\2", 4, grey, sizeof grey);
    chunk(&f, "IEND", NULL, 0);
    accepted(state, f);
}

static void an_unknown_critical_chunk_is_refused(void **state) {
    file f = begin(3, 2, 8, 0, 0);
    chunk(&f, "CgBI", "\x50\0\x20\2", 4);
    pixels(&f, grey, sizeof grey);
    chunk(&f, "IEND", NULL, 0);
    refused(state, f, "unhandled critical chunk");
}

static void every_truncation_is_refused(void **state) {
    file f = palette(9, "tRNS", 3);
    hostile_every_truncation(*state, parse, f.bytes, f.size, NULL);
    free(f.bytes);
}

// Each byte is under a checksum or is one, so nearly every change is seen.
static void every_changed_byte_is_refused_or_harmless(void **state) {
    file f = palette(9, "tRNS", 3);
    const size_t refusals = hostile_every_corruption(*state, parse, f.bytes, f.size);
    assert_true(refusals >= f.size * 3);
    free(f.bytes);
}

static void every_failing_allocation_is_survived(void **state) {
    file f = begin(3, 2, 8, 3, 1);
    deflated_chunk(&f, "zTXt", "name\0", 6, grey, sizeof grey);
    chunk(&f, "PLTE", colours, 9);
    const uint8_t raw[] = {0, 0, 0, 1, 0, 1, 0, 1, 2, 0};  // passes 1, 4, 6, 7
    pixels(&f, raw, 10);
    chunk(&f, "IEND", NULL, 0);
    assert_true(hostile_every_allocation(*state, parse, f.bytes, f.size) >= 5);
    free(f.bytes);
}

static void writing_gives_the_same_bytes_and_they_read_back(void **state) {
    hostile_heap *heap = *state;
    uint8_t drawn[5 * 64];
    for (size_t i = 0; i < sizeof drawn; i++) drawn[i] = (uint8_t)(i * i + i / 7);
    for (int32_t channels = 1; channels <= 4; channels++) {
        if (channels == 2) continue;
        fovea__bytes first, second;
        fovea__picture p;
        // Rows of 64 bytes, the last of which belong to no pixel.
        assert_int_equal(fovea__png_write(heap->context, drawn, 13, 5, channels, 64,
                                          FOVEA__PNG_SMALL, &first, NULL),
                         FOVEA_OK);
        assert_int_equal(fovea__png_write(heap->context, drawn, 13, 5, channels, 64,
                                          FOVEA__PNG_SMALL, &second, NULL),
                         FOVEA_OK);
        assert_int_equal(first.size, second.size);
        assert_memory_equal(first.data, second.data, first.size);
        assert_int_equal(fovea__png_read(heap->context, first.data, first.size, "p", &p, NULL),
                         FOVEA_OK);
        assert_int_equal(p.channels, channels == 1 ? 1 : 3);
        for (int y = 0; y < 5; y++)
            for (int x = 0; x < 13; x++)
                assert_memory_equal(p.pixels + (y * 13 + x) * p.channels,
                                    drawn + y * 64 + x * channels, (size_t)p.channels);
        fovea__picture_clear(heap->context, &p);
        fovea__free(heap->context, first.data);
        fovea__free(heap->context, second.data);
    }
}

static void writing_refuses_what_it_cannot_write(void **state) {
    hostile_heap *heap = *state;
    const uint8_t sample[16] = {0};
    fovea__bytes png;
    static const struct {
        int32_t width, height, channels;
        size_t stride;
    } cases[] = {{0, 1, 1, 16}, {1, 0, 1, 16}, {1, 1, 2, 16}, {1, 1, 5, 16}, {6, 1, 3, 16}};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(
            fovea__png_write(heap->context, sample, cases[i].width, cases[i].height,
                             cases[i].channels, cases[i].stride, FOVEA__PNG_SMALL, &png, NULL),
            FOVEA_INVALID_ARGUMENT);
}

static void writing_survives_every_failing_allocation(void **state) {
    hostile_heap *heap = *state;
    const uint8_t sample[48] = {1, 2, 3};
    const size_t before = fovea__memory_now(heap->context);
    for (size_t k = 1;; k++) {
        fovea__bytes png;
        heap->calls = 0;
        heap->fail_at = k;
        const fovea_status status =
            fovea__png_write(heap->context, sample, 4, 4, 3, 12, FOVEA__PNG_SMALL, &png, NULL);
        heap->fail_at = 0;
        if (heap->calls < k) {
            assert_int_equal(status, FOVEA_OK);
            assert_true(k > 3);
            fovea__free(heap->context, png.data);
            break;
        }
        assert_int_equal(status, FOVEA_OUT_OF_MEMORY);
        assert_int_equal(fovea__memory_now(heap->context), before);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        hostile_test(a_small_picture_is_read),
        hostile_test(cases_1_to_3_nothing_or_a_signature),
        hostile_test(case_7_header_of_12_or_14_bytes),
        hostile_test(cases_8_to_15_header_values),
        hostile_test(case_11_a_bomb_of_one_bit_pixels),
        hostile_test(case_11_more_pixels_than_data_can_hold),
        hostile_test(case_20_a_large_picture_that_ends_early),
        hostile_test(cases_16_to_18_checksums),
        hostile_test(case_19_zlib_window_over_32_kib),
        hostile_test(cases_20_and_21_too_little_and_too_much_data),
        hostile_test(cases_22_and_33_a_million_chunks),
        hostile_test(some_empty_data_chunks_are_fine),
        hostile_test(cases_23_and_24_no_data_no_end),
        hostile_test(cases_25_to_30_palettes),
        hostile_test(case_28_index_past_a_two_bit_palette),
        hostile_test(case_31_chunk_length_past_everything),
        hostile_test(case_32_texts_and_profiles_that_explode),
        hostile_test(case_34_sixteen_bits_interlaced_seven_by_one),
        hostile_test(case_35_bytes_after_the_end_are_ignored),
        hostile_test(case_36_grey_alpha_and_colour_alpha_of_16_bits),
        hostile_test(case_37_an_animation_gives_its_first_picture),
        hostile_test(an_unknown_critical_chunk_is_refused),
        hostile_test(every_truncation_is_refused),
        hostile_test(every_changed_byte_is_refused_or_harmless),
        hostile_test(every_failing_allocation_is_survived),
        hostile_test(writing_gives_the_same_bytes_and_they_read_back),
        hostile_test(writing_refuses_what_it_cannot_write),
        hostile_test(writing_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
