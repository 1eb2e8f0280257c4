# SPDX-License-Identifier: MIT
"""Relevance for make_explain_golden.py: from the definitions node by node, by zennit and by Captum.

Batch normalisations are folded first. A rule is what a convolution or linear layer does; elsewhere relevance goes
through rectifiers unchanged, to the winners of a max pool, and in proportion to the terms of a sum or mean.
"""
import copy

import torch
from captum.attr import LRP
from captum.attr._utils import lrp_rules as captum_rules
from torch import nn
from zennit import composites, layer, rules, types

from explain_nets import MODULES, OPERATORS, attributes, folded

TINY = 1e-300  # in the place of a denominator of 0, whose numerators are 0, too


def signed(z):
    return torch.where(z < 0, -1.0, 1.0).to(z)


def ratio(r, z, epsilon=0):
    """r / (z + epsilon sign z), 0 / 0 being 0."""
    z = z + epsilon * signed(z)
    return torch.where(z != 0, r / torch.where(z != 0, z, 1), 0)


def transposed(run, a, s):
    """The product of s and the Jacobian of `run` at a."""
    a = a.detach().requires_grad_()
    return torch.autograd.grad(run(a), a, s)[0]


def altered(module, weight, bias=None):
    """The layer with another weight and bias (None: none) as a function."""
    if isinstance(module, nn.Linear):
        return lambda a: nn.functional.linear(a, weight, bias)
    return lambda a: nn.functional.conv2d(a, weight, bias, module.stride, module.padding, module.dilation)


def terms(pieces, r, epsilon=0):
    """Relevance in proportion to the terms of several (function, input): numerators' sum is the denominator."""
    z = sum(run(a) for run, a in pieces)
    s = ratio(r, z, epsilon)
    return sum(a * transposed(run, a, s) for run, a in pieces)


def parts(module, a):
    w, b = module.weight, module.bias
    return w.clamp(min=0), w.clamp(max=0), b.clamp(min=0), b.clamp(max=0), a.clamp(min=0), a.clamp(max=0)


def zero(module, a, r):
    return terms([(module, a)], r)


def epsilon_rule(share):
    """epsilon is a share of the layer's mean |z|."""
    return lambda module, a, r: terms([(module, a)], r, share * module(a).abs().mean())


def alpha_beta(alpha):
    def rule(module, a, r):
        up, down, b_up, b_down, a_up, a_down = parts(module, a)
        gain = terms([(altered(module, up, b_up), a_up), (altered(module, down), a_down)], r)
        loss = terms([(altered(module, down, b_down), a_up), (altered(module, up), a_down)], r)
        return alpha * gain - (alpha - 1) * loss
    return rule


def gamma_rule(gamma):
    """Positive terms count 1 + gamma times where z > 0, negative ones where z < 0 (for inputs of both signs)."""
    def rule(module, a, r):
        w, b = module.weight, module.bias
        up, down, b_up, b_down, a_up, a_down = parts(module, a)
        z = module(a)
        above = [(altered(module, w + gamma * up, b + gamma * b_up), a_up), (altered(module, w + gamma * down), a_down)]
        below = [(altered(module, w + gamma * down, b + gamma * b_down), a_up),
                 (altered(module, w + gamma * up), a_down)]
        return terms(above, r * (z > 0)) + terms(below, r * (z < 0))
    return rule


def box(low, high):
    """zB: x w - l w+ - h w-."""
    def rule(module, a, r):
        up, down, b_up, b_down, _, _ = parts(module, a)
        low_, high_ = (torch.zeros_like(a) + v for v in (low, high))
        pieces = [(module, a, 1), (altered(module, up, b_up), low_, -1), (altered(module, down, b_down), high_, -1)]
        s = ratio(r, sum(sign * run(v) for run, v, sign in pieces))
        return sum(sign * v * transposed(run, v, s) for run, v, sign in pieces)
    return rule


def flat(module, a, r):
    """The same to every input that a number has, whatever it holds."""
    ones = altered(module, torch.ones_like(module.weight))
    return transposed(ones, a, ratio(r, ones(torch.ones_like(a))))


def through(net, node, inputs, r, rule):
    """What a node gives to each of its inputs."""
    module = net._modules.get(node.name)
    if isinstance(module, (nn.ReLU, nn.Identity)):
        return [r]
    if isinstance(module, (nn.Conv2d, nn.Linear)):
        return [rule(module, inputs[0], r)]
    if node.op_type == "Add":
        s = ratio(r, inputs[0] + inputs[1])
        return [a * s for a in inputs]
    if node.op_type == "GlobalAveragePool":
        return [terms([(module, inputs[0])], r)]
    inputs = [a.detach().requires_grad_() for a in inputs]
    run = module or (lambda *a: OPERATORS[node.op_type](attributes(node), *a))
    return torch.autograd.grad(run(*inputs), inputs, r)


def values_of(net, x):
    values = {net.start: x}
    for node in net.nodes:
        inputs = [values[n] for n in node.input if n in values]
        run = net._modules[node.name] if node.op_type in MODULES else (
            lambda *a, node=node: OPERATORS[node.op_type](attributes(node), *a))
        values[node.output[0]] = run(*inputs).detach()
    return values


def relevance(net, x, target, rule_of):
    """From the logit down to the input; rule_of(node) is the rule of a convolution or linear layer."""
    values = values_of(net, x)
    last = net.nodes[-1].output[0]
    given = {last: torch.zeros_like(values[last])}
    given[last][0, target] = values[last][0, target]
    for node in reversed(net.nodes):
        names = [n for n in node.input if n in values]
        made = through(net, node, [values[n] for n in names], given[node.output[0]], rule_of(node))
        for name, r in zip(names, made):
            given[name] = given.get(name, 0) + r
    return given[net.start].detach()


def by_zennit(net, x, target, layers, first=None, linear=None):
    layer_map = [(types.Activation, rules.Pass()), (layer.Sum, rules.Norm(TINY)), (types.AvgPool, rules.Norm(TINY)),
                 (types.Convolution, layers), (nn.Linear, linear or layers)]
    if first:
        composite = composites.SpecialFirstLayerMapComposite(layer_map, [(types.Convolution, first)])
    else:
        composite = composites.LayerMapComposite(layer_map)
    x = x.detach().clone().requires_grad_()
    with composite.context(net) as hooked:
        f = hooked(x)
        seed = torch.zeros_like(f)
        seed[0, target] = f[0, target].item()
        return torch.autograd.grad(f, x, seed)[0]


def by_captum(net, x, target, rule):
    """rule(module) for each convolution and linear layer."""
    net = copy.deepcopy(net)
    for module in net.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            module.rule = rule(module)
        elif isinstance(module, (nn.MaxPool2d, nn.AdaptiveAvgPool2d)):
            module.rule = captum_rules.EpsilonRule(TINY)
    return LRP(net).attribute(x, target).detach()


def composites_of(golden, net):
    """Mixtures: a rule for the first layer, one for the other convolutions, one for linear layers."""
    low, high = (-123.0, 151.0) if golden.digest else (-2.0, 2.0)
    share = rules.Epsilon(lambda z: z + 0.01 * z.abs().mean() * signed(z))
    near, plus, theirs = epsilon_rule(0.01), alpha_beta(1), rules.ZPlus(TINY)
    for method, first, convolution, linear, zennits, options in (
            ("lrp-zb", box(low, high), plus, plus, (theirs, rules.ZBox(low, high, TINY), theirs),
             dict(low=low, high=high)),
            ("lrp-flat", flat, plus, near, (theirs, rules.Flat(TINY), share), dict(epsilon=0.01)),
            ("lrp", box(low, high), gamma_rule(0.25), near, (rules.Gamma(0.25, TINY), rules.ZBox(low, high, TINY), share),
             dict(epsilon=0.01, gamma=0.25, low=low, high=high))):
        rule_of = lambda node: first if node.input[0] == net.start else linear if node.op_type == "Gemm" else convolution
        golden.case(method, {"definition": relevance(net, golden.x, golden.target, rule_of),
                             "zennit": by_zennit(net, golden.x, golden.target, *zennits)}, **options)


def captums_own(golden, net):
    """Captum's gamma leaves the bias as it is and does not look at the signs of inputs; nor does its alpha 1 beta 0."""
    wanted = (gamma_rule(0.25), alpha_beta(1))
    stated = (lambda m, a, r: terms([(altered(m, m.weight + 0.25 * m.weight.clamp(min=0), m.bias), a)], r, 1e-9),
              lambda m, a, r: terms([(altered(m, m.weight.clamp(min=0), m.bias), a)], r, 1e-9))
    theirs = (lambda m: captum_rules.GammaRule(0.25), lambda m: captum_rules.Alpha1_Beta0_Rule())
    for name, right, own, made in zip(("gamma", "alpha 1 beta 0"), wanted, stated, theirs):
        right, own = (relevance(net, golden.x, golden.target, lambda node: rule) for rule in (right, own))
        golden.differs(f"{name} of captum", right, by_captum(net, golden.x, golden.target, made), own)


def add(golden):
    net, x, target = folded(golden.net), golden.x, golden.target
    captum = golden.name in ("gap", "mlp")
    own = lambda rule: relevance(net, x, target, lambda node: rule)

    def case(method, rule, zennit, captums=None, **options):
        sources = {"definition": own(rule), "zennit": by_zennit(net, x, target, zennit)}
        if captum and captums:
            sources["captum"] = by_captum(net, x, target, captums)
        golden.case(method, sources, **options)

    case("lrp-0", zero, rules.Epsilon(TINY), lambda m: captum_rules.EpsilonRule(TINY))
    case("lrp-zplus", alpha_beta(1), rules.ZPlus(TINY))
    for alpha in (2.0, 1.5):
        case("lrp-alpha-beta", alpha_beta(alpha), rules.AlphaBeta(alpha, alpha - 1, TINY), alpha=alpha)
    for gamma in (0.25, 1.0):
        case("lrp-gamma", gamma_rule(gamma), rules.Gamma(gamma, TINY), gamma=gamma)
    share = lambda z: z + 0.01 * z.abs().mean() * signed(z)
    golden.case("lrp-epsilon", {"definition": own(epsilon_rule(0.01)),
                                "zennit": by_zennit(net, x, target, rules.Epsilon(share))}, epsilon=0.01)
    composites_of(golden, net)
    if captum:
        captums_own(golden, net)
