# SPDX-License-Identifier: MIT
# What explain.py compares with: torch-cam, pytorch-grad-cam and Captum on torchvision's resnet18 with weights from a
# .safetensors file. A question is a line of JSON, its answer the seconds of the forward pass of one picture, of all
# together, and the map's sum, in JSON.
import contextlib
import json
import os
import statistics
import sys
import time

import numpy as np
import torch
import torchvision
from safetensors.torch import load_file

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
made = {}


def net_of(name, weights):
    if weights not in made:
        net = getattr(torchvision.models, name)(weights=None)
        missing, unknown = net.load_state_dict(load_file(weights), strict=False)
        assert not unknown and all(n.endswith("num_batches_tracked") for n in missing), (missing, unknown)
        made[weights] = net.eval()
    return made[weights]


def picture(path):
    """A P6 file as ImageNet's nets take it."""
    with open(path, "rb") as file:
        assert file.readline().strip() == b"P6"
        width, height = map(int, file.readline().split())
        file.readline()
        pixels = np.frombuffer(file.read(), np.uint8).reshape(height, width, 3)
    x = (pixels.astype(np.float32) / 255 - np.float32(MEAN)) / np.float32(DEVIATION)
    return torch.from_numpy(x.transpose(2, 0, 1)[None].copy())


def seconds(run):
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def forward(net, x):
    with torch.inference_mode():
        return seconds(lambda: net(x))[0]


def torchcam(kind, gradients, **options):
    """The forward pass keeps what the backward pass needs; the map is made from what it left."""
    def run(net, x, q):
        import torchcam.methods
        with getattr(torchcam.methods, kind)(net, q["layer"], **options, **q["batch"]) as cam:
            with contextlib.nullcontext() if gradients else torch.inference_mode():
                first, scores = seconds(lambda: net(x))
            rest, maps = seconds(lambda: cam(q["target"], scores, normalized=False))
        return first, first + rest, maps[0]
    return run


def grad_cam(kind):
    """pytorch-grad-cam: all in one call, which also scales the map."""
    def run(net, x, q):
        import pytorch_grad_cam
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
        cam = getattr(pytorch_grad_cam, kind)(net, [net.get_submodule(q["layer"])])
        if q["batch"]:
            cam.batch_size = q["batch"]["batch_size"]
        whole, result = seconds(lambda: cam(x, [ClassifierOutputTarget(q["target"])]))
        cam.activations_and_grads.release()
        return forward(net, x), whole, torch.from_numpy(result)
    return run


def captum(kind, **options):
    def run(net, x, q):
        import captum.attr
        words = {k: tuple(v) if isinstance(v, list) else v for k, v in q.get("options", {}).items()}
        with contextlib.nullcontext() if kind == "IntegratedGradients" else torch.no_grad():
            whole, result = seconds(lambda: getattr(captum.attr, kind)(net).attribute(
                x, target=q["target"], baselines=0, **words, **options, **q["batch"]))
        return forward(net, x), whole, result
    return run


METHODS = {
    ("torchcam", "grad-cam"): torchcam("GradCAM", True),
    ("torchcam", "cam"): torchcam("CAM", False, fc_layer="fc"),
    ("torchcam", "score-cam"): torchcam("ScoreCAM", False),
    ("pytorch-grad-cam", "grad-cam"): grad_cam("GradCAM"),
    ("pytorch-grad-cam", "score-cam"): grad_cam("ScoreCAM"),
    ("captum", "occlusion"): captum("Occlusion"),
    ("captum", "integrated-gradients"): captum("IntegratedGradients", method="riemann_middle"),
}


def answer(q):
    torch.set_num_threads(q["threads"])
    net, x = net_of(q["net"], q["weights"]), picture(q["picture"])
    run, times, start = METHODS[q["library"], q["method"]], [], time.perf_counter()
    while not times or time.perf_counter() - start < q["seconds"]:
        first, whole, result = run(net, x, q)
        times.append((first, whole))
    forwards, wholes = zip(*times)
    return {"forward": statistics.median(forwards), "whole": statistics.median(wholes), "sum": float(result.sum())}


def main():
    print("PyTorch %s" % torch.__version__.split("+")[0], flush=True)
    out, sys.stdout = sys.stdout, open(os.devnull, "w")
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=out, flush=True)


main()
