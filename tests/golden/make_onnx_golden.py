# SPDX-License-Identifier: MIT
"""Makes tests/golden/onnx with the onnx package: what test_onnx_read.c reads, and what test_onnx_write.c
must write to the byte."""
import pathlib

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import external_data_helper, helper

OUT = pathlib.Path(__file__).parent / "onnx"

NUMBERS = {
    "FLOAT": [0, -1.5, 3.25, 1e30, -1e-30, 7],
    "DOUBLE": [0, -1.5, 3.25, 1e300, -1e-300, 7],
    "FLOAT16": [0, -1.5, 3.25, 65504, -2.0**-24, 2.0**-14],
    "BFLOAT16": [0, -1.5, 3.25, 2.0**100, -2.0**-100, 7],
    "INT8": [0, -128, 127, 1, -1, 7],
    "INT16": [0, -32768, 32767, 1, -1, 7],
    "INT32": [0, -2**31, 2**31 - 1, 1, -1, 7],
    "INT64": [0, -2**53, 2**53, 1, -1, 7],
    "UINT8": [0, 255, 128, 1, 2, 7],
    "UINT16": [0, 65535, 32768, 1, 2, 7],
    "UINT32": [0, 2**32 - 1, 2**31, 1, 2, 7],
    "UINT64": [0, 2**53, 2**32, 1, 2, 7],
    "BOOL": [0, 1, 1, 0, 0, 1],
}
SHAPE = [2, 3]


def bits_of_bfloat16(values):
    return [int(v) for v in np.array(values, np.float32).view(np.uint32) >> 16]


def typed(name, values):
    """Numbers in the field that ONNX gives to the type."""
    kind = getattr(T, name)
    tensor = T(name=name, data_type=kind, dims=SHAPE)
    if name == "FLOAT16":
        tensor.int32_data.extend(int(v) for v in np.array(values, np.float16).view(np.uint16))
    elif name == "BFLOAT16":
        tensor.int32_data.extend(bits_of_bfloat16(values))
    else:
        getattr(tensor, helper.tensor_dtype_to_field(kind)).extend(values)
    return tensor


def raw(name, values):
    tensor = T(name=name, data_type=getattr(T, name), dims=SHAPE)
    if name == "BFLOAT16":
        tensor.raw_data = np.array(bits_of_bfloat16(values), "<u2").tobytes()
    else:
        tensor.raw_data = np.array(values, helper.tensor_dtype_to_np_dtype(tensor.data_type)).tobytes()
    return tensor


def others():
    yield T(name="STRING", data_type=T.STRING, dims=[2], string_data=[b"a", b"b"])
    yield T(name="COMPLEX64", data_type=T.COMPLEX64, dims=[1], float_data=[1, 2])
    yield T(name="FLOAT8E4M3FN", data_type=17, dims=[2], int32_data=[1, 2])
    yield T(name="INT4", data_type=22, dims=[3], int32_data=[0x21, 3])
    yield T(name="scalar", data_type=T.FLOAT, float_data=[2.5])
    yield T(name="empty", data_type=T.FLOAT, dims=[0, 3])


def model(tensors):
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "types",
                              [helper.make_tensor_value_info("x", T.FLOAT, ["N"])],
                              [helper.make_tensor_value_info("y", T.FLOAT, ["N"])], list(tensors))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def save(name, made):
    (OUT / name).write_bytes(made.SerializeToString(deterministic=True))


def outside():
    (OUT / "types-outside.data").unlink(missing_ok=True)  # it would be appended to
    made = model(raw(name, values) for name, values in NUMBERS.items())
    external_data_helper.convert_model_to_external_data(made, location="types-outside.data",
                                                        size_threshold=0)
    onnx.save(made, OUT / "types-outside.onnx")


def fields():
    x, y = "x", "y"
    own = helper.make_node("Own", [x, "", "w"], ["a", "b"], "first", domain="com.example")
    own.attribute.extend([
        helper.make_attribute("alpha", 0.25), helper.make_attribute("betas", [1.0, -2.0]),
        helper.make_attribute("count", -3), helper.make_attribute("kernel", [3, 4, -5]),
        helper.make_attribute("mode", "SAME_UPPER"), helper.make_attribute("modes", ["a", "b"]),
        helper.make_attribute("value", helper.make_tensor("v", T.INT64, [2], [4, 8])),
        helper.make_attribute("zz_binary", b"\xff\x00\x01")])
    inner = helper.make_graph([helper.make_node("Identity", ["a"], ["c"])], "then", [],
                              [helper.make_tensor_value_info("c", T.FLOAT, None)])
    choice = helper.make_node("If", ["b"], ["d"], "choice", then_branch=inner, else_branch=inner)
    graph = helper.make_graph(
        [own, choice, helper.make_node("Relu", ["d"], [y], domain="ai.onnx")], "net",
        [helper.make_tensor_value_info(x, T.FLOAT, ["N", 3, "height", None]),
         helper.make_tensor_value_info("w", T.FLOAT, [1]), onnx.ValueInfoProto(name="unknown")],
        [helper.make_tensor_value_info(y, T.FLOAT, ["N", 10])],
        [helper.make_tensor("w", T.FLOAT, [1], [1.0])],
        value_info=[helper.make_tensor_value_info("a", T.FLOAT, ["N", 8])])
    made = helper.make_model(graph, ir_version=8, producer_name="maker", producer_version="1.2",
                             model_version=42, doc_string="Größe",
                             opset_imports=[helper.make_opsetid("ai.onnx", 17),
                                            helper.make_opsetid("com.example", 1)])
    helper.set_model_props(made, {"mean": "0.5", "classes": "cat,dog"})
    return made


def old():
    """IR version 1: no opset, attributes without a type."""
    node = onnx.NodeProto(input=["x", "w"], output=["y"], op_type="Conv")
    node.attribute.add(name="kernel_shape").ints.extend([1, 1])
    node.attribute.add(name="alpha").f = 0.5
    node.attribute.add(name="auto_pad").s = b"VALID"
    graph = helper.make_graph([node], "old",
                              [helper.make_tensor_value_info("x", T.FLOAT, [1, 1, 2, 2]),
                               helper.make_tensor_value_info("w", T.FLOAT, [1, 1, 1, 1])],
                              [helper.make_tensor_value_info("y", T.FLOAT, [1, 1, 2, 2])],
                              [helper.make_tensor("w", T.FLOAT, [1, 1, 1, 1], [2.0])])
    return onnx.ModelProto(ir_version=1, producer_name="old", graph=graph)


def written():
    """A net that the checker accepts, in the bytes that fovea writes too."""
    numbers = np.random.default_rng(1)

    def weights(name, *shape):
        return onnx.numpy_helper.from_array(numbers.standard_normal(shape, np.float32), name)

    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv1", kernel_shape=[3, 3],
                         pads=[1, 1, 1, 1], auto_pad="NOTSET"),
        helper.make_node("LeakyRelu", ["c"], ["r"], "relu1", alpha=0.25),
        helper.make_node("Constant", [], ["k"], "k", value=helper.make_tensor(
            "shape", T.INT64, [2], np.array([0, -1], "<i8").tobytes(), raw=True)),
        helper.make_node("Reshape", ["r", "k"], ["f"], "reshape1", allowzero=0),
        helper.make_node("Constant", [], ["t"], "t", value_floats=[1.0, 0.5, -3.0]),
        helper.make_node("Dropout", ["f", "", ""], ["y", "m"], "dropout1"),
    ]
    graph = helper.make_graph(
        nodes, "net", [helper.make_tensor_value_info("x", T.FLOAT, ["N", 3, 4, 4])],
        [helper.make_tensor_value_info("y", T.FLOAT, ["N", 32])],
        [weights("w", 2, 3, 3, 3), weights("b", 2)],
        value_info=[helper.make_tensor_value_info("c", T.FLOAT, ["N", 2, 4, 4]),
                    helper.make_tensor_value_info("m", T.BOOL, None)])
    made = helper.make_model(graph, ir_version=8, producer_name="fovea", producer_version="0.1.0",
                             doc_string="A net.", opset_imports=[helper.make_opsetid("", 17)])
    helper.set_model_props(made, {"fovea.mean": "0.5", "classes": "cat,dog"})
    onnx.checker.check_model(made, full_check=True)
    return made


OUT.mkdir(exist_ok=True)
save("written.onnx", written())
save("types-raw.onnx", model([*(raw(*item) for item in NUMBERS.items()), *others()]))
save("types-typed.onnx", model(typed(*item) for item in NUMBERS.items()))
outside()
save("fields.onnx", fields())
save("old.onnx", old())
(OUT / "tensor.pb").write_bytes(
    helper.make_tensor("t", T.INT32, [3], [1, 2, -7]).SerializeToString(deterministic=True))
