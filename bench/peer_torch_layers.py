# SPDX-License-Identifier: MIT
# What kernels.py compares with: single layers and their gradients in PyTorch. A question has a shape ("BATCH SAMPLE
# LAYER", as in bench/shapes) and threads; the answer the fastest seconds of each pass.
import json
import sys
import time

import torch
import torch.nn.functional as F

torch.manual_seed(0)


def whole(text):
    return [int(number) for number in text.split("x")]


def options_of(words, names):
    """Values in order, then key=value; as architecture text has it."""
    result, position = {}, 0
    for word in words:
        key, _, value = word.rpartition("=")
        if not key:
            key, position = names[position], position + 1
        result["padding" if key == "pad" else key] = whole(value)
    return result


def convolution(x, words):
    o = options_of(words, ["channels", "kernel"])
    rank, one = x.dim() - 2, lambda key, standard: (o.get(key, [standard]) * 3)[:x.dim() - 2]
    groups, kernel = o.get("groups", [1])[0], one("kernel", 1)
    weight = torch.randn(o["channels"][0], x.shape[1] // groups, *kernel) * 0.1
    bias = torch.randn(o["channels"][0]) if o.get("bias", [1])[0] else None
    rest = (one("stride", 1), one("padding", 0), one("dilation", 1))
    run = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}[rank]
    forward = lambda: run(x, weight, bias, *rest, groups)
    d_y = torch.randn_like(forward())

    def backward(*wanted):
        return lambda: torch.ops.aten.convolution_backward(
            d_y, x, weight, [o["channels"][0]] if bias is not None else None, *rest, False, [0] * rank, groups, wanted)
    return {"forward": forward, "input gradient": backward(True, False, False),
            "weight gradient": backward(False, True, bias is not None)}


def linear(x, words):
    x = x.flatten(1)
    weight = torch.randn(int(words[0]), x.shape[1]) * 0.1
    bias, d_y = torch.randn(int(words[0])), torch.randn(x.shape[0], int(words[0]))
    return {"forward": lambda: F.linear(x, weight, bias), "input gradient": lambda: d_y @ weight,
            "weight gradient": lambda: (d_y.t() @ x, d_y.sum(0))}


def other(x, function):
    source = x.clone().requires_grad_()
    y = function(source)
    d_y = torch.randn_like(y)

    def forward():
        with torch.no_grad():
            function(x)
    return {"forward": forward, "input gradient": lambda: torch.autograd.grad(y, source, d_y, retain_graph=True)}


def passes(shape):
    batch, sample, text = shape.split(" ", 2)
    kind, *words = text.split(",")[-1].split()
    x = torch.randn(int(batch), *whole(sample))
    if kind == "conv":
        return convolution(x, words)
    if kind == "linear":
        return linear(x, words)
    functions = {"maxpool": lambda t: F.max_pool2d(t, int(words[0])), "avgpool": lambda t: F.avg_pool2d(t, int(words[0])),
                 "relu": torch.relu, "tanh": torch.tanh, "gap": lambda t: t.mean((2, 3)),
                 "dropout": lambda t: F.dropout(t, float(words[0]), True),
                 "batchnorm": lambda t: F.batch_norm(t, None, None, training=True)}
    return other(x, functions[kind])


def fastest(function, seconds):
    best, start = float("inf"), time.perf_counter()
    for round in range(1 << 30):
        begin = time.perf_counter()
        function()
        end = time.perf_counter()
        best = min(best, end - begin)
        if round >= 3 and end - start > seconds:
            return best


def measure(shape, threads, seconds, forward):
    torch.set_num_threads(threads)
    return {name: fastest(function, seconds) for name, function in passes(shape).items()
            if name == "forward" or not forward}


print("PyTorch", torch.__version__, flush=True)
for line in sys.stdin:
    print(json.dumps(measure(**json.loads(line))), flush=True)
