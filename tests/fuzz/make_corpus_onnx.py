# SPDX-License-Identifier: MIT
"""Makes the seeds of fuzz_onnx, corpus/onnx: each kind of message and field, and the files of tests/golden/onnx.

Python's standard library only.
"""
import pathlib
import struct

HERE = pathlib.Path(__file__).parent
OUT = HERE / "corpus" / "onnx"


def varint(value):
    value &= 2**64 - 1
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def block(field, *parts):
    data = b"".join(p.encode() if isinstance(p, str) else p for p in parts)
    return varint(field << 3 | 2) + varint(len(data)) + data


def tensor(kind, dims, *data, name="w"):
    return (b"".join(number(1, d) for d in dims) + number(2, kind) + block(8, name) + b"".join(data))


def node(op, *attributes):
    return (block(1, "x") + block(1, "w") + block(2, "y") + block(3, "n") + block(4, op)
            + b"".join(block(5, a) for a in attributes))


def value(name, *dims):
    shape = b"".join(block(1, block(2, d) if isinstance(d, str) else number(1, d)) for d in dims)
    return block(1, name) + block(2, block(1, number(1, 1), block(2, shape)))


def model(*graph):
    return number(1, 8) + block(2, "fovea") + block(7, *graph) + block(8, number(2, 17))


def seeds():
    floats = struct.pack("<2f", 1.5, -2)
    yield "conv", model(
        block(1, node("Conv", block(1, "pads") + b"".join(number(8, p) for p in (1, 1, 1, 1))
                      + number(20, 7))),
        block(2, "g"), block(5, tensor(1, [2], block(9, floats))),
        block(11, value("x", "N", 3, 8, 8)), block(12, value("y", "N", 4)),
        block(13, value("v")))
    yield "attributes", model(block(1, node(
        "Own", block(1, "f") + varint(2 << 3 | 5) + struct.pack("<f", 1) + number(20, 1),
        block(1, "s") + block(4, "text") + number(20, 3),
        block(1, "fs") + block(7, floats) + number(20, 6),
        block(1, "is") + block(8, varint(1), varint(-1)) + number(20, 7),
        block(1, "ss") + block(9, "a") + block(9, b"\xff") + number(20, 8),
        block(1, "t") + block(5, tensor(7, [2], block(7, varint(3), varint(-1)))) + number(20, 4),
        block(1, "g") + block(6, block(1, node("Relu"))) + number(20, 5))))
    yield "metadata", model(block(1, node("Relu"))) + block(14, block(1, "k"), block(2, "v")) + block(
        6, "doc") + number(5, 3) + block(3, "1.0")
    for kind, field, data in [
            (1, 4, floats), (11, 10, struct.pack("<2d", 1, 2)), (10, 5, varint(0x3c00) + varint(1)),
            (16, 5, varint(0x3f80) + varint(0)), (3, 5, varint(-1) + varint(5)),
            (9, 5, b"\1\0"), (12, 11, b"\1\2"), (13, 11, varint(-1) + b"\1"), (7, 7, varint(-9) + b"\7"),
            (2, 9, b"ab"), (10, 9, b"\0\x3c\1\0"), (9, 9, b"\0\7"), (8, 6, "text")]:
        one = tensor(kind, [2], block(field, data))
        yield f"tensor-{kind}-{field}", model(block(5, one))
        yield f"alone-{kind}-{field}", one
    yield "outside", model(block(5, tensor(1, [2], block(13, block(1, "location"), block(2, "w.bin")),
                                           number(14, 1))))
    yield "single", tensor(7, [3], number(7, 1), number(7, -1), block(7, varint(300)))
    yield "scalar", tensor(1, [], block(9, floats[:4]))
    yield "empty", tensor(1, [0, 3])
    yield "old", number(1, 1) + block(7, block(1, node("Conv", block(1, "k") + number(8, 3))))
    yield "two-graphs", number(1, 8) + block(7) + block(7)
    yield "group", number(1, 8) + b"\x0b\x0c"
    yield "long-varint", b"\x08" + b"\xff" * 11
    for path in sorted((HERE.parent / "golden" / "onnx").glob("*.[op]*")):
        yield path.stem, path.read_bytes()


OUT.mkdir(parents=True, exist_ok=True)
for name, data in seeds():
    (OUT / f"{name}.onnx").write_bytes(data)
