// SPDX-License-Identifier: MIT
#include <math.h>

#include "draw/panels_struct.h"

bool fovea__panels_range(const fovea__panels *panels, fovea__panel_kind kind, size_t first,
                         size_t count, double *low, double *high) {
    bool found = false, floating = true;
    *low = *high = 0;
    for (size_t i = first; i < first + count; i++) {
        const fovea__kept_panel *kept = &panels->panels[i];
        if (kept->panel.kind != kind) continue;
        double most = kept->panel.most > 0 ? kept->panel.most : INFINITY;
        *low = found ? fmin(*low, fmax(kept->low, -most)) : fmax(kept->low, -most);
        *high = found ? fmax(*high, fmin(kept->high, most)) : fmin(kept->high, most);
        floating &= kept->panel.floating;
        found = true;
    }
    if (!found) return false;
    if (panels->options.scale.mode == FOVEA_SCALE_FIXED && kind != FOVEA__PANEL_COLOUR) {
        *low = panels->options.scale.low;
        *high = panels->options.scale.high;
    }
    if (kind == FOVEA__PANEL_SIGNED) {
        *high = fmax(fabs(*low), fabs(*high));
        if (*high == 0) *high = 1;
        *low = -*high;
    } else if (panels->options.scale.mode != FOVEA_SCALE_FIXED) {
        if (!floating) *low = fmin(*low, 0);
        if (kind == FOVEA__PANEL_PICTURE) *high = fmax(*high, 1);
        if (*high <= *low) *high = *low + 1;
    }
    return true;
}

bool fovea__panels_cut(const fovea__panels *panels, fovea__panel_kind kind, size_t first,
                       size_t count) {
    for (size_t i = first; i < first + count; i++) {
        const fovea__kept_panel *kept = &panels->panels[i];
        double most = kept->panel.most;
        if (kept->panel.kind == kind && most > 0 && (kept->low < -most || kept->high > most))
            return true;
    }
    return false;
}

const fovea__colormap *fovea__panels_map(const fovea__panels *panels, fovea__panel_kind kind,
                                         bool mono) {
    if (mono || kind == FOVEA__PANEL_PICTURE) return fovea__colormap_find("greys");
    if (panels->map) return panels->map;
    return fovea__colormap_find(kind == FOVEA__PANEL_SIGNED ? "RdBu" : "viridis");
}
