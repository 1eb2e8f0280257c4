#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes configurations_reduction.txt and layers_reduction.txt: what PyTorch (in double) says reductions,
normalisations, matrix products, transposed convolutions and global maxima give.

  python3 tests/golden/make_reduction_golden.py    (needs torch and numpy)
"""
import random

import torch
import torch.nn.functional as F

from layer_golden import Case, write

cases = []


def add(*arguments, **keywords):
    cases.append(Case(*arguments, **keywords))


def product(x, axes, keep):
    for axis in sorted((a % x.dim() for a in axes), reverse=True):
        x = x.prod(dim=axis, keepdim=keep)
    return x


REDUCTIONS = {
    "ReduceMean": lambda x, a, k: x.mean(dim=a, keepdim=k),
    "ReduceSum": lambda x, a, k: x.sum(dim=a, keepdim=k),
    "ReduceMax": lambda x, a, k: x.amax(dim=a, keepdim=k),
    "ReduceMin": lambda x, a, k: x.amin(dim=a, keepdim=k),
    "ReduceL1": lambda x, a, k: x.abs().sum(dim=a, keepdim=k),
    "ReduceL2": lambda x, a, k: torch.linalg.vector_norm(x, dim=a, keepdim=k),
    "ReduceProd": product,
    "ReduceSumSquare": lambda x, a, k: x.square().sum(dim=a, keepdim=k),
    "ReduceLogSumExp": lambda x, a, k: x.logsumexp(dim=a, keepdim=k),
}
for op, function in REDUCTIONS.items():
    for shape, axes, keep in [((3, 7), (1,), 1), ((2, 3, 5, 4), (2, 3), 1), ((2, 3, 37), (-1,), 0),
                              ((3, 5, 4, 6), (1,), 0), ((2, 3, 4, 5), (1, 3), 1), ((4, 3, 2), (0, 2), 0)]:
        scale = 1 if op == "ReduceProd" else 4
        add(op[6:].lower(), op, [shape], lambda x, f=function, a=axes, k=bool(keep): f(x, a, k), scale=scale,
            axes=axes, keepdims=keep)

for size, n, c in [((9,), 1, 4), ((5, 7), 3, 3), ((2, 3, 4), 2, 5)]:
    for epsilon in (1e-05, 0.1):
        add(f"InstanceNorm{len(size)}d", "InstanceNormalization", [(n, c, *size), (c,), (c,)],
            lambda x, w, b, e=epsilon: F.instance_norm(x, weight=w, bias=b, eps=e), scale=2, epsilon=epsilon)
for shape, groups in [((3, 8), 4), ((2, 6, 5), 3), ((1, 4, 3, 5), 1), ((2, 4, 3, 3), 4), ((1, 6, 2, 3, 2), 2)]:
    add("GroupNorm", "GroupNormalization", [shape, shape[1:2], shape[1:2]],
        lambda x, w, b, g=groups: F.group_norm(x, g, w, b, eps=1e-05), scale=2, num_groups=groups, epsilon=1e-05)
for shape, axis in [((3, 17), -1), ((2, 5, 33), -1), ((2, 3, 4, 5), 2), ((2, 3, 4), 1)]:
    inner = shape[axis:] if axis > 0 else shape[-1:]
    add("LayerNorm", "LayerNormalization", [shape, inner, inner],
        lambda x, w, b, i=inner: F.layer_norm(x, i, w, b, eps=1e-05), scale=2, axis=axis, epsilon=1e-05)
# PyTorch's window of an even size reaches one channel further back than ONNX's.
for shape, size, alpha, beta, bias in [((2, 7, 5, 5), 5, 1e-04, 0.75, 1.0), ((1, 5, 11), 3, 0.5, 0.75, 2.0)]:
    add("LocalResponseNorm", "LRN", [shape],
        lambda x, s=size, a=alpha, b=beta, k=bias: F.local_response_norm(x, s, a, b, k), scale=8, size=size,
        alpha=alpha, beta=beta, bias=bias)
for shape in [(3, 4, 11), (2, 3, 7, 9), (1, 2, 3, 4, 5)]:
    pool = {3: F.adaptive_max_pool1d, 4: F.adaptive_max_pool2d, 5: F.adaptive_max_pool3d}[len(shape)]
    add("AdaptiveMaxPool", "GlobalMaxPool", [shape], lambda x, p=pool: p(x, 1))

for a, b in [((3, 4), (4, 5)), ((1, 200), (200, 65)), ((37, 130), (130, 17)), ((2, 3, 7), (7, 16)),
             ((2, 3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 6)), ((3, 4), (2, 4, 3)), ((2, 3, 4), (4,)), ((4,), (4, 3)),
             ((7,), (7,)), ((50, 33), (33, 80))]:
    add("matmul", "MatMul", [a, b], torch.matmul)
for m, k, n, alpha, beta, turn_a, turn_b, c in [
        (3, 4, 5, 1.0, 1.0, 0, 0, (5,)), (3, 7, 17, 0.5, 2.0, 0, 0, (3, 1)), (5, 6, 7, -1.5, 0.25, 1, 0, (5, 7)),
        (33, 20, 18, 1.0, 1.0, 1, 1, (1, 18)), (9, 150, 66, 2.0, -1.0, 0, 1, (1,)), (4, 5, 6, 0.75, 1.0, 1, 1, None)]:
    def gemm(a, b, c=None, f=alpha, g=beta, ta=turn_a, tb=turn_b):
        y = f * ((a.T if ta else a) @ (b.T if tb else b))
        return y if c is None else y + g * c

    shapes = [(k, m) if turn_a else (m, k), (n, k) if turn_b else (k, n)] + ([c] if c else [])
    add("addmm", "GeneralGemm", shapes, gemm, alpha=alpha, beta=beta, transA=turn_a, transB=turn_b)


def transposed(rank, n, c, o, size, kernel, stride, padding, output_padding, dilation, groups, bias):
    function = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}[rank]
    shapes = [(n, c, *size), (c, o // groups, *kernel)] + ([(o,)] if bias else [])
    add(f"ConvTranspose{rank}d", "ConvTranspose", shapes,
        lambda x, w, b=None: function(x, w, b, stride, padding, output_padding, groups, dilation),
        kernel_shape=kernel, strides=stride, pads=[*padding, *padding], dilations=dilation, group=groups,
        output_padding=output_padding)


draw = random.Random(7)
while sum(case.op == "ConvTranspose" for case in cases) < 40:
    rank = draw.choice([1, 2, 2, 2, 3])
    c, o, groups = draw.choice([(1, 1, 1), (3, 5, 1), (4, 6, 2), (3, 3, 3), (5, 2, 1), (2, 8, 2), (17, 3, 1)])
    size = [draw.choice([1, 2, 3, 5] if rank == 3 else [1, 3, 4, 7]) for _ in range(rank)]
    kernel = [draw.choice([1, 2, 3, 4]) for _ in range(rank)]
    stride = [draw.choice([1, 2, 3]) for _ in range(rank)]
    dilation = [draw.choice([1, 1, 2]) for _ in range(rank)]
    padding = [draw.choice([0, 1]) for _ in range(rank)]
    output_padding = [draw.randrange(max(stride[d], dilation[d])) for d in range(rank)]
    out = [stride[d] * (size[d] - 1) + dilation[d] * (kernel[d] - 1) + 1 + output_padding[d] - 2 * padding[d]
           for d in range(rank)]
    if min(out) >= 1:
        transposed(rank, draw.choice([1, 2, 17]), c, o, size, kernel, stride, padding, output_padding, dilation,
                   groups, draw.choice([True, False]))

write(cases, "_reduction")
