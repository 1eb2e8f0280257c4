#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes imagenet_nets.txt: names and shapes of torchvision's state dicts, counts, and outputs for weights by formula.

  net NAME PARAMETERS MULTIPLY_ADDS    torchvision's parameters; torch's flop counter, halved, at 1×3×224×224
  tensor NAME SHAPE                    of the state dict, in its order ("-": one number)
  logits LARGEST V0 V25 V50 ...        every 25th output, for the picture and weights below

The k-th tensor of the state dict is `numbers(k)` of layer_golden.py: a weight of a convolution or linear layer
times sqrt(6 / fan-in), running_var 1 + that / 2, weight of a batchnorm 1 + that / 4, the others that / 8; the
picture is numbers(1000).

  python3 tests/golden/make_imagenet_nets_golden.py    (needs torch, torchvision and numpy)
"""
import os

import numpy as np
import torch
import torchvision
from torch.utils.flop_counter import FlopCounterMode

from layer_golden import numbers

HERE = os.path.dirname(os.path.abspath(__file__))
NETS = ["alexnet", "vgg11", "vgg16", "squeezenet1_1", "mobilenet_v2", "resnet18", "resnet34", "resnet50"]
WITHOUT_LOGITS = ["vgg16"]  # made of vgg11's parts


def fill(state):
    for k, (name, tensor) in enumerate(state.items()):
        if name.endswith("num_batches_tracked"):
            continue
        n = numbers(k, tensor.numel()).reshape(tuple(tensor.shape))
        if tensor.dim() > 1:
            n = n * np.sqrt(6 / tensor[0].numel())
        elif name.endswith("running_var"):
            n = 1 + n / 2
        elif name.endswith("weight"):
            n = 1 + n / 4
        else:
            n = n / 8
        tensor.copy_(torch.from_numpy(n))


def main():
    picture = torch.from_numpy(numbers(1000, 3 * 224 * 224).reshape(1, 3, 224, 224)).float()
    with open(os.path.join(HERE, "imagenet_nets.txt"), "w") as out:
        for name in NETS:
            net = getattr(torchvision.models, name)(weights=None).eval()
            with FlopCounterMode(display=False) as counter, torch.no_grad():
                net(picture)
            parameters = sum(p.numel() for p in net.parameters())
            out.write(f"net {name} {parameters} {counter.get_total_flops() // 2}\n")
            for key, tensor in net.state_dict().items():
                out.write(f"tensor {key} {'x'.join(map(str, tensor.shape)) or '-'}\n")
            if name in WITHOUT_LOGITS:
                continue
            with torch.no_grad():
                fill(net.state_dict())
                logits = net(picture)[0].double().numpy()
            out.write(f"logits {np.abs(logits).max():.9g} " + " ".join(f"{v:.9g}" for v in logits[::25]) + "\n")


if __name__ == "__main__":
    main()
