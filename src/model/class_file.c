// SPDX-License-Identifier: MIT
// Names of classes from a file.
#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "formats/class_names.h"
#include "model/model.h"

enum { MOST_BYTES = 16 << 20 };

// "n01440764 tench": a letter, eight digits, a blank. The name behind it, or `line` itself.
static const char *behind_synset(const char *line) {
    if (line[0] != 'n') return line;
    for (int i = 1; i <= 8; i++)
        if (line[i] < '0' || line[i] > '9') return line;
    return line[9] == ' ' && line[10] ? line + 10 : line;
}

static fovea_status set_names(fovea_model *model, const fovea__names *names, const char *path,
                              fovea_error *error) {
    fovea_shape out = fovea_graph_value(model->graph, fovea_graph_output(model->graph, 0)).shape;
    int64_t outputs = 1;
    for (int32_t i = 0; i < out.rank; i++) outputs *= out.dim[i] > 0 ? out.dim[i] : 1;
    if ((int64_t)names->count > outputs)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, path, -1,
                              "it names %zu classes, the net has %lld outputs", names->count,
                              (long long)outputs);
    const char **list = fovea__new(model->context, names->count, sizeof *list, error);
    if (!list) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < names->count; i++) list[i] = behind_synset(names->name[i]);
    fovea_status status = fovea_model_set_classes(model, list, (int32_t)names->count, error);
    fovea__free(model->context, list);
    return status;
}

fovea_status fovea_model_load_classes(fovea_model *model, const char *path, fovea_error *error) {
    fovea__bytes bytes = {0};
    fovea__names names;
    FOVEA__TRY(fovea__file_read(model->context, path, MOST_BYTES, &bytes, error));
    fovea_status status =
        fovea__class_names_parse(model->context, bytes.data, bytes.size, path, 0, &names, error);
    fovea__free(model->context, bytes.data);
    FOVEA__TRY(status);
    status = set_names(model, &names, path, error);
    fovea__names_free(model->context, &names);
    return status;
}
