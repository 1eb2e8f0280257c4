// SPDX-License-Identifier: MIT
#include "base/log.h"

#include "base/context_struct.h"
#include "base/format_text.h"

void fovea__log(fovea_context *context, fovea_log_level level, const char *format, ...) {
    if (!context->log || level > context->log_level) return;
    char text[1024];
    va_list list;
    va_start(list, format);
    fovea__format_list(text, sizeof(text), format, list);
    va_end(list);
    context->log(context->log_user, level, text);
}
