// SPDX-License-Identifier: MIT
#include "formats/ppm.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/reader.h"

typedef struct ppm_header {
    bool binary;
    int32_t channels;
    uint32_t width, height, largest;
} ppm_header;

bool fovea__ppm_is(const uint8_t *bytes, size_t size) {
    return size >= 2 && bytes[0] == 'P' &&
           (bytes[1] == '2' || bytes[1] == '3' || bytes[1] == '5' || bytes[1] == '6');
}

static bool is_blank(uint8_t byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

// Passes blanks and comments (# to the end of the line).
static void skip_blanks(fovea__reader *reader) {
    while (reader->at < reader->end) {
        if (*reader->at == '#') {
            while (reader->at < reader->end && *reader->at != '\n') reader->at++;
        } else if (is_blank(*reader->at)) {
            reader->at++;
        } else {
            return;
        }
    }
}

// A decimal number of `what` after any blanks, at most `largest`.
static fovea_status take_number(fovea__reader *reader, const char *what, uint32_t largest,
                                uint32_t *number, fovea_error *error) {
    skip_blanks(reader);
    const uint8_t *begin = reader->at;
    uint64_t value = 0;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
        value = value * 10 + (uint64_t)(*reader->at - '0');
        if (value > largest) {
            return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, begin - reader->begin,
                                  "the %s is larger than %" PRIu32, what, largest);
        }
        reader->at++;
    }
    if (reader->at == begin) {
        return fovea__reader_fail(reader, error, "the %s should stand here as a decimal number",
                                  what);
    }
    if (reader->at < reader->end && !is_blank(*reader->at) && *reader->at != '#') {
        return fovea__reader_fail(reader, error, "the %s is not followed by a blank", what);
    }
    *number = (uint32_t)value;
    return FOVEA_OK;
}

static fovea_status take_kind(fovea__reader *reader, ppm_header *header, fovea_error *error) {
    const uint8_t *magic;
    FOVEA__TRY(fovea__take_bytes(reader, "PPM magic number", 2, &magic, error));
    if (!fovea__ppm_is(magic, 2)) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, 0,
                              "it begins with %02x %02x, not with P2, P3, P5 or P6 as a PGM or PPM "
                              "picture does",
                              magic[0], magic[1]);
    }
    header->binary = magic[1] >= '5';
    header->channels = magic[1] == '2' || magic[1] == '5' ? 1 : 3;
    if (reader->at < reader->end && (is_blank(*reader->at) || *reader->at == '#')) return FOVEA_OK;
    return fovea__reader_fail(reader, error, "P%c is not followed by a blank", magic[1]);
}

static fovea_status take_header(fovea__reader *reader, ppm_header *header, fovea_error *error) {
    FOVEA__TRY(take_kind(reader, header, error));
    skip_blanks(reader);
    const int64_t offset = fovea__reader_offset(reader);
    FOVEA__TRY(take_number(reader, "width", UINT32_MAX, &header->width, error));
    FOVEA__TRY(take_number(reader, "height", UINT32_MAX, &header->height, error));
    FOVEA__TRY(fovea__picture_check(reader->name, offset, header->width, header->height, error));
    FOVEA__TRY(take_number(reader, "largest value", 65535, &header->largest, error));
    if (header->largest == 0) {
        return fovea__reader_fail(reader, error, "the largest value is 0, it must be at least 1");
    }
    if (!header->binary) return FOVEA_OK;
    // Exactly one blank separates a binary picture from its header: the next byte may look like
    // one.
    uint8_t blank;
    FOVEA__TRY(fovea__take_u8(reader, "blank after the header", &blank, error));
    if (is_blank(blank)) return FOVEA_OK;
    return fovea__reader_fail(reader, error, "the header is not followed by a blank");
}

// Compares what the samples need at least with what is there.
static fovea_status check_size(const fovea__reader *reader, const ppm_header *header,
                               fovea_error *error) {
    const size_t samples = (size_t)header->width * header->height * (size_t)header->channels;
    const size_t left = fovea__reader_left(reader);
    const size_t binary_size = header->largest > 255 ? 2 * samples : samples;
    // A text sample takes a digit and a blank; the last blank may be missing.
    const size_t needed = header->binary ? binary_size : 2 * samples - 1;
    if (left < needed) {
        return fovea__reader_fail(reader, error,
                                  "%" PRIu32 "x%" PRIu32 " pixels of %" PRId32
                                  " channels take %s%zu bytes, %zu are left",
                                  header->width, header->height, header->channels,
                                  header->binary ? "" : "at least ", needed, left);
    }
    if (header->binary && left > needed) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name,
                              fovea__reader_offset(reader) + (int64_t)needed,
                              "%zu bytes follow the picture (several pictures in one file are not "
                              "read)",
                              left - needed);
    }
    return FOVEA_OK;
}

static uint8_t scale(uint32_t sample, uint32_t largest) {
    return (uint8_t)((sample * 510 + largest) / (2 * largest));
}

static fovea_status take_binary(fovea__reader *reader, const ppm_header *header, size_t samples,
                                uint8_t *dst, fovea_error *error) {
    const size_t sample_size = header->largest > 255 ? 2 : 1;
    const uint8_t *src;
    FOVEA__TRY(fovea__take_bytes(reader, "samples", samples * sample_size, &src, error));
    if (header->largest == 255) {
        memcpy(dst, src, samples);
        return FOVEA_OK;
    }
    for (size_t i = 0; i < samples; i++, src += sample_size) {
        const uint32_t sample = sample_size == 2 ? (uint32_t)src[0] << 8 | src[1] : src[0];
        if (sample > header->largest) {
            return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, src - reader->begin,
                                  "the sample %" PRIu32 " is above the largest value %" PRIu32,
                                  sample, header->largest);
        }
        dst[i] = scale(sample, header->largest);
    }
    return FOVEA_OK;
}

static fovea_status take_text(fovea__reader *reader, const ppm_header *header, size_t samples,
                              uint8_t *dst, fovea_error *error) {
    for (size_t i = 0; i < samples; i++) {
        uint32_t sample;
        FOVEA__TRY(take_number(reader, "sample", header->largest, &sample, error));
        dst[i] = scale(sample, header->largest);
    }
    skip_blanks(reader);
    if (fovea__reader_left(reader) == 0) return FOVEA_OK;
    return fovea__reader_fail(reader, error, "%zu bytes follow the picture",
                              fovea__reader_left(reader));
}

fovea_status fovea__ppm_read(fovea_context *context, const uint8_t *bytes, size_t size,
                             const char *name, fovea__picture *picture, fovea_error *error) {
    fovea__reader reader = fovea__reader_over(bytes, size, name);
    ppm_header header = {0};
    *picture = (fovea__picture){0};
    FOVEA__TRY(take_header(&reader, &header, error));
    FOVEA__TRY(check_size(&reader, &header, error));
    FOVEA__TRY(fovea__picture_new(context, name, 0, header.width, header.height, header.channels,
                                  picture, error));
    const size_t samples = (size_t)header.width * header.height * (size_t)header.channels;
    const fovea_status status = header.binary
                                    ? take_binary(&reader, &header, samples, picture->pixels, error)
                                    : take_text(&reader, &header, samples, picture->pixels, error);
    if (status != FOVEA_OK) fovea__picture_clear(context, picture);
    return status;
}

fovea_status fovea__ppm_write(fovea_context *context, const fovea__picture *picture,
                              fovea__bytes *encoded, fovea_error *error) {
    *encoded = (fovea__bytes){0};
    if (picture->channels != 1 && picture->channels != 3) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a PPM picture has 1 or 3 channels, not %" PRId32, picture->channels);
    }
    char header[64];
    const int length =
        snprintf(header, sizeof header, "P%c\n%" PRId32 " %" PRId32 "\n255\n",
                 picture->channels == 1 ? '5' : '6', picture->width, picture->height);
    const size_t samples =
        (size_t)picture->width * (size_t)picture->height * (size_t)picture->channels;
    uint8_t *data = fovea__new(context, (size_t)length + samples, 1, error);
    if (data == NULL) return FOVEA_OUT_OF_MEMORY;
    memcpy(data, header, (size_t)length);
    memcpy(data + length, picture->pixels, samples);
    *encoded = (fovea__bytes){data, (size_t)length + samples};
    return FOVEA_OK;
}
