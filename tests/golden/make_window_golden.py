#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Outputs of convolution and pooling in double by PyTorch, for the steps of windows.

  python3 tests/golden/make_window_golden.py > tests/golden/windows.txt     (needs torch)

A line: kind C H W, kernel, stride, padding, dilation (height width each), bias, count_include_pad, the
output's height and width, its values. Inputs and weights are those of golden_tensor.h: input seed 1,
weights seed 2.
"""
import torch
import torch.nn.functional as F


def number(seed, index):
    h = (index + 1) * 2654435761 & 0xFFFFFFFF
    h ^= (seed * 0x9E3779B9 + 0x7F4A7C15) & 0xFFFFFFFF
    h ^= h >> 15
    h = h * 0x2C1B3C6D & 0xFFFFFFFF
    h ^= h >> 12
    h = h * 0x297A2D39 & 0xFFFFFFFF
    h ^= h >> 15
    return ((h & 2047) - 1024) / 1024.0


def tensor(seed, shape):
    count = 1
    for size in shape:
        count *= size
    return torch.tensor([number(seed, i) for i in range(count)], dtype=torch.float64).reshape(shape)


CASES = [
    # kind, (C, H, W), kernel, stride, padding, dilation, bias, include
    ("convolution", (1, 6, 6), (3, 3), (1, 1), (0, 0), (1, 1), 0, 1),
    ("convolution", (1, 7, 5), (3, 3), (2, 2), (1, 1), (1, 1), 0, 1),
    ("convolution", (1, 8, 9), (3, 3), (1, 1), (2, 2), (2, 2), 0.25, 1),
    ("convolution", (3, 6, 7), (3, 3), (2, 1), (1, 0), (1, 2), -0.5, 1),
    ("convolution", (2, 9, 9), (5, 4), (3, 2), (2, 3), (1, 1), 0, 1),
    ("convolution", (1, 1, 1), (1, 1), (1, 1), (0, 0), (1, 1), 0, 1),
    ("convolution", (1, 1, 1), (3, 3), (1, 1), (1, 1), (1, 1), 0, 1),
    ("maxpool", (1, 4, 4), (2, 2), (2, 2), (0, 0), (1, 1), 0, 1),
    ("maxpool", (1, 7, 8), (3, 3), (2, 2), (1, 1), (1, 1), 0, 1),
    ("maxpool", (1, 9, 7), (3, 2), (1, 3), (1, 1), (2, 2), 0, 1),
    ("avgpool", (1, 4, 4), (2, 2), (2, 2), (0, 0), (1, 1), 0, 1),
    ("avgpool", (1, 7, 8), (3, 3), (2, 2), (1, 1), (1, 1), 0, 1),
    ("avgpool", (1, 7, 8), (3, 3), (2, 2), (1, 1), (1, 1), 0, 0),
    ("avgpool", (1, 5, 9), (2, 4), (1, 3), (1, 2), (1, 1), 0, 0),
]

for kind, shape, kernel, stride, padding, dilation, bias, include in CASES:
    x = tensor(1, (1,) + shape)
    if kind == "convolution":
        w = tensor(2, (1, shape[0]) + kernel)
        y = F.conv2d(x, w, torch.tensor([bias], dtype=torch.float64), stride, padding, dilation)
    elif kind == "maxpool":
        y = F.max_pool2d(x, kernel, stride, padding, dilation)
    else:
        y = F.avg_pool2d(x, kernel, stride, padding, False, bool(include))
    numbers = [*shape, *kernel, *stride, *padding, *dilation, bias, include, *y.shape[2:]]
    values = " ".join(repr(v) for v in y.flatten().tolist())
    print(kind, " ".join(str(n) for n in numbers), values)
