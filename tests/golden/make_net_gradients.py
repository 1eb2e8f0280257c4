#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes net_gradients.txt: what PyTorch, in double precision, gives for the gradient of a net with respect to its
input.

  net NAME                       torchvision's, weights and picture by formula as in make_imagenet_nets_golden.py
  file PATH EXPECTED             a pretrained net below FOVEA_DATA/models, run on expected/EXPECTED/input_0.pb
  output LARGEST STEP V0 ...     every STEP-th output
  gradient LARGEST SUM STEP V0 ...  of the sum of outputs times numbers(2000) of layer_golden.py, and SUM of |gradient|

  FOVEA_DATA=FOLDER python3 tests/golden/make_net_gradients.py    (needs torch, torchvision, numpy and onnx)
"""
import os

import numpy as np
import onnx
import torch
import torch.nn.functional as F
import torchvision
from onnx import numpy_helper

from layer_golden import numbers
from make_imagenet_nets_golden import fill

HERE = os.path.dirname(os.path.abspath(__file__))
NETS = ["squeezenet1_1", "resnet18", "mobilenet_v2"]
FILES = ["onnx/mnist-7", "onnx/mnist-8-opt", "onnx/super_resolution", "converted/tiny-vgg",
         "converted/udacity-cifar-cnn", "converted/resnet20-cifar10", "converted/squeezenet1.0-deepcompression",
         "converted/shufflenet-v2-dequantised"]


def pair(pads):
    """ONNX's begins and ends as pads of F.pad, last dimension first."""
    half = len(pads) // 2
    return [n for d in reversed(range(half)) for n in (pads[d], pads[d + half])]


def window_pads(x, a, filler):
    if a.get("auto_pad", b"NOTSET") in (b"SAME_UPPER", b"SAME_LOWER"):
        pads = []
        for size, kernel, stride in zip(x.shape[2:], a["kernel_shape"], a.get("strides", [1, 1])):
            total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            low = total // 2 if a["auto_pad"] == b"SAME_UPPER" else total - total // 2
            pads.append((low, total - low))
        return F.pad(x, [n for p in reversed(pads) for n in p], value=filler)
    return F.pad(x, pair(a.get("pads", [0, 0, 0, 0])), value=filler)


def conv(a, x, w, b=None):
    a.setdefault("kernel_shape", list(w.shape[2:]))
    return F.conv2d(window_pads(x, a, 0), w, b, a.get("strides", 1), 0, a.get("dilations", 1), a.get("group", 1))


def max_pool(a, x):
    return F.max_pool2d(window_pads(x, a, -float("inf")), a["kernel_shape"], a.get("strides", 1),
                        ceil_mode=bool(a.get("ceil_mode", 0)))


def gemm(a, x, w, b=0):
    x, w = x.T if a.get("transA") else x, w.T if a.get("transB") else w
    return a.get("alpha", 1) * (x @ w) + a.get("beta", 1) * b


def cut(a, x, starts, ends, axes, steps=None):
    where = [slice(None)] * x.dim()
    for i, axis in enumerate(axes.tolist()):
        where[axis] = slice(starts[i].item(), ends[i].item(), steps[i].item() if steps is not None else 1)
    return x[tuple(where)]


def reshape(a, x, shape):
    return x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(shape.tolist())])


OPERATORS = {
    "Conv": conv, "MaxPool": max_pool, "Gemm": gemm, "Slice": cut, "Reshape": reshape,
    "Relu": lambda a, x: F.relu(x),
    "Add": lambda a, x, y: x + y,
    "MatMul": lambda a, x, y: x @ y,
    "Identity": lambda a, x: x,
    "Softmax": lambda a, x: F.softmax(x, a.get("axis", 1)),
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "ReduceMean": lambda a, x: x.mean(a["axes"], keepdim=bool(a.get("keepdims", 1))),
    "BatchNormalization": lambda a, x, g, b, m, v: F.batch_norm(x, m, v, g, b, eps=a.get("epsilon", 1e-5)),
    "Flatten": lambda a, x: x.flatten(a.get("axis", 1)),
    "Transpose": lambda a, x: x.permute(a["perm"]),
    "Concat": lambda a, *x: torch.cat(x, a["axis"]),
    "Split": lambda a, x: torch.split(x, a["split"], a["axis"]),
    "Pad": lambda a, x, pads, value=None: F.pad(x, pair(pads.tolist())),
    "Constant": lambda a: a["value"],
}


def to_torch(array):
    made = torch.from_numpy(array.copy())
    return made.double() if made.is_floating_point() else made


def attributes(node):
    found = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    return {name: to_torch(numpy_helper.to_array(a)) if isinstance(a, onnx.TensorProto) else a
            for name, a in found.items()}


def run_file(model, x):
    values = {t.name: to_torch(numpy_helper.to_array(t)) for t in model.graph.initializer}
    values[next(i.name for i in model.graph.input if i.name not in values)] = x
    for node in model.graph.node:
        made = OPERATORS[node.op_type](attributes(node), *[values[name] if name else None for name in node.input])
        values.update(zip(node.output, made if isinstance(made, tuple) else [made]))
    return values[model.graph.output[0].name]


def row(values, most):
    flat = values.detach().reshape(-1).numpy()
    step = max(1, len(flat) // most)
    return f"{step} " + " ".join(f"{v:.7g}" for v in flat[::step])


def write(out, x, run):
    x = x.double().requires_grad_()
    y = run(x)
    (y.reshape(-1) * torch.from_numpy(numbers(2000, y.numel()))).sum().backward()
    out.write(f"output {y.abs().max():.9g} {row(y, 50)}\n")
    out.write(f"gradient {x.grad.abs().max():.9g} {x.grad.abs().sum():.9g} {row(x.grad, 300)}\n")
    return y.detach()


def tensor_of(path):
    tensor = onnx.TensorProto()
    with open(path, "rb") as file:
        tensor.ParseFromString(file.read())
    return to_torch(numpy_helper.to_array(tensor))


def main():
    torch.use_deterministic_algorithms(True)
    models = os.path.join(os.environ["FOVEA_DATA"].split(":")[0], "models")
    with open(os.path.join(HERE, "net_gradients.txt"), "w") as out:
        for name in NETS:
            net = getattr(torchvision.models, name)(weights=None).eval()
            with torch.no_grad():
                fill(net.state_dict())
            out.write(f"net {name}\n")
            write(out, torch.from_numpy(numbers(1000, 3 * 224 * 224).reshape(1, 3, 224, 224)), net.double())
        for path in FILES:
            expected = os.path.join(models, "expected", os.path.basename(path))
            out.write(f"file {path}.onnx {os.path.basename(path)}\n")
            model = onnx.load(os.path.join(models, path + ".onnx"))
            y = write(out, tensor_of(os.path.join(expected, "input_0.pb")), lambda x: run_file(model, x))
            wanted = tensor_of(os.path.join(expected, "output_0.pb"))
            assert (y - wanted).abs().max() <= 1e-4 * wanted.abs().max(), path


if __name__ == "__main__":
    main()
