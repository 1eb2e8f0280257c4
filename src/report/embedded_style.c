// SPDX-License-Identifier: MIT
#include "base/embed.h"
#include "report/page.h"

FOVEA__EMBED(fovea__report_css, FOVEA_SOURCES "/report/report.css");

void fovea__page_style(fovea__text *text) {
    fovea__text_add_n(text, (const char *)fovea__report_css,
                      (size_t)(fovea__report_css_end - fovea__report_css));
}
