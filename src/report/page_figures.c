// SPDX-License-Identifier: MIT
// Sections of the report that are pictures, each with the sentence that says how to read it.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "draw/number.h"
#include "figures/class_label.h"
#include "figures/maps.h"
#include "fovea/diagram.h"
#include "report/page.h"

enum {
    WIDTH = 1000,
    MANY_CONVOLUTIONS = 4,
    MANY_MOST = 16,
    SHOWN_CLASSES = 10,
    MAP_SIDE = 84,
    TALL = 700
};

fovea_status fovea__page_figure(fovea__page *page, const char *title, fovea_status status,
                                fovea_figure *figure) {
    fovea_draw_options options;
    if (status != FOVEA_OK) return status;
    fovea_draw_options_default(&options);
    options.width = WIDTH;
    fovea__figure_embed(figure);
    fovea__page_raw(page, "<figure>\n");
    if (title) {
        fovea__page_raw(page, "<h3>");
        fovea__text_markup(&page->text, title);
        fovea__page_raw(page, "</h3>\n");
    }
    if (title && fovea__figure_subtitle(figure)) {
        fovea__page_raw(page, "<p class=\"note\">");
        fovea__text_markup(&page->text, fovea__figure_subtitle(figure));
        fovea__page_raw(page, "</p>\n");
    }
    status = fovea__figure_svg(page->context, figure, &options, &page->text, page->error);
    fovea__page_raw(page, "</figure>\n");
    fovea_figure_free(figure);
    return status;
}

static fovea_status put_figure(fovea__page *page, fovea_status status, fovea_figure *figure) {
    return fovea__page_figure(page, NULL, status, figure);
}

// A net of many branches is taller than a screen: to be opened.
static fovea_status put_diagram(fovea__page *page, fovea_figure *figure) {
    double width, height;
    fovea_status status =
        fovea_figure_size(page->context, figure, NULL, &width, &height, page->error);
    if (status != FOVEA_OK) {
        fovea_figure_free(figure);
        return status;
    }
    bool tall = height > TALL;
    if (tall) fovea__page_raw(page, "<details><summary>The whole net as a diagram</summary>\n");
    status = put_figure(page, FOVEA_OK, figure);
    if (tall) fovea__page_raw(page, "</details>\n");
    return status;
}

fovea_status fovea__page_diagram(fovea__page *page) {
    fovea_figure *figure;
    fovea_network_options options;
    fovea_network_options_default(&options);
    options.title = "Diagram of the net";
    fovea__page_heading(page, "diagram", "The net at a glance");
    fovea_status status =
        fovea_figure_network(page->context, page->options->model, &options, &figure, page->error);
    if (status == FOVEA_OK) return put_diagram(page, figure);
    if (status != FOVEA_INVALID_ARGUMENT) return status;
    fovea__page_raw(page, "<p>It has too many layers for a diagram.</p>\n");
    return FOVEA_OK;
}

fovea_status fovea__page_curves(fovea__page *page) {
    fovea_figure *figure;
    const fovea_report_options *o = page->options;
    fovea_curve curve = {page->title, o->history, o->history_count};
    fovea__page_heading(page, "curves", "Training curves");
    fovea__page_raw(page,
                    "<p>The training loss is the running mean of each epoch, while the weights "
                    "change; everything else is measured with the weights the epoch ended "
                    "with.</p>\n");
    fovea_status status = fovea_figure_curves(page->context, &curve, 1, 0, &figure, page->error);
    return put_figure(page, status, figure);
}

// Learned filters

static int count_op(const fovea__page *page, const char *op) {
    int count = 0;
    for (int32_t i = 0; i < fovea_graph_node_count(page->graph); i++)
        count += strcmp(fovea_graph_node(page->graph, i).op, op) == 0;
    return count;
}

bool fovea__page_has_filters(const fovea__page *page) {
    return count_op(page, "Conv") + count_op(page, "Gemm") > 0;
}

// Deep nets: fewer of each layer.
static int32_t most_of_a_layer(const fovea__page *page) {
    return count_op(page, "Conv") > MANY_CONVOLUTIONS ? MANY_MOST : 64;
}

// A figure for each layer: pages of paper can break between them.
static fovea_status put_layer_filters(fovea__page *page, int32_t node) {
    fovea_figure *figure;
    fovea_filters_options options;
    fovea_filters_options_default(&options);
    options.layer = fovea_graph_node(page->graph, node).name;
    options.most = most_of_a_layer(page);
    fovea_status status =
        fovea_figure_filters(page->context, page->graph, &options, &figure, page->error);
    return fovea__page_figure(page, options.layer, status, figure);
}

fovea_status fovea__page_filters(fovea__page *page) {
    bool convolutions = count_op(page, "Conv") > 0;
    fovea__page_heading(page, "filters", "Learned filters");
    fovea__page_raw(page,
                    "<p>The weights of each layer after training, a square for each filter and "
                    "channel it looks at: red adds to the output where the picture is bright, blue "
                    "takes away, white ignores. Each layer has a range of its own.</p>\n");
    for (int32_t i = 0; i < fovea_graph_node_count(page->graph); i++)
        if (strcmp(fovea_graph_node(page->graph, i).op, convolutions ? "Conv" : "Gemm") == 0)
            FOVEA__TRY(put_layer_filters(page, i));
    return FOVEA_OK;
}

// The maps of one picture

static int64_t choose_picture(const fovea__page *page) {
    const fovea_dataset *set = page->options->test;
    if (page->options->picture >= 0) return page->options->picture;
    for (int64_t i = 0; i < fovea_dataset_count(set); i++)
        if (fovea_answers_class(page->answers, i) == fovea_dataset_label(set, i)) return i;
    return 0;
}

static fovea_status copy_picture(fovea__page *page, int64_t i, fovea_tensor **picture) {
    fovea_shape shape = fovea_dataset_shape(page->options->test);
    FOVEA__TRY(fovea_tensor_create(page->context, FOVEA_U8, &shape, picture, page->error));
    memcpy(fovea_tensor_view(*picture).data, fovea_dataset_picture(page->options->test, i),
           (size_t)fovea_shape_count(&shape));
    return FOVEA_OK;
}

static void put_picture_text(fovea__page *page, int64_t i) {
    const fovea_dataset *set = page->options->test;
    fovea__class_label a, b;
    int32_t said = fovea_answers_class(page->answers, i);
    fovea__page_raw(page, "<p>");
    fovea__page_put(page,
                    "Picture %lld of the part “%s” is of class %.200s; the net says %.200s with "
                    "%.1f %%. ",
                    (long long)fovea_dataset_index(set, i), fovea_dataset_part(set),
                    fovea__class_name(set, fovea_dataset_label(set, i), a),
                    fovea__class_name(set, said, b),
                    100 * fovea_answers_probability(page->answers, i, said));
    fovea__page_raw(page,
                    "Below it, what every convolution, activation and pooling makes of it. Signed "
                    "numbers run from blue (negative) to red (positive), those that cannot be "
                    "negative from dark to bright; each layer has a range of its own.</p>\n");
}

static fovea_status put_maps(fovea__page *page, const fovea_tensor *picture) {
    fovea_maps *maps;
    fovea_figure *figure;
    fovea_maps_options options;
    fovea_maps_options_default(&options);
    options.most = most_of_a_layer(page);
    options.scale.mode = FOVEA_SCALE_ROW;
    FOVEA__TRY(fovea_maps_create(page->context, page->options->model, picture, &options, &maps,
                                 page->error));
    fovea_status status = FOVEA_OK;
    int32_t count = fovea_maps_count(maps);
    for (int32_t i = -1; i < count && status == FOVEA_OK; i++) {
        status = fovea__figure_map_rows(maps, i < 0, i < 0 ? 0 : i, i >= 0, MAP_SIDE, &figure,
                                        page->error);
        status = put_figure(page, status, figure);
    }
    fovea_maps_free(maps);
    return status;
}

// The probabilities of the most likely classes, most likely first.
static fovea_status put_probabilities(fovea__page *page, int64_t i) {
    const fovea_dataset *set = page->options->test;
    fovea__bar bars[SHOWN_CLASSES];
    fovea__class_label labels[SHOWN_CLASSES];
    char texts[SHOWN_CLASSES][32];
    int32_t outputs = fovea_answers_outputs(page->answers), order[SHOWN_CLASSES], count = 0;
    for (int32_t k = 0; k < outputs; k++) {
        double p = fovea_answers_probability(page->answers, i, k);
        int32_t at = count < SHOWN_CLASSES ? count++ : SHOWN_CLASSES;
        for (; at > 0 && p > fovea_answers_probability(page->answers, i, order[at - 1]); at--)
            if (at < SHOWN_CLASSES) order[at] = order[at - 1];
        if (at < SHOWN_CLASSES) order[at] = k;
    }
    for (int32_t b = 0; b < count; b++) {
        double p = fovea_answers_probability(page->answers, i, order[b]);
        snprintf(texts[b], sizeof texts[b], "%.2f %%", 100 * p);
        bars[b] = (fovea__bar){.label = fovea__class_name(set, order[b], labels[b]),
                               .value = p,
                               .text = texts[b],
                               .colour = order[b] == fovea_dataset_label(set, i) ? 0 : -1};
    }
    fovea_figure *figure;
    FOVEA__TRY(
        fovea__figure_create(page->context, "Answer of the net", NULL, &figure, page->error));
    fovea_status status = fovea__figure_add_bars(figure, NULL, bars, (size_t)count, 1, page->error);
    if (status != FOVEA_OK) fovea_figure_free(figure);
    return fovea__page_figure(page, "What it answers", status, figure);
}

fovea_status fovea__page_maps(fovea__page *page) {
    int64_t i = choose_picture(page);
    fovea_tensor *picture;
    fovea__page_heading(page, "maps", "Feature maps of one picture");
    put_picture_text(page, i);
    FOVEA__TRY(copy_picture(page, i, &picture));
    fovea_status status = put_maps(page, picture);
    fovea_tensor_free(picture);
    return status == FOVEA_OK ? put_probabilities(page, i) : status;
}

fovea_status fovea__page_mistakes(fovea__page *page) {
    fovea_figure *figure;
    const fovea_dataset *set = page->options->test;
    fovea_score score = fovea_answers_score(page->answers);
    int64_t wrong = score.count - (int64_t)(score.accuracy * (double)score.count + 0.5);
    fovea__number count, all;
    fovea__number_count(wrong, count);
    fovea__number_count(score.count, all);
    fovea__page_heading(page, "mistakes", "Worst mistakes");
    fovea__page_raw(page, "<p>");
    if (wrong)
        fovea__page_put(
            page,
            "%s of %s answers are wrong. These are the worst: to their true class the net gave "
            "the least probability. Below each, what it is and what the net said.",
            count, all);
    else
        fovea__page_put(page, "All %s answers are right.", all);
    fovea__page_raw(page, "</p>\n");
    if (!wrong) return FOVEA_OK;
    fovea_status status = fovea_figure_mistakes(page->context, page->answers, set,
                                                page->options->mistakes, &figure, page->error);
    return put_figure(page, status, figure);
}
