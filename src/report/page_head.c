// SPDX-License-Identifier: MIT
// Head and foot of the report: title, the sentence that tells it all, the numbers, the contents.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/number.h"
#include "report/page.h"

static void put_count(fovea__page *page, int64_t count) {
    fovea__number text;
    fovea__number_count(count, text);
    fovea__page_raw(page, text);
}

static const fovea_epoch *last_epoch(const fovea__page *page) {
    const fovea_report_options *o = page->options;
    return o->history_count > 0 ? &o->history[o->history_count - 1] : NULL;
}

static void put_sentence(fovea__page *page) {
    const fovea_report_options *o = page->options;
    fovea__page_raw(page, "<p class=\"lede\">A network of ");
    put_count(page, page->summary->parameters);
    fovea__page_raw(page, " parameters");
    if (o->training) {
        char shape[96];
        fovea_shape picture = fovea_dataset_shape(o->training);
        fovea_shape_format(&picture, shape, sizeof shape);
        fovea__page_raw(page, ", trained on ");
        put_count(page, fovea_dataset_count(o->training));
        fovea__page_put(page, " pictures of %s in %d classes", shape,
                        fovea_dataset_class_count(o->training));
        if (o->history_count > 0)
            fovea__page_put(page, " for %d epoch%s", o->history_count,
                            o->history_count > 1 ? "s" : "");
    }
    fovea__page_raw(page, ".");
    if (page->answers) {
        fovea_score score = fovea_answers_score(page->answers);
        fovea__page_put(page, " It names %.2f %% of the ", 100 * score.accuracy);
        put_count(page, score.count);
        fovea__page_put(page, " pictures of the part “%s” rightly.", fovea_dataset_part(o->test));
    }
    fovea__page_raw(page, "</p>\n");
}

static void put_number(fovea__page *page, const char *name, const char *value) {
    fovea__page_raw(page, "<div><dt>");
    fovea__page_put(page, "%s", name);
    fovea__page_raw(page, "</dt><dd>");
    fovea__page_put(page, "%s", value);
    fovea__page_raw(page, "</dd></div>\n");
}

static void put_seconds(fovea__page *page) {
    double seconds = 0, training = 0;
    char text[64];
    for (int32_t i = 0; i < page->options->history_count; i++) {
        seconds += page->options->history[i].seconds;
        training += page->options->history[i].training_seconds;
    }
    // A history read from history.csv does not tell the two apart.
    double shown = training > 0 ? training : seconds;
    if (!(shown > 0)) return;
    if (shown < 120)
        snprintf(text, sizeof text, "%.0f s", shown);
    else if (shown < 7200)
        snprintf(text, sizeof text, "%.0f min", shown / 60);
    else
        snprintf(text, sizeof text, "%.1f h", shown / 3600);
    put_number(page, training > 0 ? "time of the training steps" : "time of all epochs", text);
}

static void put_numbers(fovea__page *page) {
    char name[96], text[64];
    const fovea_epoch *last = last_epoch(page);
    fovea__page_raw(page, "<dl class=\"numbers\">\n");
    if (page->answers) {
        fovea_score score = fovea_answers_score(page->answers);
        const char *part = fovea_dataset_part(page->options->test);
        snprintf(name, sizeof name, "accuracy, %.60s part", part);
        snprintf(text, sizeof text, "%.2f %%", 100 * score.accuracy);
        put_number(page, name, text);
        snprintf(name, sizeof name, "loss, %.60s part", part);
        snprintf(text, sizeof text, "%.4f", score.loss);
        put_number(page, name, text);
    }
    if (last && last->training.count) {
        snprintf(text, sizeof text, "%.2f %%", 100 * last->training.accuracy);
        put_number(page, "accuracy, training part", text);
    }
    fovea__number count;
    fovea__number_count(page->summary->parameters, count);
    put_number(page, "parameters", count);
    if (last) {
        snprintf(text, sizeof text, "%d", page->options->history_count);
        put_number(page, "epochs", text);
    }
    put_seconds(page);
    fovea__page_raw(page, "</dl>\n");
}

static void put_link(fovea__page *page, const char *id, const char *name) {
    fovea__text_format(&page->text, "<li><a href=\"#%s\">%s</a></li>\n", id, name);
}

static void put_contents(fovea__page *page) {
    fovea__page_raw(page, "<nav aria-label=\"Contents\"><ul>\n");
    put_link(page, "diagram", "Diagram");
    if (page->options->history_count > 0) put_link(page, "curves", "Curves");
    if (page->answers) put_link(page, "confusion", "Confusion matrix");
    if (page->reasons) put_link(page, "reasons", "Reasons");
    if (fovea__page_has_filters(page)) put_link(page, "filters", "Learned filters");
    if (page->answers) {
        put_link(page, "maps", "Feature maps");
        put_link(page, "mistakes", "Worst mistakes");
    }
    put_link(page, "net", "The net");
    put_link(page, "training", "How it was trained");
    if (page->options->command) put_link(page, "again", "Do it again");
    fovea__page_raw(page, "</ul></nav>\n</header>\n<main>\n");
}

void fovea__page_begin(fovea__page *page) {
    fovea__page_raw(page,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    fovea__page_put(page, "%s · training report", page->title);
    fovea__page_raw(page, "</title>\n<style>\n");
    fovea__page_style(&page->text);
    fovea__page_raw(page,
                    "</style>\n</head>\n<body>\n<header>\n<p class=\"kicker\">Training "
                    "report</p>\n<h1>");
    fovea__page_put(page, "%s", page->title);
    fovea__page_raw(page, "</h1>\n");
    put_sentence(page);
    put_numbers(page);
    put_contents(page);
}

void fovea__page_end(fovea__page *page) {
    if (page->options->command) {
        fovea__page_heading(page, "again", "Do it again");
        fovea__page_raw(page,
                        "<p>The same seed and data give the same numbers to the last bit, on any "
                        "number of threads.</p>\n<pre><code>");
        fovea__text_markup(&page->text, page->options->command);
        fovea__page_raw(page, "</code></pre>\n");
    }
    fovea__page_raw(page, "</main>\n<footer>Written by fovea ");
    fovea__page_put(page, "%s", fovea_version());
    fovea__page_raw(page,
                    ". This page holds everything it shows: it loads nothing and runs no "
                    "script.</footer>\n</body>\n</html>\n");
}
