// SPDX-License-Identifier: MIT
// Writes a set of pictures whose classes are known to the pixel, to try explanations on:
//
//   planted_shapes FOLDER [TRAIN TEST]
//
// FOLDER/train and FOLDER/test hold a folder of PPM files for each class, 1600 and 400 in all, and
// FOLDER/boxes.csv where the object of each test picture is: file,top,left,bottom,right.
#include "planted_shapes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int make_folder(const char *path) {
    if (mkdir(path, 0777) == 0 || errno == EEXIST) return 0;
    perror(path);
    return -1;
}

static int write_picture(const char *path, const uint8_t *bytes) {
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        return -1;
    }
    fprintf(file, "P6 %d %d 255\n", PLANTED_SIDE, PLANTED_SIDE);
    for (int i = 0; i < PLANTED_SIDE * PLANTED_SIDE; i++)
        for (int c = 0; c < 3; c++) fputc(bytes[c * PLANTED_SIDE * PLANTED_SIDE + i], file);
    int failed = ferror(file);
    return fclose(file) || failed ? -1 : 0;
}

static int write_part(const char *folder, const char *part, uint64_t seed, uint32_t count,
                      FILE *boxes) {
    static uint8_t bytes[PLANTED_BYTES];
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, part);
    if (make_folder(path)) return -1;
    for (int k = 0; k < PLANTED_CLASSES; k++) {
        snprintf(path, sizeof path, "%s/%s/%s", folder, part, planted_class[k]);
        if (make_folder(path)) return -1;
    }
    for (uint32_t i = 0; i < count; i++) {
        planted_box box = planted_draw(seed, i, bytes);
        int name = snprintf(path, sizeof path, "%s/%s/%s/%05u.ppm", folder, part,
                            planted_class[i % PLANTED_CLASSES], i);
        if (name >= (int)sizeof path || write_picture(path, bytes)) return -1;
        if (boxes)
            fprintf(boxes, "%s/%s/%05u.ppm,%d,%d,%d,%d\n", part, planted_class[i % PLANTED_CLASSES],
                    i, box.top, box.left, box.bottom, box.right);
    }
    return 0;
}

int main(int argc, char **argv) {
    char path[4096];
    if (argc != 2 && argc != 4) {
        fprintf(stderr, "planted_shapes FOLDER [TRAIN TEST]\n");
        return 2;
    }
    uint32_t train = argc == 4 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1600;
    uint32_t test = argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : 400;
    if (make_folder(argv[1])) return 1;
    snprintf(path, sizeof path, "%s/boxes.csv", argv[1]);
    FILE *boxes = fopen(path, "w");
    if (!boxes) {
        perror(path);
        return 1;
    }
    fprintf(boxes, "file,top,left,bottom,right\n");
    int failed =
        write_part(argv[1], "train", 1, train, NULL) || write_part(argv[1], "test", 2, test, boxes);
    return fclose(boxes) || failed ? 1 : 0;
}
