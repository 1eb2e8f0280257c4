#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes configurations.txt and layers.txt: what PyTorch (in double) says every layer gives.

  python3 tests/golden/make_layers_golden.py    (needs torch and numpy)
"""
import itertools
import random

import torch
import torch.nn.functional as F

from layer_golden import Case, write


cases = []


def add(*arguments, **keywords):
    cases.append(Case(*arguments, **keywords))


# Convolution ---------------------------------------------------------------------------------------

def conv_case(rank, n, c, o, size, kernel, stride, pads, dilation, groups, bias):
    function = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}[rank]

    def run(x, w, b=None):
        both = [p for d in reversed(range(rank)) for p in (pads[d], pads[rank + d])]
        return function(F.pad(x, both), w, b, stride=stride, dilation=dilation, groups=groups)

    shapes = [(n, c, *size), (o, c // groups, *kernel)] + ([(o,)] if bias else [])
    add(f"Conv{rank}d", "Conv", shapes, run, kernel_shape=kernel, strides=stride, pads=pads,
        dilations=dilation, group=groups)


def fits(size, kernel, stride, pads, dilation):
    rank = len(size)
    return all(size[d] + pads[d] + pads[rank + d] >= dilation[d] * (kernel[d] - 1) + 1
               for d in range(rank))


def conv_cases(rank, wanted, sizes, kernels, channels):
    draw = random.Random(100 + rank)
    # Every stride with every dilation, padding and batch at least once, the rest drawn.
    grid = list(itertools.product([1, 2, 3], [1, 2, 3], [0, 1, 2], [1, 3]))
    draw.shuffle(grid)
    made = 0
    while made < wanted:
        s, d, p, n = grid[made % len(grid)]
        c, o, groups = draw.choice(channels)
        size = [draw.choice(sizes) for _ in range(rank)]
        kernel = [draw.choice(kernels) for _ in range(rank)]
        uneven = made % 7 == 6
        stride = [draw.choice([1, 2, 3]) for _ in range(rank)] if uneven else [s] * rank
        dilation = [draw.choice([1, 2]) for _ in range(rank)] if uneven else [d] * rank
        pads = [draw.choice([0, 1, 2]) for _ in range(2 * rank)] if uneven else [p] * 2 * rank
        if not fits(size, kernel, stride, pads, dilation):
            continue
        conv_case(rank, n, c, o, size, kernel, stride, pads, dilation, groups, made % 3 != 2)
        made += 1


CHANNELS = [(1, 1, 1), (1, 5, 1), (3, 4, 1), (3, 7, 1), (5, 3, 1), (4, 6, 2), (6, 3, 3), (5, 5, 5), (3, 6, 3),
            (17, 2, 1), (2, 19, 1)]
conv_cases(1, 60, [7, 11, 17, 23, 37], [1, 2, 3, 5, 7], CHANNELS)
conv_cases(2, 100, [5, 7, 9, 11, 13, 19], [1, 2, 3, 4, 5], CHANNELS)
conv_cases(3, 54, [3, 4, 5, 7], [1, 2, 3], CHANNELS[:9])
# Batches that fill, just miss and just pass the 16 lanes of a group.
for n in (15, 16, 17, 35):
    conv_case(2, n, 3, 5, (7, 6), (3, 3), (1, 1), (1, 1, 1, 1), (1, 1), 1, True)


# Pooling -------------------------------------------------------------------------------------------

def pool_case(kind, rank, n, c, size, kernel, stride, padding, dilation, ceil, include):
    pads = [*padding, *padding]
    if kind == "max":
        function = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}[rank]

        def run(x):
            return function(x, kernel, stride, padding, dilation, ceil_mode=bool(ceil))

        add(f"MaxPool{rank}d", "MaxPool", [(n, c, *size)], run, kernel_shape=kernel, strides=stride, pads=pads,
            dilations=dilation, ceil_mode=ceil)
        return
    function = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}[rank]

    def run(x):
        return function(x, kernel, stride, padding, ceil_mode=bool(ceil), count_include_pad=bool(include))

    add(f"AvgPool{rank}d", "AveragePool", [(n, c, *size)], run, kernel_shape=kernel, strides=stride, pads=pads,
        ceil_mode=ceil, count_include_pad=include)


def pool_cases(kind, rank, wanted, sizes, kernels):
    draw = random.Random({"max": 200, "average": 300}[kind] + rank)
    made = 0
    while made < wanted:
        n, c, ceil, include = [1, 3][made % 2], draw.choice([1, 2, 5]), made // 2 % 2, made // 4 % 2
        size = [draw.choice(sizes) for _ in range(rank)]
        kernel = [draw.choice(kernels) for _ in range(rank)]
        stride = [draw.choice([1, 2, 3]) for _ in range(rank)]
        padding = [draw.randint(0, k // 2) for k in kernel]
        dilation = [draw.choice([1, 1, 2, 3]) if kind == "max" else 1 for _ in range(rank)]
        if not fits(size, kernel, stride, [*padding, *padding], dilation):
            continue
        pool_case(kind, rank, n, c, size, kernel, stride, padding, dilation, ceil, include)
        made += 1


for kind in ("max", "average"):
    pool_cases(kind, 1, 14, [5, 9, 17, 23], [1, 2, 3, 5])
    pool_cases(kind, 2, 26, [5, 7, 10, 13], [1, 2, 3, 5])
    pool_cases(kind, 3, 16, [3, 4, 5, 7], [1, 2, 3])
for n, size, out in [(1, (7,), (3,)), (3, (5,), (8,)), (1, (9,), (1,)), (3, (7, 10), (3, 4)), (1, (5, 5), (1, 1)),
                     (3, (3, 4), (5, 7)), (1, (13, 6), (6, 6)), (3, (4, 5, 6), (2, 3, 4)), (1, (3, 3, 7), (1, 1, 1))]:
    function = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}[len(size)]
    add(f"AdaptiveAvgPool{len(size)}d", "AdaptiveAveragePool", [(n, 3, *size)],
        lambda x, f=function, o=out: f(x, o), output_size=out)
for n, size in [(1, (11,)), (3, (7, 9)), (1, (5, 5)), (3, (3, 4, 5))]:
    add("mean", "GlobalAveragePool", [(n, 4, *size)],
        lambda x: x.mean(dim=tuple(range(2, x.dim())), keepdim=True))


# Linear, normalisation -----------------------------------------------------------------------------

for n, inputs, outputs, bias in [(1, 1, 1, 1), (1, 7, 3, 1), (3, 7, 3, 1), (3, 7, 3, 0), (1, 33, 17, 1), (3, 65, 10, 0),
                                 (3, 129, 5, 1), (1, 200, 31, 1), (16, 13, 11, 1), (17, 13, 11, 1), (33, 20, 9, 0),
                                 (130, 6, 4, 1)]:
    shapes = [(n, inputs), (outputs, inputs)] + ([(outputs,)] if bias else [])
    add("Linear", "Gemm", shapes, lambda x, w, b=None: F.linear(x, w, b), transB=1)


def norm_case(n, c, size, train, epsilon, momentum):
    def run(x, w, b, mean, var):
        mean, var = mean.detach().clone(), var.detach().clone()
        y = F.batch_norm(x, mean, var, w, b, training=train, momentum=momentum, eps=epsilon)
        return (y, mean, var) if train else y

    keep = round(1 - momentum, 6)
    add(f"BatchNorm{max(len(size), 1)}d", "BatchNormalization", [(n, c, *size), (c,), (c,), (c,), (c,)], run,
        train=train, epsilon=epsilon, momentum=keep)


for train in (False, True):
    for n, c, size in [(3, 7, ()), (1, 4, (9,)), (3, 5, (7,)), (1, 3, (5, 7)), (3, 6, (4, 5)), (17, 3, (3, 3)),
                       (35, 2, (2, 3)), (3, 4, (2, 3, 5))]:
        norm_case(n, c, size, train, 1e-05, 0.1)
    norm_case(3, 4, (5, 5), train, 0.001, 0.25)


# Elementwise, softmax, joining, moving -----------------------------------------------------------------

UNARY = {"Relu": ("ReLU", F.relu), "Tanh": ("Tanh", torch.tanh), "Sigmoid": ("Sigmoid", torch.sigmoid),
         "Gelu": ("GELU", F.gelu), "Silu": ("SiLU", F.silu)}
for op, (label, function) in UNARY.items():
    for scale, shape in [(4, (3, 17)), (8, (1, 3, 5, 7))]:
        add(label, op, [shape], function, scale=scale)
for shape in [(3, 17), (1, 2, 5, 5)]:
    add("GELU", "Gelu", [shape], lambda x: F.gelu(x, approximate="tanh"), scale=4, approximate=1)
for alpha in (0.01, 0.2, 0.5):
    add("LeakyReLU", "LeakyRelu", [(3, 4, 5)], lambda x, a=alpha: F.leaky_relu(x, a), scale=4, alpha=alpha)
for op, label, function in [("Softmax", "Softmax", F.softmax), ("LogSoftmax", "LogSoftmax", F.log_softmax)]:
    for shape, axis, scale in [((1, 10), 1, 4), ((3, 10), 1, 1024), ((3, 5), -1, 16), ((3, 4, 7), 1, 4),
                               ((1, 3, 5, 6), 1, 8), ((3, 2, 4, 5), 3, 4)]:
        add(label, op, [shape], lambda x, f=function, a=axis: f(x, dim=a), scale=scale, axis=axis)
for op, label, function in [("Add", "add", torch.add), ("Mul", "mul", torch.mul)]:
    for a, b in [((3, 7), (3, 7)), ((1, 3, 5, 5), (1, 3, 5, 5)), ((3, 2, 3, 4, 5), (3, 2, 3, 4, 5)),
                 ((3, 4, 5, 6), (3, 4, 1, 1)), ((3, 4, 5, 6), (4, 1, 1))]:
        add(label, op, [a, b], function)
for axis, shapes in [(1, [(3, 4), (3, 2)]), (1, [(1, 2, 5, 3), (1, 4, 5, 3), (1, 1, 5, 3)]), (2, [(3, 2, 4), (3, 2, 5)]),
                     (3, [(3, 2, 3, 1), (3, 2, 3, 6)]), (-1, [(1, 5), (1, 1), (1, 7)])]:
    add("cat", "Concat", shapes, lambda *x, a=axis: torch.cat(x, dim=a), axis=axis)
for shape, pads, value in [((3, 5), (0, 2, 0, 1), 0), ((1, 2, 7), (0, 0, 1, 0, 0, 2), 0),
                           ((3, 2, 4, 5), (0, 0, 1, 2, 0, 0, 3, 0), 0.5), ((1, 4, 3, 3), (0, 2, 0, 0, 0, 2, 0, 0), 0),
                           ((3, 2, 2, 3, 4), (0, 0, 1, 0, 2, 0, 0, 1, 1, 0), -1.25)]:
    both = [p for d in reversed(range(len(shape))) for p in (pads[d], pads[len(shape) + d])]
    add("pad", "Pad", [shape], lambda x, p=both, v=value: F.pad(x, p, value=v), pads=pads, value=float(value))
for shape, axes, starts, ends, steps in [
        ((3, 9), (1,), (2,), (7,), (1,)), ((3, 4, 8, 9), (2, 3), (0, 0), (2147483647, 2147483647), (2, 2)),
        ((1, 6, 5), (1,), (-4,), (-1,), (1,)), ((3, 2, 7, 5), (2, 3), (1, 2), (6, 5), (3, 1)),
        ((1, 3, 4, 5, 6), (4,), (1,), (2147483647,), (2,)), ((3, 5, 4), (2, 1), (1, 0), (3, 4), (1, 3))]:
    def cut(x, axes=axes, starts=starts, ends=ends, steps=steps):
        index = [slice(None)] * x.dim()
        for a, s, e, t in zip(axes, starts, ends, steps):
            index[a] = slice(s, e, t)
        return x[tuple(index)]

    add("slice", "Slice", [shape], cut, starts=starts, ends=ends, axes=axes, steps=steps)
for shape in [(1, 3, 4), (3, 2, 5, 6), (3, 2, 2, 3, 4)]:
    add("Flatten", "Flatten", [shape], lambda x: x.flatten(1), axis=1)
for ratio in (0.0, 0.5):
    add("Dropout", "Dropout", [(3, 4, 5)], lambda x: x.clone(), ratio=ratio)


# Losses: in=N x classes, the label of sample i is (7 i + 3) mod classes, the weight of class c 0.5 + c/4 ----

def cross_entropy(n, classes, smoothing, weighted, scale):
    labels = torch.tensor([(7 * i + 3) % classes for i in range(n)])
    weight = torch.tensor([0.5 + c / 4 for c in range(classes)]).double() if weighted else None
    add("CrossEntropyLoss", "CrossEntropy", [(n, classes)],
        lambda x: F.cross_entropy(x, labels, weight=weight, label_smoothing=smoothing), scale=scale,
        smoothing=smoothing, weighted=int(weighted))


for smoothing in (0.0, 0.1, 0.5):
    for weighted in (False, True):
        cross_entropy(1, 10, smoothing, weighted, 4)
        cross_entropy(3, 7, smoothing, weighted, 16)
cross_entropy(37, 11, 0.1, True, 2)
cross_entropy(3, 10, 0.0, False, 10240)  # logits of 1e4: stable
for n, elements in [(1, 10), (3, 7), (19, 5)]:
    add("MSELoss", "Squared", [(n, elements), (n, elements)], F.mse_loss)


if __name__ == "__main__":
    write(cases, least=300)
