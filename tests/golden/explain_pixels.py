# SPDX-License-Identifier: MIT
"""Maps of the input for make_explain_golden.py: gradients, paths, rectifiers' other rules, patches."""
from unittest import mock

import numpy as np
import torch
from captum.attr import (DeepLift, Deconvolution, GradientShap, GuidedBackprop, InputXGradient, IntegratedGradients,
                         NoiseTunnel, Occlusion, Saliency)
from torch import nn

import explain_random
from explain_nets import OPERATORS, attributes
from explain_relevance import transposed, values_of
from layer_golden import tensor


def gradient(golden, x):
    x = x.detach().to(golden.x).clone().requires_grad_()
    return torch.autograd.grad(golden.net(x)[0, golden.target], x)[0].double()


def path(golden, base, alphas, weights):
    """Integrated gradients by a rule of numerical integration over 0 ... 1."""
    x = golden.x.double()
    return (x - base) * sum(w * gradient(golden, base + a * (x - base)) for a, w in zip(alphas, weights))


def gradients(golden):
    x, net, target = golden.x, golden.net, golden.target
    g = gradient(golden, x)
    golden.case("gradient", {"definition": g, "captum": Saliency(net).attribute(x, target, abs=False)})
    golden.case("gradient-x-input", {"definition": x * g, "captum": InputXGradient(net).attribute(x, target)})
    golden.case("guided-backprop", {"captum": GuidedBackprop(net).attribute(x, target)})
    golden.case("deconvnet", {"captum": Deconvolution(net).attribute(x, target)})


def noisy(golden, samples, share, seed):
    """Gradients at copies with fovea's noise, which Captum is given in the place of its own."""
    x, net, target = golden.x, golden.net, golden.target
    noise = torch.stack([torch.from_numpy(explain_random.normals(seed, n, x.numel())).reshape(x.shape[1:])
                         for n in range(samples)]) * share * (x.max() - x.min())
    g = torch.stack([gradient(golden, x + e)[0] for e in noise])
    tunnel = NoiseTunnel(Saliency(net))
    for method, kind, made in (("smoothgrad", "smoothgrad", g.mean(0)),
                               ("smoothgrad-squared", "smoothgrad_sq", (g**2).mean(0)),
                               ("vargrad", "vargrad", g.var(0, correction=0))):
        with mock.patch("torch.normal", lambda mean, deviation: noise.clone()):
            theirs = tunnel.attribute(x, kind, nt_samples=samples, stdevs=1.0, target=target, abs=False)
        golden.case(method, {"definition": made, "captum": theirs}, noise=share, samples=samples, seed=seed)


def expected(golden, references, samples, seed):
    """Expected gradients by fovea's draws, which Captum is given in the place of its own."""
    x, net, target = golden.x, golden.net, golden.target
    draws = [explain_random.doubles(seed, explain_random.PATH, n, 2) for n in range(samples)]
    chosen = [int(d[0] * len(references)) for d in draws]
    places = [d[1] for d in draws]

    def mean_term(golden):
        parts = [x - references[r:r + 1] for r in chosen]
        return sum(d * gradient(golden, x + (a - 1) * d) for d, a in zip(parts, places)) / samples
    with mock.patch("numpy.random.choice", lambda *a: np.array(chosen)), \
            mock.patch("numpy.random.uniform", lambda *a: np.array(places)):
        theirs = GradientShap(net).attribute(x, references, n_samples=samples, stdevs=0.0, target=target)
    golden.case("expected-gradients", {"definition": mean_term(golden), "captum": theirs},
                tolerance=golden.tolerance(mean_term), samples=samples, seed=seed, references=len(references))


def integrated(golden, base, name):
    x, steps = golden.x, 20
    middles = (np.arange(steps) + 0.5) / steps
    nodes, weights = np.polynomial.legendre.leggauss(steps)
    captum = IntegratedGradients(golden.net)
    for rule, alphas, shares, gauss in (("riemann_middle", middles, np.full(steps, 1 / steps), 0),
                                        ("gausslegendre", (nodes + 1) / 2, weights / 2, 1)):
        theirs = captum.attribute(x, base, golden.target, n_steps=steps, method=rule, internal_batch_size=4)
        near = golden.tolerance(lambda golden: path(golden, base, alphas, shares)) if name == "other" else 1e-9
        golden.case("integrated-gradients", {"definition": path(golden, base, alphas, shares)}, tolerance=near,
                    close={"captum": (theirs, 1e-5)}, steps=steps, gauss=gauss, baseline=name)


def lifted_maximum(module, a, z, m):
    """Multipliers of a max pool, (numbers of x, of the reference): a rise goes to the winner of x, a fall to that of
    the reference."""
    (a, a_), (z, z_) = a, z
    made = transposed(module, a, m * (z - z_).clamp(min=0)) + transposed(module, a_, m * (z - z_).clamp(max=0))
    return torch.where((a - a_).abs() < 1e-10, transposed(module, a, m), made / (a - a_))


def multipliers(net, x, base, target, maxima=True):
    """Rescale rule from the logit down to x; maxima False: max pools by their slope at x."""
    values, reference = values_of(net, x), values_of(net, base)
    last = net.nodes[-1].output[0]
    m = {last: torch.zeros_like(values[last])}
    m[last][0, target] = 1
    for node in reversed(net.nodes):
        names, out = [n for n in node.input if n in values], node.output[0]
        module = net._modules.get(node.name)
        numbers = [(v[names[0]], v[out]) for v in (values, reference)]
        (a, z), (a_, z_) = numbers
        if isinstance(module, nn.ReLU):
            made = [m[out] * torch.where((a - a_).abs() < 1e-10, (a > 0).to(a), (z - z_) / (a - a_))]
        elif isinstance(module, nn.MaxPool2d) and maxima:
            made = [lifted_maximum(module, (a, a_), (z, z_), m[out])]
        else:
            inputs = [values[n].detach().requires_grad_() for n in names]
            run = module or (lambda *i: OPERATORS[node.op_type](attributes(node), *i))
            made = torch.autograd.grad(run(*inputs), inputs, m[out])
        for name, part in zip(names, made):
            m[name] = m.get(name, 0) + part
    return m[net.start].detach()


def deep_lift(golden, base, name):
    """Captum's multipliers of a max pool do not get through a rectifier before it: the pool's slope at x does."""
    net, x, target = golden.net, golden.x, golden.target
    made = multipliers(net, x, base, target) * (x - base)
    with torch.no_grad():
        assert abs(made.sum() - (net(x) - net(base))[0, target]) < 1e-10 * max(1, made.abs().sum())
    golden.case("deeplift", {"definition": made}, baseline=name)
    # Where windows overlap and branches meet it is yet another one.
    stated = None if golden.digest else multipliers(net, x, base, target, maxima=False) * (x - base)
    golden.differs(f"deeplift {name} of captum", made, DeepLift(net).attribute(x, base, target), stated)


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


def rise(golden, samples, cells, keep, seed):
    """Masks of cells × cells zeros and ones, enlarged to (cells + 1) × the size of a cell and cut at a random place."""
    x, side = golden.x, golden.x.shape[2]
    size = -(-side // cells)
    total = torch.zeros(side, side, dtype=x.dtype)
    for n in range(samples):
        draws = explain_random.doubles(seed, explain_random.MASK, n, 2 + cells * cells)
        grid = torch.from_numpy((draws[2:] < keep).astype(np.float64)).reshape(1, 1, cells, cells)
        top, left = (int(d * size) for d in draws[:2])
        large = torch.nn.functional.interpolate(grid, ((cells + 1) * size,) * 2, mode="bilinear", align_corners=False)
        mask = large[0, 0, top:top + side, left:left + side]
        with torch.no_grad():
            total += golden.net(x * mask)[0, golden.target] * mask
    golden.case("rise", {"definition": total / (samples * keep)}, samples=samples, cells=cells, keep=keep, seed=seed)


def add(golden):
    zero = torch.zeros_like(golden.x)
    other = tensor(2, tuple(golden.x.shape)) * (64 if golden.digest else 0.5)
    gradients(golden)
    noisy(golden, 3, 0.0, 0)
    noisy(golden, 4 if golden.digest else 11, 0.15, 5)
    expected(golden, torch.cat([zero, other]), 4 if golden.digest else 11, 2**32 + 7)
    rise(golden, 12 if golden.digest else 40, 7 if golden.digest else 3, 0.5, 9)
    for base, name in ((zero, "zero"), (other, "other")):
        integrated(golden, base, name)
        deep_lift(golden, base, name)
        for patch, stride in ((64, 48),) if golden.digest else ((2, 2), (3, 1), (4, 3)):
            occlusion(golden, base, name, patch, stride)
