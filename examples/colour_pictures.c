// SPDX-License-Identifier: MIT
// Colour pictures: statistics, normalising, counting parameters, an edge filter set by hand,
// training: docs/tutorials/colour-pictures.md in C.
//   colour_pictures SET CLASSES EPOCHS     as: colour_pictures cifar10 airplane,automobile,ship 100
#include <fovea.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static fovea_context *context;
static fovea_error error;

static void must(fovea_status status) {
    if (status == FOVEA_OK) return;
    fprintf(stderr, "colour_pictures: %s\n", error.text);
    exit(fovea_status_exit_code(status));
}

static fovea_dataset *open_part(const char *name, const char *part, const char *classes) {
    fovea_dataset_options options = {.size = sizeof options, .part = part, .classes = classes};
    fovea_dataset *set;
    must(fovea_dataset_open(context, name, &options, &set, &error));
    return set;
}

// Mean and both deviations of each channel; a pixel normalised with computed and typed values.
static void statistics(const fovea_dataset *set, double *mean, double *deviation) {
    static const double typed[][3] = {{0.4914, 0.4822, 0.4465}, {0.2470, 0.2435, 0.2616}};
    fovea_shape shape = fovea_dataset_shape(set);
    double n = (double)(fovea_dataset_count(set) * shape.dim[1] * shape.dim[2]);
    must(fovea_dataset_statistics(set, mean, deviation, &error));
    for (int c = 0; c < 3; c++) {
        double v = fovea_dataset_picture(set, 0)[c * shape.dim[1] * shape.dim[2]] / 255.0;
        printf("channel %d: mean %.4f deviation %.9f (sample) %.9f (population)\n", c, mean[c],
               deviation[c], deviation[c] * sqrt((n - 1) / n));
        printf("  first pixel %.4f is %.4f, with typed values %.4f\n", v,
               (v - mean[c]) / deviation[c], (v - typed[0][c]) / typed[1][c]);
    }
}

// Parameters of a net for square pictures in colour, without taking memory for them.
static void count_parameters(const char *architecture, int64_t side) {
    fovea_model *net;
    fovea_summary *summary;
    char shape[64];
    fovea_model_options options = {.size = sizeof options, .shapes_only = 1};
    options.input = fovea_shape_make(3, (const int64_t[]){3, side, side});
    must(fovea_model_open(context, architecture, &options, &net, &error));
    must(fovea_graph_summary(fovea_model_graph(net), 1, &summary, &error));
    fovea_shape_format(&summary->row[summary->rows - 1].shape, shape, sizeof shape);
    printf("%s, %lld pixels a side: %lld parameters, output %s\n", architecture, (long long)side,
           (long long)summary->parameters, shape);
    fovea_summary_free(summary);
    fovea_model_free(net);
}

// A convolution with weights -1 0 1 in each row and channel, on the set's first picture.
static void draw_edges(const fovea_dataset *set) {
    fovea_model *net;
    fovea_tensor *picture;
    fovea_maps *maps;
    fovea_figure *figure;
    fovea_model_options options = {.size = sizeof options, .input = fovea_dataset_shape(set)};
    must(fovea_model_from_text(context, "conv 1 3 pad=1 bias=0 name=edge", &options, &net, &error));
    const double kernel[] = {-1, 0, 1, -1, 0, 1, -1, 0, 1};  // repeated for each channel
    must(fovea_graph_set_parameter(fovea_model_graph(net), "edge.weight", kernel, 9, &error));
    must(fovea_tensor_create(context, FOVEA_U8, &options.input, &picture, &error));
    size_t bytes = (size_t)fovea_shape_count(&options.input);
    memcpy(fovea_tensor_view(picture).data, fovea_dataset_picture(set, 0), bytes);
    must(fovea_maps_create(context, net, picture, NULL, &maps, &error));
    must(fovea_figure_maps(maps, &figure, &error));
    must(fovea_figure_write(context, figure, "edges.png", NULL, &error));
    fovea_figure_free(figure), fovea_maps_free(maps);
    fovea_tensor_free(picture), fovea_model_free(net);
}

static void train(const fovea_dataset *training, const fovea_dataset *test, int epochs,
                  const double *mean, const double *deviation) {
    fovea_model *net;
    fovea_trainer *trainer;
    fovea_epoch e;
    must(fovea_model_open(context, "tutorial-cifar", NULL, &net, &error));
    must(fovea_model_set_normalization(net, mean, deviation, &error));
    fovea_train_options options;
    fovea_train_options_default(&options);
    options.epochs = epochs;
    must(fovea_trainer_create(net, training, NULL, test, &options, &trainer, &error));
    while (!fovea_trainer_done(trainer)) {
        must(fovea_trainer_epoch(trainer, &e, &error));
        if (e.epoch == 1 || e.epoch % 10 == 0) printf("epoch %d loss %.4f\n", e.epoch, e.loss);
    }
    printf("accuracy: training %.4f test %.4f\n", e.training.accuracy, e.test.accuracy);
    fovea_trainer_free(trainer);
    fovea_model_free(net);
}

int main(int count, char **word) {
    int epochs = count == 4 ? atoi(word[3]) : 0;
    if (epochs < 1) return fprintf(stderr, "usage: colour_pictures SET CLASSES EPOCHS\n"), 2;
    double mean[3], deviation[3];
    must(fovea_context_create(NULL, &context, &error));
    fovea_dataset *whole = open_part(word[1], "train", NULL);
    if (fovea_dataset_shape(whole).dim[0] != 3)
        fprintf(stderr, "colour_pictures: %s is not in colour\n", word[1]), exit(2);
    fovea_dataset *training = open_part(word[1], "train", word[2]);
    fovea_dataset *test = open_part(word[1], "test", word[2]);
    statistics(whole, mean, deviation);
    const char *net[] = {"tutorial-fc", "tutorial-cifar", "conv 16 3", "conv 16 3 pad=1"};
    for (int i = 0; i < 4; i++) count_parameters(net[i], 32);
    count_parameters("tutorial-fc", 1024);
    draw_edges(training);
    train(training, test, epochs, mean, deviation);
    fovea_dataset_free(test);
    fovea_dataset_free(training);
    fovea_dataset_free(whole);
    fovea_context_free(context);
    return 0;
}
