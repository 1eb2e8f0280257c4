# SPDX-License-Identifier: MIT
"""The nets of make_explain_golden.py: small ones written as ONNX files, and any ONNX net as PyTorch modules.

Weights are numbers() of layer_golden.py, so that they are the same everywhere.
"""
import copy

import numpy as np
import onnx
import torch
import zennit.layer
from onnx import helper, numpy_helper
from torch import nn

from layer_golden import numbers
from make_net_gradients import OPERATORS, attributes, to_torch

CONV3 = dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1])
POOL2 = dict(kernel_shape=[2, 2], strides=[2, 2])
# Operator, name, what it reads, shape of its weight, attributes. A value is called after its node.
NETS = {
    # Ends in a global average pool and one linear layer.
    "gap": [("Conv", "conv1", ["x"], (4, 2, 3, 3), CONV3), ("Relu", "relu1", ["conv1"]),
            ("MaxPool", "pool1", ["relu1"], None, POOL2),
            ("Conv", "conv2", ["pool1"], (6, 4, 3, 3), CONV3), ("Relu", "relu2", ["conv2"]),
            ("GlobalAveragePool", "gap", ["relu2"]), ("Flatten", "flat", ["gap"]), ("Gemm", "fc", ["flat"], (5, 6))],
    # Two linear layers, so that gradients at the last maps change from cell to cell.
    "mlp": [("Conv", "conv1", ["x"], (4, 2, 3, 3), CONV3), ("Relu", "relu1", ["conv1"]),
            ("MaxPool", "pool1", ["relu1"], None, POOL2),
            ("Conv", "conv2", ["pool1"], (6, 4, 3, 3), CONV3), ("Relu", "relu2", ["conv2"]),
            ("Flatten", "flat", ["relu2"]), ("Gemm", "fc1", ["flat"], (8, 96)), ("Relu", "relu3", ["fc1"]),
            ("Gemm", "fc2", ["relu3"], (5, 8))],
    # Batch normalisation and an addition of two branches.
    "residual": [("Conv", "conv1", ["x"], (4, 2, 3, 3), CONV3), ("BatchNormalization", "bn1", ["conv1"], (4,)),
                 ("Relu", "relu1", ["bn1"]),
                 ("Conv", "conv2", ["relu1"], (4, 4, 3, 3), CONV3), ("BatchNormalization", "bn2", ["conv2"], (4,)),
                 ("Add", "add", ["bn2", "relu1"]), ("Relu", "relu2", ["add"]),
                 ("MaxPool", "pool1", ["relu2"], None, POOL2),
                 ("Conv", "conv3", ["pool1"], (6, 4, 3, 3), CONV3), ("Relu", "relu3", ["conv3"]),
                 ("GlobalAveragePool", "gap", ["relu3"]), ("Flatten", "flat", ["gap"]),
                 ("Gemm", "fc", ["flat"], (5, 6))],
}
INPUT = (1, 2, 8, 8)
ATTRIBUTES = {"Gemm": dict(transB=1), "Flatten": dict(axis=1), "BatchNormalization": dict(epsilon=1e-5)}


def weights_of(op, shape, seed):
    """The parameters behind a node's first input: weight and bias, or those of a batch normalisation."""
    if not shape:
        return []
    if op == "BatchNormalization":
        made = [numbers(seed + k, shape[0]) for k in range(4)]
        return [1 + made[0] / 4, made[1] / 8, made[2] / 8, 1 + made[3] / 2]
    fan_in = int(np.prod(shape[1:]))
    gain = 8 if op == "Gemm" else 2
    return [numbers(seed, int(np.prod(shape))).reshape(shape) * gain / np.sqrt(fan_in),
            numbers(seed + 1, shape[0]) / 4]


def small_model(name):
    nodes, parameters, seed = [], [], 100
    for op, node, reads, *rest in NETS[name]:
        made = weights_of(op, rest[0] if rest else None, seed)
        names = [f"{node}.{k}" for k in range(len(made))]
        parameters += [numpy_helper.from_array(a.astype(np.float32), n) for a, n in zip(made, names)]
        extra = rest[1] if len(rest) > 1 else {}
        nodes.append(helper.make_node(op, reads + names, [node], node, **extra, **ATTRIBUTES.get(op, {})))
        seed += 10
    value = lambda n, shape: helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, shape)
    graph = helper.make_graph(nodes, name, [value("x", ["N", *INPUT[1:]])], [value(nodes[-1].output[0], ["N", 5])],
                              parameters)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="explain_nets.py")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


class Add(nn.Module):
    """An addition as the module that zennit has a rule for."""

    def __init__(self):
        super().__init__()
        self.sum = zennit.layer.Sum(-1)

    def forward(self, a, b):
        return self.sum(torch.stack([a, b], -1))


def convolution(a, w, b):
    made = nn.Conv2d(w.shape[1], w.shape[0], tuple(w.shape[2:]), a.get("strides", 1), a.get("pads", [0, 0])[:2])
    made.weight, made.bias = nn.Parameter(w), nn.Parameter(b)
    return made


def linear(a, w, b):
    made = nn.Linear(w.shape[1], w.shape[0])
    made.weight, made.bias = nn.Parameter(w), nn.Parameter(b)
    return made


def batch_normalisation(a, w, b, mean, variance):
    made = nn.BatchNorm2d(len(w), a.get("epsilon", 1e-5))
    made.weight, made.bias, made.running_mean, made.running_var = nn.Parameter(w), nn.Parameter(b), mean, variance
    return made


# Operators that libraries hook as modules; the others stay functions.
MODULES = {
    "Conv": convolution, "Gemm": linear, "BatchNormalization": batch_normalisation,
    "Relu": lambda a: nn.ReLU(), "Add": lambda a: Add(), "GlobalAveragePool": lambda a: nn.AdaptiveAvgPool2d(1),
    "MaxPool": lambda a: nn.MaxPool2d(tuple(a["kernel_shape"]), tuple(a.get("strides", [1, 1]))),
}


class Net(nn.Module):
    """An ONNX net to its logits (a softmax at the end is left out), in double; modules have the nodes' names."""

    def __init__(self, model):
        super().__init__()
        self.nodes = [n for n in model.graph.node if n.op_type != "Softmax"]
        self.known = {t.name: to_torch(numpy_helper.to_array(t)) for t in model.graph.initializer}
        self.start = next(i.name for i in model.graph.input if i.name not in self.known)
        for node in self.nodes:
            if node.op_type in MODULES:
                parameters = [self.known[name] for name in node.input if name in self.known]
                self.add_module(node.name, MODULES[node.op_type](attributes(node), *parameters))
        self.eval()

    def forward(self, x):
        values = {self.start: x}
        for node in self.nodes:
            if node.op_type in MODULES:
                values[node.output[0]] = self._modules[node.name](*[values[n] for n in node.input if n in values])
            else:
                inputs = [values[n] if n in values else self.known[n] for n in node.input]
                values[node.output[0]] = OPERATORS[node.op_type](attributes(node), *inputs)
        return values[self.nodes[-1].output[0]]

    def reader(self, name):
        """The names of the nodes that read a value."""
        return [n.name for n in self.nodes if name in n.input]


def folded(net):
    """The same net with every batch normalisation folded into the convolution before it."""
    net = copy.deepcopy(net)
    for node in [n for n in net.nodes if n.op_type == "BatchNormalization"]:
        conv, norm = net._modules[node.input[0]], net._modules[node.name]
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        conv.weight = nn.Parameter((conv.weight * scale[:, None, None, None]).detach())
        conv.bias = nn.Parameter(((conv.bias - norm.running_mean) * scale + norm.bias).detach())
        net._modules[node.name] = nn.Identity()
    return net
