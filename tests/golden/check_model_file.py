#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Opens fovea's model files as PyTorch users would: safetensors.torch.load_file into a module of the same
layers, load_state_dict(strict=True), and the metadata.

  python3 tests/golden/check_model_file.py FOLDER     (needs torch and safetensors)

FOLDER holds NET.safetensors for the ready-made nets NET.
"""
import json
import os
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import load_file


class Block(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.quarter = (channels - inputs) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.quarter:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.quarter, self.quarter))
        return F.relu(y + x)


class ResNet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*[Block(16, 16, 1) for _ in range(3)])
        self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.linear(x.mean((2, 3)))


def named(**layers):
    module = nn.Module()
    for name, layer in layers.items():
        setattr(module, name, layer)
    return module


MODULES = {
    "four-filters": named(conv=nn.Conv2d(1, 4, 4, bias=False)),
    "tutorial-cifar": named(conv1=nn.Conv2d(3, 16, 3), conv2=nn.Conv2d(16, 8, 3), fc1=nn.Linear(512, 32),
                            fc2=nn.Linear(32, 10)),
    "tutorial-mnist": named(conv1=nn.Conv2d(1, 16, 5), conv2=nn.Conv2d(16, 32, 5), fc1=nn.Linear(1568, 128),
                            fc2=nn.Linear(128, 10)),
    "tutorial-mlp": named(fc1=nn.Linear(784, 512), fc2=nn.Linear(512, 512), fc3=nn.Linear(512, 10)),
    "resnet20": ResNet20(),
}


def main(folder):
    for name, module in MODULES.items():
        path = os.path.join(folder, name + ".safetensors")
        tensors = load_file(path)
        module.load_state_dict(tensors, strict=True)
        with safe_open(path, "pt") as f:
            meta = f.metadata()
        graph = json.loads(meta["fovea.graph"])
        assert meta["format"] == "pt" and len(meta["fovea.hash"]) == 64
        assert graph["inputs"][0]["shape"][0] == "N"
        assert set(tensors) == {p["name"] for p in graph["parameters"]}
        print(f"{name}: {len(tensors)} tensors, {sum(t.numel() for t in module.parameters())} parameters")


main(sys.argv[1])
