// SPDX-License-Identifier: MIT
// The report's page while it is written: its sections append to one text, whose first failure is
// kept.
#ifndef FOVEA_REPORT_PAGE_H
#define FOVEA_REPORT_PAGE_H

#include <stdbool.h>

#include "base/text.h"
#include "fovea/report.h"

typedef struct fovea__page {
    fovea_context *context;
    const fovea_report_options *options;
    const fovea_graph *graph;
    const fovea_summary *summary;
    const fovea_answers *answers;  // NULL without a test set
    fovea_figure *reasons;         // NULL: no mistakes, or a net that cannot be explained
    char title[320];
    fovea__text text;
    fovea_error *error;
} fovea__page;

void fovea__page_style(fovea__text *text);

// Text with markup's signs as entities, printf style.
void fovea__page_put(fovea__page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// As it stands.
void fovea__page_raw(fovea__page *page, const char *markup);
// <h2 id="ID">TITLE</h2>
void fovea__page_heading(fovea__page *page, const char *id, const char *title);

// Head of the file, title, a sentence, the numbers that matter and the contents.
void fovea__page_begin(fovea__page *page);
void fovea__page_net(fovea__page *page);
fovea_status fovea__page_facts(fovea__page *page);
void fovea__page_history(fovea__page *page);
void fovea__page_end(fovea__page *page);

fovea_status fovea__page_diagram(fovea__page *page);
fovea_status fovea__page_curves(fovea__page *page);
fovea_status fovea__page_confusion(fovea__page *page);
// Makes page->reasons; the section uses it up.
fovea_status fovea__page_make_reasons(fovea__page *page);
fovea_status fovea__page_reasons(fovea__page *page);
fovea_status fovea__page_filters(fovea__page *page);
fovea_status fovea__page_maps(fovea__page *page);
fovea_status fovea__page_mistakes(fovea__page *page);

// Draws a figure that this uses up, below the heading `title` (NULL: none); `status` is that of making
// it.
fovea_status fovea__page_figure(fovea__page *page, const char *title, fovea_status status,
                                fovea_figure *figure);

// Which sections there are.
bool fovea__page_has_filters(const fovea__page *page);

#endif
