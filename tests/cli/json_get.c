// SPDX-License-Identifier: MIT
// json_get [PATH...]: every line of standard input must be a JSON object; prints the values at the
// paths ("tensors.0.name"), separated by spaces, a line for each line. "#" at the end of a path is
// the length, "*" the keys in their order. Exit code 1 for what is no JSON or not there.
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void print_keys(json_t *object) {
    const char *key, *comma = "";
    json_t *value;
    json_object_foreach(object, key, value) {
        printf("%s%s", comma, key);
        comma = ",";
    }
}

static int print_path(json_t *value, char *path) {
    for (char *part = strtok(path, "."); part; part = strtok(NULL, ".")) {
        if (strcmp(part, "#") == 0) {
            printf("%zu", json_array_size(value));
            return 1;
        }
        if (strcmp(part, "*") == 0) {
            print_keys(value);
            return 1;
        }
        value = json_is_array(value) ? json_array_get(value, (size_t)atoi(part))
                                     : json_object_get(value, part);
        if (!value) return 0;
    }
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6));
    printf("%s", text);
    free(text);
    return 1;
}

int main(int argc, char **argv) {
    char *line = NULL, path[256];
    size_t room = 0;
    int found = 1;
    while (getline(&line, &room, stdin) > 0) {
        json_error_t error;
        json_t *root = json_loads(line, JSON_REJECT_DUPLICATES, &error);
        if (!json_is_object(root)) {
            fprintf(stderr, "json_get: %s\n", root ? "no object" : error.text);
            return 1;
        }
        for (int i = 1; i < argc; i++) {
            if (i > 1) printf(" ");
            snprintf(path, sizeof path, "%s", argv[i]);
            found &= print_path(root, path);
        }
        if (argc > 1) printf("\n");
        json_decref(root);
    }
    free(line);
    return !found;
}
