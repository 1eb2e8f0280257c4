// SPDX-License-Identifier: MIT
// A net trained on pictures with a planted object (examples/planted_shapes.h): where it should look is
// known.
#ifndef FOVEA_TESTS_PLANTED_NET_H
#define FOVEA_TESTS_PLANTED_NET_H

#include "../../examples/planted_shapes.h"
#include "fovea.h"
#include "unit/data_files.h"

enum { PLANTED_TRAIN = 1600, PLANTED_TEST = 200 };

#define PLANTED_NET                                                                           \
    "conv 16 3 pad=1, batchnorm, relu, maxpool 2, conv 32 3 pad=1, batchnorm, relu, maxpool " \
    "2, conv 64 3 pad=1, batchnorm, relu, conv 64 3 pad=1, batchnorm, relu, avgpool 12, "     \
    "flatten, linear 4"

typedef struct planted_net {
    fovea_model *model;
    fovea_dataset *test;
} planted_net;

static inline void planted_write_part(const data_place *place, const char *part, uint64_t seed,
                                      uint32_t count) {
    static uint8_t bytes[PLANTED_BYTES], file[64 + PLANTED_BYTES];
    char name[256];
    for (uint32_t i = 0; i < count; i++) {
        planted_draw(seed, i, bytes);
        int at = snprintf((char *)file, 64, "P6 %d %d 255\n", PLANTED_SIDE, PLANTED_SIDE);
        for (int p = 0; p < PLANTED_SIDE * PLANTED_SIDE; p++)
            for (int c = 0; c < 3; c++) file[at++] = bytes[c * PLANTED_SIDE * PLANTED_SIDE + p];
        snprintf(name, sizeof name, "shapes/%s/%s/%05u.ppm", part,
                 planted_class[i % PLANTED_CLASSES], i);
        data_write(place, name, file, (size_t)at);
    }
}

// The box of test sample i: classes come one after the other, samples of each in their order.
static inline planted_box planted_box_of(int64_t i) {
    static uint8_t bytes[PLANTED_BYTES];
    int64_t of_class = PLANTED_TEST / PLANTED_CLASSES;
    return planted_draw(2, (uint32_t)(i % of_class * PLANTED_CLASSES + i / of_class), bytes);
}

// Writes the set and trains for `epochs`; both are yours: planted_close.
static inline planted_net planted_train(const data_place *place, int32_t epochs) {
    planted_net net;
    fovea_error error;
    fovea_dataset *train;
    fovea_trainer *trainer;
    fovea_epoch epoch;
    double mean[3], deviation[3];
    fovea_model_options options;
    fovea_train_options how;
    planted_write_part(place, "train", 1, PLANTED_TRAIN);
    planted_write_part(place, "test", 2, PLANTED_TEST);
    char path[600];
    snprintf(path, sizeof path, "%s/shapes:train", place->folder);
    if (fovea_dataset_open(place->context, path, NULL, &train, &error)) fail_msg("%s", error.text);
    snprintf(path, sizeof path, "%s/shapes:test", place->folder);
    if (fovea_dataset_open(place->context, path, NULL, &net.test, &error))
        fail_msg("%s", error.text);
    fovea_model_options_default(&options);
    options.seed = 1;
    options.input = fovea_dataset_shape(train);
    if (fovea_model_open(place->context, PLANTED_NET, &options, &net.model, &error))
        fail_msg("%s", error.text);
    assert_int_equal(fovea_dataset_statistics(train, mean, deviation, NULL), FOVEA_OK);
    assert_int_equal(fovea_model_set_normalization(net.model, mean, deviation, NULL), FOVEA_OK);
    fovea_train_options_default(&how);
    how.optimizer = FOVEA_OPTIMIZER_ADAM;
    how.learning_rate = 0.004;
    how.schedule = FOVEA_SCHEDULE_ONE_CYCLE;
    how.epochs = epochs;
    how.batch = 32;
    how.seed = 1;
    how.measure_training = 0;
    if (fovea_trainer_create(net.model, train, NULL, NULL, &how, &trainer, &error))
        fail_msg("%s", error.text);
    while (!fovea_trainer_done(trainer))
        if (fovea_trainer_epoch(trainer, &epoch, &error)) fail_msg("%s", error.text);
    fovea_trainer_free(trainer);
    fovea_dataset_free(train);
    return net;
}

static inline void planted_close(planted_net *net) {
    fovea_dataset_free(net->test);
    fovea_model_free(net->model);
}

#endif
