// SPDX-License-Identifier: MIT
// make_small_set FOLDER [TRAIN TEST]: writes FOLDER/mnist, an IDX set of 28×28 pictures in ten
// classes that a net can learn: a bright bar whose place and direction are the class, and noise.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { SIDE = 28, CLASSES = 10 };

static uint32_t state = 12345;

static unsigned noise(unsigned below) {
    state = state * 1664525u + 1013904223u;
    return (state >> 16) % below;
}

static void draw(unsigned char *pixel, int label) {
    int at = 2 + label % 5 * 5, along = label / 5;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int across = along ? x : y;
            int bright = across >= at && across < at + 4;
            pixel[y * SIDE + x] = (unsigned char)(noise(200) + (bright ? 50 : 0));
        }
}

static void put_number(FILE *file, uint32_t number) {
    for (int shift = 24; shift >= 0; shift -= 8) fputc((int)(number >> shift & 255), file);
}

static FILE *open_file(const char *folder, const char *part, const char *kind) {
    char path[4096];
    snprintf(path, sizeof path, "%s/mnist/%s-%s-ubyte", folder, part, kind);
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        exit(1);
    }
    return file;
}

static void write_part(const char *folder, const char *part, int count) {
    unsigned char pixel[SIDE * SIDE];
    FILE *images = open_file(folder, part, "images-idx3");
    FILE *labels = open_file(folder, part, "labels-idx1");
    put_number(images, 0x803);
    put_number(images, (uint32_t)count);
    put_number(images, SIDE);
    put_number(images, SIDE);
    put_number(labels, 0x801);
    put_number(labels, (uint32_t)count);
    for (int i = 0; i < count; i++) {
        int label = i < CLASSES ? i : (int)noise(CLASSES);
        draw(pixel, label);
        fwrite(pixel, 1, sizeof pixel, images);
        fputc(label, labels);
    }
    if (fclose(images) != 0 || fclose(labels) != 0) exit(1);
}

int main(int argc, char **argv) {
    char path[4096];
    if (argc != 2 && argc != 4) return 2;
    mkdir(argv[1], 0777);
    snprintf(path, sizeof path, "%s/mnist", argv[1]);
    mkdir(path, 0777);
    write_part(argv[1], "train", argc == 4 ? atoi(argv[2]) : 320);
    write_part(argv[1], "t10k", argc == 4 ? atoi(argv[3]) : 100);
    return 0;
}
