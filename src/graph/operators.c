// SPDX-License-Identifier: MIT
// The operator table through the public interface.
#include "base/fail.h"
#include "graph/graph.h"

int32_t fovea_operator_count(void) {
    size_t count;
    fovea__op_table(&count);
    return (int32_t)count;
}

static void list_traits(uint32_t traits, const char **names) {
    static const struct {
        fovea__trait trait;
        const char *name;
    } all[] = {{FOVEA__LINEAR, "linear"},
               {FOVEA__ELEMENTWISE, "elementwise"},
               {FOVEA__MONOTONE, "monotone"},
               {FOVEA__BATCH_STATS, "batch statistics"},
               {FOVEA__RANDOM, "random in training"},
               {FOVEA__SHAPE_ONLY, "shape only"}};
    int used = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (traits & all[i].trait) names[used++] = all[i].name;
    names[used] = NULL;
}

fovea_status fovea_operator_get(int32_t index, fovea_operator_info *info, fovea_error *error) {
    static const char *const kinds[] = {"integer", "integers", "flag", "real", "reals"};
    size_t count;
    const fovea__op *const *table = fovea__op_table(&count);
    if (index < 0 || (size_t)index >= count)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no operator %d; 0 to %zu exist",
                           index, count - 1);
    const fovea__op *op = table[index];
    *info = (fovea_operator_info){.name = op->text,
                                  .onnx_name = op->name,
                                  .help = op->help,
                                  .since = op->since,
                                  .inputs_required = op->inputs_required,
                                  .inputs_maximum = op->inputs_maximum,
                                  .outputs = op->outputs};
    for (int i = 0; i < 5; i++) info->input[i] = op->input[i];
    for (int p = 0; p < FOVEA__MAX_PARAMETERS && op->parameter[p].name; p++) {
        const fovea__parameter *from = &op->parameter[p];
        info->parameter[info->parameter_count++] =
            (fovea_operator_parameter){.name = from->text,
                                       .onnx_name = from->name,
                                       .help = from->help,
                                       .kind = kinds[from->kind],
                                       .standard = from->standard,
                                       .minimum = from->minimum,
                                       .maximum = from->maximum,
                                       .required = from->required};
    }
    list_traits(op->traits, info->traits);
    return FOVEA_OK;
}
