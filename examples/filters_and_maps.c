// SPDX-License-Identifier: MIT
// Trains a convnet with a validation part and looks at its filters and at what it makes of a
// picture: docs/tutorials/filters-and-maps.md in C.
//   filters_and_maps SET PICTURE EPOCHS        as: filters_and_maps mnist nine.png 5
#include <fovea.h>
#include <stdio.h>
#include <stdlib.h>

static fovea_context *context;
static fovea_error error;

static void must(fovea_status status) {
    if (status == FOVEA_OK) return;
    fprintf(stderr, "filters_and_maps: %s\n", error.text);
    exit(fovea_status_exit_code(status));
}

static fovea_dataset *open_part(const char *name, const char *part) {
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.part = part;
    fovea_dataset *set;
    must(fovea_dataset_open(context, name, &options, &set, &error));
    return set;
}

// Adam on four fifths of the training part; the fifth that is left tells how it is getting on.
static void train(fovea_model *net, const fovea_dataset *all, int32_t epochs) {
    fovea_dataset *training, *validation;
    fovea_trainer *trainer;
    fovea_train_options options;
    double mean[4], deviation[4];
    must(fovea_dataset_split(all, 0, 0.2, &training, &validation, &error));
    must(fovea_dataset_statistics(all, mean, deviation, &error));
    must(fovea_model_set_normalization(net, mean, deviation, &error));
    fovea_train_options_default(&options);
    options.optimizer = FOVEA_OPTIMIZER_ADAM;
    options.epochs = epochs;
    must(fovea_trainer_create(net, training, validation, NULL, &options, &trainer, &error));
    while (!fovea_trainer_done(trainer)) {
        fovea_epoch epoch;
        must(fovea_trainer_epoch(trainer, &epoch, &error));
        printf("epoch %d loss %.4f accuracy %.4f validation loss %.4f accuracy %.4f\n", epoch.epoch,
               epoch.loss, epoch.training.accuracy, epoch.validation.loss,
               epoch.validation.accuracy);
    }
    fovea_trainer_free(trainer);
    fovea_dataset_free(validation);
    fovea_dataset_free(training);
}

static void evaluate(const fovea_model *net, const fovea_dataset *test) {
    fovea_answers *answers;
    must(fovea_answers_create(net, test, 64, &answers, &error));
    fovea_score score = fovea_answers_score(answers);
    printf("test loss %.4f accuracy %.4f\n", score.loss, score.accuracy);
    fovea_answers_free(answers);
}

static void write_figure(fovea_figure *figure, const char *name, const char *layer) {
    char path[64];
    snprintf(path, sizeof path, "%s%s.png", name, layer);
    must(fovea_figure_write(context, figure, path, NULL, &error));
    fovea_figure_free(figure);
    printf("wrote %s\n", path);
}

// Filters of the N-th convolution, and its maps after the activation.
static void look_at(const fovea_model *net, const fovea_tensor *picture, const char *layer) {
    fovea_filters_options what;
    fovea_maps_options where;
    fovea_figure *figure;
    fovea_maps *maps;
    fovea_filters_options_default(&what);
    fovea_maps_options_default(&where);
    what.layer = where.layer = layer;
    where.stage = FOVEA_STAGE_ACTIVATION;
    must(fovea_figure_filters(context, fovea_model_graph(net), &what, &figure, &error));
    write_figure(figure, "filters", layer);
    must(fovea_maps_create(context, net, picture, &where, &maps, &error));
    must(fovea_figure_maps(maps, &figure, &error));
    fovea_maps_free(maps);
    write_figure(figure, "maps", layer);
}

int main(int count, char **word) {
    int epochs = count == 4 ? atoi(word[3]) : 0;
    if (epochs < 1) {
        fprintf(stderr, "usage: filters_and_maps SET PICTURE EPOCHS\n");
        return 2;
    }
    must(fovea_context_create(NULL, &context, &error));
    fovea_dataset *all = open_part(word[1], "train"), *test = open_part(word[1], "test");
    fovea_model *net;
    fovea_tensor *picture, *grey;
    must(fovea_picture_load(context, word[2], &picture, &error));
    must(fovea_picture_channels(context, picture, 1, &grey, &error));
    must(fovea_model_open(context, "tutorial-mnist", NULL, &net, &error));
    train(net, all, epochs);
    evaluate(net, test);
    look_at(net, grey, "1");
    look_at(net, grey, "2");
    fovea_model_free(net);
    fovea_tensor_free(grey);
    fovea_tensor_free(picture);
    fovea_dataset_free(test);
    fovea_dataset_free(all);
    fovea_context_free(context);
    return 0;
}
