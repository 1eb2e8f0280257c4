#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes explain/: heat maps by Captum, pytorch-grad-cam, torch-cam and zennit, before any scaling, and by the
definitions written out here, for the small nets of explain_nets.py (in double) and SqueezeNet (a digest).

  NET.onnx            a small net; its input is numbers(1) of layer_golden.py times 2
  NET.safetensors     maps by number of their case; SqueezeNet's are sum, least, largest and every STEP-th number
  cases.txt           a line a case: number, net, method, layer or -, target, tolerance, who agrees (by comma), options

A case is written only if those it names agree within the tolerance, relative to the map's largest magnitude. What
libraries compute otherwise is in `differs` and told in explain/README.md.

  FOVEA_DATA=FOLDER python3 tests/golden/make_explain_golden.py
      (needs torch, numpy, onnx, safetensors, pillow, captum, grad-cam, torchcam and zennit)
"""
import copy
import os
import sys
import warnings

import numpy as np
import onnx
import torch
from PIL import Image
from safetensors.numpy import save_file

import explain_cams
import explain_fullgrad
import explain_pixels
import explain_relevance
from explain_nets import INPUT, NETS, Net, small_model
from layer_golden import tensor

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "explain")
SQUEEZENET = "converted/squeezenet1.0-deepcompression.onnx"
CROP, CAFFE_MEAN = (36, 112, 227), (104, 117, 123)  # of chelsea.png: top, left, side; blue, green, red
DIGEST = 200


class Golden:
    """The cases of one net."""

    def __init__(self, name, net, x, target, digest=False):
        self.name, self.net, self.x, self.target, self.digest = name, net, x, target, digest
        self.lines, self.tensors, self.differences = [], {}, []
        self.count = 0

    def case(self, method, sources, layer="-", tolerance=1e-9, target=None, close=None, **options):
        """`sources` in order: the first is written, the others must agree with it. `close` are others whose
        small constants keep them from agreeing entirely: (map, how close) by name."""
        (first, wanted), *others = [(who, as_numpy(map_)) for who, map_ in sources.items()]
        assert np.isfinite(wanted).all(), (self.name, method, layer, first)
        for who, other in others:
            self.agree(f"{method} {layer}: {who} and {first}", wanted, other, tolerance)
        names = list(sources)
        for who, (other, near) in (close or {}).items():
            self.agree(f"{method} {layer}: {who} and {first}", wanted, as_numpy(other), near)
            names.append(f"{who}~{near:g}")
        key = f"{self.count:03d}"
        self.count += 1
        self.tensors[key] = digest(wanted) if self.digest else np.ascontiguousarray(wanted)
        words = [self.name, key, method, layer, str(self.target if target is None else target),
                 f"{max(tolerance, 1e-4) if self.digest else tolerance:.2g}", ",".join(names)]
        self.lines.append(" ".join(words + [f"{k}={text(v)}" for k, v in options.items()]))

    def single(self):
        """The same in float32."""
        made = copy.copy(self)
        made.net, made.x = copy.deepcopy(self.net).float(), self.x.float()
        return made

    def tolerance(self, compute):
        """Of SqueezeNet: twice what PyTorch's float32 is off its float64, where rectifiers and maxima fall on the other
        side of their kinks."""
        if not self.digest:
            return 1e-9
        exact, single = as_numpy(compute(self)), as_numpy(compute(self.single()))
        return max(1e-4, 2 * np.abs(exact - single).max() / np.abs(exact).max())

    def agree(self, what, wanted, other, tolerance):
        off = np.abs(other.reshape(wanted.shape) - wanted).max() / (np.abs(wanted).max() or 1)
        least = max(tolerance, 1e-6 if other.dtype == np.float32 else 0)
        assert off <= least, f"{self.name} {what} are {off:.2g} apart"

    def tensor(self, name, values):
        self.tensors[name] = np.ascontiguousarray(as_numpy(values))

    def differs(self, what, wanted, theirs, stated=None):
        """A library that computes something else: what README.md states about it must be what it gives."""
        wanted, theirs = as_numpy(wanted), as_numpy(theirs).reshape(as_numpy(wanted).shape)
        if stated is not None:
            self.agree(f"{what}: its own formula and it", as_numpy(stated), theirs, 1e-9)
        off = np.abs(wanted - theirs).max() / np.abs(wanted).max()
        self.differences.append(f"{self.name} {what}: {off:.2g} of the largest magnitude off")


def as_numpy(values):
    values = values.detach().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)
    return values[0] if values.ndim in (3, 4) and values.shape[0] == 1 else values


def digest(values):
    flat = values.reshape(-1)
    step = max(1, len(flat) // DIGEST)
    return np.float32([flat.sum(), flat.min(), flat.max(), step, *flat[::step]])


def text(value):
    return "x".join(map(str, value)) if isinstance(value, (tuple, list)) else f"{value:g}" if isinstance(
        value, float) else str(value)


def small(name, target):
    model = small_model(name)
    onnx.save(model, os.path.join(OUT, name + ".onnx"))
    return Golden(name, Net(model), tensor(1, INPUT) * 2, target)


def squeezenet(folder):
    top, left, side = CROP
    pixels = np.asarray(Image.open(os.path.join(folder, "photos", "chelsea.png")).convert("RGB"))
    picture = pixels[top:top + side, left:left + side, ::-1].astype(np.float64) - CAFFE_MEAN
    x = torch.from_numpy(picture.transpose(2, 0, 1)[None].copy())
    net = Net(onnx.load(os.path.join(folder, "models", SQUEEZENET)))
    with torch.no_grad():
        target = net(x).argmax().item()
    return Golden("squeezenet", net, x, target, digest=True)


def main():
    warnings.filterwarnings("ignore")
    os.makedirs(OUT, exist_ok=True)
    folder = os.environ["FOVEA_DATA"].split(":")[0]
    goldens = [small("gap", 0), small("mlp", 2), small("residual", 3), squeezenet(folder)]
    with open(os.path.join(OUT, "cases.txt"), "w") as lines:
        for golden in goldens:
            explain_pixels.add(golden)
            explain_fullgrad.add(golden)
            explain_cams.add(golden)
            explain_relevance.add(golden)
            path = os.path.join(OUT, golden.name + ".safetensors")
            save_file(golden.tensors, path)
            os.chmod(path, 0o644)
            lines.write("\n".join(golden.lines) + "\n")
            print("\n".join(golden.differences), file=sys.stderr)


if __name__ == "__main__":
    main()
