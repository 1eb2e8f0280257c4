# SPDX-License-Identifier: MIT
# What training.py compares with: training steps (or forward passes, without an optimizer) of the same nets in
# PyTorch, data in memory. A question is a line of JSON, its answer the median seconds of a step. With the word
# "compile" nets go through torch.compile.
import json
import statistics
import sys
import time
import torch
from torch import nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.grow = outputs - inputs

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.grow:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.grow // 2, self.grow // 2))
        return F.relu(y + x)


def resnet20():
    layers, inputs = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()], 16
    for outputs in (16, 32, 64):
        for index in range(3):
            layers.append(Block(inputs, outputs, 2 if outputs > 16 and index == 0 else 1))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def conv(*numbers, act=nn.ReLU, **rest):
    return [nn.Conv2d(*numbers, **rest), act(), nn.MaxPool2d(2)]


NETS = {
    "tutorial-cifar": ((3, 32, 32), lambda: nn.Sequential(
        *conv(3, 16, 3, padding=1, act=nn.Tanh), *conv(16, 8, 3, padding=1, act=nn.Tanh), nn.Flatten(),
        nn.Linear(512, 32), nn.Tanh(), nn.Linear(32, 10))),
    "tutorial-mnist": ((1, 28, 28), lambda: nn.Sequential(
        *conv(1, 16, 5, padding=2), *conv(16, 32, 5, padding=2), nn.Flatten(),
        nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10))),
    "tutorial-mlp": ((1, 28, 28), lambda: nn.Sequential(
        nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Dropout(0.2), nn.Linear(512, 512), nn.ReLU(),
        nn.Dropout(0.2), nn.Linear(512, 10))),
    "lenet5": ((1, 28, 28), lambda: nn.Sequential(
        *conv(1, 6, 5, padding=2), *conv(6, 16, 5), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(),
        nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))),
    "resnet20": ((3, 32, 32), resnet20),
}
OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
# So little that the one batch is not learnt by heart: gradients would become denormal numbers, which are slow.
LEARNING_RATE = 1e-7
made = {}


def make(name, batch, optimizer, compiled):
    key = (name, batch, optimizer)
    if key not in made:
        torch.manual_seed(0)
        shape, build = NETS[name]
        net = build()
        rule = OPTIMIZERS[optimizer](net.parameters(), lr=LEARNING_RATE) if optimizer else None
        data = torch.randn(batch, *shape), torch.randint(0, 10, (batch,))
        net.train(bool(optimizer))
        made[key] = (torch.compile(net) if compiled else net, rule, data)
    return made[key]


def train(net, rule, pictures, labels):
    rule.zero_grad()
    F.cross_entropy(net(pictures), labels).backward()
    rule.step()


def measure(compiled, net, batch, optimizer, threads, seconds):
    torch.set_num_threads(threads)
    net, rule, (pictures, labels) = make(net, batch, optimizer, compiled)
    times = []
    with torch.set_grad_enabled(rule is not None):
        for step in range(1 << 30):
            start = time.perf_counter()
            if rule:
                train(net, rule, pictures, labels)
            else:
                net(pictures)
            if step >= 3:
                times.append(time.perf_counter() - start)
            if len(times) >= 3 and sum(times) > seconds:
                return statistics.median(times)


def main():
    compiled = "compile" in sys.argv[1:]
    print("PyTorch %s%s" % (torch.__version__, " torch.compile" if compiled else ""), flush=True)
    for line in sys.stdin:
        print(json.dumps({"seconds": measure(compiled, **json.loads(line))}), flush=True)


if __name__ == "__main__":
    main()
