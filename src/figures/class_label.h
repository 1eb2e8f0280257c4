// SPDX-License-Identifier: MIT
// What a class is called in figures.
#ifndef FOVEA_FIGURES_CLASS_LABEL_H
#define FOVEA_FIGURES_CLASS_LABEL_H

#include <stdio.h>

#include "fovea/data.h"

typedef char fovea__class_label[24];

// The class's name (borrowed from the set), or "class 7" written into `label` where it has none.
static inline const char *fovea__class_name(const fovea_dataset *dataset, int32_t index,
                                            fovea__class_label label) {
    const char *name = fovea_dataset_class_name(dataset, index);
    if (name) return name;
    snprintf(label, sizeof(fovea__class_label), "class %d", index);
    return label;
}

#endif
