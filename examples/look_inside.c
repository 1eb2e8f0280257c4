// SPDX-License-Identifier: MIT
// Builds a net, trains it for one epoch and looks inside: writes filters.png, maps.png and
// net.safetensors here. The data set is the first argument, fashion-mnist without one.
#include <fovea.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static fovea_error error;

static void must(fovea_status status) {
    if (status == FOVEA_OK) return;
    fprintf(stderr, "look_inside: %s\n", error.text);
    exit(fovea_status_exit_code(status));
}

int main(int count, char **word) {
    fovea_context *context;
    must(fovea_context_create(NULL, &context, &error));

    fovea_dataset *pictures;
    must(fovea_dataset_open(context, count > 1 ? word[1] : "fashion-mnist", NULL, &pictures,
                            &error));
    fovea_shape shape = fovea_dataset_shape(pictures);
    double mean[3], deviation[3];
    must(fovea_dataset_statistics(pictures, mean, deviation, &error));

    fovea_model *model;
    fovea_model_options net = {.size = sizeof net, .input = shape};
    must(fovea_model_from_text(context, "conv 8 5 pad=2, relu, maxpool 2, flatten, linear 10", &net,
                               &model, &error));
    must(fovea_model_set_normalization(model, mean, deviation, &error));

    fovea_trainer *trainer;
    fovea_epoch epoch;
    must(fovea_trainer_create(model, pictures, NULL, NULL, NULL, &trainer, &error));
    must(fovea_trainer_epoch(trainer, &epoch, &error));
    printf("loss %.3f, accuracy %.3f after %.1f s\n", epoch.loss, epoch.training.accuracy,
           epoch.seconds);
    must(fovea_model_save(model, "net.safetensors", &error));

    fovea_tensor *picture;
    must(fovea_tensor_create(context, FOVEA_U8, &shape, &picture, &error));
    memcpy(fovea_tensor_view(picture).data, fovea_dataset_picture(pictures, 0),
           (size_t)fovea_shape_count(&shape));
    fovea_maps *maps;
    fovea_figure *filters, *figure;
    must(fovea_figure_filters(context, fovea_model_graph(model), NULL, &filters, &error));
    must(fovea_figure_write(context, filters, "filters.png", NULL, &error));
    must(fovea_maps_create(context, model, picture, NULL, &maps, &error));
    must(fovea_figure_maps(maps, &figure, &error));
    must(fovea_figure_write(context, figure, "maps.png", NULL, &error));

    fovea_figure_free(figure);
    fovea_maps_free(maps);
    fovea_figure_free(filters);
    fovea_tensor_free(picture);
    fovea_trainer_free(trainer);
    fovea_model_free(model);
    fovea_dataset_free(pictures);
    fovea_context_free(context);
    return 0;
}
