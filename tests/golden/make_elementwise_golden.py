#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes configurations_elementwise.txt and layers_elementwise.txt: what PyTorch (in double) says functions of
one, two and many values give.

  python3 tests/golden/make_elementwise_golden.py    (needs torch and numpy)
"""
import torch
import torch.nn.functional as F

from layer_golden import Case, write

cases = []


def add(*arguments, **keywords):
    cases.append(Case(*arguments, **keywords))


SHAPES = [(4, (3, 17)), (8, (1, 3, 5, 7))]
for op, label, function, attributes in [
        ("Elu", "ELU", F.elu, {}), ("Elu", "ELU", lambda x: F.elu(x, 0.5), {"alpha": 0.5}),
        ("Selu", "SELU", F.selu, {"alpha": 1.6732632423543772, "gamma": 1.0507009873554805}),
        ("Celu", "CELU", F.celu, {}), ("Celu", "CELU", lambda x: F.celu(x, 1.75), {"alpha": 1.75}),
        ("Clip", "ReLU6", F.relu6, {"min": 0.0, "max": 6.0}),
        ("Clip", "Hardtanh", lambda x: F.hardtanh(x, -0.5, 1.25), {"min": -0.5, "max": 1.25}),
        # F.hardsigmoid's own gradient is that of the float nearest to 1/6
        ("HardSigmoid", "Hardsigmoid", lambda x: F.relu6(x + 3) / 6, {"alpha": 1 / 6, "beta": 0.5}),
        ("HardSwish", "Hardswish", F.hardswish, {}), ("Softplus", "Softplus", lambda x: F.softplus(x, threshold=1000), {}),
        ("Softsign", "Softsign", F.softsign, {}), ("Mish", "Mish", F.mish, {}),
        ("ThresholdedRelu", "Threshold", lambda x: F.threshold(x, 1.5, 0), {"alpha": 1.5}),
        ("Erf", "erf", torch.erf, {}), ("Exp", "exp", torch.exp, {}), ("Abs", "abs", torch.abs, {}),
        ("Neg", "neg", torch.neg, {}), ("Floor", "floor", torch.floor, {}), ("Ceil", "ceil", torch.ceil, {}),
        ("Round", "round", torch.round, {}), ("Sign", "sign", torch.sign, {})]:
    for scale, shape in SHAPES:
        add(label, op, [shape], function, scale=scale, **attributes)
for op, label, function in [("Log", "log", torch.log), ("Sqrt", "sqrt", torch.sqrt),
                            ("Reciprocal", "reciprocal", torch.reciprocal)]:
    for scale, shape in SHAPES:
        add(label, op, [shape], function, scale=scale, positive=True)
PAIRS = [((3, 7), (3, 7)), ((1, 3, 5, 5), (3, 1, 1)), ((3, 4, 5), (3, 4, 1)), ((4, 1), (3, 4, 5)), ((19, 3), (3,)),
         ((3, 1, 4), (5, 1))]
for op, label, function, positive, attributes in [
        ("Sub", "sub", torch.sub, False, {}), ("Div", "div", torch.div, True, {}), ("Pow", "pow", torch.pow, True, {}),
        ("Min", "minimum", torch.minimum, False, {}), ("Max", "maximum", torch.maximum, False, {}),
        ("Mod", "remainder", torch.remainder, True, {}), ("Mod", "fmod", torch.fmod, True, {"fmod": 1})]:
    for a, b in PAIRS:
        add(label, op, [a, b], function, scale=2, positive=positive, **attributes)
for shape, slope in [((3, 4, 5), (4, 1)), ((3, 17), (1,)), ((19, 2, 3), (2, 1))]:
    add("PReLU", "PRelu", [shape, slope], lambda x, w: torch.where(x > 0, x, w * x), scale=4)
for shapes in ([(3, 4)], [(3, 4), (4,), (3, 1)], [(1, 5), (3, 5), (3, 5), (1,)], [(18, 2), (2,)]):
    def stack(x):
        return torch.stack([t.expand(torch.broadcast_shapes(*[u.shape for u in x])) for t in x])

    add("sum", "Sum", shapes, lambda *x: stack(x).sum(0))
    add("mean", "Mean", shapes, lambda *x: stack(x).mean(0))
    add("amax", "Max", shapes, lambda *x: stack(x).amax(0), scale=2)
    add("amin", "Min", shapes, lambda *x: stack(x).amin(0), scale=2)

if __name__ == "__main__":
    write(cases, "_elementwise")
