# SPDX-License-Identifier: MIT
"""Maps of the input for make_explain_golden.py: gradients, paths, rectifiers' other rules, patches."""
import numpy as np
import torch
from captum.attr import (DeepLift, Deconvolution, GuidedBackprop, InputXGradient, IntegratedGradients, NoiseTunnel,
                         Occlusion, Saliency)

from layer_golden import tensor


def gradient(golden, x):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(golden.net(x)[0, golden.target], x)[0]


def path(golden, base, alphas, weights):
    """Integrated gradients by a rule of numerical integration over 0 ... 1."""
    x = golden.x
    return (x - base) * sum(w * gradient(golden, base + a * (x - base)) for a, w in zip(alphas, weights))


def gradients(golden):
    x, net, target = golden.x, golden.net, golden.target
    g = gradient(golden, x)
    golden.case("gradient", {"definition": g, "captum": Saliency(net).attribute(x, target, abs=False)})
    golden.case("gradient-x-input", {"definition": x * g, "captum": InputXGradient(net).attribute(x, target)})
    golden.case("guided-backprop", {"captum": GuidedBackprop(net).attribute(x, target)})
    golden.case("deconvnet", {"captum": Deconvolution(net).attribute(x, target)})
    tunnel = NoiseTunnel(Saliency(net))
    for method, kind, made in (("smoothgrad", "smoothgrad", g), ("smoothgrad-squared", "smoothgrad_sq", g**2),
                               ("vargrad", "vargrad", 0 * g)):
        theirs = tunnel.attribute(x, kind, nt_samples=3, stdevs=0.0, target=target, abs=False)
        golden.case(method, {"definition": made, "captum": theirs}, noise=0.0, samples=3)


def integrated(golden, base, name):
    x, steps = golden.x, 20
    middles = (np.arange(steps) + 0.5) / steps
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    captum = IntegratedGradients(golden.net)
    for rule, alphas, shares, gauss in (("riemann_middle", middles, np.full(steps, 1 / steps), 0),
                                        ("gausslegendre", (nodes + 1) / 2, weights / 2, 1)):
        theirs = captum.attribute(x, base, golden.target, n_steps=steps, method=rule, internal_batch_size=4)
        golden.case("integrated-gradients", {"definition": path(golden, base, alphas, shares)},
                    close={"captum": (theirs, 1e-5)}, steps=steps, gauss=gauss, baseline=name)


def deep_lift(golden, base, name):
    golden.case("deeplift", {"captum": DeepLift(golden.net).attribute(golden.x, base, golden.target)}, baseline=name)


def occluded(golden, base, patch, stride):
    """f(x) - f(x with a patch of the baseline), a number a place of the patch."""
    x, (height, width) = golden.x, golden.x.shape[2:]
    rows, columns = (height - patch) // stride + 1, (width - patch) // stride + 1
    made = torch.empty(rows, columns, dtype=x.dtype)
    with torch.no_grad():
        f = golden.net(x)[0, golden.target]
        for i in range(rows):
            for j in range(columns):
                y, there = x.clone(), (..., slice(i * stride, i * stride + patch), slice(j * stride, j * stride + patch))
                y[there] = base[there]
                made[i, j] = f - golden.net(y)[0, golden.target]
    return made


def occlusion(golden, base, name, patch, stride):
    made = occluded(golden, base, patch, stride)
    sources = {"definition": made}
    if patch == stride and golden.x.shape[2] % patch == 0:
        shape = (golden.x.shape[1], patch, patch)
        theirs = Occlusion(golden.net).attribute(golden.x, shape, shape, base, golden.target)
        sources["captum"] = theirs[0, 0, ::patch, ::patch]
    golden.case("occlusion", sources, patch=(patch, patch), stride=(stride, stride), baseline=name)


def add(golden):
    zero = torch.zeros_like(golden.x)
    other = tensor(2, tuple(golden.x.shape)) * (64 if golden.digest else 0.5)
    gradients(golden)
    for base, name in ((zero, "zero"), (other, "other")):
        integrated(golden, base, name)
        deep_lift(golden, base, name)
        for patch, stride in ((64, 48),) if golden.digest else ((2, 2), (3, 1), (4, 3)):
            occlusion(golden, base, name, patch, stride)
