# SPDX-License-Identifier: MIT
# Writes torch_print.txt: what print() says of modules of PyTorch, each behind a line
# "@ STYLE INPUT TEXT" with the architecture text of the same net. Run: python make_torch_print_golden.py
import os

import torch
from torch import nn


def net(**modules):
    """A class that registers these modules, a dot in a name being a container."""
    top = type("Net", (nn.Module,), {})()
    for path, module in modules.items():
        at, parts = top, path.split("__")
        for i, part in enumerate(parts[:-1]):
            if part not in at._modules:
                at.add_module(part, nn.Sequential() if parts[i + 1].isdigit() else nn.Module())
            at = at._modules[part]
        at.add_module(parts[-1], module)
    return top


def block(channels, out, stride):
    return {
        "conv1": nn.Conv2d(channels, out, 3, stride, 1, bias=False), "bn1": nn.BatchNorm2d(out),
        "conv2": nn.Conv2d(out, out, 3, 1, 1, bias=False), "bn2": nn.BatchNorm2d(out)}


def resnet20():
    modules = {"conv1": nn.Conv2d(3, 16, 3, 1, 1, bias=False), "bn1": nn.BatchNorm2d(16)}
    for layer, width in ((1, 16), (2, 32), (3, 64)):
        for index in range(3):
            first = layer > 1 and index == 0
            made = block(width // 2 if first else width, width, 2 if first else 1)
            for name, module in made.items():
                modules[f"layer{layer}__{index}__{name}"] = module
    modules["avgpool"] = nn.AdaptiveAvgPool2d(1)
    modules["flatten1"] = nn.Flatten()
    modules["linear"] = nn.Linear(64, 10)
    return net(**modules)


pool = nn.MaxPool2d(2)
cases = [
    # The tutorials' classes.
    ("torch", "1x28x28", "four-filters", net(conv=nn.Conv2d(1, 4, (4, 4), bias=False), pool=nn.MaxPool2d(2, 2))),
    ("torch", "1x28x28", "conv 4 4 bias=0 name=conv, relu", net(conv=nn.Conv2d(1, 4, (4, 4), bias=False))),
    ("torch", "3x32x32", "conv 16 3 name=conv", net(conv=nn.Conv2d(3, 16, kernel_size=3))),
    ("torch", "3x32x32", "conv 16 3 padding=1 name=conv", net(conv=nn.Conv2d(3, 16, kernel_size=3, padding=1))),
    ("torch-all", "3x32x32", "tutorial-cifar",
     net(conv1=nn.Conv2d(3, 16, 3, padding=1), tanh1=nn.Tanh(), maxpool1=pool, conv2=nn.Conv2d(16, 8, 3, padding=1),
         tanh2=nn.Tanh(), maxpool2=pool, flatten1=nn.Flatten(), fc1=nn.Linear(512, 32), tanh3=nn.Tanh(),
         fc2=nn.Linear(32, 10))),
    ("torch", "3x32x32", "tutorial-fc",
     net(flatten1=nn.Flatten(), fc1=nn.Linear(3072, 1024), fc2=nn.Linear(1024, 512), fc3=nn.Linear(512, 128),
         fc4=nn.Linear(128, 10))),
    ("torch-all", "1x28x28", "tutorial-mlp",
     net(flatten1=nn.Flatten(), fc1=nn.Linear(784, 512), relu1=nn.ReLU(), dropout1=nn.Dropout(0.2),
         fc2=nn.Linear(512, 512), relu2=nn.ReLU(), dropout2=nn.Dropout(0.2), fc3=nn.Linear(512, 10))),
    ("torch", "3x32x32", "resnet20", resnet20()),
    # Every argument of a convolution, in every rank.
    ("torch", "4x20x20", "conv 8 3x5 stride=2 pad=1x2 dilation=2x1 groups=4 bias=0 name=c",
     net(c=nn.Conv2d(4, 8, (3, 5), 2, (1, 2), (2, 1), 4, bias=False))),
    ("torch", "4x20x20", "conv 4 2 stride=1x3 name=c", net(c=nn.Conv2d(4, 4, 2, (1, 3)))),
    ("torch", "3x100", "conv 4 3 pad=1, maxpool 2, batchnorm",
     net(conv1=nn.Conv1d(3, 4, 3, padding=1), maxpool1=nn.MaxPool1d(2), batchnorm1=nn.BatchNorm1d(4))),
    ("torch", "1x16x32x32", "conv3d 16 3, maxpool 2x2x4 stride=2, batchnorm",
     net(conv1=nn.Conv3d(1, 16, 3), maxpool1=nn.MaxPool3d((2, 2, 4), 2), batchnorm1=nn.BatchNorm3d(16))),
    ("torch", "2x5x6x7", "conv 4 1x2x3 stride=1x1x2 dilation=2 pad=0x1x1 bias=0",
     net(conv1=nn.Conv3d(2, 4, (1, 2, 3), (1, 1, 2), (0, 1, 1), 2, bias=False))),
    ("torch-all", "3x8x8", "relu6, clip -1 2.5, hardsigmoid, hardswish, elu, elu 0.5, selu, celu 2, softplus, softsign, "
     "mish, thresholded_relu 0.5, prelu",
     net(relu61=nn.ReLU6(), clip1=nn.Hardtanh(-1.0, 2.5), hardsigmoid1=nn.Hardsigmoid(), hardswish1=nn.Hardswish(),
         elu1=nn.ELU(), elu2=nn.ELU(0.5), selu1=nn.SELU(), celu1=nn.CELU(2.0), softplus1=nn.Softplus(),
         softsign1=nn.Softsign(), mish1=nn.Mish(), thresholded_relu1=nn.Threshold(0.5, 0.0), prelu1=nn.PReLU())),
    # Pools.
    ("torch", "3x20x20", "maxpool 3x2 stride=2x1 pad=1 dilation=2 ceil=1",
     net(maxpool1=nn.MaxPool2d((3, 2), (2, 1), 1, 2, ceil_mode=True))),
    ("torch", "3x20x20", "maxpool 3 stride=1 dilation=2x3", net(maxpool1=nn.MaxPool2d(3, 1, dilation=(2, 3)))),
    ("torch", "3x20", "avgpool 2", net(avgpool1=nn.AvgPool1d(2))),
    ("torch", "3x20", "avgpool 3 stride=2 pad=1 ceil=1", net(avgpool1=nn.AvgPool1d(3, 2, 1, ceil_mode=True))),
    ("torch", "3x20x20", "avgpool 2x3 stride=1 pad=1 count_include_pad=0",
     net(avgpool1=nn.AvgPool2d((2, 3), 1, 1, count_include_pad=False))),
    ("torch", "3x8x8x8", "avgpool 2", net(avgpool1=nn.AvgPool3d(2))),
    ("torch", "3x9x9", "adaptive_avgpool 4x3, gap", net(adaptive_avgpool1=nn.AdaptiveAvgPool2d((4, 3)), gap1=nn.AdaptiveAvgPool2d(1))),
    ("torch", "3x9", "adaptive_avgpool 4, gap", net(adaptive_avgpool1=nn.AdaptiveAvgPool1d(4), gap1=nn.AdaptiveAvgPool1d(1))),
    ("torch", "3x9x9x9", "adaptive_avgpool 4x2x3, gap",
     net(adaptive_avgpool1=nn.AdaptiveAvgPool3d((4, 2, 3)), gap1=nn.AdaptiveAvgPool3d(1))),
    # Numbers as Python writes them.
    ("torch", "4x9x9", "batchnorm eps=0.001 momentum=0.25", net(batchnorm1=nn.BatchNorm2d(4, 0.001, 0.25))),
    ("torch", "4x9x9", "batchnorm eps=0.00000015 momentum=0.01", net(batchnorm1=nn.BatchNorm2d(4, 1.5e-7, 0.01))),
    ("torch", "4x9x9", "flatten, batchnorm, dropout 0.125",
     net(flatten1=nn.Flatten(), batchnorm1=nn.BatchNorm1d(324), dropout1=nn.Dropout(0.125))),
    ("torch-all", "4x9x9", "leaky_relu, leaky_relu 0.2, leaky_relu 0.0001, leaky_relu 0.00001, leaky_relu 3, leaky_relu 12345.5",
     net(leaky_relu1=nn.LeakyReLU(), leaky_relu2=nn.LeakyReLU(0.2), leaky_relu3=nn.LeakyReLU(0.0001),
         leaky_relu4=nn.LeakyReLU(0.00001), leaky_relu5=nn.LeakyReLU(3.0), leaky_relu6=nn.LeakyReLU(12345.5))),
    ("torch", "4x1x1", "pad 1 value=-0.5, pad 1 value=1e15, pad 1 value=1e16, pad 1 value=2.5e20, pad 1 value=123456.75",
     net(pad1=nn.ConstantPad2d(1, -0.5), pad2=nn.ConstantPad2d(1, 1e15), pad3=nn.ConstantPad2d(1, 1e16),
         pad4=nn.ConstantPad2d(1, 2.5e20), pad5=nn.ConstantPad2d(1, 123456.75))),
    # The other modules, and what is a function in PyTorch.
    ("torch-all", "4x9x9", "relu, sigmoid, silu, gelu, gelu approximate=1, tanh, softmax, log_softmax",
     net(relu1=nn.ReLU(), sigmoid1=nn.Sigmoid(), silu1=nn.SiLU(), gelu1=nn.GELU(), gelu2=nn.GELU("tanh"), tanh1=nn.Tanh(),
         softmax1=nn.Softmax(dim=1), log_softmax1=nn.LogSoftmax(dim=1))),
    ("torch", "4x9x9", "relu, softmax", net()),
    ("torch", "4x9x9", "pad 1x2, pad 1 value=3, pad 2 value=0.5",
     net(pad1=nn.ZeroPad2d((2, 2, 1, 1)), pad2=nn.ConstantPad2d(1, 3.0), pad3=nn.ConstantPad2d(2, 0.5))),
    ("torch", "4x9", "pad 2, pad 1 value=-1", net(pad1=nn.ZeroPad1d(2), pad2=nn.ConstantPad1d(1, -1.0))),
    ("torch", "1x3x4x5", "pad 1x2x3", net(pad1=nn.ZeroPad3d((3, 3, 2, 2, 1, 1)))),
    ("torch", "4x9x9", "conv 4 1 as a, slice 1, pad 1 channels=2, slice 0 4 axis=1, from a, add a, mul a, concat a, dropout",
     net(conv1=nn.Conv2d(4, 4, 1), dropout1=nn.Dropout())),
    ("torch", "6x3x3", "flatten, linear 5 bias=0, linear 2", 
     net(flatten1=nn.Flatten(), linear1=nn.Linear(54, 5, bias=False), linear2=nn.Linear(5, 2))),
    # Nesting.
    ("torch-all", "1x28x28", "conv 6 5 name=features.0, relu name=features.1, maxpool 2 name=features.2, flatten, linear 10 name=classifier",
     net(features__0=nn.Conv2d(1, 6, 5), features__1=nn.ReLU(), features__2=nn.MaxPool2d(2), flatten1=nn.Flatten(),
         classifier=nn.Linear(864, 10))),
    ("torch", "2x4x4", "conv 2 1 name=a.b.c, conv 2 1 name=d, conv 2 1 name=a.e, maxpool 2 name=a.b.f",
     net(a__b__c=nn.Conv2d(2, 2, 1), d=nn.Conv2d(2, 2, 1), a__e=nn.Conv2d(2, 2, 1), a__b__f=nn.MaxPool2d(2))),
    ("torch-all", "2x4x4", "relu name=a, conv 2 1 name=a.b, conv 2 1 name=c, relu name=c.d",
     net(a=nn.ReLU(), a__b=nn.Conv2d(2, 2, 1), c=nn.Conv2d(2, 2, 1), c__d=nn.ReLU())),
]

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch_print.txt"), "w") as file:
    file.write(f"# torch {torch.__version__.split('+')[0]}\n")
    for style, size, text, module in cases:
        file.write(f"@ {style} {size} {text}\n{module}\n")
print(len(cases), "nets")
