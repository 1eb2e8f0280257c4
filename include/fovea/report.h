// SPDX-License-Identifier: MIT
// A training run as one self-contained HTML page: what was trained and with what result, a
// diagram of the net, curves, confusion matrix, learned filters, the maps of one picture, the
// worst mistakes and the reasons for frequent ones, how to repeat it.
// The page asks the network for nothing and needs no script; it follows the reader's light or dark
// setting and prints.
//
//   fovea_report_options options;
//   fovea_report_options_default(&options);
//   options.model = model;
//   options.test = test;
//   fovea_report_write(context, &options, "report.html", &error);
#ifndef FOVEA_REPORT_H
#define FOVEA_REPORT_H

#include "fovea/figures.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_report_fact {
    const char *name, *value;  // "optimizer", "adam"
} fovea_report_fact;

typedef struct fovea_report_options {
    size_t size;
    const char *title;              // NULL: net and data
    const fovea_model *model;       // required
    const fovea_dataset *training;  // NULL: not told
    const fovea_dataset *test;      // the part the pictures and answers are from; NULL: left out
    const fovea_answers *answers;   // the model's for `test`; NULL: asked here
    const fovea_epoch *history;     // NULL: no curves
    int32_t history_count;
    const fovea_report_fact *facts;  // further lines under "How it was trained"
    int32_t fact_count;
    const char *command;  // what repeats the training; NULL: left out
    int64_t picture;      // position in `test` of the picture whose maps are shown; -1: the
                          // first one answered rightly
    int32_t mistakes;     // 20
    // Cells of the confusion matrix whose pictures are explained by heat maps, four each (one of
    // pictures beyond 96×96): 6; 0: none.
    int32_t reasons;
} fovea_report_options;

FOVEA_API void fovea_report_options_default(fovea_report_options *options);

// Writes the page; the file holds the old content or the new, never half. Errors: INVALID_ARGUMENT,
// those of fovea_answers_create, OUT_OF_MEMORY, IO.
FOVEA_API fovea_status fovea_report_write(fovea_context *context,
                                          const fovea_report_options *options, const char *path,
                                          fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
