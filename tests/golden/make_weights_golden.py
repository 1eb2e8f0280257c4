# SPDX-License-Identifier: MIT
"""Makes tests/golden/weights: the same few arrays as NumPy and the safetensors package write them
(plain.npz, packed.npz, whole.safetensors, and in two parts with an index), and checks files that
fovea wrote:

    python tests/golden/make_weights_golden.py                     (numpy, safetensors)
    python tests/golden/make_weights_golden.py --judge FILE.pth … (torch of any version from 1.13 on)
"""
import json
import pathlib
import struct
import sys
import zipfile

HERE = pathlib.Path(__file__).parent / "weights"


def make():
    import numpy
    from safetensors.numpy import save_file
    HERE.mkdir(exist_ok=True)
    arrays = {"conv1.weight": numpy.arange(72, dtype="f4").reshape(2, 4, 3, 3) / 8,
              "conv1.bias": numpy.array([0.5, -0.5], "f4"),
              "steps": numpy.array(7, "i8"), "mask": numpy.array([True, False, True])}
    numpy.savez(HERE / "plain.npz", **arrays)
    numpy.savez_compressed(HERE / "packed.npz", **arrays)
    save_file(arrays, HERE / "whole.safetensors", {"format": "pt"})
    parts = {"parts-00001-of-00002.safetensors": ["conv1.weight"],
             "parts-00002-of-00002.safetensors": ["conv1.bias", "steps", "mask"]}
    for file, names in parts.items():
        save_file({name: arrays[name] for name in names}, HERE / file, {"format": "pt"})
    index = {"metadata": {"total_size": sum(a.nbytes for a in arrays.values())},
             "weight_map": {name: file for file, names in parts.items() for name in names}}
    (HERE / "parts.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def judge(path):
    import torch
    content = torch.load(path, weights_only=True)
    archive = zipfile.ZipFile(path)
    assert archive.testzip() is None
    with open(path, "rb") as file:
        for member in archive.infolist():
            file.seek(member.header_offset + 26)
            name, extra = struct.unpack("<HH", file.read(4))
            assert (member.header_offset + 30 + name + extra) % 64 == 0, member.filename
    print(path, len(content), "tensors, aligned, opened by torch", torch.__version__)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--judge"]:
        for path in sys.argv[2:]:
            judge(path)
    else:
        make()
