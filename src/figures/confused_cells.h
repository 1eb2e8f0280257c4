// SPDX-License-Identifier: MIT
// Which classes are most often taken for which.
#ifndef FOVEA_FIGURES_CONFUSED_CELLS_H
#define FOVEA_FIGURES_CONFUSED_CELLS_H

#include "fovea/figures.h"

enum { FOVEA__MOST_CONFUSED = 64 };

typedef struct fovea__confused {
    int32_t truth, said;
    int64_t count;
    char place[40];  // "confused-3-5": what links to it lead to
} fovea__confused;

// The `most` (at most FOVEA__MOST_CONFUSED) cells beside the diagonal with the largest counts, of equal
// ones the first. Returns how many there are in *count. Errors: OUT_OF_MEMORY.
fovea_status fovea__confused_cells(fovea_context *context, const fovea_answers *answers,
                                   const fovea_dataset *dataset, int32_t most,
                                   fovea__confused *cells, int32_t *count, fovea_error *error);

// fovea_figure_confusion whose cells lead to these places.
fovea_status fovea__figure_confusion_linked(fovea_context *context, const fovea_answers *answers,
                                            const fovea_dataset *dataset,
                                            const fovea__confused *cells, int32_t count,
                                            fovea_figure **figure, fovea_error *error);

#endif
