// SPDX-License-Identifier: MIT
// Filters of a file of weights alone: its tensors of rank 3 to 5 are taken for convolutions'.
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "figures/filter_list.h"

enum { WORD = 300 };

typedef struct job {
    fovea_context *context;
    const fovea_tensor_file *file;
    const fovea_filters_options *options;
    fovea__filter_list *list;
    fovea_error *error;
    bool *chosen;  // by position in the file
    int32_t count;
} job;

static fovea_shape shape_at(const job *j, int32_t index) {
    return fovea_tensor_file_get(j->file, index).view.shape;
}

static bool has_rank(const job *j, int32_t index, int32_t low, int32_t high) {
    fovea_shape shape = shape_at(j, index);
    return shape.rank >= low && shape.rank <= high && fovea_shape_count(&shape) > 0;
}

static int32_t choose_ranks(job *j, int32_t low, int32_t high) {
    int32_t found = 0;
    for (int32_t i = 0; i < j->count; i++)
        if (has_rank(j, i, low, high)) found += j->chosen[i] = true;
    return found;
}

// "conv1" means conv1.weight, too.
static bool matches(const char *word, const char *name) {
    char longer[WORD + 16];
    snprintf(longer, sizeof longer, "%s.weight", word);
    return fnmatch(word, name, 0) == 0 || fnmatch(longer, name, 0) == 0;
}

static bool choose_number(job *j, int64_t number) {
    for (int32_t i = 0; i < j->count; i++)
        if (has_rank(j, i, 3, 5) && --number == 0) return j->chosen[i] = true;
    return false;
}

static fovea_status refuse(const job *j, const char *word) {
    const char **names = fovea__new(j->context, (size_t)j->count, sizeof *names, j->error);
    if (!names) return FOVEA_OUT_OF_MEMORY;
    size_t count = 0;
    for (int32_t i = 0; i < j->count; i++)
        if (has_rank(j, i, 2, 5)) names[count++] = fovea_tensor_file_get(j->file, i).name;
    const char *near = fovea__nearest(word, names, count);
    fovea_status status = fovea__fail(
        j->error, FOVEA_INVALID_ARGUMENT,
        "no tensor of rank 2 to 5 is called '%.100s'%s%.260s%s; fovea summary lists them", word,
        near ? "; did you mean '" : "", near ? near : "", near ? "'" : "");
    fovea__free(j->context, names);
    return status;
}

static fovea_status choose_word(job *j, const char *word) {
    int64_t number;
    bool found = false;
    if (strcmp(word, "all") == 0) found = choose_ranks(j, 2, 5) > 0;
    if (fovea__parse_i64(word, &number) && number > 0) found = choose_number(j, number);
    for (int32_t i = 0; i < j->count; i++)
        if (has_rank(j, i, 2, 5) && matches(word, fovea_tensor_file_get(j->file, i).name))
            found = j->chosen[i] = true;
    return found ? FOVEA_OK : refuse(j, word);
}

static fovea_status choose(job *j) {
    const char *at = j->options->layer;
    if (!at) {
        if (choose_ranks(j, 3, 5) > 0 || choose_ranks(j, 2, 2) > 0) return FOVEA_OK;
        return fovea__fail(j->error, FOVEA_INVALID_ARGUMENT,
                           "the file has no tensor of rank 2 to 5");
    }
    for (;; at++) {
        char word[WORD];
        size_t length = strcspn(at, ",");
        snprintf(word, sizeof word, "%.*s", (int)(length < WORD ? length : WORD - 1), at);
        FOVEA__TRY(choose_word(j, word));
        at += length;
        if (!*at) return FOVEA_OK;
    }
}

static fovea_status read_chosen(job *j) {
    size_t count = 0;
    for (int32_t i = 0; i < j->count; i++) count += j->chosen[i];
    j->list->layer = fovea__new(j->context, count, sizeof *j->list->layer, j->error);
    if (!j->list->layer) return FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < j->count; i++) {
        if (!j->chosen[i]) continue;
        fovea_named_tensor tensor = fovea_tensor_file_get(j->file, i);
        fovea__filter_weights *w = &j->list->layer[j->list->count];
        FOVEA__TRY(fovea__filter_weights_of_tensor(j->context, &tensor, i, w, j->error));
        j->list->count++;
        FOVEA__TRY(fovea__filter_channel_check(w, j->options->channel, j->error));
    }
    return FOVEA_OK;
}

static fovea_status make_list(fovea_context *context, const fovea_tensor_file *file,
                              const fovea_filters_options *options, fovea_filters_options *checked,
                              fovea__filter_list *list, fovea_error *error) {
    *list = (fovea__filter_list){0};
    FOVEA__TRY(fovea__filter_options_check(options, checked, error));
    job j = {context, file, checked, list, error, NULL, fovea_tensor_file_count(file)};
    j.chosen = fovea__new(context, (size_t)j.count, sizeof *j.chosen, error);
    if (!j.chosen) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = choose(&j);
    if (status == FOVEA_OK) status = read_chosen(&j);
    fovea__free(context, j.chosen);
    if (status != FOVEA_OK) fovea__filter_list_free(context, list);
    return status;
}

// The first convolution of three channels sees a picture's.
static int32_t find_rgb(const fovea_tensor_file *file) {
    for (int32_t i = 0; i < fovea_tensor_file_count(file); i++) {
        fovea_shape shape = fovea_tensor_file_get(file, i).view.shape;
        if (shape.rank == 4) return shape.dim[1] == 3 ? i : -1;
    }
    return -1;
}

fovea_status fovea_figure_tensor_filters(fovea_context *context, const fovea_tensor_file *file,
                                         const fovea_filters_options *options,
                                         fovea_figure **figure, fovea_error *error) {
    fovea__filter_list list;
    fovea_filters_options checked;
    FOVEA__TRY(make_list(context, file, options, &checked, &list, error));
    fovea_status status =
        fovea__filter_list_figure(context, &list, &checked, find_rgb(file), figure, error);
    fovea__filter_list_free(context, &list);
    return status;
}

fovea_status fovea_tensor_filters_text(fovea_context *context, const fovea_tensor_file *file,
                                       const fovea_filters_options *options, char **text,
                                       fovea_error *error) {
    fovea__filter_list list;
    fovea_filters_options checked;
    FOVEA__TRY(make_list(context, file, options, &checked, &list, error));
    fovea_status status = fovea__filter_list_text(context, &list, checked.channel, text, error);
    fovea__filter_list_free(context, &list);
    return status;
}

fovea_status fovea_tensor_filters_layers(fovea_context *context, const fovea_tensor_file *file,
                                         const fovea_filters_options *options,
                                         fovea_filter_layer **layers, int32_t *count,
                                         fovea_error *error) {
    fovea__filter_list list;
    fovea_filters_options checked;
    FOVEA__TRY(make_list(context, file, options, &checked, &list, error));
    fovea_status status = fovea__filter_list_layers(context, &list, layers, count, error);
    fovea__filter_list_free(context, &list);
    return status;
}

fovea_status fovea_tensor_filters_save(fovea_context *context, const fovea_tensor_file *file,
                                       const fovea_filters_options *options, const char *path,
                                       fovea_error *error) {
    fovea__filter_list list;
    fovea_filters_options checked;
    FOVEA__TRY(make_list(context, file, options, &checked, &list, error));
    fovea_status status = fovea__filter_list_save(context, &list, path, error);
    fovea__filter_list_free(context, &list);
    return status;
}
