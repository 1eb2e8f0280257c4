#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges the ONNX files that fovea writes: the checker and strict shape inference of the package onnx accept
them, and ONNX Runtime's outputs are fovea's.

  check_onnx_writing.py FOVEA nets                    every ready-made net, and texts that use every layer
  check_onnx_writing.py FOVEA files FOLDER            every .onnx file below it
  check_onnx_writing.py FOVEA cases FOLDER            ONNX's backend cases (FOLDER/node/*/model.onnx)
  check_onnx_writing.py FOVEA file MODEL [OPTION...]  one

with --opset N and --fold-batchnorm passed on to `fovea convert`. Prints for each the largest difference of an
output, divided by its largest magnitude; ends with 1 where that is above 1e-5 or a judge refuses.
"""
import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 1e-5
READY_MADE = ["tutorial-cifar", "tutorial-mnist", "tutorial-mlp", "tutorial-fc", "lenet5", "resnet20",
              "four-filters", "alexnet", "vgg11", "vgg16", "squeezenet1_1", "mobilenet_v2", "resnet18", "resnet34",
              "resnet50"]
TEXTS = [
    ("3x32x32", "conv 8 3 pad=1, batchnorm, relu, maxpool 2, conv 8 3x5 groups=2 dilation=2 stride=1x2 pad=2, tanh, "
                "avgpool 2 stride=1, flatten, dropout 0.3, linear 10"),
    ("3x33x31", "conv 8 3, maxpool 3 stride=2 pad=1 ceil=1, avgpool 3 stride=2 pad=1 ceil=1 count_include_pad=0, "
                "adaptive_avgpool 4x3, gap, flatten, linear 5"),
    ("3x20x21", "conv 4 3, avgpool 3 stride=2 pad=1, adaptive_avgpool 3x5, flatten, linear 5"),
    ("3x20x20", "conv 4 3 pad=1, avgpool 3 stride=2 ceil=1, adaptive_avgpool 5x2, flatten, linear 5"),
    ("3x20x20", "conv 4 3 pad=1, avgpool 3 stride=2 ceil=1 pad=1 count_include_pad=1, flatten, linear 5"),
    ("4x14x14", "maxpool 2 stride=3 pad=1 ceil=1, conv 4 1"),
    ("4x14x14", "avgpool 2 stride=3 pad=1 ceil=1 count_include_pad=0, conv 4 1"),
    ("4x14x17", "avgpool 2 stride=3 pad=1 ceil=1, conv 4 1"),
    ("2x16x16", "adaptive_avgpool 8x4, conv 4 1, adaptive_avgpool 3x4, adaptive_avgpool 3x2"),
    ("3x16x16", "conv 8 3, relu6, conv 8 3, hardswish, conv 8 1, clip -1 1, prelu, elu 0.5, mish, gap, flatten, "
                "linear 4, log_softmax"),
    ("3x16x16", "conv 8 3, leaky_relu 0.2, celu 0.7, selu, gelu, gelu approximate=1, silu, softplus, softsign, "
                "hardsigmoid, thresholded_relu 0.1, sigmoid, conv 4 1, softmax"),
    ("3x16x16", "conv 8 3 pad=1 stride=2, groupnorm 2, relu, convtranspose 6 2 stride=2, instancenorm, lrn 5, "
                "global_maxpool, flatten, layernorm, linear 4"),
    ("3x16x16", "conv 8 3, layernorm, convtranspose 6 3 stride=2 padding=1 output_padding=1 groups=2 dilation=2, "
                "batchnorm, relu"),
    ("3x9x9", "conv 16 3, slice 0 8 axis=1, slice 1 -1, slice step=2, pad 1 channels=2 value=0.5"),
    ("8x16x16", "as in, conv 8 3 pad=1 bias=0, batchnorm, relu, conv 8 3 pad=1 bias=0, batchnorm, add in, relu"),
    ("3x16x16", "conv 8 1 as a, from x, conv 8 3 pad=1, concat a as both, gap, conv 16 1, sigmoid, mul both"),
    ("3x100", "conv1d 8 5 pad=2, relu, maxpool 2, batchnorm, adaptive_avgpool 7, convtranspose 4 3, flatten, linear 10"),
    ("1x16x32x32", "conv3d 8 3 pad=1, relu, maxpool 1x2x2, adaptive_avgpool 5x7x16, batchnorm, conv 16 3x1x1, gap, "
                   "flatten, linear 10"),
    ("30x1", "flatten, linear 20, batchnorm, relu, linear 10, softmax"),
]
# What ONNX Runtime does differently from ONNX's own cases (which fovea passes), or not at all.
KNOWN = {
    "test_max_int16": "no Max of INT16", "test_max_uint16": "no Max of UINT16",
    "test_min_int16": "no Min of INT16", "test_min_uint16": "no Min of UINT16",
    "test_resize_downsample_scales_cubic_align_corners": "align_corners with the output's size instead of scale * size",
    "test_resize_downsample_scales_linear_align_corners": "align_corners with the output's size instead of scale * size",
}
NUMBERS = {onnx.TensorProto.FLOAT: np.float32, onnx.TensorProto.DOUBLE: np.float64, onnx.TensorProto.INT64: np.int64,
           onnx.TensorProto.INT32: np.int32, onnx.TensorProto.UINT8: np.uint8, onnx.TensorProto.INT8: np.int8,
           onnx.TensorProto.INT16: np.int16, onnx.TensorProto.UINT16: np.uint16, onnx.TensorProto.BOOL: np.bool_,
           onnx.TensorProto.UINT32: np.uint32, onnx.TensorProto.UINT64: np.uint64}


class Refused(Exception):
    pass


def fovea(*words):
    done = subprocess.run([sys.argv[1], *words], capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"fovea {words[0]} ends with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def make_inputs(model, given):
    random = np.random.default_rng(1)
    made = {}
    for value in model.graph.input:
        tensor = value.type.tensor_type
        shape = [d.dim_value if d.HasField("dim_value") else 2 for d in tensor.shape.dim]
        kind = NUMBERS[tensor.elem_type]
        if value.name in given:
            made[value.name] = given[value.name].astype(kind).reshape(
                [-1 if not d.HasField("dim_value") else d.dim_value for d in tensor.shape.dim])
        elif np.issubdtype(kind, np.floating):
            made[value.name] = random.standard_normal(shape).astype(kind)
        else:
            made[value.name] = random.integers(0, 2, shape).astype(kind)
    return made


def difference(ours, theirs):
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        return np.inf
    if not np.issubdtype(ours.dtype, np.floating):
        return 0.0 if np.array_equal(ours, theirs) else np.inf
    a, b = ours.astype(np.float64), theirs.astype(np.float64)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    apart = np.abs(np.where(same, 0, a - b)).max(initial=0)
    size = np.abs(b[np.isfinite(b)]).max(initial=0)
    return float(apart / size) if size else float(apart)


def run_both(source, written, sample, folder, given):
    model = onnx.load(written)
    inputs = make_inputs(model, given)
    session = onnxruntime.InferenceSession(written, providers=["CPUExecutionProvider"])
    theirs = session.run(None, inputs)
    words = ["run", source, "-o", os.path.join(folder, "out.npz"), "-q"] + sample
    for i, (name, array) in enumerate(inputs.items()):
        path = os.path.join(folder, f"in{i}.npy")
        np.save(path, array)
        words += ["--input", f"{name}={path}"]
    fovea(*words)
    ours = np.load(os.path.join(folder, "out.npz"))
    return max(difference(ours[o.name], t) for o, t in zip(model.graph.output, theirs))


def with_constants(source, given, folder):
    """The model with inputs that are no floats as constants: what operators must know before they run."""
    model = onnx.load(source)
    for value in list(model.graph.input):
        kind = value.type.tensor_type.elem_type
        few = value.name in given and given[value.name].size <= 1
        floats = kind in (onnx.TensorProto.FLOAT, onnx.TensorProto.DOUBLE, onnx.TensorProto.FLOAT16)
        scales = value.name in ("scales", "roi")
        if value.name in given and (not floats or few or scales):
            model.graph.initializer.append(onnx.numpy_helper.from_array(given[value.name], value.name))
            model.graph.input.remove(value)
    path = os.path.join(folder, "constant.onnx")
    onnx.save(model, path)
    return path


def judge(source, options, sample=(), given=()):
    try:
        return judge_as_is(source, options, sample, given)
    except Refused:
        if not given:
            raise
        with tempfile.TemporaryDirectory() as folder:
            return judge_as_is(with_constants(source, dict(given), folder), options, sample, given)


def judge_as_is(source, options, sample, given):
    with tempfile.TemporaryDirectory() as folder:
        written = os.path.join(folder, "written.onnx")
        words = ["--input", sample] if sample else []
        fovea("convert", source, written, "-q", *words, *options)
        onnx.checker.check_model(written, full_check=True)
        model = onnx.load(written)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        return run_both(source, written, ["--sample", sample] if sample else [], folder, dict(given))


def case_inputs(path):
    """The first set of numbers of a backend case, by name."""
    model = onnx.load(path)
    folder = os.path.join(os.path.dirname(path), "test_data_set_0")
    constants = {t.name for t in model.graph.initializer}
    names = [v.name for v in model.graph.input if v.name not in constants]
    given = {}
    for i, name in enumerate(names):
        file = os.path.join(folder, f"input_{i}.pb")
        tensor = next(v for v in model.graph.input if v.name == name).type.HasField("tensor_type")
        if tensor and os.path.exists(file):
            given[name] = onnx.numpy_helper.to_array(onnx.load_tensor(file))
    return given


def items(words):
    """(title, source, sample, given) of what is to be judged."""
    if words[0] == "nets":
        for net in READY_MADE:
            yield net, net, (), ()
        for sample, text in TEXTS:
            yield f"{sample}: {text}", text, sample, ()
    elif words[0] == "file":
        yield words[1], words[1], (), ()
    else:
        for folder, _, names in sorted(os.walk(words[1])):
            for name in sorted(names):
                path = os.path.join(folder, name)
                if name.endswith(".onnx"):
                    given = case_inputs(path) if words[0] == "cases" else {}
                    yield os.path.relpath(path, words[1]), path, (), given


def main():
    words = sys.argv[2:]
    options = [w for i, w in enumerate(words) if w.startswith("--") or words[i - 1] == "--opset"]
    words = [w for w in words if w not in options]
    worst, failed, refused = 0.0, 0, 0
    for title, source, sample, given in items(words):
        known = KNOWN.get(title.split("/")[0]) if words[0] == "cases" else None
        if known:
            print(f"{title[:110]:112} not judged: ONNX Runtime has {known}")
            continue
        try:
            apart = judge(source, options, sample, given)
            verdict = f"{apart:.2g}"
            worst = max(worst, apart)
            failed += apart > TOLERANCE
        except Refused as reason:
            # Files that fovea does not open or that an opset cannot say are no fault of writing.
            refused += 1
            verdict = str(reason).replace("\n", " ")[-300:]
        except Exception as reason:  # whatever a judge has against it
            failed += 1
            verdict = "FAILED " + str(reason).replace("\n", " ")[:400]
        print(f"{title[:110]:112} {verdict}", flush=True)
    print(f"worst {worst:.2g}, {failed} failed, {refused} refused by fovea")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
