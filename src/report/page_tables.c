// SPDX-License-Identifier: MIT
// Tables of the report: the epochs, the layers of the net, how it was trained.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/number.h"
#include "report/page.h"

static void put_cell(fovea__page *page, const char *text) {
    fovea__page_raw(page, "<td class=\"n\">");
    fovea__page_put(page, "%s", text);
    fovea__page_raw(page, "</td>");
}

static void put_count_cell(fovea__page *page, int64_t count) {
    fovea__number text;
    fovea__number_count(count, text);
    put_cell(page, count > 0 ? text : "");
}

static void put_table(fovea__page *page, const char *const *head, int texts, int columns) {
    fovea__page_raw(page, "<div class=\"scroll\"><table class=\"wide\">\n<thead><tr>");
    for (int i = 0; i < columns; i++)
        fovea__text_format(&page->text, "<th scope=\"col\"%s>%s</th>",
                           i < texts ? "" : " class=\"n\"", head[i]);
    fovea__page_raw(page, "</tr></thead>\n<tbody>\n");
}

// The epochs, folded away below the curves

static void put_real_cell(fovea__page *page, double value, bool measured, const char *format) {
    char text[64] = "";
    if (measured && isfinite(value)) {
        fovea__number number;
        if (format[0] == '%')
            fovea__number_fixed(100 * value, 2, number);
        else if (format[0] == 's')
            fovea__number_fixed(value, 1, number);
        else if (format[0] == 'r')
            fovea__number_short(value, number);
        else
            fovea__number_fixed(value, 4, number);
        snprintf(text, sizeof text, "%s%s", number, format[0] == '%' ? " %" : "");
    }
    put_cell(page, text);
}

static void put_epoch(fovea__page *page, const fovea_epoch *epoch) {
    const fovea_score *parts[2] = {&epoch->validation, &epoch->test};
    fovea__page_raw(page, "<tr>");
    fovea__text_format(&page->text, "<th scope=\"row\">%d</th>", epoch->epoch);
    put_real_cell(page, epoch->learning_rate, true, "rate");
    put_real_cell(page, epoch->loss, true, "loss");
    put_real_cell(page, epoch->training.accuracy, epoch->training.count, "%");
    for (int i = 0; i < 2; i++) {
        put_real_cell(page, parts[i]->loss, parts[i]->count, "loss");
        put_real_cell(page, parts[i]->accuracy, parts[i]->count, "%");
    }
    put_real_cell(page, epoch->seconds, true, "seconds");
    fovea__page_raw(page, "</tr>\n");
}

void fovea__page_history(fovea__page *page) {
    static const char *const head[] = {"epoch",     "learning rate",   "loss",
                                       "accuracy",  "validation loss", "validation accuracy",
                                       "test loss", "test accuracy",   "seconds"};
    fovea__page_raw(page, "<details><summary>All epochs in numbers</summary>\n");
    put_table(page, head, 1, 9);
    for (int32_t i = 0; i < page->options->history_count; i++)
        put_epoch(page, &page->options->history[i]);
    fovea__page_raw(page, "</tbody>\n</table></div></details>\n");
}

// The net

static void put_layer(fovea__page *page, const fovea_summary_row *row) {
    char text[96] = "";
    fovea_node_info node = fovea_graph_node(page->graph, row->node);
    fovea_shape shape = row->shape;
    fovea__page_raw(page, "<tr><th scope=\"row\">");
    fovea__page_put(page, "%s", node.name);
    fovea__page_raw(page, "</th><td>");
    fovea__page_put(page, "%s", node.text);
    if (row->kernel.rank) {
        fovea_shape_format(&row->kernel, text, sizeof text);
        fovea__page_put(page, " %s", text);
    }
    fovea__page_raw(page, "</td>");
    // The batch says nothing here.
    if (shape.rank > 1) {
        shape.rank--;
        memmove(shape.dim, shape.dim + 1, sizeof shape.dim - sizeof *shape.dim);
    }
    fovea_shape_format(&shape, text, sizeof text);
    put_cell(page, text);
    text[0] = 0;
    if (row->receptive_field[0] > 0) {
        fovea_shape field = fovea_shape_make(row->shape.rank - 2, row->receptive_field);
        fovea_shape_format(&field, text, sizeof text);
    }
    put_cell(page, text);
    put_count_cell(page, row->parameters);
    put_count_cell(page, row->multiply_adds);
    fovea__page_raw(page, "</tr>\n");
}

void fovea__page_net(fovea__page *page) {
    static const char *const head[] = {"layer",       "operator",   "output",
                                       "sees pixels", "parameters", "multiply-adds"};
    char shape[96];
    fovea_shape input = fovea_model_input(page->options->model);
    const char *text = fovea_model_architecture(page->options->model);
    fovea_shape_format(&input, shape, sizeof shape);
    fovea__page_heading(page, "net", "The net");
    if (*text) {
        fovea__page_raw(page, "<p><code>");
        fovea__text_markup(&page->text, text);
        fovea__page_raw(page, "</code></p>\n");
    }
    put_table(page, head, 2, 6);
    fovea__page_raw(page, "<tr><th scope=\"row\">input</th><td></td>");
    put_cell(page, shape);
    fovea__page_raw(page, "<td></td><td></td><td></td></tr>\n");
    for (int32_t i = 0; i < page->summary->rows; i++) put_layer(page, &page->summary->row[i]);
    fovea__page_raw(page,
                    "</tbody>\n<tfoot><tr><th scope=\"row\">in all</th><td></td><td></td>"
                    "<td></td>");
    put_count_cell(page, page->summary->parameters);
    put_count_cell(page, page->summary->multiply_adds);
    fovea__page_raw(page, "</tr></tfoot>\n</table></div>\n");
}

// How it was trained

static void put_fact(fovea__page *page, const char *name, const char *value) {
    fovea__page_raw(page, "<tr><th scope=\"row\">");
    fovea__text_markup(&page->text, name);
    fovea__page_raw(page, "</th><td>");
    fovea__text_markup(&page->text, value);
    fovea__page_raw(page, "</td></tr>\n");
}

static void put_dataset(fovea__page *page, const char *name, const fovea_dataset *set) {
    char shape[96], text[512];
    fovea__number count;
    fovea_shape picture = fovea_dataset_shape(set);
    const char *title = fovea_dataset_title(set);
    fovea_shape_format(&picture, shape, sizeof shape);
    fovea__number_count(fovea_dataset_count(set), count);
    snprintf(text, sizeof text, "%.120s:%.60s, %s pictures of %s%s%.160s", fovea_dataset_name(set),
             fovea_dataset_part(set), count, shape, *title ? " – " : "", title);
    put_fact(page, name, text);
}

static void put_classes(fovea__page *page, const fovea_dataset *set) {
    fovea__page_raw(page, "<tr><th scope=\"row\">classes</th><td>");
    for (int32_t i = 0; i < fovea_dataset_class_count(set); i++) {
        const char *name = fovea_dataset_class_name(set, i);
        if (i) fovea__page_raw(page, ", ");
        if (name)
            fovea__text_markup(&page->text, name);
        else
            fovea__page_put(page, "%d", i);
    }
    fovea__page_raw(page, "</td></tr>\n");
}

static void put_channels(fovea__text *text, const char *name, const double *values, int64_t count) {
    fovea__text_add(text, name);
    for (int64_t c = 0; c < count; c++) fovea__text_format(text, " %.4f", values[c]);
}

static fovea_status put_normalization(fovea__page *page) {
    const fovea_model *model = page->options->model;
    int64_t channels = fovea_model_input(model).dim[0];
    double *values = fovea__new(page->context, 2 * (size_t)channels, sizeof *values, page->error);
    if (!values) return FOVEA_OUT_OF_MEMORY;
    fovea_model_normalization(model, values, values + channels);
    // A net on very many channels is none of pictures.
    if (channels <= 4) {
        fovea__page_raw(page, "<tr><th scope=\"row\">normalising</th><td>");
        put_channels(&page->text, "mean", values, channels);
        put_channels(&page->text, ", deviation", values + channels, channels);
        fovea__page_raw(page, "</td></tr>\n");
    }
    fovea__free(page->context, values);
    return FOVEA_OK;
}

// "zlib 1.2.13\nlibpng 1.6.39\n" as one line.
static fovea_status put_versions(fovea__page *page) {
    fovea__text text = fovea__text_begin(page->context);
    char *versions;
    fovea__text_format(&text, "fovea %s", fovea_version());
    for (const char *line = fovea_library_versions(); *line;) {
        size_t length = strcspn(line, "\n");
        fovea__text_add(&text, length ? ", " : "");
        fovea__text_add_n(&text, line, length);
        line += length + (line[length] != 0);
    }
    fovea_status status = fovea__text_take(&text, &versions, NULL, page->error);
    if (status != FOVEA_OK) return status;
    put_fact(page, "versions", versions);
    fovea__free(page->context, versions);
    return FOVEA_OK;
}

fovea_status fovea__page_facts(fovea__page *page) {
    const fovea_report_options *o = page->options;
    char text[320];
    fovea__page_heading(page, "training", "How it was trained");
    fovea__page_raw(page, "<table class=\"wide facts\">\n<tbody>\n");
    if (o->training) put_dataset(page, "training data", o->training);
    if (o->test) put_dataset(page, "measured on", o->test);
    if (o->training || o->test) put_classes(page, o->training ? o->training : o->test);
    FOVEA__TRY(put_normalization(page));
    for (int32_t i = 0; i < o->fact_count; i++) put_fact(page, o->facts[i].name, o->facts[i].value);
    if (o->history_count > 0) put_fact(page, "ended", o->history[o->history_count - 1].time);
    snprintf(text, sizeof text, "%.200s, kernels %s, %d thread%s",
             fovea_context_cpu_name(page->context), fovea_context_cpu(page->context),
             (int)fovea_context_threads(page->context),
             fovea_context_threads(page->context) == 1 ? "" : "s");
    put_fact(page, "processor", text);
    FOVEA__TRY(put_versions(page));
    fovea__page_raw(page, "</tbody>\n</table>\n");
    return FOVEA_OK;
}
