// SPDX-License-Identifier: MIT
// An HTTP server of the test's own on 127.0.0.1: one thread, one request a connection, and a script
// of what it answers.
#ifndef FOVEA_TESTS_LOOPBACK_H
#define FOVEA_TESTS_LOOPBACK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/unit.h"

typedef enum loopback_answer {
    LOOPBACK_FILE,         // the file, from where Range asks
    LOOPBACK_CUT,          // announces all of it and closes after half of what is left
    LOOPBACK_NO_RANGE,     // always the whole file
    LOOPBACK_WRONG_RANGE,  // 206 from another byte than asked for
    LOOPBACK_WRONG,        // as many other bytes
    LOOPBACK_LONG,         // the file and more, without Content-Length
    LOOPBACK_NOT_FOUND,    // 404 with a page
    LOOPBACK_PAGE,         // 200 with a page
    LOOPBACK_EMPTY,        // 200 with nothing
    LOOPBACK_ELSEWHERE,    // 302 to `elsewhere`
    LOOPBACK_SILENT,       // takes the request and says nothing
} loopback_answer;

typedef struct loopback {
    const uint8_t *file;
    size_t size;
    loopback_answer answer[8];  // of each request; the last one also of all after it
    int answers;
    char elsewhere[128];
    char base[64];  // "http://127.0.0.1:PORT/"
    atomic_int requests;
    long long range[8];  // first byte each request asked for, -1: none
    int socket;
    pthread_t thread;
} loopback;

static inline void loopback_send(int to, const void *bytes, size_t size) {
    const char *at = bytes;
    while (size > 0) {
        ssize_t count = send(to, at, size, MSG_NOSIGNAL);
        if (count <= 0) return;
        at += count;
        size -= (size_t)count;
    }
}

static inline void loopback_head(int to, const char *status, const char *type, long long length,
                                 const char *more) {
    char head[512], size[64] = "";
    if (length >= 0) snprintf(size, sizeof(size), "Content-Length: %lld\r\n", length);
    int count = snprintf(head, sizeof(head),
                         "HTTP/1.1 %s\r\nContent-Type: %s\r\nConnection: close\r\n%s%s\r\n", status,
                         type, size, more);
    loopback_send(to, head, (size_t)count);
}

static inline void loopback_send_file(const loopback *server, int to, long long from,
                                      size_t shown) {
    char range[96] = "";
    size_t start = from > 0 ? (size_t)from : 0;
    if (start >= server->size && from >= 0) {
        loopback_head(to, "416 Range Not Satisfiable", "text/html", 0, "");
        return;
    }
    if (from >= 0) {
        snprintf(range, sizeof(range), "Content-Range: bytes %zu-%zu/%zu\r\n", start,
                 server->size - 1, server->size);
    }
    loopback_head(to, from >= 0 ? "206 Partial Content" : "200 OK", "application/gzip",
                  (long long)(server->size - start), range);
    loopback_send(to, server->file + start,
                  shown < server->size - start ? shown : server->size - start);
}

static inline void loopback_reply(const loopback *server, int to, loopback_answer answer,
                                  long long from) {
    static const char page[] = "<html>404 or so</html>";
    char more[256];
    uint8_t *other;
    switch (answer) {
        case LOOPBACK_FILE:
            loopback_send_file(server, to, from, server->size);
            break;
        case LOOPBACK_CUT:
            loopback_send_file(server, to, from,
                               (server->size - (from > 0 ? (size_t)from : 0)) / 2);
            break;
        case LOOPBACK_NO_RANGE:
            loopback_send_file(server, to, -1, server->size);
            break;
        case LOOPBACK_WRONG_RANGE:
            loopback_head(to, "206 Partial Content", "application/gzip", (long long)server->size,
                          "Content-Range: bytes 0-9/10\r\n");
            loopback_send(to, server->file, server->size);
            break;
        case LOOPBACK_WRONG:
            other = calloc(1, server->size);
            loopback_head(to, "200 OK", "application/gzip", (long long)server->size, "");
            loopback_send(to, other, server->size);
            free(other);
            break;
        case LOOPBACK_LONG:
            loopback_head(to, "200 OK", "application/gzip", -1, "");
            for (int i = 0; i < 3; i++) loopback_send(to, server->file, server->size);
            break;
        case LOOPBACK_NOT_FOUND:
        case LOOPBACK_PAGE:
            loopback_head(to, answer == LOOPBACK_PAGE ? "200 OK" : "404 Not Found",
                          "text/html; charset=utf-8", sizeof(page) - 1, "");
            loopback_send(to, page, sizeof(page) - 1);
            break;
        case LOOPBACK_EMPTY:
            loopback_head(to, "200 OK", "application/gzip", 0, "");
            break;
        case LOOPBACK_ELSEWHERE:
            snprintf(more, sizeof(more), "Location: %s\r\n", server->elsewhere);
            loopback_head(to, "302 Found", "text/html", sizeof(page) - 1, more);
            loopback_send(to, page, sizeof(page) - 1);
            break;
        case LOOPBACK_SILENT:
            sleep(4);
            break;
    }
}

static inline void *loopback_serve(void *user) {
    loopback *server = user;
    for (;;) {
        int to = accept(server->socket, NULL, NULL);
        if (to < 0) return NULL;
        char text[4096];
        size_t length = 0;
        ssize_t count;
        do {
            count = recv(to, text + length, sizeof(text) - 1 - length, 0);
            if (count > 0) length += (size_t)count;
            text[length] = '\0';
        } while (count > 0 && !strstr(text, "\r\n\r\n"));
        if (strncmp(text, "GET /", 5) == 0) {
            int number = atomic_fetch_add(&server->requests, 1);
            const char *range = strstr(text, "Range: bytes=");
            long long from = range ? atoll(range + 13) : -1;
            if (number < 8) server->range[number] = from;
            int which = number < server->answers ? number : server->answers - 1;
            loopback_reply(server, to, server->answer[which], from);
        }
        shutdown(to, SHUT_WR);
        while (recv(to, text, sizeof(text), 0) > 0) {
        }
        close(to);
    }
}

static inline void loopback_start(loopback *server) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->socket = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->socket, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(server->socket, 8), 0);
    assert_int_equal(getsockname(server->socket, (struct sockaddr *)&address, &length), 0);
    snprintf(server->base, sizeof(server->base), "http://127.0.0.1:%d/", ntohs(address.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, loopback_serve, server), 0);
}

static inline void loopback_stop(loopback *server) {
    shutdown(server->socket, SHUT_RDWR);
    pthread_join(server->thread, NULL);
    close(server->socket);
}

#endif
