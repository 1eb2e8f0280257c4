// SPDX-License-Identifier: MIT
// What the numbers of trust mean, in words.
#include <math.h>
#include <stdbool.h>

#include "base/format_text.h"
#include "fovea/trust.h"

// What counts as hardly changed, as much, and as a sum that is wrong.
static const double alike = 0.5, shaky = 1, incomplete = 0.05;

typedef struct {
    char *text;
    size_t size, used;
} lines;

static void add(lines *l, const char *line) {
    if (l->used >= l->size) return;
    int wrote =
        fovea__format(l->text + l->used, l->size - l->used, "%s%s", l->used ? "\n" : "", line);
    if (wrote > 0) l->used += (size_t)wrote;
}

static void add_randomised(lines *l, const fovea_trust *trust) {
    char line[256];
    if (!(trust->spearman > alike) && !(trust->ssim > alike)) return;
    fovea__format(
        line, sizeof line,
        "hardly changes when all weights are drawn anew (rank correlation %.2f): it shows "
        "the picture more than what the net has learned",
        trust->spearman);
    add(l, line);
}

// Worse than pixels at random by both measures.
static void add_control(lines *l, const fovea_trust *trust) {
    bool deletion = trust->deletion >= trust->random_deletion;
    bool insertion = trust->insertion <= trust->random_insertion;
    if (deletion && insertion)
        add(l, "does not beat a random order of the pixels, neither in deletion nor in insertion");
    else if (deletion)
        add(l, "does not beat a random order of the pixels in deletion");
    else if (insertion)
        add(l, "does not beat a random order of the pixels in insertion");
}

static void add_law(lines *l, const fovea_trust *trust) {
    char line[256];
    if (!(trust->residual > incomplete)) return;
    fovea__format(line, sizeof line, "its sum misses what %s demands by %.1f %%", trust->law,
                  100 * trust->residual);
    add(l, line);
}

static void add_sensitivity(lines *l, const fovea_trust *trust) {
    char line[256];
    if (!(trust->sensitivity > shaky)) return;
    fovea__format(line, sizeof line,
                  "noise that cannot be seen changes it by more than itself (sensitivity %.2f)",
                  trust->sensitivity);
    add(l, line);
}

void fovea_trust_remarks(const fovea_trust *trust, const fovea_attribution *attribution, char *text,
                         size_t size) {
    lines l = {text, size, 0};
    if (size) text[0] = '\0';
    if (attribution->state != FOVEA_MAP_FINE) add(&l, attribution->cause);
    add_randomised(&l, trust);
    add_control(&l, trust);
    add_law(&l, trust);
    add_sensitivity(&l, trust);
    if (attribution->method->warning) add(&l, attribution->method->warning);
}
