// SPDX-License-Identifier: MIT
#include "formats/gz.h"

#include <inttypes.h>
#include <limits.h>
#include <zlib.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/reader.h"

enum {
    FLAG_HEADER_CRC = 2,
    FLAG_EXTRA = 4,
    FLAG_NAME = 8,
    FLAG_COMMENT = 16,
    FLAGS_KNOWN = 31,
    NAME_LIMIT = 4096,
    BLOCK = 65536
};

struct fovea__gz {
    fovea_context *context;
    fovea__reader reader;
    z_stream stream;
    uint64_t limit, total;
    uint32_t member_crc, member_size;  // size modulo 2^32, as the trailer holds it
    bool in_member, ended;
    fovea_status failed;  // the first failure of the stream: it is over then
};

bool fovea__gz_is(const uint8_t *bytes, size_t size) {
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

static voidpf take_memory(voidpf context, uInt count, uInt size) {
    return fovea__new(context, count, size, NULL);
}

static void give_memory(voidpf context, voidpf memory) {
    fovea__free(context, memory);
}

fovea_status fovea__gz_open(fovea_context *context, const uint8_t *bytes, size_t size,
                            const char *name, uint64_t limit, fovea__gz **gz, fovea_error *error) {
    *gz = NULL;
    fovea__gz *made = fovea__new(context, 1, sizeof *made, error);
    if (made == NULL) return FOVEA_OUT_OF_MEMORY;
    made->context = context;
    made->reader = fovea__reader_over(bytes, size, name);
    made->limit = limit;
    made->stream.zalloc = take_memory;
    made->stream.zfree = give_memory;
    made->stream.opaque = context;
    // Raw deflate: header and trailer are read here, where positions are known.
    if (inflateInit2(&made->stream, -15) != Z_OK) {
        fovea__free(context, made);
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "%s: no memory to inflate it", name);
    }
    *gz = made;
    return FOVEA_OK;
}

void fovea__gz_close(fovea__gz *gz) {
    if (gz == NULL) return;
    inflateEnd(&gz->stream);
    fovea__free(gz->context, gz);
}

static fovea_status skip_text(fovea__reader *reader, const char *what, fovea_error *error) {
    uint8_t byte;
    for (int i = 0; i <= NAME_LIMIT; i++) {
        FOVEA__TRY(fovea__take_u8(reader, what, &byte, error));
        if (byte == 0) return FOVEA_OK;
    }
    return fovea__reader_fail(reader, error, "the %s is longer than %d bytes", what, NAME_LIMIT);
}

static fovea_status check_header_crc(fovea__reader *reader, const uint8_t *header,
                                     fovea_error *error) {
    const uint32_t found = (uint32_t)crc32(0, header, (uInt)(reader->at - header)) & 0xffff;
    uint16_t stored;
    FOVEA__TRY(fovea__take_u16_le(reader, "gzip header checksum", &stored, error));
    if (found == stored) return FOVEA_OK;
    return fovea__reader_fail(reader, error,
                              "the gzip header has checksum %04" PRIx32 ", it says %04x", found,
                              (unsigned)stored);
}

// One member header: 1f 8b, method, flags, time (4), extra flags, system, then what the flags
// announce.
static fovea_status read_header(fovea__reader *reader, fovea_error *error) {
    const uint8_t *fixed, *extra;
    uint16_t extra_size;
    FOVEA__TRY(fovea__take_bytes(reader, "gzip header", 10, &fixed, error));
    if (!fovea__gz_is(fixed, 10)) {
        reader->at = fixed;
        return fovea__reader_fail(reader, error,
                                  "a gzip member begins with 1f 8b, here stands %02x %02x",
                                  fixed[0], fixed[1]);
    }
    const uint8_t flags = fixed[3];
    if (fixed[2] != Z_DEFLATED || (flags & ~FLAGS_KNOWN) != 0) {
        return fovea__reader_fail(reader, error,
                                  "gzip method %d with flags %02x is not known (method 8, flags "
                                  "up to 1f are)",
                                  fixed[2], flags);
    }
    if (flags & FLAG_EXTRA) {
        FOVEA__TRY(fovea__take_u16_le(reader, "gzip extra field size", &extra_size, error));
        FOVEA__TRY(fovea__take_bytes(reader, "gzip extra field", extra_size, &extra, error));
    }
    if (flags & FLAG_NAME) FOVEA__TRY(skip_text(reader, "gzip file name", error));
    if (flags & FLAG_COMMENT) FOVEA__TRY(skip_text(reader, "gzip comment", error));
    if (flags & FLAG_HEADER_CRC) FOVEA__TRY(check_header_crc(reader, fixed, error));
    return FOVEA_OK;
}

static fovea_status begin_member(fovea__gz *gz, fovea_error *error) {
    FOVEA__TRY(read_header(&gz->reader, error));
    inflateReset(&gz->stream);
    gz->member_crc = (uint32_t)crc32(0, NULL, 0);
    gz->member_size = 0;
    gz->in_member = true;
    return FOVEA_OK;
}

static fovea_status end_member(fovea__gz *gz, fovea_error *error) {
    uint32_t crc, length;
    FOVEA__TRY(fovea__take_u32_le(&gz->reader, "gzip checksum", &crc, error));
    if (crc != gz->member_crc) {
        return fovea__reader_fail(&gz->reader, error,
                                  "the content has CRC-32 %08" PRIx32 ", the file says %08" PRIx32
                                  ": it is damaged",
                                  gz->member_crc, crc);
    }
    FOVEA__TRY(fovea__take_u32_le(&gz->reader, "gzip content length", &length, error));
    if (length != gz->member_size) {
        return fovea__reader_fail(&gz->reader, error,
                                  "the content has %" PRIu32
                                  " bytes (modulo 2^32), the file says "
                                  "%" PRIu32,
                                  gz->member_size, length);
    }
    gz->in_member = false;
    gz->ended = fovea__reader_left(&gz->reader) == 0;
    return FOVEA_OK;
}

static fovea_status inflate_failure(fovea__gz *gz, int code, fovea_error *error) {
    if (code == Z_MEM_ERROR) {
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY, "%s: no memory to inflate it",
                           gz->reader.name);
    }
    if (fovea__reader_left(&gz->reader) == 0) {
        return fovea__reader_fail(&gz->reader, error, "the gzip data ends too early");
    }
    return fovea__reader_fail(&gz->reader, error, "the gzip data is damaged (%s)",
                              gz->stream.msg != NULL ? gz->stream.msg : "no progress");
}

// Inflates into at most `capacity` bytes of the current member and moves reader, sums and total on.
static fovea_status inflate_some(fovea__gz *gz, uint8_t *dst, size_t capacity, size_t *count,
                                 fovea_error *error) {
    const size_t left = fovea__reader_left(&gz->reader);
    gz->stream.next_in = (Bytef *)(uintptr_t)gz->reader.at;
    gz->stream.avail_in = left > INT_MAX ? INT_MAX : (uInt)left;
    gz->stream.next_out = dst;
    gz->stream.avail_out = capacity > INT_MAX ? INT_MAX : (uInt)capacity;
    const uInt room = gz->stream.avail_out;
    const int code = inflate(&gz->stream, Z_NO_FLUSH);
    gz->reader.at = gz->stream.next_in;
    *count = room - gz->stream.avail_out;
    if (code != Z_OK && code != Z_STREAM_END) return inflate_failure(gz, code, error);
    gz->member_crc = (uint32_t)crc32(gz->member_crc, dst, (uInt)*count);
    gz->member_size += (uint32_t)*count;
    gz->total += *count;
    if (gz->total > gz->limit) {
        return fovea__reader_fail(&gz->reader, error,
                                  "more than the %" PRIu64 " bytes allowed come out of it",
                                  gz->limit);
    }
    return code == Z_STREAM_END ? end_member(gz, error) : FOVEA_OK;
}

fovea_status fovea__gz_read(fovea__gz *gz, uint8_t *dst, size_t capacity, size_t *count,
                            fovea_error *error) {
    *count = 0;
    if (gz->failed != FOVEA_OK) {
        return fovea__fail(error, gz->failed, "%s: inflating it failed before", gz->reader.name);
    }
    fovea_status status = FOVEA_OK;
    while (status == FOVEA_OK && *count < capacity && !gz->ended) {
        size_t some = 0;
        if (!gz->in_member) {
            status = begin_member(gz, error);
        } else {
            status = inflate_some(gz, dst + *count, capacity - *count, &some, error);
        }
        *count += some;
    }
    gz->failed = status;
    return status;
}

// Runs through the whole file in one small block.
static fovea_status count_content(fovea_context *context, const uint8_t *bytes, size_t size,
                                  const char *name, uint64_t limit, uint64_t *total,
                                  fovea_error *error) {
    fovea_status status;
    fovea__gz *gz = NULL;
    size_t got = 0;
    uint8_t *block = fovea__new(context, 1, BLOCK, error);
    if (block == NULL) return FOVEA_OUT_OF_MEMORY;
    FOVEA__GO(fovea__gz_open(context, bytes, size, name, limit, &gz, error));
    do {
        FOVEA__GO(fovea__gz_read(gz, block, BLOCK, &got, error));
    } while (got == BLOCK);
    *total = gz->total;
done:
    fovea__gz_close(gz);
    fovea__free(context, block);
    return status;
}

// One pass into memory of the right size. Reading one byte more than expected reaches the end of
// the stream, and with it the checksums.
static fovea_status fill(fovea_context *context, const uint8_t *bytes, size_t size,
                         const char *name, size_t expected, fovea__bytes *inflated,
                         fovea_error *error) {
    fovea_status status;
    fovea__gz *gz = NULL;
    size_t got = 0;
    uint8_t *data = fovea__new(context, expected + 1, 1, error);
    if (data == NULL) return FOVEA_OUT_OF_MEMORY;
    FOVEA__GO(fovea__gz_open(context, bytes, size, name, expected, &gz, error));
    FOVEA__GO(fovea__gz_read(gz, data, expected + 1, &got, error));
    if (got != expected) {
        status = fovea__reader_fail(&gz->reader, error,
                                    "%zu bytes come out of it, %zu were expected", got, expected);
        goto done;
    }
    *inflated = (fovea__bytes){data, expected};
    data = NULL;
done:
    fovea__gz_close(gz);
    fovea__free(context, data);
    return status;
}

fovea_status fovea__gz_inflate(fovea_context *context, const uint8_t *bytes, size_t size,
                               const char *name, uint64_t limit, fovea__bytes *inflated,
                               fovea_error *error) {
    uint64_t total = 0;
    *inflated = (fovea__bytes){0};
    FOVEA__TRY(count_content(context, bytes, size, name, limit, &total, error));
    return fill(context, bytes, size, name, (size_t)total, inflated, error);
}

fovea_status fovea__gz_inflate_exactly(fovea_context *context, const uint8_t *bytes, size_t size,
                                       const char *name, uint64_t expected, fovea__bytes *inflated,
                                       fovea_error *error) {
    const uint64_t plausible = (UINT64_C(64) << 20) + 32 * (uint64_t)size;
    uint64_t total = expected;
    *inflated = (fovea__bytes){0};
    if (expected >= SIZE_MAX) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1,
                              "%" PRIu64 " bytes do not fit into memory", expected);
    }
    if (expected > plausible) {
        FOVEA__TRY(count_content(context, bytes, size, name, expected, &total, error));
        if (total != expected) {
            return fovea__fail_at(error, FOVEA_BAD_FILE, name, (int64_t)size,
                                  "%" PRIu64 " bytes come out of it, %" PRIu64 " were expected",
                                  total, expected);
        }
    }
    return fill(context, bytes, size, name, (size_t)expected, inflated, error);
}
