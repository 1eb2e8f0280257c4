// SPDX-License-Identifier: MIT
// Two nets on the same pictures: what each costs, how often each is right, how much of that is left
// when the pictures are moved by a few pixels, and which pictures only one of them names rightly.
//
//   const fovea_contestant nets[2] = {{.model = mlp, .name = "MLP"}, {.model = cnn, .name = "CNN"}};
//   fovea_comparison_create(nets, test_set, NULL, &comparison, &error);
//   fovea_score moved = fovea_comparison_shifted(comparison, 1, 2, FOVEA_SHIFT_ALL);
//   fovea_figure_comparison(comparison, &figure, &error);
//
// The same bits on any number of threads.
#ifndef FOVEA_COMPARE_H
#define FOVEA_COMPARE_H

#include "fovea/draw.h"
#include "fovea/train.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_contestant {
    const fovea_model *model;
    const char *name;            // NULL: "A" and "B"
    const fovea_epoch *history;  // how it was trained, for the curves; NULL: not known
    int32_t history_count;
} fovea_contestant;

typedef struct fovea_compare_options {
    size_t size;
    int32_t shift;  // pictures are moved by 1 to so many pixels, 0 to 16; 4
    int64_t batch;  // samples at a time; 0: chosen
} fovea_compare_options;

FOVEA_API void fovea_compare_options_default(fovea_compare_options *options);

typedef struct fovea_comparison fovea_comparison;

// Whether the two can be compared. Errors: SHAPE_MISMATCH (they take pictures of different shapes),
// INVALID_ARGUMENT (they know different classes); the text names both.
FOVEA_API fovea_status fovea_comparison_check(const fovea_contestant nets[2], fovea_error *error);
// Asks both nets about every sample, as it is and moved up, down, left and right by 1 to `shift`
// pixels, the border filled with 0 as augmentation does. Names and histories are copied; models are
// not needed afterwards; the set must outlive the comparison. `options` may be NULL. Errors: those
// of fovea_comparison_check and fovea_answers_create. Yours: fovea_comparison_free.
FOVEA_API fovea_status fovea_comparison_create(const fovea_contestant nets[2],
                                               const fovea_dataset *dataset,
                                               const fovea_compare_options *options,
                                               fovea_comparison **comparison, fovea_error *error);
FOVEA_API void fovea_comparison_free(fovea_comparison *comparison);

typedef struct fovea_compared {
    const char *name;                   // borrowed
    int64_t parameters, multiply_adds;  // multiply-adds for one picture
    int64_t parameter_bytes;            // of the weights
    int64_t value_bytes;                // of all values of one picture and their gradients
    fovea_score score;                  // of the pictures as they are
} fovea_compared;

// `which` is 0 or 1 here and below.
FOVEA_API fovea_compared fovea_comparison_net(const fovea_comparison *comparison, int32_t which);

typedef enum fovea_shift_direction {
    FOVEA_SHIFT_ALL = 0,  // the mean of the four
    FOVEA_SHIFT_UP = 1,
    FOVEA_SHIFT_DOWN = 2,
    FOVEA_SHIFT_LEFT = 3,
    FOVEA_SHIFT_RIGHT = 4,
} fovea_shift_direction;

FOVEA_API int32_t fovea_comparison_shift(const fovea_comparison *comparison);  // the farthest
// Loss and accuracy of pictures moved by `pixels` (0 to the farthest; 0: as they are). Count 0 and
// NaN outside of that.
FOVEA_API fovea_score fovea_comparison_shifted(const fovea_comparison *comparison, int32_t which,
                                               int32_t pixels, fovea_shift_direction direction);

typedef struct fovea_agreement {
    int64_t both, only[2], neither;  // how many pictures they name rightly
    // How probable a split of the only[0] + only[1] pictures at least so uneven would be if both
    // nets were equally good (exact McNemar test, two-sided).
    double chance;
} fovea_agreement;

FOVEA_API fovea_agreement fovea_comparison_agreement(const fovea_comparison *comparison);
// Positions in the set of what only this net names rightly, in order; at most `most`. Returns how
// many.
FOVEA_API int64_t fovea_comparison_only(const fovea_comparison *comparison, int32_t which,
                                        int64_t *position, int64_t most);
// Class that the net gives the sample at position i of the set, 0 ... count-1, and its probability
// (which may be NULL).
FOVEA_API int32_t fovea_comparison_answer(const fovea_comparison *comparison, int32_t which,
                                          int64_t i, double *probability);

// Tables of all this, accuracy over the shift, training curves where histories are known, and
// pictures that only one of the nets names rightly. Yours: fovea_figure_free. Errors:
// OUT_OF_MEMORY, those of reading the pictures.
FOVEA_API fovea_status fovea_figure_comparison(const fovea_comparison *comparison,
                                               fovea_figure **figure, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
