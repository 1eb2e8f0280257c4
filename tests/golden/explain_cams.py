# SPDX-License-Identifier: MIT
"""Class activation maps for make_explain_golden.py: before the last ReLU, of the layer's size."""
import contextlib
import os

import numpy as np
import pytorch_grad_cam as pgc
import torch
import torchcam.methods as tc
from captum.attr import GuidedBackprop, GuidedGradCam, LayerGradCam
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from torch.nn import functional as F

LAYERS = {"gap": ["relu2", "relu1"], "mlp": ["relu2", "relu1", "conv2"], "residual": ["relu3", "relu2", "conv1"],
          "squeezenet": ["fire9/conv1x1_1_relu", "fire2/conv1x1_1_relu"]}


def value_and_gradient(golden, layer):
    """A and g, K×H×W each."""
    kept = {}
    handle = golden.net._modules[layer].register_forward_hook(lambda m, i, o: kept.update(value=o))
    f = golden.net(golden.x)[0, golden.target]
    handle.remove()
    return kept["value"][0].detach(), torch.autograd.grad(f, kept["value"])[0][0]


@contextlib.contextmanager
def quiet():
    with open(os.devnull, "w") as null, contextlib.redirect_stderr(null), contextlib.redirect_stdout(null):
        yield


def by_pgc(kind, golden, layer):
    with quiet():
        cam = kind(golden.net, [golden.net._modules[layer]])
        targets = [ClassifierOutputTarget(golden.target)]
        x = golden.x.detach().clone().requires_grad_()
        cam.activations_and_grads(x)[0, golden.target].backward()
        values, gradients = cam.activations_and_grads.activations[0], cam.activations_and_grads.gradients[0]
        made = cam.get_cam_image(x, golden.net._modules[layer], targets, values.numpy(), gradients.numpy(), False)
        cam.activations_and_grads.release()
    return made


def by_torchcam(kind, golden, layer, eps=None, **options):
    with kind(golden.net, layer, **options) as cam:
        cam._relu = False
        scores = golden.net(golden.x)
        return cam(golden.target, scores, normalized=False, **({} if eps is None else {"eps": eps}))[0]


def weighted(weights, a):
    return (weights[:, None, None] * a).sum(0)


def plus_plus(a, g, eps=0, above=True):
    """above: a place whose denominator is not above 0, as the sum of a map that is not a rectifier's can make it, has no
    weight, so that no weight is below 0."""
    numerator, denominator = g**2, 2 * g**2 + a.sum((1, 2), keepdim=True) * g**3 + eps
    alpha = torch.where(denominator > 0 if above else g != 0, numerator / torch.where(g != 0, denominator, 1), 0)
    return weighted((alpha * F.relu(g)).sum((1, 2)), a)


def xgrad(a, g, eps=0):
    total = a.sum((1, 2)) + eps
    return weighted(torch.where(total != 0, (a * g).sum((1, 2)) / total, 0), a)


def eigen(a):
    """Projection of the centred cells on the first right singular vector, along the mean of |A|."""
    cells = a.flatten(1).T
    cells = cells - cells.mean(0)
    _, _, v = torch.linalg.svd(cells, full_matrices=False)
    projection = (cells @ v[0]).reshape(a.shape[1:])
    mean = a.abs().mean(0)
    return projection * torch.sign((projection * (mean - mean.mean())).sum())


def span(a):
    """Each map brought to 0 ... 1; one that is constant to 0."""
    low, high = a.amin((1, 2), keepdim=True), a.amax((1, 2), keepdim=True)
    return torch.where(high > low, (a - low) / torch.where(high > low, high - low, 1), 0)


def upsampled(golden, a, align_corners=False):
    return F.interpolate(a[None], golden.x.shape[2:], mode="bilinear", align_corners=align_corners)[0]


def score(golden, a, masks):
    with torch.no_grad():
        scores = torch.stack([golden.net(golden.x * m)[0, golden.target] for m in masks])
    return weighted(torch.softmax(scores, 0), a)


def ablated(golden, layer, k, value=0):
    """The logit with channel k of the layer set to a value."""
    def set_channel(module, inputs, output):
        output = output.clone()
        output[:, k] = value
        return output
    handle = golden.net._modules[layer].register_forward_hook(set_channel)
    with torch.no_grad():
        f = golden.net(golden.x)[0, golden.target]
    handle.remove()
    return f


def ablation(golden, layer, a, value=lambda k: 0):
    with torch.no_grad():
        f = golden.net(golden.x)[0, golden.target]
    return weighted(torch.stack([(f - ablated(golden, layer, k, value(k))) / f for k in range(len(a))]), a)


def gradient_cams(golden, layer, a, g):
    relu = F.relu
    grad_cam = LayerGradCam(golden.net, golden.net._modules[layer])
    golden.case("grad-cam", {
        "definition": weighted(g.mean((1, 2)), a),
        "captum": grad_cam.attribute(golden.x, golden.target, relu_attributions=False),
        "pytorch-grad-cam": by_pgc(pgc.GradCAM, golden, layer),
        "torchcam": by_torchcam(tc.GradCAM, golden, layer)}, layer)
    golden.case("hirescam", {"definition": (a * g).sum(0), "pytorch-grad-cam": by_pgc(pgc.HiResCAM, golden, layer)},
                layer)
    golden.case("xgrad-cam", {"definition": xgrad(a, g), "torchcam": by_torchcam(tc.XGradCAM, golden, layer, eps=0)},
                layer, close={"pytorch-grad-cam": (by_pgc(pgc.XGradCAM, golden, layer), 1e-6)})
    for who, kind, eps in (("pytorch-grad-cam", by_pgc(pgc.XGradCAM, golden, layer), 1e-7),
                           ("torchcam", by_torchcam(tc.XGradCAM, golden, layer), 1e-8)):
        golden.differs(f"{layer} xgrad-cam of {who}", xgrad(a, g), kind, xgrad(a, g, eps))
    golden.case("layercam", {"definition": (relu(g) * a).sum(0), "pytorch-grad-cam": by_pgc(pgc.LayerCAM, golden, layer),
                             "torchcam": by_torchcam(tc.LayerCAM, golden, layer)}, layer)
    exact, theirs = plus_plus(a, g), by_pgc(pgc.GradCAMPlusPlus, golden, layer)
    golden.case("grad-cam++", {"definition": exact}, layer,
                close={} if golden.digest or a.min() < 0 else {"pytorch-grad-cam": (theirs, 1e-3)})
    golden.differs(f"{layer} grad-cam++ of pytorch-grad-cam", exact, theirs,
                   plus_plus(a, g, 1e-6, False))
    golden.differs(f"{layer} grad-cam++ of torchcam", exact, by_torchcam(tc.GradCAMpp, golden, layer),
                   weighted((g**2 * relu(g)).sum((1, 2)), a))


def eigen_cam(golden, layer, a):
    made, theirs = eigen(a), torch.from_numpy(by_pgc(pgc.EigenCAM, golden, layer))[0]
    sign = torch.sign((made * theirs).sum()).item()
    golden.case("eigen-cam", {"definition": made, f"pytorch-grad-cam": sign * theirs}, layer)
    golden.differences.append(f"{golden.name} {layer} eigen-cam of pytorch-grad-cam: its sign times {sign:g}")


def score_cam(golden, layer, a):
    made = score(golden, a, span(upsampled(golden, a)))
    pgc_made, tc_made = by_pgc(pgc.ScoreCAM, golden, layer), by_torchcam(tc.ScoreCAM, golden, layer)
    if a.shape[1:] == golden.x.shape[2:]:
        golden.case("score-cam", {"definition": made}, layer,
                    close={"pytorch-grad-cam": (pgc_made, 1e-5), "torchcam": (tc_made, 1e-5)})
        return
    golden.case("score-cam", {"definition": made}, layer)
    golden.differs(f"{layer} score-cam of pytorch-grad-cam", made, pgc_made)
    golden.differs(f"{layer} score-cam of torchcam", made, tc_made)
    golden.agree("score-cam of pytorch-grad-cam: its own formula and it",
                 score(golden, a, span(upsampled(golden, a, True))).numpy(), pgc_made, 1e-5)
    golden.agree("score-cam of torchcam: its own formula and it",
                 score(golden, a, upsampled(golden, span(a))).numpy(), tc_made.numpy(), 1e-5)


def ablation_cam(golden, layer, a):
    made, theirs = ablation(golden, layer, a), by_pgc(pgc.AblationCAM, golden, layer)
    if a.min() == 0:
        golden.case("ablation-cam", {"definition": made}, layer, close={"pytorch-grad-cam": (theirs, 1e-4)})
        return
    golden.case("ablation-cam", {"definition": made}, layer)
    low = a.min().item()
    golden.differs(f"{layer} ablation-cam of pytorch-grad-cam", made, theirs)
    stated = ablation(golden, layer, a, lambda k: low - 1e7 * (k % 32 + 1))
    golden.agree("ablation-cam of pytorch-grad-cam: its own formula and it", stated.numpy(), theirs, 1e-4)


def cam(golden, layer, a):
    """Where a global average pool and at most one linear layer follow."""
    if golden.name in ("gap", "residual"):
        golden.case("cam", {"definition": weighted(golden.net.fc.weight[golden.target], a),
                            "torchcam": by_torchcam(tc.CAM, golden, layer, fc_layer="fc")}, layer)
    if golden.name == "squeezenet":
        last, _ = value_and_gradient(golden, "conv_final_relu")
        golden.case("cam", {"definition": last[golden.target]}, "conv_final_relu")


def guided_grad_cam(golden, layer):
    both = GuidedGradCam(golden.net, golden.net._modules[layer])
    golden.case("guided-grad-cam", {"captum": both.attribute(golden.x, golden.target, interpolate_mode="bilinear")},
                layer)
    a, g = value_and_gradient(golden, layer)
    cut = F.relu(weighted(g.mean((1, 2)), a))[None, None]
    guided = GuidedBackprop(golden.net).attribute(golden.x, golden.target)
    size = golden.x.shape[2:]
    golden.differs(f"{layer} guided-grad-cam of captum",
                   guided * F.interpolate(cut, size, mode="bilinear", align_corners=False),
                   both.attribute(golden.x, golden.target), guided * F.interpolate(cut, size))


def add(golden):
    for number, layer in enumerate(LAYERS[golden.name]):
        a, g = value_and_gradient(golden, layer)
        gradient_cams(golden, layer, a, g)
        eigen_cam(golden, layer, a)
        if a.shape[0] <= 16:
            score_cam(golden, layer, a)
        ablation_cam(golden, layer, a)
        guided_grad_cam(golden, layer)
        if number == 0:
            cam(golden, layer, a)
