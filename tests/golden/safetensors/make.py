# SPDX-License-Identifier: MIT
"""Makes the files of this folder and checks that Python's safetensors reads them.

python.safetensors   written by Python's safetensors from torch tensors
written.safetensors  what fovea__safetensors_write must write, byte for byte, composed here from the
                     format's description; with a file name as argument that file is checked instead
"""
import hashlib
import json
import pathlib
import struct
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).parent
METADATA = {"format": "pt", "note": 'gr\u00fc\u00dfe "x\\y"\n\t\U0001d11e', "fovea.hash": "0" * 64}
TENSORS = {
    "flags": torch.tensor([1, 2, 255], dtype=torch.uint8),
    "conv1.weight": torch.arange(6, dtype=torch.float32).reshape(2, 3) / 4,
    "counter": torch.tensor(-5, dtype=torch.int64),
    "empty": torch.zeros(0, 4),
    "half": torch.tensor([0.5, -2.0], dtype=torch.float16),
    "mask": torch.tensor([True, False]),
    "../wide %n": torch.tensor([1e300, float("-inf")], dtype=torch.float64),
}
NAMES = {torch.uint8: "U8", torch.float32: "F32", torch.int64: "I64", torch.float16: "F16",
         torch.bool: "BOOL", torch.float64: "F64"}


def raw(tensor):
    return tensor.numpy().tobytes()


def compose():
    offsets, data = {}, b""
    for width in 8, 4, 2, 1:
        for name, tensor in TENSORS.items():
            if tensor.element_size() == width:
                offsets[name] = [len(data), len(data) + len(raw(tensor))]
                data += raw(tensor)
    header = {"__metadata__": METADATA}
    for name, tensor in TENSORS.items():
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": offsets[name]}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    whole = struct.pack("<Q", len(text)) + text + data
    return whole.replace(b"0" * 64, hashlib.sha256(whole).hexdigest().encode())


def check(path):
    loaded = load_file(path)
    assert set(loaded) == set(TENSORS), sorted(loaded)
    for name, tensor in TENSORS.items():
        assert loaded[name].dtype == tensor.dtype and torch.equal(loaded[name], tensor), name
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    assert {k: v for k, v in metadata.items() if k != "fovea.hash"} == {
        k: v for k, v in METADATA.items() if k != "fovea.hash"}
    claimed = metadata["fovea.hash"].encode()
    content = pathlib.Path(path).read_bytes().replace(claimed, b"0" * 64)
    assert hashlib.sha256(content).hexdigest().encode() == claimed
    print(f"{path}: good")


if len(sys.argv) > 1:
    check(sys.argv[1])
else:
    save_file({**TENSORS, "brain": torch.tensor([3.0], dtype=torch.bfloat16),
               "small": torch.tensor([[-7]], dtype=torch.int8)}, HERE / "python.safetensors",
              metadata={"format": "pt", "made": "by Python"})
    (HERE / "written.safetensors").write_bytes(compose())
    check(HERE / "written.safetensors")
