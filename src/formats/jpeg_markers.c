// SPDX-License-Identifier: MIT
#include "formats/jpeg_markers.h"

#include <string.h>

#include "base/fail.h"
#include "base/reader.h"
#include "formats/exif.h"
#include "formats/picture.h"

enum {
    SOF0 = 0xc0,  // baseline
    SOF1 = 0xc1,  // extended sequential
    SOF2 = 0xc2,  // progressive
    SOF15 = 0xcf,
    DHT = 0xc4,
    JPG = 0xc8,
    DAC = 0xcc,
    RST0 = 0xd0,
    RST7 = 0xd7,
    SOI = 0xd8,
    EOI = 0xd9,
    SOS = 0xda,
    DNL = 0xdc,
    APP1 = 0xe1,
};

// State of one walk.
typedef struct survey {
    fovea__reader reader;
    fovea__jpeg_outline *outline;
    bool lenient, framed, progressive, oriented;
    uint8_t id[3];       // component names, of outline->components
    bool scanned[3];     // components whose DC coefficients came
    bool huffman[2][4];  // tables defined: DC, AC
    int64_t scans;
    uint64_t entropy;  // bytes of entropy-coded data
} survey;

static fovea_status take_u16(fovea__reader *reader, const char *what, uint16_t *value,
                             fovea_error *error) {
    const uint8_t *b;
    FOVEA__TRY(fovea__take_bytes(reader, what, 2, &b, error));
    *value = (uint16_t)(b[0] << 8 | b[1]);
    return FOVEA_OK;
}

static fovea_status unsupported(const survey *s, fovea_error *error, const char *what) {
    return fovea__fail_at(
        error, FOVEA_UNSUPPORTED, s->reader.name, fovea__reader_offset(&s->reader),
        "%s is not supported; save the picture as an ordinary RGB JPEG or PNG", what);
}

static const char *process_name(uint8_t marker) {
    if (marker >= 0xc9) return "arithmetic-coded JPEG";
    if (marker == 0xc3) return "lossless JPEG";
    return "hierarchical JPEG";
}

static fovea_status read_component(survey *s, fovea__reader *r, int index, fovea_error *error) {
    uint8_t id, sampling, table;
    FOVEA__TRY(fovea__take_u8(r, "component name", &id, error));
    FOVEA__TRY(fovea__take_u8(r, "sampling factors", &sampling, error));
    FOVEA__TRY(fovea__take_u8(r, "quantisation table", &table, error));
    int across = sampling >> 4, down = sampling & 15;
    if (across < 1 || across > 4 || down < 1 || down > 4)
        return fovea__reader_fail(r, error, "JPEG sampling factors %d x %d, allowed are 1 to 4",
                                  across, down);
    for (int i = 0; i < index; i++)
        if (s->id[i] == id)
            return fovea__reader_fail(r, error, "two JPEG components are named %u", id);
    s->id[index] = id;
    return FOVEA_OK;
}

static fovea_status read_frame(survey *s, fovea__reader *r, uint8_t marker, fovea_error *error) {
    if (s->framed) return fovea__reader_fail(r, error, "second JPEG frame header");
    if (marker > SOF2) return unsupported(s, error, process_name(marker));
    uint8_t precision, components;
    FOVEA__TRY(fovea__take_u8(r, "precision", &precision, error));
    int64_t offset = fovea__reader_offset(r);
    FOVEA__TRY(take_u16(r, "height", &s->outline->height, error));
    FOVEA__TRY(take_u16(r, "width", &s->outline->width, error));
    FOVEA__TRY(fovea__take_u8(r, "component count", &components, error));
    if (precision == 12) return unsupported(s, error, "JPEG of 12 bits a sample");
    if (precision != 8)
        return fovea__reader_fail(r, error, "JPEG of %u bits a sample, must be 8", precision);
    FOVEA__TRY(fovea__picture_check(r->name, offset, s->outline->width, s->outline->height, error));
    if (components == 4) return unsupported(s, error, "a CMYK (four-component) JPEG");
    if (components != 1 && components != 3)
        return fovea__reader_fail(r, error, "JPEG of %u components, must be 1 or 3", components);
    for (int i = 0; i < components; i++) FOVEA__TRY(read_component(s, r, i, error));
    s->outline->components = components;
    s->progressive = marker == SOF2;
    s->framed = true;
    return FOVEA_OK;
}

static fovea_status read_huffman(survey *s, fovea__reader *r, fovea_error *error) {
    while (fovea__reader_left(r) > 0) {
        uint8_t kind;
        const uint8_t *counts, *symbols;
        FOVEA__TRY(fovea__take_u8(r, "Huffman table number", &kind, error));
        FOVEA__TRY(fovea__take_bytes(r, "Huffman code counts", 16, &counts, error));
        size_t sum = 0;
        for (int i = 0; i < 16; i++) sum += counts[i];
        if (kind >> 4 > 1 || (kind & 15) > 3 || sum > 256)
            return fovea__reader_fail(r, error, "Huffman table 0x%02x with %zu codes", kind, sum);
        FOVEA__TRY(fovea__take_bytes(r, "Huffman symbols", sum, &symbols, error));
        s->huffman[kind >> 4][kind & 15] = true;
    }
    return FOVEA_OK;
}

static int component_of(const survey *s, uint8_t id) {
    for (int i = 0; i < s->outline->components; i++)
        if (s->id[i] == id) return i;
    return -1;
}

// The components of one scan: each known, none twice, with the tables it decodes by.
static fovea_status read_scan(survey *s, fovea__reader *r, fovea_error *error) {
    uint8_t count, id[3], tables[3], first, last, bits;
    if (!s->framed) return fovea__reader_fail(r, error, "JPEG scan before the frame header");
    FOVEA__TRY(fovea__take_u8(r, "scan component count", &count, error));
    if (count < 1 || count > s->outline->components)
        return fovea__reader_fail(r, error, "JPEG scan of %u components in a frame of %d", count,
                                  s->outline->components);
    for (int i = 0; i < count; i++) {
        FOVEA__TRY(fovea__take_u8(r, "scan component", &id[i], error));
        FOVEA__TRY(fovea__take_u8(r, "scan tables", &tables[i], error));
        for (int k = 0; k < i; k++)
            if (id[k] == id[i])
                return fovea__reader_fail(r, error, "JPEG component %u twice in a scan", id[i]);
    }
    FOVEA__TRY(fovea__take_u8(r, "first coefficient", &first, error));
    FOVEA__TRY(fovea__take_u8(r, "last coefficient", &last, error));
    FOVEA__TRY(fovea__take_u8(r, "approximation", &bits, error));
    bool dc = !s->progressive || (first == 0 && bits >> 4 == 0);
    bool ac = !s->progressive || first > 0;
    for (int i = 0; i < count; i++) {
        int component = component_of(s, id[i]);
        int dc_table = tables[i] >> 4, ac_table = tables[i] & 15;
        if (component < 0)
            return fovea__reader_fail(r, error, "JPEG scan of an unknown component %u", id[i]);
        if ((dc && (dc_table > 3 || !s->huffman[0][dc_table])) ||
            (ac && (ac_table > 3 || !s->huffman[1][ac_table])))
            return fovea__reader_fail(r, error,
                                      "JPEG scan uses a Huffman table not defined before");
        s->scanned[component] |= dc;
    }
    return FOVEA_OK;
}

// Steps over entropy-coded data to the next marker that is not part of it.
static fovea_status skip_entropy(survey *s, fovea_error *error) {
    fovea__reader *r = &s->reader;
    const uint8_t *begin = r->at;
    while (r->at < r->end) {
        const uint8_t *ff = memchr(r->at, 0xff, (size_t)(r->end - r->at));
        r->at = ff ? ff : r->end;
        if (r->end - r->at < 2) break;
        uint8_t next = r->at[1];
        if (next != 0 && next != 0xff && (next < RST0 || next > RST7)) {
            s->entropy += (uint64_t)(r->at - begin);
            return FOVEA_OK;
        }
        r->at += next == 0xff ? 1 : 2;
    }
    r->at = r->end;
    s->entropy += (uint64_t)(r->end - begin);
    return s->lenient ? FOVEA_OK
                      : fovea__reader_fail(r, error, "the JPEG data end without an end marker");
}

static fovea_status count_scan(survey *s, fovea_error *error) {
    int64_t pixels = (int64_t)s->outline->width * s->outline->height;
    s->scans++;
    if (s->scans > FOVEA__JPEG_MAX_SCANS || s->scans * pixels > INT64_C(1) << 30)
        return fovea__reader_fail(&s->reader, error,
                                  "more than %lld scans for a JPEG of %u x %u pixels",
                                  (long long)(s->scans - 1), s->outline->width, s->outline->height);
    return skip_entropy(s, error);
}

static fovea_status read_app1(survey *s, fovea__reader *r, fovea_error *error) {
    static const char exif[6] = "Exif\0";
    if (s->oriented || fovea__reader_left(r) < sizeof exif || memcmp(r->at, exif, sizeof exif) != 0)
        return FOVEA_OK;
    r->at += sizeof exif;
    s->oriented = true;
    if (s->lenient) {
        if (fovea__exif_orientation(r, &s->outline->orientation, NULL) != FOVEA_OK)
            s->outline->orientation = 1;
        return FOVEA_OK;
    }
    return fovea__exif_orientation(r, &s->outline->orientation, error);
}

static fovea_status read_segment(survey *s, uint8_t marker, fovea_error *error) {
    uint16_t length;
    const uint8_t *body;
    FOVEA__TRY(take_u16(&s->reader, "JPEG segment length", &length, error));
    if (length < 2)
        return fovea__reader_fail(&s->reader, error, "JPEG segment of %u bytes, at least 2",
                                  length);
    FOVEA__TRY(fovea__take_bytes(&s->reader, "JPEG segment", (size_t)length - 2, &body, error));
    // Begins with the file, so that offsets are the file's, and ends with the segment.
    fovea__reader r = {s->reader.begin, body, body + length - 2, s->reader.name};
    if (marker == DHT) return read_huffman(s, &r, error);
    if (marker == DAC) return unsupported(s, error, "arithmetic-coded JPEG");
    if (marker == DNL || marker == JPG)
        return fovea__reader_fail(&r, error, "JPEG marker 0x%02x is not accepted", marker);
    if (marker >= SOF0 && marker <= SOF15) return read_frame(s, &r, marker, error);
    if (marker == APP1) return read_app1(s, &r, error);
    if (marker != SOS) return FOVEA_OK;
    FOVEA__TRY(read_scan(s, &r, error));
    return count_scan(s, error);
}

static fovea_status take_marker(survey *s, uint8_t *marker, fovea_error *error) {
    fovea__reader *r = &s->reader;
    if (fovea__reader_left(r) < 2)
        return fovea__reader_fail(r, error, "the JPEG file ends before its end marker");
    FOVEA__TRY(fovea__take_u8(r, "marker", marker, error));
    if (*marker != 0xff)
        return fovea__reader_fail(r, error, "byte 0x%02x where a JPEG marker must begin", *marker);
    while (*marker == 0xff) FOVEA__TRY(fovea__take_u8(r, "marker", marker, error));
    if (*marker <= 1 || *marker == SOI || (*marker >= RST0 && *marker <= RST7))
        return fovea__reader_fail(r, error, "JPEG marker 0x%02x in the wrong place", *marker);
    return FOVEA_OK;
}

static fovea_status check_whole(const survey *s, fovea_error *error) {
    const fovea__jpeg_outline *o = s->outline;
    if (s->scans == 0) return fovea__reader_fail(&s->reader, error, "JPEG without picture data");
    for (int i = 0; i < o->components && !s->lenient; i++)
        if (!s->scanned[i])
            return fovea__reader_fail(&s->reader, error, "JPEG component %u has no data", s->id[i]);
    uint64_t blocks = (uint64_t)((o->width + 7) / 8) * (uint64_t)((o->height + 7) / 8);
    if (blocks > s->entropy * 8)
        return fovea__reader_fail(&s->reader, error,
                                  "%llu bytes of JPEG data cannot hold %u x %u pixels",
                                  (unsigned long long)s->entropy, o->width, o->height);
    return FOVEA_OK;
}

fovea_status fovea__jpeg_survey(const void *bytes, size_t size, const char *name, bool lenient,
                                fovea__jpeg_outline *outline, fovea_error *error) {
    *outline = (fovea__jpeg_outline){.orientation = 1};
    survey s = {
        .reader = fovea__reader_over(bytes, size, name), .outline = outline, .lenient = lenient};
    uint16_t start;
    FOVEA__TRY(take_u16(&s.reader, "JPEG start marker", &start, error));
    if (start != (0xff00 | SOI))
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 0, "not a JPEG file (no start marker)");
    for (;;) {
        uint8_t marker;
        if (lenient && s.scans > 0 && fovea__reader_left(&s.reader) < 2) break;
        FOVEA__TRY(take_marker(&s, &marker, error));
        if (marker == EOI) break;
        FOVEA__TRY(read_segment(&s, marker, error));
    }
    return check_whole(&s, error);
}
