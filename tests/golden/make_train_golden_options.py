#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes train_options.txt: what PyTorch makes of losses, schedules and optimizers, in double precision.

Start and data come from a formula that C and Python compute alike (see `noise`), so the file holds only results.
Needs torch and numpy. Usage: make_train_golden_options.py > train_options.txt
"""
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.optim import lr_scheduler as schedule

MASK = np.uint64(0xFFFFFFFF)
CLASSES, SIDE = 10, (4, 5)
WEIGHTS = [0.5, 1, 2, 0, 1, 3, 1, 0.25, 1, 1.5]


def noise(salt, count):
    """32 random bits for each of 0..count-1."""
    h = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(salt * 97 + 13)) & MASK
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(0x85EBCA6B)) & MASK
    h ^= h >> np.uint64(13)
    h = (h * np.uint64(0xC2B2AE35)) & MASK
    return h ^ (h >> np.uint64(16))


def reals(salt, count):
    """In [-1, 1), multiples of 1/1024."""
    return ((noise(salt, count) % np.uint64(2048)).astype(np.int64) - 1024) / 1024


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(SIDE[0] * SIDE[1], 12)
        self.fc2 = nn.Linear(12, CLASSES)
        self.double()
        for p, parameter in enumerate(self.parameters()):
            values = torch.tensor(reals(1000 + p, parameter.numel()) / 4)
            with torch.no_grad():
                parameter.copy_(values.view_as(parameter))

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(x.flatten(1))))


def batch(step, count):
    size = SIDE[0] * SIDE[1]
    pixels = (noise(step, count * size) % np.uint64(256)).astype(np.float32).reshape(count, 1, *SIDE)
    labels = (noise(500 + step, count) % np.uint64(CLASSES)).astype(np.int64)
    x = torch.tensor(pixels) / torch.tensor(255.0)  # rounded to float32, as the table of bytes is
    return x.double(), torch.tensor(labels)


def cross_entropy(smoothing=0.0, weighted=False):
    weight = torch.tensor(WEIGHTS, dtype=torch.float64) if weighted else None
    return lambda out, y: F.cross_entropy(out, y, weight=weight, label_smoothing=smoothing)


def squared(out, y):
    return F.mse_loss(out, F.one_hot(y, CLASSES).double())


def train(name, loss_of, make_optimizer):
    """Five steps, the third and the last with fewer samples."""
    net = Net()
    optimizer = make_optimizer(net.parameters())
    print("case", name)
    for step in range(5):
        x, y = batch(step, {2: 5, 4: 7}.get(step, 18))
        optimizer.zero_grad()
        loss = loss_of(net(x), y)
        loss.backward()
        optimizer.step()
        print("loss", step, repr(loss.item()))
    for key, parameter in net.named_parameters():
        flat = parameter.detach().flatten()
        for i in sorted({0, 1, flat.numel() // 3, flat.numel() // 2, flat.numel() - 1}):
            print("weight", key, i, repr(flat[i].item()))


def rates(name, make):
    """Learning rates of 200 steps from 0.1."""
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1, dtype=torch.float64))], lr=0.1)
    scheduler = make(optimizer)
    print("case", name)
    for step in range(200):
        print("rate", step, repr(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        if step < 199:
            scheduler.step()


def warm(optimizer, steps, after):
    up = schedule.LinearLR(optimizer, start_factor=1 / steps, total_iters=steps - 1)
    return schedule.SequentialLR(optimizer, [up, after], milestones=[steps])


def losses(name, salt, scale, loss_of):
    """The loss of three rows of logits `scale` times the formula's, and its gradient."""
    out = torch.tensor(reals(salt, 3 * CLASSES) * scale).view(3, CLASSES).requires_grad_()
    y = torch.tensor((noise(500 + salt, 3) % np.uint64(CLASSES)).astype(np.int64))
    loss = loss_of(out, y)
    loss.backward()
    print("case", name)
    print("loss", 0, repr(loss.item()))
    for i, d in enumerate(out.grad.flatten().tolist()):
        print("gradient", "logits", i, repr(d))


def main():
    print("# PyTorch", torch.__version__)
    sgd, adam, adamw = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
    plain = cross_entropy()
    train("sgd", plain, lambda p: sgd(p, lr=0.1))
    train("sgd-decay", plain, lambda p: sgd(p, lr=0.1, weight_decay=0.01))
    train("sgd-momentum-decay", plain, lambda p: sgd(p, lr=0.1, momentum=0.9, weight_decay=0.01))
    train("sgd-nesterov-decay", plain,
          lambda p: sgd(p, lr=0.1, momentum=0.9, weight_decay=0.01, nesterov=True))
    train("adam", plain, lambda p: adam(p, lr=0.01))
    train("adam-decay", plain, lambda p: adam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1))
    train("adamw-decay", plain, lambda p: adamw(p, lr=0.01, weight_decay=0.1))
    train("smoothing", cross_entropy(0.1), lambda p: sgd(p, lr=0.1))
    train("weights", cross_entropy(0, True), lambda p: sgd(p, lr=0.1))
    train("smoothing-weights", cross_entropy(0.2, True), lambda p: sgd(p, lr=0.1))
    train("squared", squared, lambda p: sgd(p, lr=0.1))
    rates("one-cycle", lambda o: schedule.OneCycleLR(o, max_lr=0.1, total_steps=200))
    rates("cosine", lambda o: schedule.CosineAnnealingLR(o, T_max=200))
    rates("step", lambda o: schedule.StepLR(o, step_size=35, gamma=0.3))
    rates("warm-constant", lambda o: warm(o, 20, schedule.ConstantLR(o, factor=1)))
    rates("warm-cosine", lambda o: warm(o, 20, schedule.CosineAnnealingLR(o, T_max=180)))
    for scale in (1, 30, 1e4):
        for smoothing in (0.0, 0.1):
            for weighted in (False, True):
                name = f"loss-{scale:g}-{smoothing:g}-{int(weighted)}"
                losses(name, 7, scale, cross_entropy(smoothing, weighted))
        losses(f"squared-{scale:g}", 9, scale, squared)


main()
