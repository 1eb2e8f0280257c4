# SPDX-License-Identifier: MIT
# What training.py --forward compares with: the same nets in ONNX Runtime, exported from PyTorch.
import io
import json
import statistics
import sys
import time

import numpy
import onnxruntime
import torch

from peer_torch_nets import NETS

files = {}


def model_file(name, batch):
    if (name, batch) not in files:
        torch.manual_seed(0)
        shape, build = NETS[name]
        memory = io.BytesIO()
        options = {} if torch.__version__ < "2" else {"dynamo": False}
        torch.onnx.export(build().eval(), torch.randn(batch, *shape), memory, input_names=["x"], **options)
        files[name, batch] = memory.getvalue()
    return files[name, batch]


def measure(net, batch, optimizer, threads, seconds):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model_file(net, batch), options, providers=["CPUExecutionProvider"])
    feed = {"x": numpy.random.default_rng(0).standard_normal((batch, *NETS[net][0]), dtype=numpy.float32)}
    times = []
    while len(times) < 6 or sum(times[3:]) < seconds:
        start = time.perf_counter()
        session.run(None, feed)
        times.append(time.perf_counter() - start)
    return statistics.median(times[3:])


print("ONNX Runtime", onnxruntime.__version__, flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": measure(**json.loads(line))}), flush=True)
