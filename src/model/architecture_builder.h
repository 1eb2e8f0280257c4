// SPDX-License-Identifier: MIT
// What the files that turn layers into nodes share.
#ifndef FOVEA_MODEL_ARCHITECTURE_BUILDER_H
#define FOVEA_MODEL_ARCHITECTURE_BUILDER_H

#include "model/architecture.h"

typedef struct fovea__builder {
    const fovea__architecture *layers;
    fovea_graph *graph;
    fovea_type type;
    fovea_value current;
    const fovea__layer *layer;  // the one being built
    char name[320];             // of its node
    double parameters;          // numbers asked for so far; double, so that it cannot overflow
    struct fovea__label {
        fovea__span span;
        fovea_value value;
    } * label;
    int32_t label_count;
    int32_t nodes_of_kind[64];  // by index in fovea__layer_kinds
} fovea__builder;

#define FOVEA__BUILDER_ATTRIBUTES 6
#define FOVEA__BUILDER_OUTPUTS 8  // no operator has more

// Attributes being collected for one node; zeros to begin with.
typedef struct fovea__attribute_list {
    fovea_attribute item[FOVEA__BUILDER_ATTRIBUTES];
    int64_t integers[FOVEA__BUILDER_ATTRIBUTES][2 * FOVEA_MAX_RANK];
    int32_t count;
} fovea__attribute_list;

void fovea__attribute_integers(fovea__attribute_list *list, const char *name, int32_t count,
                               const int64_t *values);
void fovea__attribute_real(fovea__attribute_list *list, const char *name, double value);

// The shape of one sample of the current value and how many spatial dimensions it has.
fovea_shape fovea__builder_sample(const fovea__builder *b);
int32_t fovea__builder_rank(const fovea__builder *b);
// The numbers of `key`, one for each of `rank` dimensions; `standard` where it was not given.
fovea_status fovea__builder_sizes(const fovea__builder *b, fovea__key key, int32_t rank,
                                  int64_t standard, int64_t *sizes, fovea_error *error);
int64_t fovea__builder_integer(const fovea__builder *b, fovea__key key, int64_t standard);
// SHAPE_MISMATCH "NAME: message (character N of the architecture text)".
fovea_status fovea__builder_mismatch(const fovea__builder *b, fovea_error *error,
                                     const char *format, ...) __attribute__((format(printf, 3, 4)));
// Adds parameter NAME.suffix, trained or not.
fovea_status fovea__builder_parameter(fovea__builder *b, const char *suffix, fovea_type type,
                                      const fovea_shape *shape, int trained, int64_t fan_in,
                                      fovea_value *value, fovea_error *error);
// Adds the node; its first output becomes the current value.
fovea_status fovea__builder_node(fovea__builder *b, const fovea_value *inputs, int32_t count,
                                 const fovea__attribute_list *attributes, fovea_error *error);

// Layers with parameters.
fovea_status fovea__build_conv(fovea__builder *b, fovea_error *error);
fovea_status fovea__build_linear(fovea__builder *b, fovea_error *error);
fovea_status fovea__build_norm(fovea__builder *b, fovea_error *error);
fovea_status fovea__build_prelu(fovea__builder *b, fovea_error *error);
fovea_status fovea__build_rownorm(fovea__builder *b, fovea_error *error);
// Layers without.
fovea_status fovea__build_pool(fovea__builder *b, fovea_error *error);
fovea_status fovea__build_plain(fovea__builder *b, fovea_error *error);
fovea_status fovea__build_lrn(fovea__builder *b, fovea_error *error);
fovea_status fovea__build_pad(fovea__builder *b, fovea_error *error);
fovea_status fovea__build_slice(fovea__builder *b, fovea_error *error);

#endif
