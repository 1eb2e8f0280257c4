#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes training.txt: losses, weights and gradients of PyTorch's first ten training steps of four nets.

Start and data come from a formula that C and Python compute alike (see `noise`), so the file holds only results.
Needs torch and numpy. Usage: make_training_golden.py > training.txt
"""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

SAFE_COUNT, SAFE_BATCH = 4, 20
MASK = np.uint64(0xFFFFFFFF)


def noise(salt, count):
    """32 random bits for each of 0..count-1."""
    h = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(salt * 97 + 13)) & MASK
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(0x85EBCA6B)) & MASK
    h ^= h >> np.uint64(13)
    h = (h * np.uint64(0xC2B2AE35)) & MASK
    return h ^ (h >> np.uint64(16))


def set_weights(net):
    """Parameter p (in order): (bits % 2048 - 1024) / 1024 * 2^-e with 2^-e the power of two next to 1/sqrt(fan in).
    Parameters of batchnorm stay at 1 and 0; biases use the fan in of their weight."""
    fan_in = 1
    for p, (name, parameter) in enumerate(net.named_parameters()):
        if parameter.dim() > 1:
            fan_in = parameter[0].numel()
        elif "bn" in name:
            continue
        scale = 2.0 ** -round(np.log2(np.sqrt(fan_in)))
        values = (noise(1000 + p, parameter.numel()) % np.uint64(2048)).astype(np.int64) - 1024
        with torch.no_grad():
            parameter.copy_(torch.tensor(values / 1024 * scale).view_as(parameter))


def batch(step, count, shape, mean, std):
    """Pictures as the table of bytes gives them in float32, and labels."""
    size = int(np.prod(shape))
    pixels = (noise(step, count * size) % np.uint64(256)).astype(np.float32).reshape(count, *shape)
    labels = (noise(500 + step, count) % np.uint64(10)).astype(np.int64)
    # A little of the label in the picture, so that there is something to learn.
    pixels[:, :, : shape[1] // 4] = np.floor(pixels[:, :, : shape[1] // 4] / 16) + 16 * labels[:, None, None, None]
    x = torch.tensor(pixels) / torch.tensor(255.0)
    m = torch.tensor(mean, dtype=torch.float32).view(1, -1, 1, 1)
    s = torch.tensor(std, dtype=torch.float32).view(1, -1, 1, 1)
    return (x - m) / s, torch.tensor(labels)


class Sequence(nn.Module):
    def __init__(self, layers, forward):
        super().__init__()
        for name, layer in layers:
            self.add_module(name, layer)
        self.run = forward

    def forward(self, x):
        return self.run(self, x)


def tutorial_cifar():
    def run(n, x):
        x = F.max_pool2d(torch.tanh(n.conv1(x)), 2)
        x = F.max_pool2d(torch.tanh(n.conv2(x)), 2)
        return n.fc2(torch.tanh(n.fc1(x.flatten(1))))
    return Sequence([("conv1", nn.Conv2d(3, 16, 3, padding=1)), ("conv2", nn.Conv2d(16, 8, 3, padding=1)),
                     ("fc1", nn.Linear(512, 32)), ("fc2", nn.Linear(32, 10))], run)


def tutorial_mnist():
    def run(n, x):
        x = F.max_pool2d(torch.relu(n.conv1(x)), 2)
        x = F.max_pool2d(torch.relu(n.conv2(x)), 2)
        return n.fc2(torch.relu(n.fc1(x.flatten(1))))
    return Sequence([("conv1", nn.Conv2d(1, 16, 5, padding=2)), ("conv2", nn.Conv2d(16, 32, 5, padding=2)),
                     ("fc1", nn.Linear(1568, 128)), ("fc2", nn.Linear(128, 10))], run)


def mlp():
    def run(n, x):
        return n.fc3(torch.relu(n.fc2(torch.relu(n.fc1(x.flatten(1))))))
    return Sequence([("fc1", nn.Linear(784, 512)), ("fc2", nn.Linear(512, 512)), ("fc3", nn.Linear(512, 10))], run)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.grows, self.pad = stride != 1, (outputs - inputs) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        short = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad)) if self.grows else x
        return torch.relu(y + short)


class Resnet20(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*[Block(16, 16, 1) for _ in range(3)])
        self.layer2 = nn.Sequential(Block(16, 32, 2), Block(32, 32, 1), Block(32, 32, 1))
        self.layer3 = nn.Sequential(Block(32, 64, 2), Block(64, 64, 1), Block(64, 64, 1))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(x.mean((2, 3)))


def samples(count):
    return sorted({0, count // 3, count // 2, (2 * count) // 3, count - 1})


def show(kind, net, tensor_of):
    for name, parameter in net.named_parameters():
        flat = tensor_of(parameter).detach().flatten()
        for i in samples(flat.numel()):
            print(f"{kind} {name} {i} {flat[i].item():.17g}")


def run(case, net, optimizer, count, shape, mean, std, steps, double=False, first_gradients=False, first=0):
    set_weights(net)
    if double:
        net.double()
    net.train()
    print(f"case {case}")
    opt = optimizer(net.parameters())
    for step in range(steps):
        x, y = batch(first + step, count, shape, mean, std)
        loss = F.cross_entropy(net(x.double() if double else x), y)
        opt.zero_grad()
        loss.backward()
        print(f"loss {step} {loss.item():.17g}")
        if step == 0 and first_gradients:
            show("gradient", net, lambda p: p.grad)
        opt.step()
    show("weight", net, lambda p: p)
    for name, buffer in net.named_buffers():
        if buffer.dim() == 1:
            print(f"buffer {name} 0 {buffer[0].item():.17g}")


def main():
    torch.set_num_threads(1)
    cifar = ([0.4914, 0.4822, 0.4465], [0.247, 0.2435, 0.2616])
    mnist = ([0.1307], [0.3081])
    run("tutorial-cifar", tutorial_cifar(), lambda p: torch.optim.SGD(p, lr=0.01), 64, (3, 32, 32), *cifar, 10)
    run("tutorial-mnist", tutorial_mnist(), lambda p: torch.optim.Adam(p, lr=0.001), 64, (1, 28, 28), *mnist, 10)
    run("tutorial-mlp", mlp(), lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9), 128, (1, 28, 28), *mnist, 10)
    resnet = lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True, weight_decay=1e-4)
    run("resnet20-f64", Resnet20(), resnet, 4, (3, 32, 32), *cifar, 10, double=True)
    # In float32 a unit of relu whose input is within rounding of 0 may go either way and moves every gradient below
    # it by more than rounding; of small batches, this one has no such unit (its gradients in double agree to 1e-5).
    run("resnet20-f32", Resnet20(), resnet, SAFE_COUNT, (3, 32, 32), *cifar, 1, first_gradients=True, first=SAFE_BATCH)


if __name__ == "__main__":
    main()
