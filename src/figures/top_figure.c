// SPDX-License-Identifier: MIT
// The pictures and patches of a data set where the channels of layers are largest.
#include <stdio.h>

#include "base/fail.h"
#include "draw/number.h"
#include "figures/class_label.h"
#include "figures/figure_text.h"
#include "figures/patch_panel.h"
#include "fovea/units.h"

void fovea_top_figure_options_default(fovea_top_figure_options *options) {
    *options = (fovea_top_figure_options){.size = sizeof *options, .channel = -1, .most = 32};
}

typedef struct job {
    fovea_context *context;
    const fovea_top *top;
    const fovea_dataset *dataset;
    fovea_shape picture;
    fovea_top_figure_options options;
    fovea_figure *figure;
    fovea_error *error;
} job;

// "4.31" above "#7261" and, of one channel, the class.
static void put_caption(const job *j, const fovea_top_sample *sample, char *text, size_t size) {
    fovea__number value;
    fovea__class_label label;
    fovea__number_short(sample->value, value);
    fovea__number_minus(value);
    int used = snprintf(text, size, "%s\n#%lld", value,
                        (long long)fovea_dataset_index(j->dataset, sample->sample));
    if (j->options.channel < 0 || used < 0 || (size_t)used >= size) return;
    int32_t class = fovea_dataset_label(j->dataset, sample->sample);
    snprintf(text + used, size - (size_t)used, "\n%.100s",
             fovea__class_name(j->dataset, class, label));
}

static fovea_status add_row(const job *j, fovea__panels *panels, int32_t layer, int32_t channel,
                            const char *label, bool boxed) {
    char caption[256];
    int32_t count = fovea_top_count(j->top, layer, channel);
    FOVEA__TRY(fovea__panels_row(panels, label, count ? NULL : "no finite number", j->error));
    for (int32_t k = 0; k < count; k++) {
        fovea_top_sample sample = fovea_top_get(j->top, layer, channel, k);
        put_caption(j, &sample, caption, sizeof caption);
        FOVEA__TRY((boxed ? fovea__add_boxed_panel : fovea__add_patch_panel)(
            panels, j->context, j->dataset, &sample, boxed ? NULL : caption, j->error));
    }
    return FOVEA_OK;
}

static fovea_status add_panels(const job *j, int32_t count, fovea__panels **panels) {
    fovea__panels_options options;
    fovea__panels_options_default(&options);
    options.gap = 10;
    // Nine of them fill a line of the usual width.
    if (count > 4) options.side = 84;
    return fovea__figure_add_panels(j->figure, &options, panels, j->error);
}

static fovea_status add_channel(const job *j, int32_t layer, int32_t channel) {
    fovea_unit_layer info = fovea_top_layer(j->top, layer);
    fovea__panels *panels;
    int32_t count = fovea_top_count(j->top, layer, channel);
    bool whole = fovea__sees_everything(&info, &j->picture);
    FOVEA__TRY(add_panels(j, count, &panels));
    if (!whole) FOVEA__TRY(add_row(j, panels, layer, channel, "Pictures", true));
    return add_row(j, panels, layer, channel, whole ? "Pictures" : "Patches", false);
}

static fovea_status add_channels(const job *j, int32_t layer) {
    fovea_unit_layer info = fovea_top_layer(j->top, layer);
    int32_t shown = info.channels < j->options.most ? info.channels : j->options.most;
    fovea__panels *panels;
    FOVEA__TRY(add_panels(j, fovea_top_count(j->top, layer, 0), &panels));
    for (int32_t c = 0; c < shown; c++) {
        char label[32];
        snprintf(label, sizeof label, "Channel %d", c + 1);
        FOVEA__TRY(add_row(j, panels, layer, c, label, false));
    }
    return FOVEA_OK;
}

// "conv2d, 32 channels of 8×8 cells; a cell sees 12×12 pixels"
static void layer_note(const job *j, const fovea_unit_layer *info, char *text, size_t size) {
    char cells[64] = "", sees[96];
    if (info->rows * info->columns > 1)
        snprintf(cells, sizeof cells, " of %lld×%lld cells", (long long)info->rows,
                 (long long)info->columns);
    bool whole = fovea__sees_everything(info, &j->picture);
    if (info->local)
        snprintf(sees, sizeof sees, "a cell sees %lld×%lld pixels%s", (long long)info->field[0],
                 (long long)info->field[1], whole ? ", so each the whole picture" : "");
    else
        snprintf(sees, sizeof sees, "%s the whole picture",
                 info->rows * info->columns > 1 ? "a cell sees" : "it sees");
    snprintf(text, size, "%s, %d channel%s%s; %s", info->op, info->channels,
             info->channels == 1 ? "" : "s", cells, sees);
}

static fovea_status add_layer(const job *j, int32_t layer) {
    fovea_unit_layer info = fovea_top_layer(j->top, layer);
    char note[256];
    layer_note(j, &info, note, sizeof note);
    fovea__text heading = fovea__text_begin(j->context);
    fovea__text_format(&heading, "%s · %s", info.name, note);
    FOVEA__TRY(fovea__add_built_text(j->figure, &heading, true, j->error));
    FOVEA__TRY(j->options.channel < 0 ? add_channels(j, layer)
                                      : add_channel(j, layer, j->options.channel));
    if (j->options.channel >= 0 || info.channels <= j->options.most) return FOVEA_OK;
    fovea__text left = fovea__text_begin(j->context);
    fovea__text_format(&left, "The first %d of %d channels.", j->options.most, info.channels);
    return fovea__add_built_text(j->figure, &left, false, j->error);
}

static fovea_status check(const job *j) {
    if (j->options.size != sizeof j->options || j->options.most < 1)
        return fovea__fail(j->error, FOVEA_INVALID_ARGUMENT,
                           "fovea_top_figure_options: fill it with "
                           "fovea_top_figure_options_default; most is 1 or more");
    for (int32_t i = 0; i < fovea_top_layer_count(j->top); i++) {
        fovea_unit_layer info = fovea_top_layer(j->top, i);
        if (j->options.channel < info.channels) continue;
        return fovea__fail_at(j->error, FOVEA_INVALID_ARGUMENT, info.name, -1,
                              "there is no channel %d, it has %d (1 to %d)", j->options.channel + 1,
                              info.channels, info.channels);
    }
    return FOVEA_OK;
}

static fovea_status begin(job *j) {
    char title[160], subtitle[512];
    fovea__number samples;
    bool crops = false;
    for (int32_t i = 0; i < fovea_top_layer_count(j->top); i++) {
        fovea_unit_layer info = fovea_top_layer(j->top, i);
        crops |= !fovea__sees_everything(&info, &j->picture);
    }
    fovea__number_count(fovea_dataset_count(j->dataset), samples);
    if (j->options.channel < 0)
        snprintf(title, sizeof title, "What each channel likes best");
    else
        snprintf(title, sizeof title, "What channel %d likes best", j->options.channel + 1);
    snprintf(subtitle, sizeof subtitle,
             "%.160s:%.40s, %s pictures; those where a unit is largest, largest first, with its "
             "value and the picture's number.%s",
             fovea_dataset_name(j->dataset), fovea_dataset_part(j->dataset), samples,
             crops
                 ? " Patches are what that unit sees, its receptive field; grey-blue lies outside "
                   "the picture."
                 : "");
    return fovea__figure_create(j->context, title, subtitle, &j->figure, j->error);
}

fovea_status fovea_figure_top(fovea_context *context, const fovea_top *top,
                              const fovea_top_figure_options *options, fovea_figure **figure,
                              fovea_error *error) {
    job j = {.context = context, .top = top, .dataset = fovea_top_dataset(top), .error = error};
    fovea_top_figure_options_default(&j.options);
    if (options) j.options = *options;
    j.picture = fovea_dataset_shape(j.dataset);
    FOVEA__TRY(check(&j));
    FOVEA__TRY(begin(&j));
    fovea_status status = FOVEA_OK;
    for (int32_t i = 0; i < fovea_top_layer_count(top) && status == FOVEA_OK; i++)
        status = add_layer(&j, i);
    if (status == FOVEA_OK)
        *figure = j.figure;
    else
        fovea_figure_free(j.figure);
    return status;
}
