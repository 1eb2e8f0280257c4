// SPDX-License-Identifier: MIT
// The report: options, the order of its sections, the file.
#include "report/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/format_text.h"
#include "base/memory.h"

void fovea_report_options_default(fovea_report_options *options) {
    *options = (fovea_report_options){
        .size = sizeof *options, .picture = -1, .mistakes = 20, .reasons = 6};
}

void fovea__page_put(fovea__page *page, const char *format, ...) {
    char text[1200];
    va_list list;
    va_start(list, format);
    fovea__format_list(text, sizeof text, format, list);
    va_end(list);
    fovea__text_markup(&page->text, text);
}

void fovea__page_raw(fovea__page *page, const char *markup) {
    fovea__text_add(&page->text, markup);
}

void fovea__page_heading(fovea__page *page, const char *id, const char *title) {
    fovea__text_format(&page->text, "<h2 id=\"%s\">", id);
    fovea__text_markup(&page->text, title);
    fovea__text_add(&page->text, "</h2>\n");
}

static fovea_status check(const fovea_report_options *options, fovea_error *error) {
    if (!options || options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_report_options: size is %zu, not %zu; fill it with "
                           "fovea_report_options_default",
                           options ? options->size : 0, sizeof *options);
    if (!options->model)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a report needs a model");
    if (options->mistakes < 1)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a report shows at least 1 mistake, not %d", options->mistakes);
    if (options->reasons < 0 || options->reasons > 64)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a report explains 0 to 64 cells of the matrix, not %d",
                           options->reasons);
    if (options->test && options->picture >= fovea_dataset_count(options->test))
        return fovea__fail(
            error, FOVEA_INVALID_ARGUMENT, "there is no picture %lld, the set has %lld",
            (long long)options->picture, (long long)fovea_dataset_count(options->test));
    return FOVEA_OK;
}

// A long architecture text is no title.
static void make_title(fovea__page *page) {
    const fovea_report_options *o = page->options;
    const fovea_dataset *set = o->training ? o->training : o->test;
    const char *net = fovea_model_architecture(o->model);
    if (!*net || strlen(net) > 40 || strchr(net, ',')) net = "A network";
    if (o->title)
        snprintf(page->title, sizeof page->title, "%.300s", o->title);
    else if (set)
        snprintf(page->title, sizeof page->title, "%s on %.200s", net, fovea_dataset_name(set));
    else
        snprintf(page->title, sizeof page->title, "%s", net);
}

static fovea_status write_sections(fovea__page *page) {
    FOVEA__TRY(fovea__page_make_reasons(page));
    fovea__page_begin(page);
    FOVEA__TRY(fovea__page_diagram(page));
    if (page->options->history_count > 0) {
        FOVEA__TRY(fovea__page_curves(page));
        fovea__page_history(page);
    }
    if (page->answers) {
        FOVEA__TRY(fovea__page_confusion(page));
        FOVEA__TRY(fovea__page_reasons(page));
    }
    if (fovea__page_has_filters(page)) FOVEA__TRY(fovea__page_filters(page));
    if (page->answers) {
        FOVEA__TRY(fovea__page_maps(page));
        FOVEA__TRY(fovea__page_mistakes(page));
    }
    fovea__page_net(page);
    FOVEA__TRY(fovea__page_facts(page));
    fovea__page_end(page);
    return FOVEA_OK;
}

static fovea_status save(fovea__page *page, const char *path) {
    char *html;
    size_t length;
    FOVEA__TRY(fovea__text_take(&page->text, &html, &length, page->error));
    fovea_status status = fovea__file_save(page->context, path, html, length, page->error);
    fovea__free(page->context, html);
    return status;
}

fovea_status fovea_report_write(fovea_context *context, const fovea_report_options *options,
                                const char *path, fovea_error *error) {
    FOVEA__TRY(check(options, error));
    fovea_answers *answers = NULL;
    fovea_summary *summary = NULL;
    fovea__page page = {.context = context,
                        .options = options,
                        .graph = fovea_model_graph(options->model),
                        .answers = options->answers,
                        .text = fovea__text_begin(context),
                        .error = error};
    make_title(&page);
    fovea_status status = fovea_graph_summary(page.graph, 1, &summary, error);
    page.summary = summary;
    if (status == FOVEA_OK && options->test && !options->answers) {
        status = fovea_answers_create(options->model, options->test, 0, &answers, error);
        page.answers = answers;
    }
    if (!options->test) page.answers = NULL;
    if (status == FOVEA_OK) status = write_sections(&page);
    if (status == FOVEA_OK)
        status = save(&page, path);
    else
        fovea__text_discard(&page.text);
    fovea_figure_free(page.reasons);
    fovea_answers_free(answers);
    fovea_summary_free(summary);
    return status;
}
