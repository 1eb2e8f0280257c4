# SPDX-License-Identifier: MIT
"""What the scripts make_*_golden.py of layers share: configurations, and what PyTorch gives for them.

  configurations*.txt  one line a configuration: number, PyTorch's name, operator, in=SHAPE,... and attributes
  layers*.txt          one line a tensor: number, name, shape, dot, sum of |x|, and index:value of samples

Inputs and the gradients that come in are made by `numbers`, which the C test repeats exactly. dot is the
product with another such tensor, so that values in the wrong place do not go unseen.
"""
import os
import random

import numpy as np
import torch

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))


def numbers(seed, count):
    """Multiples of 1/1024 in [-1, 1), exact in float: a hash of seed and index."""
    i = np.arange(count, dtype=np.uint64)
    mask = np.uint64(0xFFFFFFFF)
    h = ((i + np.uint64(1)) * np.uint64(2654435761)) & mask
    h ^= np.uint64((seed * 0x9E3779B9 + 0x7F4A7C15) & 0xFFFFFFFF)
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(0x2C1B3C6D)) & mask
    h ^= h >> np.uint64(12)
    h = (h * np.uint64(0x297A2D39)) & mask
    h ^= h >> np.uint64(15)
    return ((h & np.uint64(2047)).astype(np.int64) - 1024) / 1024.0


def tensor(seed, shape):
    count = int(np.prod(shape)) if shape else 1
    return torch.from_numpy(numbers(seed, count).reshape(shape)).double()


class Case:
    def __init__(self, label, op, shapes, run, train=False, scale=1, positive=False, **attributes):
        self.label, self.op, self.shapes, self.run = label, op, shapes, run
        self.train, self.scale, self.positive, self.attributes = train, scale, positive, attributes

    def line(self):
        words = [self.label, self.op, "in=" + ",".join("x".join(map(str, s)) for s in self.shapes)]
        if self.train:
            words.append("mode=train")
        if self.scale != 1:
            words.append(f"scale={self.scale}")
        if self.positive:
            words.append("positive=1")
        for name, value in self.attributes.items():
            if isinstance(value, (list, tuple)):
                value = ",".join(map(str, value))
            words.append(f"{name}={value}")
        return " ".join(words)


def describe(number, name, values, seed):
    flat = values.detach().reshape(-1)
    weights = tensor(seed, (flat.numel(),))
    draw = random.Random(number * 31 + seed)
    count = min(flat.numel(), 8)
    places = sorted({0, flat.numel() - 1, *draw.sample(range(flat.numel()), count)})[:9]
    shape = "x".join(map(str, values.shape)) or "1"
    samples = " ".join(f"{p}:{flat[p].item():.9g}" for p in places)
    return f"{number} {name} {shape} {(flat * weights).sum().item():.12g} {flat.abs().sum().item():.12g} {samples}"


def write(cases, family="", least=1):
    """configurations FAMILY .txt and layers FAMILY .txt of all cases, numbered from 1."""
    lines, results = [], []
    for number, case in enumerate(cases, 1):
        lines.append(f"{number} {case.line()}")
        inputs = []
        for k, shape in enumerate(case.shapes):
            x = tensor(number * 16 + k, shape) * (case.scale if k == 0 else 1)
            if case.positive or (case.op == "BatchNormalization" and k == 4):
                x = x.abs() + 0.5
            inputs.append(x.requires_grad_(k < 3 or case.op != "BatchNormalization"))
        out = case.run(*inputs)
        outputs = out if isinstance(out, tuple) else (out,)
        for k, y in enumerate(outputs):
            results.append(describe(number, f"out{k}", y, 9000 + k))
        loss = case.op in ("CrossEntropy", "Squared")
        d_out = torch.ones(()).double() if loss else tensor(number * 16 + 8, tuple(outputs[0].shape))
        outputs[0].backward(d_out)
        for k, x in enumerate(inputs[:1] if loss else inputs):
            if x.grad is not None:
                results.append(describe(number, f"d_in{k}", x.grad, 9100 + k))
    distinct = {line.split(" ", 1)[1] for line in lines}
    assert len(distinct) == len(lines) >= least, (len(distinct), len(lines))
    with open(os.path.join(HERE, f"configurations{family}.txt"), "w") as f:
        f.write("\n".join(lines) + "\n")
    with open(os.path.join(HERE, f"layers{family}.txt"), "w") as f:
        f.write("\n".join(results) + "\n")
    print(len(lines), "configurations,", len(results), "tensors, torch", torch.__version__)

