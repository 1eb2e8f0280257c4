// SPDX-License-Identifier: MIT
// Running a net on one picture and keeping what its layers make of it.
#include "figures/maps.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/colormap.h"
#include "figures/map_layers.h"
#include "formats/npz.h"
#include "fovea/run.h"
#include "tensor/convert.h"

void fovea_maps_options_default(fovea_maps_options *options) {
    *options = (fovea_maps_options){
        .size = sizeof *options, .channel = -1, .most = 64, .scale = {.mode = FOVEA_SCALE_ROW}};
}

static fovea_status check_options(const fovea_maps_options *options, fovea_maps_options *checked,
                                  fovea_error *error) {
    fovea_maps_options_default(checked);
    if (!options) return FOVEA_OK;
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_maps_options: size is %zu, not %zu; fill it with "
                           "fovea_maps_options_default",
                           options->size, sizeof *options);
    if (options->most < 0 || options->stage < FOVEA_STAGE_DEFAULT ||
        options->stage > FOVEA_STAGE_ALL)
        return fovea__fail(
            error, FOVEA_INVALID_ARGUMENT,
            "fovea_maps_options: most must not be below 0 and stage one of the five");
    const fovea__colormap *map;
    FOVEA__TRY(fovea__colormap_choose(options->map, &map, error));
    *checked = *options;
    checked->map = map ? map->name : NULL;  // the caller's text need not outlive the maps
    return FOVEA_OK;
}

static fovea_status copy_picture(fovea_maps *maps, const fovea_tensor *picture,
                                 fovea_error *error) {
    fovea_view view = fovea_tensor_view(picture);
    if (view.type != FOVEA_U8 || view.shape.rank != 3)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a picture is U8 of channels×height×width");
    FOVEA__TRY(fovea_tensor_create(maps->context, FOVEA_U8, &view.shape, &maps->picture, error));
    memcpy(fovea_tensor_view(maps->picture).data, view.data,
           (size_t)fovea_shape_count(&view.shape));
    return FOVEA_OK;
}

static fovea_status run_net(fovea_maps *maps, const fovea_model *model, fovea_session *session,
                            fovea_error *error) {
    fovea_view picture = fovea_tensor_view(maps->picture);
    const uint8_t *bytes = picture.data;
    FOVEA__TRY(fovea_model_prepare(model, &bytes, 1, &picture.shape, &maps->input, error));
    fovea_view input = fovea_tensor_view(maps->input);
    return fovea_session_forward(session, &input, 1, error);
}

static double number_at(const fovea_view *view, int64_t i) {
    double number = NAN;
    const uint8_t *at = (const uint8_t *)view->data + (size_t)i * fovea_type_size(view->type);
    if (view->type == FOVEA_F32) return ((const float *)view->data)[i];
    fovea__convert(view->type, at, FOVEA_F64, &number, 1, NULL);
    return number;
}

static bool has_negative(fovea_view view) {
    int64_t count = fovea_shape_count(&view.shape);
    for (int64_t i = 0; i < count; i++)
        if (number_at(&view, i) < 0) return true;
    return false;
}

static fovea_status keep_tensor(fovea_maps *maps, const fovea_graph *graph, int32_t node,
                                bool shown, const fovea_session *session, fovea_error *error) {
    fovea_node_info info = fovea_graph_node(graph, node);
    fovea__map_tensor *tensor = &maps->tensors[maps->count++];
    tensor->stage = fovea__stage_of(graph, node);
    tensor->nonnegative = fovea__is_nonnegative(graph, node);
    tensor->shown = shown;
    maps->shown_count += shown;
    const char *name = fovea_graph_value(graph, info.outputs[0]).name;
    tensor->name = fovea__copy_text(maps->context, name, error);
    tensor->text = fovea__copy_text(maps->context, info.text, error);
    tensor->node = fovea__copy_text(maps->context, info.name, error);
    if (!tensor->name || !tensor->text || !tensor->node) return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(fovea_session_value(session, info.outputs[0], &tensor->tensor, error));
    if (fovea__sign_depends(graph, node))
        tensor->nonnegative = !has_negative(fovea_tensor_view(tensor->tensor));
    int32_t channels = fovea_maps_layer(maps, maps->shown_count - 1).channels;
    if (shown && maps->options.channel >= channels)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                              "there is no channel %d, it has %d (1 to %d)",
                              maps->options.channel + 1, channels, channels);
    return FOVEA_OK;
}

// Whether the node makes real numbers of the one sample: a net may compute other things besides.
static bool is_of_picture(const fovea_graph *graph, int32_t node) {
    fovea_value_info value = fovea_graph_value(graph, fovea_graph_node(graph, node).outputs[0]);
    bool real = value.type == FOVEA_F32 || value.type == FOVEA_F64;
    return real && value.shape.rank > 0 &&
           (value.shape.dim[0] == FOVEA_DYNAMIC || value.shape.dim[0] == 1);
}

static fovea_status keep_tensors(fovea_maps *maps, const fovea_graph *graph, bool everything,
                                 const bool *chosen, const fovea_session *session,
                                 fovea_error *error) {
    int32_t nodes = fovea_graph_node_count(graph);
    maps->tensors = fovea__new(maps->context, (size_t)nodes, sizeof *maps->tensors, error);
    const char *input = fovea_graph_value(graph, fovea_graph_input(graph, 0)).name;
    maps->input_name = fovea__copy_text(maps->context, input, error);
    if (!maps->tensors || !maps->input_name) return FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < nodes; i++)
        if ((chosen[i] || everything) && is_of_picture(graph, i))
            FOVEA__TRY(keep_tensor(maps, graph, i, chosen[i], session, error));
    if (maps->shown_count == 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the chosen layers have no maps: what they make are no real numbers of "
                           "the one picture (indices, shapes or constants)");
    return FOVEA_OK;
}

static fovea_status make(fovea_maps *maps, const fovea_model *model, const fovea_tensor *picture,
                         fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(model);
    const char *layer = maps->options.layer;
    fovea__chosen_layers layers;
    fovea_session *session = NULL;
    fovea_session_options options;
    bool everything =
        (!layer || !strcmp(layer, "all")) && maps->options.stage == FOVEA_STAGE_DEFAULT;
    FOVEA__TRY(
        fovea__choose_map_layers(maps->context, graph, layer, maps->options.stage, &layers, error));
    maps->options.layer = NULL;
    fovea_session_options_default(&options);
    options.samples = 1;
    fovea_status status = copy_picture(maps, picture, error);
    if (status == FOVEA_OK) status = fovea_session_create(graph, &options, &session, error);
    if (status == FOVEA_OK) status = run_net(maps, model, session, error);
    if (status == FOVEA_OK)
        status = keep_tensors(maps, graph, everything, layers.chosen, session, error);
    if (maps->options.most == 0)
        maps->options.most = maps->shown_count <= 8 ? 64 : maps->shown_count <= 32 ? 16 : 8;
    fovea_session_free(session);
    fovea__free(maps->context, layers.chosen);
    return status;
}

// As `make`, by a net built for the picture's height and width where the model's are others.
static fovea_status make_at_size(fovea_maps *maps, const fovea_model *model,
                                 const fovea_tensor *picture, fovea_error *error) {
    fovea_shape own = fovea_model_input(model), given = fovea_tensor_view(picture).shape;
    bool fits = given.rank == 3 && own.rank == 3 && given.dim[0] == own.dim[0];
    if (!fits || fovea_shape_equal(&given, &own) || !fovea_model_any_size(model))
        return make(maps, model, picture, error);
    fovea_model *resized;
    FOVEA__TRY(fovea_model_resized(model, &given, &resized, error));
    fovea_status status = make(maps, resized, picture, error);
    fovea_model_free(resized);
    return status;
}

fovea_status fovea_maps_create(fovea_context *context, const fovea_model *model,
                               const fovea_tensor *picture, const fovea_maps_options *options,
                               fovea_maps **result, fovea_error *error) {
    fovea_maps *maps = fovea__new(context, 1, sizeof *maps, error);
    if (!maps) return FOVEA_OUT_OF_MEMORY;
    maps->context = context;
    fovea_status status = check_options(options, &maps->options, error);
    if (status == FOVEA_OK) status = make_at_size(maps, model, picture, error);
    if (status == FOVEA_OK)
        *result = maps;
    else
        fovea_maps_free(maps);
    return status;
}

void fovea_maps_free(fovea_maps *maps) {
    if (!maps) return;
    for (int32_t i = 0; i < maps->count; i++) {
        fovea__free(maps->context, maps->tensors[i].name);
        fovea__free(maps->context, maps->tensors[i].text);
        fovea__free(maps->context, maps->tensors[i].node);
        fovea_tensor_free(maps->tensors[i].tensor);
    }
    fovea__free(maps->context, maps->tensors);
    fovea__free(maps->context, maps->input_name);
    fovea_tensor_free(maps->picture);
    fovea_tensor_free(maps->input);
    fovea__free(maps->context, maps);
}

int32_t fovea_maps_count(const fovea_maps *maps) {
    return maps->shown_count;
}

fovea_map_layer fovea_maps_layer(const fovea_maps *maps, int32_t index) {
    int32_t i = 0;
    for (int32_t shown = -1; i < maps->count; i++)
        if (maps->tensors[i].shown && ++shown == index) break;
    if (i == maps->count || index < 0) return (fovea_map_layer){0};
    const fovea__map_tensor *tensor = &maps->tensors[i];
    fovea_view view = fovea_tensor_view(tensor->tensor);
    // Without the batch of one, where there is one.
    if (view.shape.rank > 0 && view.shape.dim[0] == 1)
        view.shape = fovea_shape_make(view.shape.rank - 1, view.shape.dim + 1);
    return (fovea_map_layer){.name = tensor->name,
                             .op = tensor->text,
                             .view = view,
                             .channels = view.shape.rank ? (int32_t)view.shape.dim[0] : 1,
                             .nonnegative = tensor->nonnegative,
                             .node = tensor->node};
}

fovea_map_statistics fovea_maps_statistics(const fovea_maps *maps, int32_t index, int32_t channel) {
    fovea_map_layer layer = fovea_maps_layer(maps, index);
    fovea_map_statistics s = {NAN, NAN, NAN, NAN, 0};
    if (!layer.view.data || channel >= layer.channels) return s;
    int64_t size = fovea_shape_count(&layer.view.shape) / layer.channels;
    int64_t first = channel < 0 ? 0 : channel * size, numbers = 0, zeros = 0;
    int64_t end = channel < 0 ? size * layer.channels : first + size;
    double sum = 0;
    for (int64_t i = first; i < end; i++) {
        double value = number_at(&layer.view, i);
        s.not_finite += !isfinite(value);
        if (isnan(value)) continue;
        s.minimum = numbers ? fmin(s.minimum, value) : value;
        s.maximum = numbers ? fmax(s.maximum, value) : value;
        sum += value;
        zeros += value == 0;
        numbers++;
    }
    if (!numbers) return s;
    s.mean = sum / (double)numbers;
    s.zeros = (double)zeros / (double)numbers;
    return s;
}

fovea_status fovea_maps_save(const fovea_maps *maps, const char *path, fovea_error *error) {
    fovea__npz *npz;
    FOVEA__TRY(fovea__npz_open(maps->context, path, &npz, error));
    fovea_view view = fovea_tensor_view(maps->input);
    fovea_status status = fovea__npz_add(npz, maps->input_name, &view, error);
    for (int32_t i = 0; i < maps->count && status == FOVEA_OK; i++) {
        view = fovea_tensor_view(maps->tensors[i].tensor);
        status = fovea__npz_add(npz, maps->tensors[i].name, &view, error);
    }
    if (status == FOVEA_OK) return fovea__npz_commit(npz, error);
    fovea__npz_discard(npz);
    return status;
}
