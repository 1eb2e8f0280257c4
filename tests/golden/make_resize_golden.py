#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes resize/*.ppm: pictures made by formula and shrunk or stretched by Pillow's bilinear filter.

The formula is that of test_pictures.c. Usage: make_resize_golden.py (in this folder; needs Pillow, numpy)
"""
import pathlib

import numpy as np
from PIL import Image

# height, width → height, width
CASES = [
    (9, 7, 5, 3), (9, 7, 17, 20), (9, 7, 9, 4), (9, 7, 4, 7), (40, 64, 15, 20), (64, 48, 7, 5),
    (1, 1, 3, 4), (5, 6, 1, 1), (33, 31, 32, 32), (100, 3, 8, 8),
]

out = pathlib.Path(__file__).parent / "resize"
for h, w, height, width in CASES:
    y, x, c = np.mgrid[0:h, 0:w, 0:3]
    pixels = ((x * x * 7 + y * 13 + x * y * 5 + c * 91) * 2654435761 // 65536 % 256).astype(np.uint8)
    picture = Image.fromarray(pixels).resize((width, height), Image.BILINEAR)
    picture.save(out / f"{h}x{w}-{height}x{width}.ppm")
