# SPDX-License-Identifier: MIT
# Writes four_filters.ppm (a small colour picture by formula) and four_filters.txt: what PyTorch's convolution with the
# tutorials' four 4x4 filters, ReLU and maximum pooling make of the grey picture and of the photos, and what the edge
# kernel of the second tutorial (3 channels to 1, padding 1, no bias) makes of the colours.
#
#   python make_four_filters_golden.py FOLDER_OF_PHOTOS
#
# A line "@ FILE HEIGHT WIDTH", then for each stage "NAME CxHxW LARGEST SUM SUM_OF_ABSOLUTES" and a line of values at the
# positions (i * 2654435761) mod count, i from 0 on.
import os
import sys

import numpy as np
import torch
from PIL import Image
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = 200


def synthetic():
    y, x = np.mgrid[0:33, 0:41]
    red = (x * 6 + y * y) % 256
    green = np.where((x - 20) ** 2 + (y - 16) ** 2 < 120, 230, 20 + x)
    blue = (x * y * 7 + 31) % 256
    return np.stack([red, green, blue], 2).astype(np.uint8)


def grey(rgb):
    """OpenCV's 8-bit grey: cvtColor with RGB2GRAY."""
    r, g, b = (rgb[..., c].astype(np.int64) for c in range(3))
    return ((9798 * r + 19235 * g + 3735 * b + 16384) >> 15).astype(np.uint8)


def write(file, name, values):
    flat = values.numpy().reshape(-1)
    at = [i * 2654435761 % flat.size for i in range(SAMPLES)]
    wide = flat.astype(np.float64)
    shape = "x".join(str(n) for n in values.shape[1:])
    file.write(f"{name} {shape} {np.abs(wide).max():.9g} {wide.sum():.15g} {np.abs(wide).sum():.15g}\n")
    file.write(" ".join(f"{flat[i]:.8g}" for i in at) + "\n")


def stages(file, name, rgb):
    one = np.array([[-1, -1, 1, 1]] * 4, np.float32)
    filters = torch.from_numpy(np.stack([one, -one, one.T, -one.T])[:, None].copy())
    picture = torch.from_numpy(grey(rgb).astype(np.float32) / 255)[None, None]
    conv = F.conv2d(picture, filters)
    file.write(f"@ {name} {rgb.shape[0]} {rgb.shape[1]}\n")
    write(file, "conv", conv)
    write(file, "relu", F.relu(conv))
    write(file, "pool", F.max_pool2d(F.relu(conv), 2, 2))
    kernel = torch.tensor([[-1.0, 0.0, 1.0]] * 3).expand(1, 3, 3, 3)
    colour = torch.from_numpy(rgb.transpose(2, 0, 1).astype(np.float32) / 255)[None]
    write(file, "edge", F.conv2d(colour, kernel.contiguous(), torch.zeros(1), padding=1))


rgb = synthetic()
Image.fromarray(rgb).save(os.path.join(HERE, "four_filters.ppm"))
with open(os.path.join(HERE, "four_filters.txt"), "w") as file:
    file.write(f"# torch {torch.__version__.split('+')[0]}\n")
    stages(file, "four_filters.ppm", rgb)
    for name in sorted(os.listdir(sys.argv[1])):
        if not name.endswith((".png", ".jpg")):
            continue
        with Image.open(os.path.join(sys.argv[1], name)) as picture:
            stages(file, name, np.asarray(picture.convert("RGB")))
