#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes configurations_moves.txt and layers_moves.txt: what PyTorch (in double) says of layers that move
numbers and of resizing.

  python3 tests/golden/make_moves_golden.py    (needs torch and numpy)
"""
import torch
import torch.nn.functional as F

from layer_golden import Case, write

cases = []


def add(*arguments, **keywords):
    cases.append(Case(*arguments, **keywords))


for shape, target in [((3, 4, 5), (0, -1)), ((2, 12), (2, 3, 4)), ((2, 3, 4), (-1, 2, 6)), ((1, 8, 3, 3), (0, 2, 4, 3, 3))]:
    sizes = [shape[d] if s == 0 else s for d, s in enumerate(target)]
    add("reshape", "Reshape", [shape], lambda x, s=sizes: x.reshape(s), shape=target)
add("squeeze", "Squeeze", [(2, 1, 3, 1)], lambda x: x.squeeze(3).squeeze(1), axes=(1, 3))
add("unsqueeze", "Unsqueeze", [(2, 3)], lambda x: x[:, None, :, None], axes=(1, 3))
for shape, perm in [((2, 3, 4), (0, 2, 1)), ((2, 3, 5, 4), (0, 2, 3, 1)), ((2, 2, 3, 4, 5), (0, 2, 1, 3, 4)),
                    ((19, 35), (1, 0)), ((3, 4, 5, 6), (2, 0, 3, 1)), ((2, 17, 18), (2, 1, 0))]:
    add("permute", "Transpose", [shape], lambda x, p=perm: x.permute(p), perm=perm)
for shape, target in [((3, 1), (2, 3, 4)), ((2, 1, 5), (2, 4, 5)), ((1, 3, 1, 1), (18, 3, 2, 3)), ((5,), (3, 5))]:
    add("expand", "Expand", [shape], lambda x, t=target: x.expand(t), shape=target)
for shape, repeats in [((2, 3), (2, 3)), ((1, 2, 3, 4), (1, 2, 1, 3)), ((2, 3, 4), (3, 1, 2))]:
    add("tile", "Tile", [shape], lambda x, r=repeats: x.repeat(r), repeats=repeats)
for mode, name in [(1, "reflect"), (2, "replicate"), (3, "circular")]:
    for shape, pads in [((2, 3, 7), (2, 3)), ((2, 2, 5, 6), (1, 2, 3, 0)), ((1, 2, 3, 4, 5), (1, 1, 2, 0, 0, 2))]:
        space = len(shape) - 2
        both = [p for d in reversed(range(space)) for p in (pads[d], pads[space + d])]
        full = (0, 0, *pads[:space], 0, 0, *pads[space:])
        add(f"pad_{name}", "Pad", [shape], lambda x, p=both, m=name: F.pad(x, p, mode=m), pads=full, mode=mode)
add("PixelShuffle", "DepthToSpace", [(2, 12, 3, 4)], lambda x: F.pixel_shuffle(x, 2), blocksize=2, mode=1)
add("PixelShuffle", "DepthToSpace", [(1, 18, 2, 3)], lambda x: F.pixel_shuffle(x, 3), blocksize=3, mode=1)

HALF, PYTORCH_HALF, ALIGN, ASYMMETRIC, HALF_NN = 0, 2, 3, 4, 6
MODES = {3: "linear", 4: "bilinear", 5: "trilinear"}
for shape, size in [((2, 3, 7), (13,)), ((2, 3, 5, 6), (10, 12)), ((1, 2, 9, 11), (4, 5)), ((2, 1, 4, 7), (7, 3)),
                    ((1, 2, 3, 4, 5), (5, 3, 7)), ((1, 1, 6, 6), (1, 1)), ((1, 3, 1, 1), (4, 5))]:
    full = (0, 0, *size)
    add("Upsample", "Resize", [shape], lambda x, s=size: F.interpolate(x, s), sizes=full, mode=0, nearest_mode=2,
        coordinate_transformation_mode=ASYMMETRIC)
    add("Upsample", "Resize", [shape], lambda x, s=size: F.interpolate(x, s, mode="nearest-exact"), sizes=full, mode=0,
        nearest_mode=2, coordinate_transformation_mode=HALF_NN)
    for align in (False, True):
        add("Upsample", "Resize", [shape],
            lambda x, s=size, a=align: F.interpolate(x, s, mode=MODES[x.dim()], align_corners=a), sizes=full, mode=1,
            coordinate_transformation_mode=ALIGN if align else HALF)
        if len(shape) == 4:
            add("Upsample", "Resize", [shape],
                lambda x, s=size, a=align: F.interpolate(x, s, mode="bicubic", align_corners=a), sizes=full, mode=2,
                coordinate_transformation_mode=ALIGN if align else HALF)
# PyTorch leaves places outside out here, and its cubic has a = -0.5.
for shape, size in [((1, 2, 9, 11), (4, 5)), ((2, 3, 16, 12), (5, 12)), ((1, 1, 7, 40), (9, 3))]:
    for mode, name in [(1, "bilinear"), (2, "bicubic")]:
        add("Upsample", "Resize", [shape],
            lambda x, s=size, m=name: F.interpolate(x, s, mode=m, antialias=True), sizes=(0, 0, *size), mode=mode,
            antialias=1, exclude_outside=1, cubic_coeff_a=-0.5)
for shape, scale in [((2, 3, 5, 6), (2.0, 2.0)), ((1, 2, 7, 9), (0.5, 1.5)), ((1, 2, 8, 5), (2.25, 0.75))]:
    add("Upsample", "Resize", [shape],
        lambda x, s=scale: F.interpolate(x, scale_factor=s, mode="bilinear", recompute_scale_factor=False),
        scales=(1.0, 1.0, *scale), mode=1, coordinate_transformation_mode=PYTORCH_HALF)

write(cases, "_moves")
