"""Writes the derivatives at special points that tests/second_order/special_points.rs compares with, as PyTorch computes them.

    pip install torch
    python tests/golden/generate_special_points.py

They are computed in float64 at points that float32 has, too. NaN and infinity are strings.
"""

import json
import math
from pathlib import Path

import torch
from torch.nn import functional as F

NAN, INF = math.nan, math.inf


def gradient(y, x):
    """The gradient of y, as a tensor with a gradient of its own; 0 where there is none."""
    if not y.requires_grad:
        return torch.zeros_like(x)
    (d,) = torch.autograd.grad(y.sum(), x, create_graph=True, allow_unused=True)
    return torch.zeros_like(x) if d is None or d._is_zerotensor() else d


def of_one(function, points, second=True):
    """The value and the derivatives at each point."""
    x = torch.tensor(points, dtype=torch.float32).double().requires_grad_()
    y = function(x)
    dx = gradient(y, x)
    first = {"x": x, "value": y, "dx": dx}
    return {**first, "dxx": gradient(dx, x)} if second else first


def of_two(function, points, second=True):
    """The same by both arguments at each pair."""
    x, y = (torch.tensor(c, dtype=torch.float32).double().requires_grad_() for c in zip(*points))
    value = function(x, y)
    dx, dy = gradient(value, x), gradient(value, y)
    first = {"x": x, "y": y, "value": value, "dx": dx, "dy": dy}
    if not second:  # Where PyTorch has NaN, or none.
        return first
    return {**first, "dxx": gradient(dx, x), "dxy": gradient(dx, y), "dyx": gradient(dy, x), "dyy": gradient(dy, y)}


def of_row(function, values):
    """A reduction of all elements, with its gradient."""
    x = torch.tensor(values, dtype=torch.float32).double().requires_grad_()
    y = function(x)
    return {"x": x, "value": y[None], "dx": gradient(y, x)}


def prelu(x, slopes):
    """PReLU with a slope for each element."""
    return F.prelu(x[None], slopes)[0]


def huber(x, y):
    return F.huber_loss(x, y, reduction="none")


def smooth_l1(x, y):
    return F.smooth_l1_loss(x, y, reduction="none")


def focal(x, t):
    """torchvision's sigmoid_focal_loss."""
    p = torch.sigmoid(x)
    miss = 1 - (p * t + (1 - p) * (1 - t))
    losses = F.binary_cross_entropy_with_logits(x, t, reduction="none") * miss**2
    return losses * (0.25 * t + 0.75 * (1 - t))


def cases():
    joints = [0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 6.0, 0.5, -2.0, 10.0, -10.0]
    corners = [(0.0, 0.0), (0.0, -0.0), (-0.0, 0.0), (-0.0, -0.0)]
    equal = [(1.0, 1.0), (0.0, -0.0), (2.0, 1.0), (-1.0, 3.0), (NAN, 1.0), (-2.0, NAN), (NAN, NAN), (INF, INF), (INF, NAN)]
    kinks = [(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.5, 0.0), (3.0, 0.0), (0.0, 2.0), (2.0, 1.0)]
    row = [0.25, -0.5, 1.0, 0.75, -0.25, 0.125, -1.5, 2.0]
    return {
        "relu": of_one(torch.relu, [*joints, NAN, INF]),
        "relu6": of_one(F.relu6, [*joints, NAN, INF]),
        "hardtanh": of_one(F.hardtanh, [*joints, NAN, INF]),
        "hardsigmoid": exact_sixths(of_one(F.hardsigmoid, [*joints, NAN, INF], second=False)),
        "hardswish": of_one(F.hardswish, [*joints, INF]),
        "leaky_relu": of_one(lambda x: F.leaky_relu(x, 0.25), joints),
        "clamp": of_one(lambda x: x.clamp(-1.0, 1.0), [*joints, NAN, INF, -INF]),
        "clamp_min": of_one(lambda x: x.clamp_min(1.0), [*joints, NAN, INF, -INF]),
        "clamp_max": of_one(lambda x: x.clamp_max(1.0), [*joints, NAN, INF, -INF]),
        "clamp_min_nan": of_one(lambda x: x.clamp_min(NAN), [1.0, NAN, INF], second=False),
        "clamp_max_nan": of_one(lambda x: x.clamp_max(NAN), [1.0, NAN, INF], second=False),
        "clamp_nan": of_one(lambda x: x.clamp(NAN, 2.0), [1.0, NAN, INF], second=False),
        "powf": of_one(lambda x: x**1.5, [4.0, -1.0, NAN, INF], second=False),
        "powf_to_inverse_root": of_one(lambda x: x**-0.5, [4.0, -1.0, 0.0, -0.0, NAN, INF], second=False),
        "nan_to_num": of_one(torch.nan_to_num, [*joints, NAN, INF, -INF]),
        "elu": of_one(lambda x: F.elu(x, 1.5), joints),
        "celu": of_one(lambda x: F.celu(x, 1.5), joints),
        "selu": of_one(F.selu, joints),
        "abs": of_one(torch.abs, [*joints, NAN, -INF]),
        "atan": of_one(torch.atan, [*joints, 1e10, 3e38, -3e38]),
        "silu": of_one(F.silu, [*joints, NAN]),
        "gelu": of_one(F.gelu, [*joints[:6], NAN]),
        "atan2": of_two(torch.atan2, [(1.0, 2.0), (-1e20, 3e20), (2e20, 1e19), (1e-18, 3e-18), (-1e-18, -2e-18)]),
        "atan2 at the origin": of_two(torch.atan2, [*corners, (INF, 1.0)], second=False),
        "hypot": of_two(torch.hypot, [(3.0, 4.0), (1e20, 1e20), (1e-20, 2e-20)]),
        "maximum": of_two(torch.maximum, equal, second=False),
        "minimum": of_two(torch.minimum, equal, second=False),
        "fmax": of_two(torch.fmax, equal, second=False),
        "fmin": of_two(torch.fmin, equal, second=False),
        "pow": of_two(torch.pow, [(2.0, 3.0), (0.5, -1.5), (-2.0, 2.0), (3.0, 1.0)]),
        "pow at 0": of_two(torch.pow, [(0.0, 2.0), (0.0, 1.0), (0.0, 0.0), (2.0, 0.0), (0.0, -1.0), (-2.0, 0.5), (-0.0, 3.0), (INF, 2.0), (2.0, INF), (0.5, INF), (1.0, INF), (-1.0, INF), (1.0, NAN), (NAN, 0.0)], second=False),
        "logaddexp": of_two(torch.logaddexp, [(1.0, 1.0), (0.0, 2.0), (2.0, -1.0)]),
        "logaddexp of infinities": of_two(torch.logaddexp, [(300.0, -300.0), (-1e30, 1e30), (INF, 1.0), (-INF, 1.0), (INF, -INF), (INF, INF), (-INF, -INF), (NAN, 0.0)], second=False),
        "xlogy": of_two(torch.xlogy, [(2.0, 3.0), (-1.0, 0.5), (0.0, 2.0)]),
        "xlogy at 0": of_two(torch.xlogy, [(0.0, 0.0), (0.0, -1.0), (0.0, INF), (0.0, NAN), (1.0, 0.0), (1.0, -1.0), (NAN, 1.0)], second=False),
        "prelu": of_two(prelu, [(0.0, 0.5), (-0.0, 0.25), (2.0, 0.5), (-2.0, 0.5)]),
        "huber_loss": of_two(huber, kinks),
        "smooth_l1_loss": of_two(smooth_l1, kinks),
        "huber_loss of NaN": of_two(huber, [(NAN, 0.0), (1.0, NAN)], second=False),
        "smooth_l1_loss of NaN": of_two(smooth_l1, [(NAN, 0.0), (1.0, NAN)], second=False),
        "sigmoid_focal_loss": of_two(focal, [(1e38, 1.0), (-1e38, 1.0), (1e38, 0.0), (-1e38, 0.0), (-1e38, 0.5), (2.0, 0.5)], second=False),
        "var far from 0": of_row(torch.var, [1e5 + x for x in row]),
        "std far from 0": of_row(torch.std, [1e5 + x for x in row]),
        "std of small values": of_row(torch.std, [1e-24 * x for x in row]),
        "std of large values": of_row(torch.std, [1e20 * x for x in row]),
        "var of equal values": of_row(torch.var, [0.5] * 8),
        "std of equal values": of_row(torch.std, [0.5] * 8),
        "var of one value": of_row(torch.var, [0.5]),
        "std of one value": of_row(torch.std, [0.5]),
    }


def exact_sixths(case):
    """PyTorch's derivative of hardsigmoid is a sixth in float32, also for float64."""
    return {**case, "dx": torch.where(case["dx"] > 0, 1 / 6, case["dx"])}


def numbers(tensor):
    return [value if math.isfinite(value) else str(value) for value in tensor.detach().flatten().tolist()]


if __name__ == "__main__":
    found = {name: {part: numbers(value) for part, value in case.items()} for name, case in cases().items()}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in found.items())
    Path(__file__).with_name("special_points.json").write_text("{\n" + lines + "\n}\n")
