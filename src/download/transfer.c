// SPDX-License-Identifier: MIT
#include "download/transfer.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"

enum { MAX_REDIRECTS = 3 };

// What the callbacks of one request share.
typedef struct http_request {
    const fovea__transfer *transfer;
    fovea__part_file *part;
    CURL *curl;
    int64_t offset;       // where the request asked to begin
    int64_t range_start;  // where the answer says it begins, -1: it does not say
    bool begun;           // the first bytes of a file were accepted
    bool interrupted;
    fovea_status status;  // writing the part
    fovea_error *error;
    char *reason;
    size_t reason_size;
} http_request;

static long answer_code(const http_request *request) {
    long code = 0;
    curl_easy_getinfo(request->curl, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

static bool is_page(const http_request *request) {
    const char *type = NULL;
    curl_easy_getinfo(request->curl, CURLINFO_CONTENT_TYPE, &type);
    return type && strncasecmp(type, "text/html", 9) == 0;
}

static size_t on_header(char *line, size_t size, size_t count, void *user) {
    http_request *request = user;
    char text[128];
    snprintf(text, sizeof(text), "%.*s", (int)(count < 120 ? count : 120), line);
    if (strncasecmp(text, "HTTP/", 5) == 0) request->range_start = -1;
    int64_t start;
    if (strncasecmp(text, "Content-Range:", 14) == 0 &&
        sscanf(text + 14, " bytes %" SCNd64 "-", &start) == 1)
        request->range_start = start;
    return size * count;
}

// Before the first byte of a file: is this the file, and does it begin where ours ends?
static bool begin_file(http_request *request, long code) {
    if (is_page(request)) {
        snprintf(request->reason, request->reason_size, "answered with a web page, not the file");
        return false;
    }
    if (code == 206 && request->range_start != request->offset) {
        snprintf(request->reason, request->reason_size, "sent another part than asked for");
        return false;
    }
    if (code == 200 && request->offset > 0) {
        request->status = fovea__part_empty(request->part, request->error);
        request->offset = 0;
    }
    request->begun = true;
    return request->status == FOVEA_OK;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user) {
    http_request *request = user;
    size_t length = size * count;
    long code = answer_code(request);
    if (code != 200 && code != 206) return length;  // what an error or a redirect says is dropped
    if (!request->begun && !begin_file(request, code)) return 0;
    if (fovea__part_size(request->part) + (int64_t)length > request->transfer->limit) {
        snprintf(request->reason, request->reason_size,
                 "sent more than the %" PRId64 " bytes allowed", request->transfer->limit);
        // Too much cannot become right by going on.
        request->status = fovea__part_empty(request->part, request->error);
        return 0;
    }
    request->status = fovea__part_append(request->part, bytes, length, request->error);
    return request->status == FOVEA_OK ? length : 0;
}

static int on_progress(void *user, curl_off_t total, curl_off_t done, curl_off_t up_total,
                       curl_off_t up) {
    (void)up_total, (void)up, (void)done;
    http_request *request = user;
    const fovea_download_options *options = request->transfer->options;
    if (!options->progress) return 0;
    int64_t all = total > 0 ? request->offset + (int64_t)total : 0;
    request->interrupted = options->progress(options->user, request->transfer->file,
                                             fovea__part_size(request->part), all) != 0;
    return request->interrupted;
}

static void set_protocols(CURL *curl) {
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static void prepare(http_request *request, const char *url, char *range, size_t size,
                    char *message) {
    CURL *curl = request->curl;
    const fovea_download_options *options = request->transfer->options;
    request->offset = fovea__part_size(request->part);
    request->range_start = -1;
    snprintf(range, size, "%" PRId64 "-", request->offset);
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    set_protocols(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "fovea/" FOVEA_VERSION);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)options->connect_seconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)options->stall_seconds);
    if (request->offset > 0) curl_easy_setopt(curl, CURLOPT_RANGE, range);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, request);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, request);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, request);
}

// Whether a redirect may be followed: it must not lead from https to http, and by http only around
// the same host.
static bool may_follow(const char *from, const char *to) {
    if (strncasecmp(to, "https://", 8) == 0) return true;
    if (strncasecmp(to, "http://", 7) != 0 || strncasecmp(from, "http://", 7) != 0) return false;
    size_t length = strcspn(from + 7, "/?#");
    return strcspn(to + 7, "/?#") == length && strncasecmp(from + 7, to + 7, length) == 0;
}

// The address the answer redirects to, in memory of its own; NULL with a reason when it may not be
// followed.
static fovea_status follow(fovea_context *context, http_request *request, const char *from,
                           int redirects, char **to, fovea_error *error) {
    const char *url = NULL;
    *to = NULL;
    curl_easy_getinfo(request->curl, CURLINFO_REDIRECT_URL, &url);
    if (!url) {
        snprintf(request->reason, request->reason_size, "redirects to nowhere");
    } else if (!may_follow(from, url)) {
        snprintf(request->reason, request->reason_size, "redirects to another host without https");
    } else if (redirects == MAX_REDIRECTS) {
        snprintf(request->reason, request->reason_size, "redirects more than %d times",
                 MAX_REDIRECTS);
    } else {
        *to = fovea__copy_text(context, url, error);
        return *to ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    }
    return FOVEA_OK;
}

// What one answer came to. `*redirected`: the answer names another address.
static fovea_status judge(http_request *request, CURLcode code, const char *message, int *arrived,
                          bool *redirected) {
    long answer = answer_code(request);
    if (request->status != FOVEA_OK) return request->status;
    if (request->interrupted)
        return fovea__fail(request->error, FOVEA_INTERRUPTED, "the download was stopped");
    if (code == CURLE_OUT_OF_MEMORY)
        return fovea__fail(request->error, FOVEA_OUT_OF_MEMORY, "out of memory in libcurl");
    if (request->reason[0]) return FOVEA_OK;
    if (code != CURLE_OK) {
        snprintf(request->reason, request->reason_size, "%s",
                 message[0] ? message : curl_easy_strerror(code));
    } else if (answer >= 300 && answer < 400) {
        *redirected = true;
    } else if (answer == 416 && request->offset > 0) {
        *arrived = 1;  // nothing lies behind what we have: the hash will tell
    } else if (answer != 200 && answer != 206) {
        snprintf(request->reason, request->reason_size, "answered %ld", answer);
    } else if (!request->begun) {
        snprintf(request->reason, request->reason_size, "sent nothing");
    } else {
        *arrived = 1;
    }
    return FOVEA_OK;
}

static fovea_status run_requests(fovea_context *context, http_request *request, int *arrived,
                                 fovea_error *error) {
    char *address = fovea__copy_text(context, request->transfer->url, error);
    fovea_status status = address ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (int redirects = 0; address && status == FOVEA_OK; redirects++) {
        char message[CURL_ERROR_SIZE] = "", range[32], *next = NULL;
        bool redirected = false;
        prepare(request, address, range, sizeof(range), message);
        CURLcode code = curl_easy_perform(request->curl);
        status = judge(request, code, message, arrived, &redirected);
        if (status == FOVEA_OK && redirected)
            status = follow(context, request, address, redirects, &next, error);
        fovea__free(context, address);
        address = next;
    }
    fovea__free(context, address);
    return status;
}

fovea_status fovea__transfer_run(fovea_context *context, const fovea__transfer *transfer,
                                 fovea__part_file *part, int *arrived, char *reason, size_t size,
                                 fovea_error *error) {
    *arrived = 0;
    reason[0] = '\0';
    if (strncasecmp(transfer->url, "https://", 8) != 0 &&
        strncasecmp(transfer->url, "http://", 7) != 0) {
        snprintf(reason, size, "is no https or http address");
        return FOVEA_OK;
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fovea__fail(error, FOVEA_FAILED, "libcurl cannot be started");
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    CURL *curl = curl_easy_init();
    if (curl) {
        http_request request = {.transfer = transfer,
                                .part = part,
                                .curl = curl,
                                .error = error,
                                .reason = reason,
                                .reason_size = size};
        status = run_requests(context, &request, arrived, error);
    } else {
        fovea__fail(error, status, "out of memory in libcurl");
    }
    curl_easy_cleanup(curl);
    curl_global_cleanup();
    return status;
}
