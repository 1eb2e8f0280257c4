// SPDX-License-Identifier: MIT
// The names a .pth file may have, and what is said of all others.
#include <string.h>

#include "formats/pth_tree.h"

// module, name, what calling it gives, role, type
#define GLOBALS(XX)                                                                    \
    XX("collections", "OrderedDict", AS_DICT, PLAIN, TYPE_NONE)                        \
    XX("torch", "Size", AS_TUPLE, PLAIN, TYPE_NONE)                                    \
    XX("torch", "device", AS_CALL, PLAIN, TYPE_NONE)                                   \
    XX("torch._utils", "_rebuild_tensor", AS_CALL, TENSOR, TYPE_NONE)                  \
    XX("torch._utils", "_rebuild_tensor_v2", AS_CALL, TENSOR, TYPE_NONE)               \
    XX("torch._utils", "_rebuild_tensor_v3", AS_CALL, TENSOR_V3, TYPE_NONE)            \
    XX("torch._utils", "_rebuild_parameter", AS_CALL, PARAMETER, TYPE_NONE)            \
    XX("torch._utils", "_rebuild_parameter_with_state", AS_CALL, PARAMETER, TYPE_NONE) \
    XX("torch", "FloatStorage", AS_VALUE, STORAGE, F32)                                \
    XX("torch", "DoubleStorage", AS_VALUE, STORAGE, F64)                               \
    XX("torch", "HalfStorage", AS_VALUE, STORAGE, F16)                                 \
    XX("torch", "BFloat16Storage", AS_VALUE, STORAGE, BF16)                            \
    XX("torch", "LongStorage", AS_VALUE, STORAGE, I64)                                 \
    XX("torch", "IntStorage", AS_VALUE, STORAGE, I32)                                  \
    XX("torch", "ShortStorage", AS_VALUE, STORAGE, I16)                                \
    XX("torch", "CharStorage", AS_VALUE, STORAGE, I8)                                  \
    XX("torch", "ByteStorage", AS_VALUE, STORAGE, U8)                                  \
    XX("torch", "BoolStorage", AS_VALUE, STORAGE, BOOL)                                \
    XX("torch", "ComplexFloatStorage", AS_VALUE, STORAGE, TYPE_NONE)                   \
    XX("torch", "ComplexDoubleStorage", AS_VALUE, STORAGE, TYPE_NONE)                  \
    XX("torch", "QInt8Storage", AS_VALUE, STORAGE, TYPE_NONE)                          \
    XX("torch", "QUInt8Storage", AS_VALUE, STORAGE, TYPE_NONE)                         \
    XX("torch", "QInt32Storage", AS_VALUE, STORAGE, TYPE_NONE)                         \
    XX("torch.storage", "UntypedStorage", AS_VALUE, STORAGE, U8)                       \
    XX("torch", "uint16", AS_VALUE, DTYPE, U16)                                        \
    XX("torch", "uint32", AS_VALUE, DTYPE, U32)                                        \
    XX("torch", "uint64", AS_VALUE, DTYPE, U64)                                        \
    XX("torch", "float32", AS_VALUE, DTYPE, F32)                                       \
    XX("torch", "float64", AS_VALUE, DTYPE, F64)                                       \
    XX("torch", "float16", AS_VALUE, DTYPE, F16)                                       \
    XX("torch", "bfloat16", AS_VALUE, DTYPE, BF16)                                     \
    XX("torch", "int64", AS_VALUE, DTYPE, I64)                                         \
    XX("torch", "int32", AS_VALUE, DTYPE, I32)                                         \
    XX("torch", "int16", AS_VALUE, DTYPE, I16)                                         \
    XX("torch", "int8", AS_VALUE, DTYPE, I8)                                           \
    XX("torch", "uint8", AS_VALUE, DTYPE, U8)                                          \
    XX("torch", "bool", AS_VALUE, DTYPE, BOOL)                                         \
    XX("torch", "float8_e4m3fn", AS_VALUE, DTYPE, TYPE_NONE)                           \
    XX("torch", "float8_e5m2", AS_VALUE, DTYPE, TYPE_NONE)

static const fovea__pickle_global names[] = {
#define NAME(module, name, result, role, type) {module, name, FOVEA__PICKLE_##result},
    GLOBALS(NAME)
#undef NAME
};

static const struct {
    fovea__pth_role role;
    fovea_type type;
} meanings[] = {
#define MEANING(module, name, result, role, type) {FOVEA__PTH_##role, FOVEA_##type},
    GLOBALS(MEANING)
#undef MEANING
};

// The mend is the same: whoever trusts the file lets Python take the tensors out.
static fovea_status refuse(const fovea__reader *reader, const char *module, const char *name,
                           fovea_error *error) {
    bool net = strncmp(module, "torch.nn.", 9) == 0 || strncmp(module, "torchvision.", 12) == 0 ||
               strcmp(module, "__main__") == 0;
    return fovea__fail_at(
        error, FOVEA_UNSUPPORTED, reader->name, fovea__reader_offset(reader),
        "%s '%.100s.%.100s'; fovea reads tensors and runs nothing of a file. If you trust it, "
        "Python takes the tensors out: import torch; m = torch.load('FILE', weights_only=False); "
        "torch.save(m.state_dict() if hasattr(m, 'state_dict') else m['state_dict'], "
        "'weights.pth')",
        net ? "the file holds a whole module," : "the file names", module, name);
}

const fovea__pickle_globals fovea__pth_globals = {names, sizeof names / sizeof names[0], refuse};

static bool is_named(const fovea__pickle_node *node) {
    return node->kind == FOVEA__PICKLE_GLOBAL || node->kind == FOVEA__PICKLE_CALL;
}

fovea__pth_role fovea__pth_role_of(const fovea__pickle_node *node) {
    return is_named(node) ? meanings[node->global].role : FOVEA__PTH_PLAIN;
}

fovea_type fovea__pth_type_of(const fovea__pickle_node *node) {
    return is_named(node) ? meanings[node->global].type : FOVEA_TYPE_NONE;
}

const char *fovea__pth_name_of(const fovea__pickle_node *node) {
    return is_named(node) ? names[node->global].name : "";
}
