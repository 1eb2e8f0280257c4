// SPDX-License-Identifier: MIT
#include "formats/npy_dictionary.h"

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"

enum { WORD_LIMIT = 32, SEEN_DESCR = 1, SEEN_FORTRAN = 2, SEEN_SHAPE = 4, SEEN_ALL = 7 };

static const fovea__npy_type types[] = {
    {"f4", FOVEA_F32, 4}, {"f8", FOVEA_F64, 8}, {"f2", FOVEA_F16, 2}, {"i8", FOVEA_I64, 8},
    {"i4", FOVEA_I32, 4}, {"i2", FOVEA_I16, 2}, {"i1", FOVEA_I8, 1},  {"u8", FOVEA_U64, 8},
    {"u4", FOVEA_U32, 4}, {"u2", FOVEA_U16, 2}, {"u1", FOVEA_U8, 1},  {"b1", FOVEA_BOOL, 1},
};

const fovea__npy_type *fovea__npy_type_of(fovea_type type) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (types[i].type == type) return &types[i];
    }
    return NULL;
}

static void skip_blanks(fovea__reader *reader) {
    while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t')) reader->at++;
}

// The next byte after blanks without taking it; 0 at the end.
static uint8_t peek(fovea__reader *reader) {
    skip_blanks(reader);
    return reader->at < reader->end ? *reader->at : 0;
}

static fovea_status expect(fovea__reader *reader, char byte, fovea_error *error) {
    if (peek(reader) == (uint8_t)byte) {
        reader->at++;
        return FOVEA_OK;
    }
    return fovea__reader_fail(reader, error, "the .npy header should have '%c' here", byte);
}

// A string in single or double quotes, printable ASCII without escapes.
static fovea_status take_string(fovea__reader *reader, const char *what, char word[WORD_LIMIT],
                                fovea_error *error) {
    const uint8_t quote = peek(reader);
    size_t length = 0;
    if (quote != '\'' && quote != '"') {
        return fovea__reader_fail(reader, error, "the %s should be a string in quotes", what);
    }
    reader->at++;
    for (;;) {
        uint8_t byte;
        FOVEA__TRY(fovea__take_u8(reader, what, &byte, error));
        if (byte == quote) break;
        if (byte < 0x20 || byte > 0x7e || byte == '\\' || length == WORD_LIMIT - 1) {
            return fovea__reader_fail(reader, error, "the %s is not a string of at most %d letters",
                                      what, WORD_LIMIT - 1);
        }
        word[length++] = (char)byte;
    }
    word[length] = '\0';
    return FOVEA_OK;
}

static fovea_status refuse_type(const fovea__reader *reader, const char *descr,
                                fovea_error *error) {
    const char kind = descr[0] != '\0' ? descr[1] : '\0';
    const char *meaning = kind == 'O'                  ? ": Python objects"
                          : kind == 'c'                ? ": complex numbers"
                          : kind == 'U' || kind == 'S' ? ": text"
                          : kind == 'V'                ? ": records"
                                                       : "";
    return fovea__reader_fail(reader, error,
                              "arrays of type '%s'%s are not read; f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 "
                              "u8 and b1 are, with < or > before them (| for one byte)",
                              descr, meaning);
}

static fovea_status take_descr(fovea__reader *reader, fovea__npy_dictionary *dictionary,
                               fovea_error *error) {
    char descr[WORD_LIMIT];
    if (peek(reader) == '[' || peek(reader) == '(') {
        return fovea__reader_fail(reader, error, "arrays of records (a list as type) are not read");
    }
    FOVEA__TRY(take_string(reader, "type ('descr')", descr, error));
    for (size_t i = 0; descr[0] != '\0' && i < sizeof types / sizeof *types; i++) {
        if (strcmp(descr + 1, types[i].code) != 0) continue;
        const bool little = descr[0] == '<', big = descr[0] == '>';
        if (!little && !big && (descr[0] != '|' || types[i].size > 1)) break;
        dictionary->type = types[i].type;
        dictionary->swapped =
            types[i].size > 1 && big == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
        return FOVEA_OK;
    }
    return refuse_type(reader, descr, error);
}

static bool take_word(fovea__reader *reader, const char *word) {
    const size_t length = strlen(word);
    skip_blanks(reader);
    if (fovea__reader_left(reader) < length || memcmp(reader->at, word, length) != 0) return false;
    reader->at += length;
    return true;
}

static fovea_status take_fortran(fovea__reader *reader, fovea__npy_dictionary *dictionary,
                                 fovea_error *error) {
    dictionary->fortran = take_word(reader, "True");
    if (dictionary->fortran || take_word(reader, "False")) return FOVEA_OK;
    return fovea__reader_fail(reader, error, "'fortran_order' must be True or False");
}

static fovea_status take_dim(fovea__reader *reader, int64_t *dim, fovea_error *error) {
    const uint8_t first = peek(reader);
    int64_t value = 0;
    if (first < '0' || first > '9') {
        return fovea__reader_fail(reader, error,
                                  "a dimension must be a decimal number without sign");
    }
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
        value = value * 10 + (*reader->at - '0');
        if (value > INT32_MAX) {
            return fovea__reader_fail(reader, error, "a dimension is larger than %d", INT32_MAX);
        }
        reader->at++;
    }
    // Python 2 marked long numbers so.
    if (reader->at < reader->end && *reader->at == 'L') reader->at++;
    *dim = value;
    return FOVEA_OK;
}

// () or (3,) or (3, 4) or (3, 4,)
static fovea_status take_shape(fovea__reader *reader, fovea__npy_dictionary *dictionary,
                               fovea_error *error) {
    fovea_shape shape = {0};
    bool comma = true;
    FOVEA__TRY(expect(reader, '(', error));
    while (peek(reader) != ')') {
        if (!comma) FOVEA__TRY(expect(reader, ',', error));
        if (shape.rank == FOVEA_MAX_RANK) {
            return fovea__reader_fail(reader, error, "the array has more than %d dimensions",
                                      FOVEA_MAX_RANK);
        }
        FOVEA__TRY(take_dim(reader, &shape.dim[shape.rank++], error));
        comma = peek(reader) == ',';
        if (comma) reader->at++;
    }
    if (shape.rank == 1 && !comma) {
        return fovea__reader_fail(reader, error,
                                  "'shape' must be a tuple: (3,) has its comma, (3) is a number");
    }
    dictionary->shape = shape;
    return expect(reader, ')', error);
}

static fovea_status take_entry(fovea__reader *reader, fovea__npy_dictionary *dictionary,
                               unsigned *seen, fovea_error *error) {
    char key[WORD_LIMIT];
    FOVEA__TRY(take_string(reader, "key", key, error));
    const unsigned bit = strcmp(key, "descr") == 0           ? SEEN_DESCR
                         : strcmp(key, "fortran_order") == 0 ? SEEN_FORTRAN
                         : strcmp(key, "shape") == 0         ? SEEN_SHAPE
                                                             : 0;
    if (bit == 0 || (*seen & bit) != 0) {
        return fovea__reader_fail(reader, error, "the .npy header has %s key '%s'",
                                  bit == 0 ? "the unknown" : "twice the", key);
    }
    *seen |= bit;
    FOVEA__TRY(expect(reader, ':', error));
    if (bit == SEEN_DESCR) return take_descr(reader, dictionary, error);
    if (bit == SEEN_FORTRAN) return take_fortran(reader, dictionary, error);
    return take_shape(reader, dictionary, error);
}

fovea_status fovea__npy_dictionary_parse(fovea__reader *reader, fovea__npy_dictionary *dictionary,
                                         fovea_error *error) {
    unsigned seen = 0;
    *dictionary = (fovea__npy_dictionary){0};
    FOVEA__TRY(expect(reader, '{', error));
    while (peek(reader) != '}') {
        FOVEA__TRY(take_entry(reader, dictionary, &seen, error));
        if (peek(reader) != '}') FOVEA__TRY(expect(reader, ',', error));
    }
    reader->at++;
    if (seen != SEEN_ALL) {
        return fovea__reader_fail(reader, error, "the .npy header lacks %s",
                                  !(seen & SEEN_DESCR)     ? "'descr'"
                                  : !(seen & SEEN_FORTRAN) ? "'fortran_order'"
                                                           : "'shape'");
    }
    skip_blanks(reader);
    if (fovea__reader_left(reader) == 1 && *reader->at == '\n') {
        reader->at++;
        return FOVEA_OK;
    }
    return fovea__reader_fail(reader, error,
                              "the .npy header must end with blanks and one line feed");
}
