# SPDX-License-Identifier: MIT
"""Makes the seeds of fuzz_onnx_import, corpus/onnx_import: a small net for each operator and form.

Python's standard library only.
"""
import pathlib
import struct

OUT = pathlib.Path(__file__).parent / "corpus" / "onnx_import"
X4, X2 = ("N", 4, 6, 6), (2, 6)


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


def tensor(name, dims, numbers):
    """Integers make an I64 tensor, others F32."""
    whole = all(isinstance(n, int) for n in numbers)
    raw = struct.pack(f"<{len(numbers)}{'q' if whole else 'f'}", *numbers)
    return (b"".join(number(1, d) for d in dims) + number(2, 7 if whole else 1) + block(8, name)
            + block(9, raw))


def floats(name, *dims):
    count = 1
    for d in dims:
        count *= d
    return tensor(name, dims, [((i * 7) % 5 - 2) / 4.0 for i in range(count)])


def ints(name, *values):
    return tensor(name, [len(values)], list(values))


def attribute(name, value):
    if isinstance(value, bytes):
        return block(1, name) + block(5, value) + number(20, 4)
    if isinstance(value, str):
        return block(1, name) + block(4, value) + number(20, 3)
    if isinstance(value, float):
        return block(1, name) + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    if isinstance(value, int):
        return block(1, name) + number(3, value) + number(20, 2)
    return block(1, name) + b"".join(number(8, v) for v in value) + number(20, 7)


def node(op, inputs, outputs, **attributes):
    return (b"".join(block(1, i) for i in inputs.split())
            + b"".join(block(2, o) for o in outputs.split()) + block(4, op)
            + b"".join(block(5, attribute(k, v)) for k, v in attributes.items()))


def value(name, *dims):
    shape = b"".join(block(1, block(2, d) if isinstance(d, str) else number(1, d)) for d in dims)
    return block(1, name) + block(2, block(1, number(1, 1), block(2, shape)))


def model(nodes, inputs, weights=(), output="y", opset=17):
    graph = [block(1, n) for n in nodes] + [block(2, "g")] + [block(5, w) for w in weights]
    graph += [block(11, value(name, *dims)) for name, dims in inputs]
    graph += [block(12, value(output))]
    return number(1, 8) + block(2, "fovea") + block(7, *graph) + block(8, number(2, opset))


def one(op, inputs="x", dims=X4, weights=(), opset=17, **attributes):
    return model([node(op, inputs, "y", **attributes)], [("x", dims)], weights, opset=opset)


def seeds():
    w = floats("w", 2, 4, 3, 3)
    four = [floats(n, 4) for n in ("s", "b", "m", "v")]
    yield "conv", one("Conv", "x w b", weights=[w, floats("b", 2)], pads=[1, 1, 1, 1])
    yield "conv-same", one("Conv", "x w", weights=[w], auto_pad="SAME_LOWER", strides=[2, 2])
    yield "conv-transpose", one("ConvTranspose", "x w",
                                weights=[floats("w", 4, 2, 2, 2)], strides=[2, 2])
    yield "maxpool", one("MaxPool", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)
    yield "avgpool", one("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    yield "batchnorm", one("BatchNormalization", "x s b m v", weights=four, epsilon=1e-5)
    yield "instance", one("InstanceNormalization", "x s b", weights=four[:2])
    yield "layernorm", one("LayerNormalization", "x w", weights=[floats("w", 6)], axis=-1)
    yield "lrn", one("LRN", size=3, alpha=1e-4)
    yield "gemm", one("Gemm", "x w c", X2, [floats("w", 6, 3), floats("c", 3)], alpha=0.5)
    yield "linear", one("Gemm", "x w c", ("N", 6), [floats("w", 3, 6), floats("c", 3)], transB=1)
    yield "matmul", one("MatMul", "x w", weights=[floats("w", 6, 2)])
    for op in ("Relu Sigmoid Tanh Exp Sqrt Abs Neg Softsign Erf GlobalAveragePool GlobalMaxPool "
               "HardSwish Mish Identity Softplus Not Cast").split():
        yield op.lower(), one(op, **({"to": 7} if op == "Cast" else {}))
    for op in "LeakyRelu Elu Celu Selu HardSigmoid".split():
        yield op.lower(), one(op, alpha=0.25)
    for op in "Add Sub Mul Div Pow Min Max Equal Less PRelu".split():
        yield op.lower(), one(op, "x w", weights=[floats("w", 4, 1, 1)])
    yield "add-old", one("Add", "x w", weights=[floats("w", 4)], opset=6, broadcast=1, axis=1)
    yield "clip", one("Clip", "x a b", weights=[floats("a"), floats("b")])
    yield "clip-old", one("Clip", opset=6, min=-1.0, max=6.0)
    yield "where", model([node("Greater", "x w", "g"), node("Where", "g x w", "y")],
                         [("x", X4)], [floats("w", 1)])
    yield "concat", one("Concat", "x x", axis=1)
    yield "split", model([node("Split", "x s", "y z", axis=1)], [("x", X4)], [ints("s", 1, 3)])
    yield "slice", one("Slice", "x a b c d", weights=[ints("a", 1), ints("b", 6), ints("c", 2),
                                                      ints("d", 2)])
    yield "slice-old", one("Slice", opset=1, axes=[2], starts=[1], ends=[-1])
    yield "pad", one("Pad", "x p", weights=[ints("p", 0, 0, 1, 1, 0, 0, 1, 1)], mode="reflect")
    yield "resize", one("Resize", "x r s", weights=[floats("r", 0), tensor("s", [4], [1.0, 1.0, 2.0,
                        1.5])], mode="linear")
    yield "upsample", one("Upsample", "x s", weights=[tensor("s", [4], [1.0, 1.0, 2.0, 2.0])],
                          opset=9, mode="nearest")
    yield "transpose", one("Transpose", perm=[0, 2, 3, 1])
    yield "squeeze", one("Squeeze", "x a", ("N", 1, 4), [ints("a", 1)])
    yield "unsqueeze", one("Unsqueeze", "x a", weights=[ints("a", 1)])
    yield "expand", one("Expand", "x s", ("N", 1, 4), [ints("s", 1, 3, 4)])
    yield "tile", one("Tile", "x r", weights=[ints("r", 1, 1, 2, 1)])
    yield "depth-to-space", one("DepthToSpace", blocksize=2)
    yield "space-to-depth", one("SpaceToDepth", blocksize=2)
    yield "gather", one("Gather", "x i", weights=[ints("i", 1, 0)], axis=2)
    for op in "ReduceMean ReduceSum ReduceMax ReduceL2".split():
        yield op.lower(), one(op, opset=11, axes=[2, 3], keepdims=0)
    yield "argmax", one("ArgMax", axis=1)
    yield "softmax-old", one("Softmax", opset=11, axis=1)
    yield "logsoftmax", one("LogSoftmax", axis=-1)
    yield "dropout", one("Dropout", opset=7, ratio=0.25)
    yield "flatten", one("Flatten", axis=1)
    yield "batch", model([node("Shape", "x", "a"), node("Gather", "a i", "b", axis=0),
                          node("Unsqueeze", "b z", "c"), node("Concat", "c m", "d", axis=0),
                          node("Reshape", "x d", "y")], [("x", X4)],
                         [tensor("i", [], [0]), ints("z", 0), ints("m", -1)])
    yield "folded", model([node("Constant", "", "a", value=ints("", 2, 3)),
                           node("ConstantOfShape", "a", "b", value=floats("", 1)),
                           node("Range", "s l d", "c"), node("Cast", "c", "e", to=1),
                           node("Mul", "b e", "y")], [("x", X2)],
                          [tensor("s", [], [0]), tensor("l", [], [3]), tensor("d", [], [1])])
    yield "branches", model([node("Relu", "t", "r"), node("Conv", "x w", "t"),
                             node("Add", "r t", "y"), node("Exp", "t", "dead")], [("x", X4)], [w])


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for name, data in seeds():
        (OUT / f"{name}.onnx").write_bytes(data)


if __name__ == "__main__":
    main()
