// SPDX-License-Identifier: MIT
#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "graph/graph.h"
#include "model/graph_json.h"
#include "model/model_file.h"

enum { OWN_KEYS = 6 };

static char *graph_text(const fovea_model *model, fovea_error *error) {
    fovea__text text = fovea__text_begin(model->context);
    char *string;
    fovea__graph_write_json(model->graph, &text);
    return fovea__text_take(&text, &string, NULL, error) == FOVEA_OK ? string : NULL;
}

static void write_reals(fovea__text *text, const double *values, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (i) fovea__text_add(text, ",");
        fovea__text_exact(text, values[i]);
    }
}

char *fovea__model_preprocess_text(const fovea_model *model, fovea_error *error) {
    fovea__text text = fovea__text_begin(model->context);
    char *string;
    const fovea_shape *input = &model->input;
    fovea__text_add(&text, "{\"input\":[");
    for (int32_t i = 0; i < input->rank; i++)
        fovea__text_format(&text, i ? ",%lld" : "%lld", (long long)input->dim[i]);
    fovea__text_add(&text, "],\"mean\":[");
    write_reals(&text, model->mean, (int32_t)input->dim[0]);
    fovea__text_add(&text, "],\"std\":[");
    write_reals(&text, model->deviation, (int32_t)input->dim[0]);
    fovea__text_add(&text, "]");
    const fovea_preprocessing *p = &model->preprocessing;
    if (p->resize) fovea__text_format(&text, ",\"resize\":%d", p->resize);
    if (p->crop[0]) fovea__text_format(&text, ",\"crop\":[%d,%d]", p->crop[0], p->crop[1]);
    if (p->bgr) fovea__text_add(&text, ",\"order\":\"BGR\"");
    fovea__text_add(&text, "}");
    return fovea__text_take(&text, &string, NULL, error) == FOVEA_OK ? string : NULL;
}

char *fovea__model_classes_text(const fovea_model *model, fovea_error *error) {
    fovea__text text = fovea__text_begin(model->context);
    char *string;
    fovea__text_add(&text, "[");
    for (int32_t i = 0; i < model->class_count; i++) {
        if (i) fovea__text_add(&text, ",");
        fovea__text_json(&text, model->classes[i]);
    }
    fovea__text_add(&text, "]");
    return fovea__text_take(&text, &string, NULL, error) == FOVEA_OK ? string : NULL;
}

// The parameters and buffers in graph order, then the extra tensors.
static size_t list_tensors(const fovea_model *model, const fovea__model_extra *extra,
                           fovea__named_view *tensors) {
    size_t count = 0;
    for (int32_t v = 0; v < fovea_graph_value_count(model->graph); v++) {
        fovea_view view = fovea__graph_parameter(model->graph, v);
        if (!view.data) continue;
        tensors[count++] = (fovea__named_view){fovea_graph_value(model->graph, v).name, view};
    }
    for (size_t i = 0; extra && i < extra->tensor_count; i++) tensors[count++] = extra->tensors[i];
    return count;
}

static size_t list_metadata(const fovea_model *model, const fovea__model_extra *extra,
                            const char *graph, const char *preprocess, const char *classes,
                            fovea__text_pair *pairs) {
    size_t count = 0;
    pairs[count++] = (fovea__text_pair){"format", "pt"};
    pairs[count++] = (fovea__text_pair){"fovea.version", FOVEA_VERSION};
    if (model->architecture[0])
        pairs[count++] = (fovea__text_pair){"fovea.architecture", model->architecture};
    pairs[count++] = (fovea__text_pair){"fovea.graph", graph};
    pairs[count++] = (fovea__text_pair){"fovea.preprocess", preprocess};
    if (model->class_count > 0) pairs[count++] = (fovea__text_pair){"fovea.classes", classes};
    for (size_t i = 0; extra && i < extra->metadata_count; i++) pairs[count++] = extra->metadata[i];
    return count;
}

fovea_status fovea__model_write(const fovea_model *model, const char *path,
                                const fovea__model_extra *extra, char hash[65],
                                fovea_error *error) {
    FOVEA__TRY(fovea__graph_check_memory(model->graph, error));
    fovea_context *context = model->context;
    size_t most = (size_t)fovea_graph_value_count(model->graph) + (extra ? extra->tensor_count : 0);
    char *graph = graph_text(model, error),
         *preprocess = fovea__model_preprocess_text(model, error);
    char *classes = fovea__model_classes_text(model, error);
    fovea__named_view *tensors = fovea__new(context, most, sizeof *tensors, error);
    fovea__text_pair *pairs =
        fovea__new(context, OWN_KEYS + (extra ? extra->metadata_count : 0), sizeof *pairs, error);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (graph && preprocess && classes && tensors && pairs) {
        fovea__safetensors_content content = {.metadata = pairs, .tensors = tensors};
        content.count = list_tensors(model, extra, tensors);
        content.metadata_count = list_metadata(model, extra, graph, preprocess, classes, pairs);
        content.hash_key = FOVEA__HASH_KEY;
        status = fovea__safetensors_write(context, path, &content, hash, error);
    }
    fovea__free(context, graph);
    fovea__free(context, preprocess);
    fovea__free(context, classes);
    fovea__free(context, tensors);
    fovea__free(context, pairs);
    return status;
}

fovea_status fovea_model_save(const fovea_model *model, const char *path, fovea_error *error) {
    return fovea__model_write(model, path, NULL, NULL, error);
}
