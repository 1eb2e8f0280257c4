// SPDX-License-Identifier: MIT
#include "draw/round_path.h"

#include <math.h>

enum { CORNER = 8 };  // radius

// A cubic curve that looks like a quarter of a circle has its control points this far along.
#define QUARTER 0.5523

void fovea__path_add(fovea__path *line, double x, double y) {
    if (line->count == FOVEA__PATH_CORNERS) return;
    line->corner[2 * line->count] = x;
    line->corner[2 * line->count++ + 1] = y;
}

void fovea__put_path(fovea__display *display, const fovea__path *line, fovea__colour colour) {
    double out[2 * 64];
    size_t used = 0;
    const double *c = line->corner;
    out[used++] = c[0];
    out[used++] = c[1];
    for (int i = 1; i < line->count; i++) {
        const double *a = c + 2 * i - 2, *b = c + 2 * i;
        double length = hypot(b[0] - a[0], b[1] - a[1]), cut = 0, ux, uy;
        if (length < 0.01) continue;
        ux = (b[0] - a[0]) / length;
        uy = (b[1] - a[1]) / length;
        bool bend = i + 1 < line->count;
        double next = bend ? hypot(c[2 * i + 2] - b[0], c[2 * i + 3] - b[1]) : 0;
        if (bend) cut = fmin(CORNER, fmin(length, next) / 2);
        double ex = b[0] - cut * ux, ey = b[1] - cut * uy;
        double straight[] = {out[used - 2], out[used - 1], ex, ey, ex, ey};
        for (int k = 0; k < 6; k++) out[used++] = straight[k];
        if (!bend || next < 0.01) continue;
        double vx = (c[2 * i + 2] - b[0]) / next, vy = (c[2 * i + 3] - b[1]) / next;
        double turn[] = {ex + QUARTER * cut * ux,
                         ey + QUARTER * cut * uy,
                         b[0] + (1 - QUARTER) * cut * vx,
                         b[1] + (1 - QUARTER) * cut * vy,
                         b[0] + cut * vx,
                         b[1] + cut * vy};
        for (int k = 0; k < 6; k++) out[used++] = turn[k];
    }
    int n = line->count;
    double dx = c[2 * n - 2] - c[2 * n - 4], dy = c[2 * n - 1] - c[2 * n - 3];
    fovea__put_curve(display, out, used / 2, colour, 1.4, FOVEA__DASH_NONE);
    fovea__put_arrow_head(display, c[2 * n - 2], c[2 * n - 1], dx, dy, 7, colour);
}
