#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes photos.txt: what torchvision's Resize (of Pillow's pictures, antialiased bilinear) and CenterCrop give.

One line a case: height width, side, window height and width, the sizes after Resize, sum over all bytes of
(index + 1) * byte modulo 2^32, then every 997th byte, C,H,W. The pictures are numbers(k) of make_layers_golden.py for
the k-th line from 0, k + 1 pixels after another alike: 128 + 127 * numbers, rounded down.

  python3 tests/golden/make_photos_golden.py    (needs torchvision, Pillow and numpy)
"""
import os

import numpy as np
import torchvision.transforms as T
from PIL import Image

from make_layers_golden import numbers

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = [
    (300, 451, 256, 224, 224), (664, 450, 256, 224, 224), (257, 300, 256, 224, 224), (224, 224, 256, 224, 224),
    (720, 1280, 256, 227, 227), (100, 90, 256, 224, 224), (256, 341, 256, 224, 192), (341, 256, 256, 223, 225),
    (97, 33, 40, 40, 40), (31, 45, 16, 15, 13),
]


def picture(k, height, width):
    # Runs of alike pixels, so that there is something to keep when it is shrunk.
    runs = numbers(k, height * width * 3 // (k + 1) + 1)
    flat = np.repeat(runs, k + 1)[: height * width * 3]
    return np.floor(128 + 127 * flat).astype(np.uint8).reshape(3, height, width)


with open(os.path.join(HERE, "photos.txt"), "w") as out:
    for k, (height, width, side, h, w) in enumerate(CASES):
        image = Image.fromarray(picture(k, height, width).transpose(1, 2, 0))
        resized = T.Resize(side)(image)
        cut = np.asarray(T.CenterCrop((h, w))(resized)).transpose(2, 0, 1).astype(np.uint64).ravel()
        total = int((cut * np.arange(1, cut.size + 1, dtype=np.uint64)).sum() % (1 << 32))
        samples = " ".join(str(int(v)) for v in cut[::997])
        out.write(f"{height} {width} {side} {h} {w} {resized.height} {resized.width} {total} {samples}\n")
