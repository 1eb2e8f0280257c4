// SPDX-License-Identifier: MIT
#include "figures/filters_text.h"

#include <stdbool.h>
#include <stdio.h>

// Kernels of three dimensions: a panel for each slice of each channel.
static void slices_note(const fovea__filter_weights *w, char *text, size_t size) {
    long long channels = w->channels / w->slices;
    int used = snprintf(text, size, "%lld filter%s × %lld channel%s × %lld slices of %lld×%lld",
                        (long long)w->filters, w->filters == 1 ? "" : "s", channels,
                        channels == 1 ? "" : "s", (long long)w->slices, (long long)w->height,
                        (long long)w->width);
    if (channels > 1 && used > 0 && (size_t)used < size)
        snprintf(text + used, size - (size_t)used, "; 2.1 is channel 2, slice 1");
}

void fovea__filters_note(const fovea__filter_weights *w, const fovea__filters_shown *s, char *text,
                         size_t size) {
    char what[160], left[160] = "";
    if (w->matrix)
        snprintf(what, sizeof what, "weights as one matrix: %lld %s (rows) × %lld %s",
                 (long long)w->height, w->linear ? "outputs" : "filters of 1×1",
                 (long long)w->width, w->linear ? "inputs" : "channels");
    else if (w->slices > 1)
        slices_note(w, what, sizeof what);
    else
        snprintf(what, sizeof what, "%lld %s × %lld %s of %lld×%lld", (long long)w->filters,
                 w->linear         ? "outputs"
                 : w->filters == 1 ? "filter"
                                   : "filters",
                 (long long)w->channels, w->channels == 1 ? "channel" : "channels",
                 (long long)w->height, (long long)w->width);
    bool fewer = s->filters < w->filters, narrower = s->channels < w->channels;
    bool one = s->channels == w->slices && w->channels > w->slices;
    if (one)
        snprintf(left, sizeof left, "; channel %lld%s",
                 (long long)(s->first_channel / w->slices) + 1,
                 fewer ? ", the first filters only" : "");
    else if (narrower)
        snprintf(left, sizeof left, "; the first %lld × %lld shown", (long long)s->filters,
                 (long long)s->channels);
    else if (fewer)
        snprintf(left, sizeof left, "; the first %lld shown", (long long)s->filters);
    snprintf(text, size, "%s%s", what, left);
}

void fovea__filters_channel_title(const fovea__filter_weights *w, const fovea__filters_shown *s,
                                  int64_t channel, char title[48]) {
    title[0] = 0;
    if (w->slices > 1 && w->slices == w->channels)
        snprintf(title, 48, "Slice %lld", (long long)channel + 1);
    else if (w->slices > 1)
        snprintf(title, 48, "%lld.%lld", (long long)(channel / w->slices + 1),
                 (long long)(channel % w->slices + 1));
    else if (s->channels <= 8)
        snprintf(title, 48, "Channel %lld", (long long)channel + 1);
    else if (s->channels <= 40)
        snprintf(title, 48, "%lld", (long long)channel + 1);
}
