// SPDX-License-Identifier: MIT
// Draws the pictures of the tutorials into the folder given: street.png (320×213, colour), car.png
// (32×32, colour) and nine.png (28×28, grey). Nothing in them comes from a photo or a data set.
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#include "paint.h"

typedef struct {
    const char *name;
    int width, height, fine;  // painted `fine` times as large, then averaged
    double grain;             // noise, in steps of 255, as a camera's
    int channels;
    void (*paint)(cairo_t *to, double width, double height);
} picture;

static void paint_car(cairo_t *to, double width, double height) {
    cairo_rectangle(to, 0, 0, width, 0.58 * height);
    fill_shaded(to, 0x8FB9DC, 0, 0xE4ECEC, 0.55 * height);
    for (uint32_t i = 0; i < 9; i++)
        foliage(to, (0.02 + 0.12 * i) * width, (0.50 - 0.05 * chance(3, i)) * height, 0.22 * width,
                0.22 * height, 120, 0x55783F, i + 1);
    cairo_rectangle(to, 0, 0.56 * height, width, 0.44 * height);
    fill_shaded(to, 0x9B9C9A, 0.56 * height, 0x5E6063, height);
    cairo_rectangle(to, 0, 0.56 * height, width, 0.03 * height);
    set_colour(to, 0xCFCBC0, 1);
    cairo_fill(to);
    paint_car_side(to, 0.05 * width, 0.82 * height, 0.207 * width);
}

// One stroke of a felt pen: round the loop, then down the stem.
static void paint_nine(cairo_t *to, double width, double height) {
    cairo_scale(to, width / 28, height / 28);
    cairo_rectangle(to, 0, 0, 28, 28);
    set_colour(to, 0, 1);
    cairo_fill(to);
    cairo_move_to(to, 18.6, 8.0);
    cairo_curve_to(to, 17.2, 5.2, 12.6, 5.0, 10.4, 7.8);
    cairo_curve_to(to, 8.2, 10.6, 9.2, 14.4, 12.4, 14.6);
    cairo_curve_to(to, 15.4, 14.8, 18.0, 11.6, 18.9, 7.6);
    cairo_curve_to(to, 18.8, 12.4, 18.0, 17.6, 16.2, 22.6);
    cairo_set_line_cap(to, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(to, CAIRO_LINE_JOIN_ROUND);
    set_colour(to, 0xFFFFFF, 0.35);
    cairo_set_line_width(to, 3.0);
    cairo_stroke_preserve(to);
    set_colour(to, 0xFFFFFF, 1);
    cairo_set_line_width(to, 2.1);
    cairo_stroke(to);
}

// Mean of the fine pixels below pixel (x, y), with grain.
static unsigned char average(const picture *p, const unsigned char *fine, int stride, int x, int y,
                             int channel) {
    double sum = 0;
    for (int i = 0; i < p->fine; i++)
        for (int k = 0; k < p->fine; k++)
            sum += fine[(y * p->fine + i) * stride + 4 * (x * p->fine + k) + 2 - channel];
    double noise = 0;
    for (uint32_t i = 0; i < 4; i++)
        noise += chance(77 + i, (uint32_t)((y * p->width + x) * 3 + channel)) - 0.5;
    double value = sum / (p->fine * p->fine) + p->grain * noise;
    return (unsigned char)lrint(fmin(fmax(value, 0), 255));
}

static int write_picture(const picture *p, const char *folder) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, p->name);
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, p->width * p->fine, p->height * p->fine);
    cairo_t *to = cairo_create(surface);
    p->paint(to, p->width * p->fine, p->height * p->fine);
    cairo_surface_flush(surface);
    unsigned char *bytes = malloc((size_t)(p->width * p->height * p->channels)), *next = bytes;
    const unsigned char *fine = cairo_image_surface_get_data(surface);
    if (!bytes || !fine) return 0;
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++)
            for (int c = 0; c < p->channels; c++)
                *next++ = average(p, fine, cairo_image_surface_get_stride(surface), x, y, c);
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)p->width,
                       .height = (png_uint_32)p->height,
                       .format = p->channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY};
    int good = png_image_write_to_file(&image, path, 0, bytes, 0, NULL);
    if (!good) fprintf(stderr, "draw_pictures: %s: %s\n", path, image.message);
    free(bytes);
    cairo_destroy(to);
    cairo_surface_destroy(surface);
    return good;
}

int main(int count, char **word) {
    static const picture pictures[] = {{"street.png", 320, 213, 4, 3, 3, paint_street},
                                       {"car.png", 32, 32, 16, 3, 3, paint_car},
                                       {"nine.png", 28, 28, 16, 0, 1, paint_nine}};
    if (count != 2) {
        fprintf(stderr, "usage: draw_pictures FOLDER\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof pictures / sizeof pictures[0]; i++)
        if (!write_picture(&pictures[i], word[1])) return 1;
    return 0;
}
