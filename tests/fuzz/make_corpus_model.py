#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes tests/fuzz/corpus/model: graphs as JSON, good and bad, and a model file with its hash."""
import hashlib
import json
import os
import struct

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus", "model")


def value(name, shape, **more):
    return {"name": name, "type": "F32", "shape": shape, **more}


def weight(name, shape, fan_in=2, trained=True):
    return value(name, shape, trained=trained, fan_in=fan_in)


def node(op, name, inputs, attributes=None, outputs=None):
    return {"op": op, "name": name, "in": inputs, "out": outputs or [name], "attributes": attributes or {}}


def graph(nodes, parameters=(), outputs=None, inputs=None):
    return {"inputs": inputs or [value("x", ["N", 2, 4, 4])], "parameters": list(parameters), "nodes": nodes,
            "outputs": outputs or [nodes[-1]["name"]]}


CONV = {"kernel_shape": [3, 3], "strides": [1, 1], "pads": [1, 1, 1, 1], "dilations": [1, 1], "group": 1}
GRAPHS = {
    "conv": graph([node("Conv", "c", ["x", "w", "b"], CONV), node("Relu", "r", ["c"])],
                  [weight("w", [3, 2, 3, 3]), weight("b", [3])]),
    "linear": graph([node("Flatten", "f", ["x"], {"axis": 1}), node("Gemm", "g", ["f", "w"], {"transB": 1})],
                    [weight("w", [2, 32])]),
    "norm": graph([node("BatchNormalization", "n", ["x", "s", "b", "m", "v"], {"epsilon": 1e-5, "momentum": 0.9},
                        ["n", "n.output1", "n.output2"])], [weight(k, [2]) for k in "sbmv"]),
    "join": graph([node("MaxPool", "p", ["x"], {"kernel_shape": [2, 2], "strides": [2, 2]}),
                   node("AveragePool", "q", ["x"], {"kernel_shape": [2, 2], "strides": [2, 2]}),
                   node("Add", "a", ["p", "q"]), node("Concat", "k", ["a", "p"], {"axis": 1}),
                   node("GlobalAveragePool", "g", ["k"]), node("Mul", "m", ["k", "g"])]),
    "moves": graph([node("Pad", "p", ["x"], {"pads": [0, 1, 0, 0, 0, 1, 0, 0], "value": 0.5}),
                    node("Slice", "s", ["p"], {"starts": [0, 0], "ends": [9, -1], "axes": [2, 3], "steps": [2, 1]}),
                    node("Dropout", "d", ["s"], {"ratio": 0.2}), node("Softmax", "o", ["d"], {"axis": 1})]),
    "itself": graph([node("Add", "a", ["x", "a"])]),
    "unknown": graph([node("Loop", "l", ["x"])]),
    "absent": graph([node("Conv", "c", ["x", ""], CONV)]),
    "twice": graph([node("Relu", "r", ["x"]), node("Relu", "r", ["x"])]),
    "huge": graph([node("Flatten", "f", ["x"])], [weight("w", [2147483647, 2147483647])]),
    "huge-window": graph([node("MaxPool", "p", ["x"], {"kernel_shape": [9223372036854775807, 1]})]),
    "dynamic": graph([node("Relu", "r", ["x"])], inputs=[value("x", ["N", "N", 4, 4])]),
    "types": graph([node("Relu", "r", [1])]),
}


def model_file():
    def header(digits):
        meta = {"format": "pt", "fovea.version": "0.1.0", "fovea.graph": json.dumps(GRAPHS["linear"]),
                "fovea.preprocess": '{"input":[2,4,4],"mean":[0,0.5],"std":[1,0.25]}',
                "fovea.classes": '["a","b"]', "fovea.hash": digits}
        tensor = {"dtype": "F32", "shape": [2, 32], "data_offsets": [0, 256]}
        text = json.dumps({"__metadata__": meta, "w": tensor}, separators=(",", ":"))
        return text.encode() + b" " * (-len(text) % 8)

    data = struct.pack("<64f", *(k / 64 for k in range(64)))
    blank = header("0" * 64)
    digits = hashlib.sha256(struct.pack("<Q", len(blank)) + blank + data).hexdigest()
    return struct.pack("<Q", len(blank)) + header(digits) + data


os.makedirs(FOLDER, exist_ok=True)
for name, content in GRAPHS.items():
    with open(os.path.join(FOLDER, name + ".json"), "w") as f:
        json.dump(content, f)
with open(os.path.join(FOLDER, "tiny.safetensors"), "wb") as f:
    f.write(model_file())
