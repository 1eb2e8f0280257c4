// SPDX-License-Identifier: MIT
// A chain of layers as volumes: maps as sheets, vectors as columns of neurons.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "draw/number.h"
#include "figures/layer_words.h"
#include "figures/network.h"
#include "figures/picture_values.h"

enum { MOST_VOLUMES = 40 };

typedef struct words {
    char *label, shape[96], count[64];
} words;

static const fovea_shape *shape_of(const fovea__net_parts *parts, int32_t part) {
    return &parts->graph->value[parts->part[part].value].signature.shape;
}

const char *fovea__network_no_volumes(const fovea__net_parts *parts) {
    if (!fovea__net_parts_are_chain(parts)) return "it has branches";
    if (parts->count > MOST_VOLUMES) return "it has too many layers";
    for (int32_t i = 0; i < parts->count; i++) {
        const fovea_shape *shape = shape_of(parts, i);
        if (shape->rank < 2 || shape->rank > 4) return "its values are no pictures or vectors";
    }
    return NULL;
}

// "conv2d 5×5\npad 2\nrelu": narrow lines.
static fovea_status make_label(const fovea__net_parts *parts, int32_t index, words *w,
                               fovea_error *error) {
    const fovea__net_part *part = &parts->part[index];
    fovea__text text = fovea__text_begin(parts->context);
    bool first = true;
    for (int32_t n = part->head; n <= part->tail; n++) {
        if (parts->part_of[n] != index) continue;
        if (!first) fovea__text_add(&text, "\n");
        fovea__layer_words(parts->graph, n, "\n", &text);
        first = false;
    }
    return fovea__text_take(&text, &w->label, NULL, error);
}

static void set_size(const fovea_shape *shape, fovea__volume *v) {
    if (shape->rank == 2) {
        v->units = shape->dim[1];
        return;
    }
    v->channels = shape->dim[1];
    v->height = shape->rank == 4 ? shape->dim[2] : 1;
    v->width = shape->dim[shape->rank - 1];
}

static void set_link(const fovea__net_parts *parts, int32_t index, fovea__volume *v) {
    const fovea__node *node = &parts->graph->node[parts->part[index].head];
    const fovea__attribute *kernel = fovea__node_attribute(node, "kernel_shape");
    if (kernel && kernel->count) {
        v->link = FOVEA__LINK_WINDOW;
        v->window[1] = kernel->i[kernel->count - 1];
        v->window[0] = kernel->count > 1 ? kernel->i[kernel->count - 2] : 1;
    } else if (strcmp(node->op->name, "Gemm") == 0) {
        v->link = FOVEA__LINK_ALL;
    } else if (strcmp(node->op->name, "Flatten") == 0) {
        v->link = FOVEA__LINK_UNROLL;
    }
}

static fovea_status make_volume(const fovea__net_parts *parts, int32_t index, words *w,
                                fovea__volume *v, fovea_error *error) {
    const fovea__net_part *part = &parts->part[index];
    fovea__net_part_shape(parts, index, w->shape);
    set_size(shape_of(parts, index), v);
    v->title = part->head < 0 ? "input" : fovea__net_part_name(parts, index);
    v->shape = w->shape;
    v->colour = part->head < 0 ? -1 : fovea__layer_colour(parts->graph, part->head);
    if (part->head < 0) return FOVEA_OK;
    set_link(parts, index, v);
    if (part->parameters) {
        fovea__number number;
        fovea__number_count(part->parameters, number);
        snprintf(w->count, sizeof w->count, "%s param.", number);
        v->count = w->count;
    }
    FOVEA__TRY(make_label(parts, index, w, error));
    v->label = w->label;
    return FOVEA_OK;
}

static bool is_picture_for(const fovea_tensor *picture, const fovea__volume *v) {
    if (!picture) return false;
    fovea_shape shape = fovea_tensor_view(picture).shape;
    return shape.rank == 3 && shape.dim[0] == v->channels && shape.dim[1] == v->height &&
           shape.dim[2] == v->width;
}

static fovea_status fill(const fovea__net_parts *parts, const fovea_model *model, words *w,
                         fovea__volume *v, const char **names, fovea_error *error) {
    for (int32_t i = 0; i < parts->count; i++)
        FOVEA__TRY(make_volume(parts, i, &w[i], &v[i], error));
    fovea__volume *last = &v[parts->count - 1];
    int32_t classes = fovea_model_class_count(model);
    for (int32_t k = 0; k < classes && k < last->units; k++)
        names[k] = fovea_model_class_name(model, k);
    if (classes && last->units) last->names = names;
    return FOVEA_OK;
}

fovea_status fovea__network_volumes(const fovea__net_parts *parts, const fovea_model *model,
                                    const fovea_tensor *picture, fovea__volumes **volumes,
                                    fovea_error *error) {
    fovea_context *context = parts->context;
    const fovea_shape *last = shape_of(parts, parts->count - 1);
    size_t count = (size_t)parts->count, outputs = last->rank == 2 ? (size_t)last->dim[1] : 0;
    words *w = fovea__new(context, count, sizeof *w, error);
    fovea__volume *v = fovea__new(context, count, sizeof *v, error);
    const char **names = fovea__new(context, outputs, sizeof *names, error);
    uint8_t *rgb = NULL;
    fovea_status status = w && v && names ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) status = fill(parts, model, w, v, names, error);
    if (status == FOVEA_OK && is_picture_for(picture, &v[0])) {
        status = fovea__picture_rgb(context, picture, &rgb, error);
        v[0].rgb = rgb;
    }
    if (status == FOVEA_OK)
        status = fovea__volumes_create(context, v, parts->count, volumes, error);
    for (size_t i = 0; w && i < count; i++) fovea__free(context, w[i].label);
    fovea__free(context, w);
    fovea__free(context, v);
    fovea__free(context, (void *)names);
    fovea__free(context, rgb);
    return status;
}
