// SPDX-License-Identifier: MIT
// The confusion matrix, and from its cells to the reasons.
#include <stdio.h>

#include "base/fail.h"
#include "draw/figure.h"
#include "figures/class_label.h"
#include "figures/confused_cells.h"
#include "fovea/heat_figures.h"
#include "report/page.h"

// Pixels from which one picture a cell is enough for a page that is to be sent around.
enum { LARGE_PICTURE = 96 * 96 };

fovea_status fovea__page_make_reasons(fovea__page *page) {
    fovea_reasons_options options;
    if (!page->answers || page->options->reasons == 0) return FOVEA_OK;
    if (!(fovea_answers_score(page->answers).accuracy < 1)) return FOVEA_OK;
    fovea_reasons_options_default(&options);
    options.cells = page->options->reasons;
    options.matrix = 0;
    fovea_shape shape = fovea_dataset_shape(page->options->test);
    if (shape.dim[1] * shape.dim[2] > LARGE_PICTURE) options.pictures = 1;
    fovea_error error;
    fovea_status status =
        fovea_figure_reasons(page->context, page->options->model, page->answers,
                             page->options->test, &options, &page->reasons, &error);
    // Nets that cannot be explained have a report all the same.
    if (status == FOVEA_UNSUPPORTED || status == FOVEA_INVALID_ARGUMENT ||
        status == FOVEA_SHAPE_MISMATCH)
        return FOVEA_OK;
    if (status != FOVEA_OK && page->error) *page->error = error;
    return status;
}

// The two classes most often taken for one another, with how often.
static fovea_status put_confused(fovea__page *page) {
    const fovea_dataset *set = page->options->test;
    fovea__confused cell;
    fovea__class_label a, b;
    int32_t count;
    FOVEA__TRY(
        fovea__confused_cells(page->context, page->answers, set, 1, &cell, &count, page->error));
    if (count)
        fovea__page_put(page, " The most frequent mistake: %.200s taken for %.200s, %lld times.",
                        fovea__class_name(set, cell.truth, a), fovea__class_name(set, cell.said, b),
                        (long long)cell.count);
    return FOVEA_OK;
}

fovea_status fovea__page_confusion(fovea__page *page) {
    fovea_figure *figure;
    const fovea_dataset *set = page->options->test;
    fovea__page_heading(page, "confusion", "Confusion matrix");
    fovea__page_raw(page,
                    "<p>Each row is a true class, each column an answer; the diagonal is right. "
                    "Recall is the share of a class that was found, precision the share of an "
                    "answer that was right.");
    FOVEA__TRY(put_confused(page));
    fovea__page_raw(page, "</p>\n");
    fovea__confused cells[FOVEA__MOST_CONFUSED];
    int32_t count;
    int32_t most = page->reasons ? page->options->reasons : 0;
    FOVEA__TRY(
        fovea__confused_cells(page->context, page->answers, set, most, cells, &count, page->error));
    fovea_status status = fovea__figure_confusion_linked(page->context, page->answers, set, cells,
                                                         count, &figure, page->error);
    return fovea__page_figure(page, NULL, status, figure);
}

fovea_status fovea__page_reasons(fovea__page *page) {
    fovea_figure *figure = page->reasons;
    if (!figure) return FOVEA_OK;
    page->reasons = NULL;
    fovea__page_heading(page, "reasons", "From mistakes to reasons");
    fovea__page_raw(page, "<p>");
    fovea__page_put(page, "%s", fovea__figure_subtitle(figure));
    fovea__page_raw(page, "</p>\n");
    return fovea__page_figure(page, NULL, FOVEA_OK, figure);
}
