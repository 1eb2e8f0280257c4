# SPDX-License-Identifier: MIT
# What forward.py compares with: one picture through an ONNX file in ONNX Runtime. A question is a line of JSON,
# its answer the median seconds of a pass.
import json
import statistics
import sys
import time

import numpy
import onnxruntime


def measure(file, threads, seconds):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    entry = session.get_inputs()[0]
    shape = [size if isinstance(size, int) else 1 for size in entry.shape]
    feed = {entry.name: numpy.random.default_rng(0).standard_normal(shape, dtype=numpy.float32)}
    times = []
    while len(times) < 6 or sum(times[3:]) < seconds:
        start = time.perf_counter()
        session.run(None, feed)
        times.append(time.perf_counter() - start)
    return statistics.median(times[3:])


print("ONNX Runtime", onnxruntime.__version__, flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": measure(**json.loads(line))}), flush=True)
