# SPDX-License-Identifier: MIT
"""FullGrad for make_explain_golden.py: the terms of f = sum x df/dx + sum b df/db, spread over the picture."""
import numpy as np
import pytorch_grad_cam as pgc
import torch
from torch import nn

from explain_cams import quiet


def share(cells, pixels):
    """pixels × cells: which part of a cell's number each pixel gets when the picture is cut evenly into cells."""
    edges = np.arange(cells + 1) * pixels / cells
    low = np.maximum(edges[None, :-1], np.arange(pixels)[:, None])
    high = np.minimum(edges[None, 1:], np.arange(pixels)[:, None] + 1)
    return torch.from_numpy(np.maximum(high - low, 0) * cells / pixels)


def constant(module):
    """What a layer adds to its channels whatever goes in."""
    if isinstance(module, nn.BatchNorm2d):
        return module.bias - module.running_mean * module.weight / (module.running_var + module.eps).sqrt()
    return module.bias


def own_terms(golden):
    """df/dx and, for each layer with a bias, b df/db cell by cell."""
    kept, handles = [], []
    for module in golden.net.modules():
        if isinstance(module, (nn.Conv2d, nn.BatchNorm2d, nn.Linear)):
            handles.append(module.register_forward_hook(lambda m, i, o: kept.append((m, o))))
    x = golden.x.detach().clone().requires_grad_()
    f = golden.net(x)[0, golden.target]
    for handle in handles:
        handle.remove()
    g, *gradients = torch.autograd.grad(f, [x] + [o for _, o in kept])
    terms = [(constant(m).reshape([1, -1] + [1] * (d.dim() - 2)) * d).detach() for (m, _), d in zip(kept, gradients)]
    return g, terms, f.item()


def terms_of_pgc(golden):
    """Those of convolutions and batch normalisations, before magnitudes are taken and each is brought to 0 ... 1."""
    with quiet():
        cam = pgc.FullGrad(golden.net, [])
    x = golden.x.detach().clone().requires_grad_()
    cam.activations_and_grads(x)[0, golden.target].backward()
    gradients = [g.numpy() for g in cam.activations_and_grads.gradients]
    cam.activations_and_grads.release()
    return x.grad, [torch.from_numpy(b[None, :, None, None] * g) for b, g in zip(cam.bias_data, gradients)]


def spread(golden, g, terms):
    """The map: x df/dx, and the constants' terms, evenly over the channels."""
    _, channels, height, width = golden.x.shape
    made = torch.zeros(height, width, dtype=golden.x.dtype)
    for term in terms:
        if term.dim() == 4:
            cells = term[0].sum(0)
            made += share(cells.shape[0], height) @ cells @ share(cells.shape[1], width).T
        else:
            made += term.sum() / made.numel()
    return golden.x * g + made / channels


def add(golden):
    g, terms, f = own_terms(golden)
    theirs_g, theirs = terms_of_pgc(golden)
    left_out = [t for t in terms if t.dim() == 2]
    made = spread(golden, g, terms)
    assert abs(made.sum().item() - f) <= 1e-9 * abs(f), golden.name
    golden.case("fullgrad", {"definition": made, "pytorch-grad-cam's-terms": spread(golden, theirs_g, theirs + left_out)})
    short = sum(t.sum().item() for t in theirs) + (golden.x * theirs_g).sum().item()
    golden.differences.append(f"{golden.name} fullgrad of pytorch-grad-cam: its terms add up to {short:.4g}, f is {f:.4g}")
