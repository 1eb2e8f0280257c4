# SPDX-License-Identifier: MIT
"""Makes tests/golden/pth: files of torch.save and, as NAME.txt, what torch reads from them: a line
"name type shape sha256" for each tensor. With a folder of weights (the .th and .pt of the project's
test data) it also writes what torch reads from those, as FILE.txt.

    python tests/golden/make_pth_golden.py [FOLDER]        (torch 2.3 or newer)
"""
import collections
import hashlib
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).parent / "pth"
TYPES = {torch.float32: "F32", torch.float64: "F64", torch.float16: "F16", torch.bfloat16: "BF16",
         torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
         torch.uint8: "U8", torch.bool: "BOOL", torch.uint16: "U16", torch.uint32: "U32",
         torch.uint64: "U64"}


def digest(tensor):
    dense = tensor.detach().contiguous().cpu()
    data = dense.view(torch.uint8) if dense.dim() else dense.reshape(1).view(torch.uint8)
    return hashlib.sha256(data.numpy().tobytes()).hexdigest()


def describe(tensors):
    return "".join("%s %s %s %s\n" % (name, TYPES[t.dtype], "x".join(map(str, t.shape)) or "-",
                                      digest(t)) for name, t in tensors.items())


def save(name, content, tensors, **options):
    torch.manual_seed(1)
    torch.save(content, HERE / (name + ".pth"), **options)
    (HERE / (name + ".txt")).write_text(describe(tensors))


def make():
    HERE.mkdir(exist_ok=True)
    torch.manual_seed(0)
    net = torch.nn.Sequential(collections.OrderedDict(
        conv1=torch.nn.Conv2d(3, 4, 3), bn1=torch.nn.BatchNorm2d(4), fc=torch.nn.Linear(4, 2)))
    weights = net.state_dict()
    save("net", weights, weights)
    save("net-plain", weights, weights, _use_new_zipfile_serialization=False)
    save("net-protocol-4", weights, weights, pickle_protocol=4)
    save("net-protocol-5", weights, weights, pickle_protocol=5)
    types = {name: (torch.arange(6, dtype=torch.int64).reshape(2, 3) % 2).to(kind)
             for kind, name in TYPES.items()}
    save("types", types, types)
    base = torch.arange(24, dtype=torch.float32)
    views = {"whole": base, "part": base[3:9], "turned": base.reshape(4, 6).t(),
             "spread": base[:1].expand(3, 2), "steps": base[::5], "empty": base[:0].reshape(0, 4),
             "number": base[7],
             "channels_last": torch.arange(16.0).reshape(1, 4, 2, 2).contiguous(
                 memory_format=torch.channels_last)}
    save("views", views, views)
    save("views-plain", views, views, _use_new_zipfile_serialization=False)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    prefixed = collections.OrderedDict(("module." + k, v) for k, v in weights.items())
    save("checkpoint", {"epoch": 3, "arch": "small", "state_dict": prefixed,
                        "optimizer": optimizer.state_dict(), "best": 0.5}, weights)
    nested = {"encoder": {"w": base[:4], "layers": [base[4:6], base[6:9]]}, "lr": 0.1, "tag": None}
    save("nested", nested, {"encoder.w": base[:4], "encoder.layers.0": base[4:6],
                            "encoder.layers.1": base[6:9]})
    save("parameter", {"p": torch.nn.Parameter(base[:5])}, {"p": base[:5]})
    save("one", base[:7], {"tensor": base[:7]})
    torch.serialization.set_crc32_options(False)
    save("no-crc", {"a": base}, {"a": base})
    torch.serialization.set_crc32_options(True)
    # What is refused, each by name.
    torch.save(net, HERE / "refused-module.pth")
    torch.save({"a": torch.zeros(2, dtype=torch.complex64)}, HERE / "refused-complex.pth")
    torch.jit.script(torch.nn.Linear(1, 1)).save(str(HERE / "refused-script.pth"))


def weights_of(content):
    content = content.get("state_dict", content)
    return {name.removeprefix("module."): tensor for name, tensor in content.items()}


if __name__ == "__main__":
    make()
    for folder in sys.argv[1:]:
        for path in sorted(pathlib.Path(folder).iterdir()):
            if path.suffix in (".th", ".pt", ".pth"):
                content = torch.load(path, map_location="cpu", weights_only=True)
                (HERE / (path.name + ".txt")).write_text(describe(weights_of(content)))
