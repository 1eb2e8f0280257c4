# SPDX-License-Identifier: MIT
# Makes pictures and expected results of hand-made filters with OpenCV 4.6:
#   python make_filter_golden.py [FOLDER_OF_PHOTOS]
# expected.txt, one case a line:
#   u8   PICTURE BORDER gray|each SIGMA SHA256 KERNEL     all bytes of the result, C,H,W (red, green, blue)
#   near PICTURE BORDER gray|each SIGMA V,V,… KERNEL      48 bytes of it, evenly spread; within 1
#   f32  PICTURE BORDER gray|each SIGMA V,V,… KERNEL      the same of floats of picture/255
# photos.txt: u8 lines for FOLDER_OF_PHOTOS.
import hashlib
import os
import sys
import cv2
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
BORDERS = {"reflect-101": cv2.BORDER_REFLECT_101, "replicate": cv2.BORDER_REPLICATE,
           "zero": cv2.BORDER_CONSTANT}
NAMED = {
    "sobel-x": "-1 0 1;-2 0 2;-1 0 1", "sobel-y": "-1 -2 -1;0 0 0;1 2 1",
    "prewitt-x": "-1 0 1;-1 0 1;-1 0 1", "prewitt-y": "-1 -1 -1;0 0 0;1 1 1",
    "scharr-x": "-3 0 3;-10 0 10;-3 0 3", "scharr-y": "-3 -10 -3;0 0 0;3 10 3",
    "laplacian": "0 1 0;1 -4 1;0 1 0", "sharpen": "0 -1 0;-1 5 -1;0 -1 0",
    "edge": "-1 0 1;-1 0 1;-1 0 1", "emboss": "-2 -1 0;-1 1 1;0 1 2",
}


def text_of(matrix, form):
    return "; ".join(" ".join(form % v for v in row) for row in matrix)


def own_matrices(rng):
    for rows, columns in [(1, 1), (2, 2), (3, 5), (4, 4), (5, 3), (7, 7), (1, 31), (31, 1), (9, 14),
                          (11, 11)]:
        shape = (rows, columns)
        yield text_of(rng.integers(-9, 10, shape) / 10, "%.1f")      # many sums near a half
        yield text_of(rng.normal(size=shape) * 3 / (rows * columns), "%.4f")
    yield text_of(np.full((3, 3), 1 / 9), "%.9f")
    yield "0 0; 0 0"


def large_integers(rng):
    for rows, columns in [(12, 12), (15, 10), (31, 31)]:
        yield text_of(rng.integers(-3, 4, (rows, columns)), "%d")


def apply(picture, kernel, border, sigma):
    name, _, size = kernel.partition(" ")
    size = (int(size or 3),) * 2 if name in ("box", "gaussian") else None
    if name == "box":
        return cv2.blur(picture, size, borderType=border)
    if name == "gaussian":
        return cv2.GaussianBlur(picture, size, sigma, borderType=border)
    rows = NAMED.get(kernel, kernel).split(";")
    matrix = np.array([[float(v) for v in row.split()] for row in rows], np.float32)
    return cv2.filter2D(picture, -1, matrix, borderType=border)


def planar(result):  # blue, green, red by pixel to planes of red, green, blue
    return result[..., ::-1].transpose(2, 0, 1) if result.ndim == 3 else result


def line(kind, name, picture, border, mode, kernel, sigma=0):
    source = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if mode == "gray" else picture
    if kind == "f32":
        source = source.astype(np.float32) / 255
    result = np.ascontiguousarray(planar(apply(source, kernel, BORDERS[border], sigma)))
    if kind == "u8":
        value = hashlib.sha256(result.tobytes()).hexdigest()
    else:
        flat = result.reshape(-1)
        value = ",".join("%.7g" % flat[k * (flat.size - 1) // 47] for k in range(48))
    return "%s %s %s %s %g %s %s\n" % (kind, name, border, mode, sigma, value, kernel)


def make_pictures(rng):
    big = rng.integers(0, 256, (71, 83, 3), dtype=np.uint8)
    big[10:30, 20:50] = 255
    big[40:60, 5:40] = 0
    big[:, 60:70] = np.arange(71, dtype=np.uint8)[:, None, None] * 3
    pictures = {"large.ppm": big, "odd.ppm": big[8:21, 43:60].copy(), "one.ppm": big[:1, :1].copy(),
                "row.ppm": big[12:13, 12:29].copy(), "column.ppm": big[22:53, 48:49].copy(),
                "two.ppm": big[29:31, 49:51].copy()}
    for name, picture in pictures.items():
        cv2.imwrite(os.path.join(HERE, name), picture)
    return pictures


def write_cases(out, pictures, rng):
    kernels = list(NAMED) + list(own_matrices(rng))
    sizes = ["box %d" % n for n in range(1, 32)] + ["gaussian %d" % n for n in range(1, 32, 2)]
    for border in BORDERS:
        for kernel in kernels + sizes:
            out.write(line("u8", "large.ppm", pictures["large.ppm"], border, "gray", kernel))
        for kernel in list(NAMED)[::3] + sizes[1::5]:
            out.write(line("f32", "large.ppm", pictures["large.ppm"], border, "gray", kernel))
        for kernel in large_integers(rng):
            out.write(line("u8", "large.ppm", pictures["large.ppm"], border, "gray", kernel))
        for name in ("odd.ppm", "one.ppm", "row.ppm", "column.ppm", "two.ppm"):
            for kernel in ("sobel-x", "emboss", "box 4", "box 17", "gaussian 5", "gaussian 31",
                           kernels[12], kernels[17]):
                out.write(line("u8", name, pictures[name], border, "each", kernel))
        for kernel in ("sharpen", "box 22", "box 28", "gaussian 11"):
            out.write(line("u8", "large.ppm", pictures["large.ppm"], border, "each", kernel))
    for sigma in (0.3, 1, 2.5, 10):
        for size in (3, 7, 9, 21):
            for kind in ("u8", "f32"):
                out.write(line(kind, "large.ppm", pictures["large.ppm"], "reflect-101", "gray",
                               "gaussian %d" % size, sigma))
    for rows, columns in [(12, 12), (31, 31)]:  # a transform whose rounding is OpenCV's own
        kernel = text_of(rng.integers(-9, 10, (rows, columns)) / 10, "%.1f")
        out.write(line("near", "large.ppm", pictures["large.ppm"], "replicate", "gray", kernel))
        out.write(line("f32", "large.ppm", pictures["large.ppm"], "replicate", "gray", kernel))


def write_photos(out, folder):
    kernels = list(NAMED) + ["box 3", "box 8", "box 31", "gaussian 3", "gaussian 15",
                             "0.1 0.2 0.3 0.4; 0.5 -0.6 0.7 -0.8; 0.9 0.1 -0.2 0.3"]
    for name in sorted(os.listdir(folder)):
        picture = cv2.imread(os.path.join(folder, name))
        if picture is None:
            continue
        for kernel in kernels:
            out.write(line("u8", name, picture, "reflect-101", "gray", kernel))
        out.write(line("u8", name, picture, "replicate", "each", "sharpen"))
        out.write(line("u8", name, picture, "zero", "each", "box 22"))


assert cv2.__version__.startswith("4.6."), cv2.__version__
generator = np.random.default_rng(20240607)
with open(os.path.join(HERE, "expected.txt"), "w") as expected:
    write_cases(expected, make_pictures(generator), generator)
if len(sys.argv) > 1:
    with open(os.path.join(HERE, "photos.txt"), "w") as photos:
        write_photos(photos, sys.argv[1])
