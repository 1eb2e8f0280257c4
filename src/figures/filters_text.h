// SPDX-License-Identifier: MIT
// What a figure of filters says of a layer.
#ifndef FOVEA_FIGURES_FILTERS_TEXT_H
#define FOVEA_FIGURES_FILTERS_TEXT_H

#include "figures/filter_list.h"

// The part of a layer that is drawn. Channels are counted with the slices of each.
typedef struct fovea__filters_shown {
    int64_t filters, first_channel, channels;
} fovea__filters_shown;

// "16 filters × 3 channels of 5×5; the first 12 shown". `size` bytes at most.
void fovea__filters_note(const fovea__filter_weights *w, const fovea__filters_shown *s, char *text,
                         size_t size);
// What stands above a channel of the first filter; nothing where channels are too many for words.
void fovea__filters_channel_title(const fovea__filter_weights *w, const fovea__filters_shown *s,
                                  int64_t channel, char title[48]);

#endif
