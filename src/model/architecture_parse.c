// SPDX-License-Identifier: MIT
// Architecture text to layers: commas separate layers, blanks separate words, a word is the layer's
// name, a size, key=value, or "as" with the label behind it.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/architecture.h"
#include "model/architecture_value.h"

enum { WORD = 64 };  // bytes of a word that messages show

typedef struct parser {
    fovea__architecture *layers;
    const char *text;
    int32_t at, end;
} parser;

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The next word of this layer; false at the comma or the end.
static bool next_word(parser *p, fovea__span *word) {
    while (p->at < p->end && is_blank(p->text[p->at])) p->at++;
    *word = (fovea__span){p->at, 0};
    while (p->at < p->end && !is_blank(p->text[p->at]) && p->text[p->at] != ',') p->at++;
    word->length = p->at - word->at;
    return word->length > 0;
}

static bool word_is(const parser *p, fovea__span word, const char *text) {
    return (size_t)word.length == strlen(text) &&
           memcmp(p->text + word.at, text, strlen(text)) == 0;
}

static fovea_status unknown_layer(const parser *p, fovea__span span, const char *word,
                                  fovea_error *error) {
    size_t count;
    const fovea__layer_kind *kinds = fovea__layer_kinds(&count);
    const char *names[64];
    for (size_t i = 0; i < count; i++) names[i] = kinds[i].text;
    const char *near = fovea__nearest(word, names, count);
    if (near)
        return fovea__architecture_fail(p->layers, span, error,
                                        "unknown layer '%s'; did you mean '%s'?", word, near);
    return fovea__architecture_fail(p->layers, span, error,
                                    "unknown layer '%s'; `fovea describe` lists the layers", word);
}

static fovea_status unknown_key(const parser *p, const fovea__layer *layer, fovea__span span,
                                const char *word, fovea_error *error) {
    const fovea__key_info *infos = fovea__key_infos();
    const char *names[FOVEA__KEY_COUNT];
    size_t count = 0;
    for (int key = 0; key < FOVEA__KEY_COUNT; key++)
        if (layer->kind->keys >> key & 1) names[count++] = infos[key].name;
    const char *near = fovea__nearest(word, names, count);
    if (near)
        return fovea__architecture_fail(p->layers, span, error,
                                        "%s has no key '%s'; did you mean '%s'?", layer->kind->text,
                                        word, near);
    return fovea__architecture_fail(p->layers, span, error, "%s has no key '%s'", layer->kind->text,
                                    word);
}

static fovea_status add_value(parser *p, fovea__layer *layer, fovea__key key, fovea__span span,
                              fovea_error *error) {
    fovea__architecture *layers = p->layers;
    const char *name = fovea__key_infos()[key].name;
    if (layer->given >> key & 1)
        return fovea__architecture_fail(layers, span, error, "%s of %s is given twice", name,
                                        layer->kind->text);
    layer->given |= 1u << key;
    fovea__layer_value *grown =
        fovea__grow(layers->context, layers->value, layers->value_count, &layers->value_capacity,
                    layers->value_count + 1, sizeof *grown, error);
    if (!grown) return FOVEA_OUT_OF_MEMORY;
    layers->value = grown;
    fovea__layer_value *value = &grown[layers->value_count];
    FOVEA__TRY(fovea__architecture_value(layers, layer->kind->text, key, span, value, error));
    layers->value_count++;
    return FOVEA_OK;
}

static fovea_status keyed_value(parser *p, fovea__layer *layer, fovea__span word, int32_t equals,
                                fovea_error *error) {
    fovea__span left = {word.at, equals}, right = {word.at + equals + 1, word.length - equals - 1};
    char name[WORD];
    fovea__architecture_word(p->layers, left, name, sizeof name);
    fovea__key key = fovea__key_find(name);
    if (key == FOVEA__KEY_COUNT || !(layer->kind->keys >> key & 1))
        return unknown_key(p, layer, left, name, error);
    return add_value(p, layer, key, right, error);
}

static fovea_status label_word(parser *p, fovea__layer *layer, fovea__span word,
                               fovea_error *error) {
    if (word.length > 128)
        return fovea__architecture_fail(p->layers, word, error,
                                        "a label has at most 128 bytes, this one %d", word.length);
    if (layer->label_count == layer->kind->labels_most)
        return fovea__architecture_fail(p->layers, word, error, "%s takes %d label%s at most",
                                        layer->kind->text, layer->kind->labels_most,
                                        layer->kind->labels_most == 1 ? "" : "s");
    layer->labels[layer->label_count++] = word;
    return FOVEA_OK;
}

// "as L" behind a layer.
static fovea_status label_suffix(parser *p, fovea__layer *layer, fovea__span as,
                                 fovea_error *error) {
    fovea__span extra;
    if (!next_word(p, &layer->label))
        return fovea__architecture_fail(p->layers, as, error, "'as' wants a label behind it");
    if (layer->label.length > 128)
        return fovea__architecture_fail(p->layers, layer->label, error,
                                        "a label has at most 128 bytes, this one %d",
                                        layer->label.length);
    if (next_word(p, &extra))
        return fovea__architecture_fail(p->layers, extra, error,
                                        "nothing may stand behind 'as' and its label; is a comma "
                                        "missing?");
    return FOVEA_OK;
}

static fovea_status too_many(const parser *p, const fovea__layer *layer, fovea__span word,
                             fovea_error *error) {
    char text[WORD];
    int32_t rank;
    fovea__architecture_word(p->layers, word, text, sizeof text);
    if (fovea__layer_kind_find(text, &rank))
        return fovea__architecture_fail(p->layers, word, error, "a comma is missing before '%s'",
                                        text);
    return fovea__architecture_fail(p->layers, word, error,
                                    "'%s' is one value too many for %s (example: %s)", text,
                                    layer->kind->text, layer->kind->example);
}

static fovea_status layer_words(parser *p, fovea__layer *layer, fovea_error *error) {
    fovea__span word;
    int32_t position = 0;
    while (next_word(p, &word)) {
        const char *equals = memchr(p->text + word.at, '=', (size_t)word.length);
        if (equals) {
            FOVEA__TRY(keyed_value(p, layer, word, (int32_t)(equals - p->text) - word.at, error));
        } else if (layer->kind->op && word_is(p, word, "as")) {
            FOVEA__TRY(label_suffix(p, layer, word, error));
        } else if (layer->kind->labels_most > 0) {
            FOVEA__TRY(label_word(p, layer, word, error));
        } else if (position < 3 && layer->kind->position[position] != FOVEA__KEY_COUNT) {
            FOVEA__TRY(add_value(p, layer, layer->kind->position[position++], word, error));
        } else {
            return too_many(p, layer, word, error);
        }
    }
    return FOVEA_OK;
}

static fovea_status check_complete(const parser *p, const fovea__layer *layer, fovea_error *error) {
    const fovea__layer_kind *kind = layer->kind;
    for (int i = 0; i < kind->required; i++)
        if (!(layer->given >> kind->position[i] & 1))
            return fovea__architecture_fail(
                p->layers, layer->span, error, "%s wants its %s (example: %s)", kind->text,
                fovea__key_infos()[kind->position[i]].name, kind->example);
    if (layer->label_count < kind->labels_least)
        return fovea__architecture_fail(p->layers, layer->span, error,
                                        "%s wants a label behind it (example: %s)", kind->text,
                                        kind->example);
    return FOVEA_OK;
}

static fovea_status parse_layer(parser *p, fovea_error *error) {
    fovea__architecture *layers = p->layers;
    fovea__span word;
    if (!next_word(p, &word))
        return fovea__architecture_fail(layers, word, error,
                                        layers->count == 0 && p->at == p->end
                                            ? "the text is empty"
                                            : "a layer is missing here");
    if (layers->count == FOVEA__MAX_LAYERS)
        return fovea__architecture_fail(layers, word, error, "more than %d layers",
                                        FOVEA__MAX_LAYERS);
    fovea__layer *grown = fovea__grow(layers->context, layers->layer, layers->count,
                                      &layers->capacity, layers->count + 1, sizeof *grown, error);
    if (!grown) return FOVEA_OUT_OF_MEMORY;
    layers->layer = grown;
    char name[WORD];
    fovea__layer layer = {.span = word, .value_begin = layers->value_count};
    fovea__architecture_word(layers, word, name, sizeof name);
    layer.kind = fovea__layer_kind_find(name, &layer.rank);
    if (!layer.kind) return unknown_layer(p, word, name, error);
    FOVEA__TRY(layer_words(p, &layer, error));
    FOVEA__TRY(check_complete(p, &layer, error));
    layer.value_end = layers->value_count;
    grown[layers->count++] = layer;
    return FOVEA_OK;
}

static fovea_status check_text(const char *text, size_t length, fovea_error *error) {
    if (length > FOVEA__MAX_TEXT)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the architecture text is longer than %zu bytes", FOVEA__MAX_TEXT);
    if (!fovea__is_utf8(text, length))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the architecture text is not UTF-8");
    for (size_t i = 0; i < length; i++)
        if (((unsigned char)text[i] < 32 && !is_blank(text[i])) || text[i] == 127)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "the architecture text has a control character at byte %zu", i);
    return FOVEA_OK;
}

fovea_status fovea__architecture_parse(fovea_context *context, const char *text,
                                       fovea__architecture **layers, fovea_error *error) {
    *layers = NULL;
    size_t length = strnlen(text, FOVEA__MAX_TEXT + 1);
    FOVEA__TRY(check_text(text, length, error));
    if (memcmp(text, "\xEF\xBB\xBF", length < 3 ? length : 3) == 0 && length >= 3) {
        text += 3;
        length -= 3;
    }
    fovea__architecture *result = fovea__new(context, 1, sizeof *result, error);
    if (!result) return FOVEA_OUT_OF_MEMORY;
    result->context = context;
    result->text = fovea__copy_text_n(context, text, length, error);
    fovea_status status = result->text ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    parser p = {result, result->text, 0, (int32_t)length};
    while (status == FOVEA_OK) {
        status = parse_layer(&p, error);
        if (p.at == p.end) break;
        p.at++;  // the comma
    }
    if (status != FOVEA_OK) {
        fovea__architecture_free(result);
        return status;
    }
    *layers = result;
    return FOVEA_OK;
}
