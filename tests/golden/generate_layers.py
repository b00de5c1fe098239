"""Writes the values that tests/golden_layers.rs compares with, as PyTorch computes them on the CPU.

    pip install torch
    python tests/golden/generate_layers.py

As generate.py, beside this script. A layer's case has its weights, its inputs, its output y, the gradients for the
cotangent dy, and its weights after three steps of SGD on the sum of y * dy.
"""

import copy
import math
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from generate import text


# Small, so that rounding errors do not grow from step to step.
LR = 0.01


def layer_case(net, forward, inputs, rename=lambda name, value: (name, value)):
    """Computes a case. `rename` maps a name and a tensor of `state_dict` to those of tiedw."""
    carries = {name: value for name, value in inputs.items() if value.is_floating_point()}
    for value in carries.values():
        value.requires_grad_()
    y = forward(net, **inputs)
    dy = torch.randn_like(y)
    parameters = dict(net.named_parameters()) if net is not None else {}
    sources = [*parameters.values(), *carries.values()]
    gradients = torch.autograd.grad(y, sources, dy, materialize_grads=True)

    def here(values):
        return dict(rename(name, value.detach().clone()) for name, value in zip(parameters, values))

    case = {
        "weights": here(parameters.values()),
        **inputs,
        "y": y,
        "dy": dy,
        "gradients": here(gradients[: len(parameters)]),
        "input_gradients": dict(zip(carries, gradients[len(parameters) :])),
    }
    if parameters:
        trained = copy.deepcopy(net)
        optimizer = torch.optim.SGD(trained.parameters(), lr=LR)
        for _ in range(3):
            optimizer.zero_grad()
            (forward(trained, **inputs) * dy).sum().backward()
            optimizer.step()
        case["trained"] = here(dict(trained.named_parameters()).values())
    return case


def randomize(net):
    """Draws weights without special values."""
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.uniform_(-0.8, 0.8)
    return net


def apply(net, x):
    return net(x)


def norms():
    x = torch.randn(2, 3, 7) * 3 + 1
    return {
        "layer_norm": layer_case(randomize(nn.LayerNorm(7)), apply, {"x": x.clone()}),
        "layer_norm_eps": layer_case(randomize(nn.LayerNorm(7, eps=0.3)), apply, {"x": x.clone()}),
        "layer_norm_no_bias": layer_case(randomize(nn.LayerNorm(7, bias=False)), apply, {"x": x.clone()}),
        "rms_norm": layer_case(randomize(nn.RMSNorm(7)), apply, {"x": x.clone()}),
    }


def group_norms():
    """Here the channels come last."""

    def case(net, x):
        def forward(net, x):
            return net(x.movedim(-1, 1)).movedim(1, -1)

        return layer_case(randomize(net), forward, {"x": x.clone()})

    plane, row = torch.randn(2, 5, 4, 6) * 3 + 1, torch.randn(3, 6) * 3 + 1
    return {
        "group_norm": case(nn.GroupNorm(3, 6), plane),
        "group_norm_eps": case(nn.GroupNorm(2, 6, eps=0.3), plane),
        "group_norm_of_rows": case(nn.GroupNorm(2, 6), row),
        "one_group": case(nn.GroupNorm(1, 6), plane),
        "group_per_channel": case(nn.GroupNorm(6, 6), plane),
        "instance_norm": case(nn.InstanceNorm2d(6), plane),
        "instance_norm_eps": case(nn.InstanceNorm2d(6, eps=0.3), plane),
    }


def embeddings():
    ids = torch.tensor([[3, 0, 3], [4, 1, 3]])
    net = nn.ModuleDict({"shared": nn.Embedding(6, 5), "hidden": nn.Linear(5, 5)})

    def language_model(net, ids):
        hidden = F.gelu(net["hidden"](net["shared"](ids)))
        return F.log_softmax(hidden @ net["shared"].weight.t(), dim=-1)

    return {
        "embedding": layer_case(nn.Embedding(6, 5), lambda net, ids: net(ids), {"ids": ids}),
        "language_model": layer_case(net, language_model, {"ids": ids}),
        "padded": layer_case(nn.Embedding(6, 5, padding_idx=3), lambda net, ids: net(ids), {"ids": ids}),
    }


SPECIAL = torch.tensor(
    [
        [0.0, -0.0, 1e-30, -1e-30, 1e-4, -1e-4, 0.02, -0.02],
        [0.5, -0.5, 1.0, -1.0, 3.0, -3.0, 6.0, -6.0],
        [10.0, -10.0, 20.0, -20.0, 50.0, -50.0, 80.0, -80.0],
        *torch.randn(4, 8, generator=torch.Generator().manual_seed(0)).tolist(),
    ]
)


def operations():
    """Each operation alone, at values where naive formulas lose digits."""

    def unary(function, x=SPECIAL):
        return layer_case(None, lambda _, x: function(x), {"x": x.clone()})

    positive = SPECIAL.abs() + 1e-3
    return {
        "gelu": unary(F.gelu),
        "gelu_tanh": unary(lambda x: F.gelu(x, approximate="tanh")),
        "silu": unary(F.silu),
        "softmax": unary(lambda x: x.softmax(-1)),
        "log_softmax": unary(lambda x: x.log_softmax(-1)),
        "exp": unary(torch.exp),
        "ln": unary(torch.log, positive),
        "sqrt": unary(torch.sqrt, positive),
        "abs": unary(torch.abs),
        "powi_3": unary(lambda x: x.clamp(-4, 4).pow(3)),
        "clamp": unary(lambda x: x.clamp(-0.5, 1.0)),
        "norm": unary(lambda x: torch.linalg.vector_norm(x, dim=-1, keepdim=True)),
        "normalize": unary(lambda x: F.normalize(x, dim=-1)),
        "mean_features": unary(lambda x: x.mean(-1, keepdim=True)),
        "mean_rows": unary(lambda x: x.mean(0)),
        "sin": unary(torch.sin),
        "cos": unary(torch.cos),
        "tan": unary(torch.tan),
        "expm1": unary(torch.expm1),
        "log1p": unary(torch.log1p, positive - 0.5),
        "rsqrt": unary(torch.rsqrt, positive),
        "recip": unary(torch.reciprocal, positive),
        "erf": unary(torch.erf),
        "sign": unary(torch.sign),
        "softplus": unary(F.softplus),
        "log_sigmoid": unary(F.logsigmoid),
        "mish": unary(F.mish),
        "hardswish": unary(F.hardswish),
        "softsign": unary(F.softsign),
        "leaky_relu": unary(lambda x: F.leaky_relu(x, 0.2)),
        "elu": unary(lambda x: F.elu(x, 1.5)),
        "selu": unary(F.selu),
        "powf": unary(lambda x: x.pow(1.7), positive.clamp(max=10)),
        "powf_half": unary(lambda x: x.pow(0.5), positive),
        "glu": unary(F.glu),
    }


def functions():
    """More functions of elements and of pairs, at bounds and on both sides of them."""

    def unary(function, x=SPECIAL):
        return layer_case(None, lambda _, x: function(x), {"x": x.clone()})

    def binary(function, x, y):
        return layer_case(None, lambda _, x, other: function(x, other), {"x": x, "other": y})

    positive, unit, small = SPECIAL.abs() + 1e-3, SPECIAL.tanh() * 0.99, SPECIAL.clamp(-9, 9)
    cases = {
        "asin": unary(torch.asin, unit),
        "acos": unary(torch.acos, unit),
        "atan": unary(torch.atan),
        "sinh": unary(torch.sinh, small),
        "cosh": unary(torch.cosh, small),
        "exp2": unary(torch.exp2, small),
        "log2": unary(torch.log2, positive),
        "log10": unary(torch.log10, positive),
        "relu6": unary(F.relu6),
        "hardtanh": unary(F.hardtanh),
        "hardsigmoid": unary(F.hardsigmoid),
        "celu": unary(lambda x: F.celu(x, 1.5)),
        "threshold": unary(lambda x: F.threshold(x, 0.5, -2.0)),
        "softmin": unary(lambda x: F.softmin(x, -1)),
        "swiglu": unary(lambda x: F.silu(x[:, :4]) * x[:, 4:]),
        "geglu": unary(lambda x: F.gelu(x[:, :4]) * x[:, 4:]),
    }
    pairs = {"atan2": torch.atan2, "hypot": torch.hypot, "lerp": lambda x, y: x.lerp(y, 0.3), "lerp_far": lambda x, y: x.lerp(y, 0.8)}
    for name, function in pairs.items():
        cases[name] = binary(function, torch.randn(2, 3, 5), torch.randn(3, 5))
    cases["prelu"] = binary(lambda x, w: F.prelu(x.movedim(-1, 1), w).movedim(1, -1), torch.randn(2, 3, 5), torch.randn(5))
    for name, count in ("prelu_shared", 1), ("prelu_channels", 5):
        apply_last = lambda net, x: net(x.movedim(-1, 1)).movedim(1, -1)
        cases[name] = layer_case(randomize(nn.PReLU(count)), apply_last, {"x": torch.randn(2, 3, 5)})
    cases |= {
        "asinh": unary(torch.asinh),
        "acosh": unary(torch.acosh, positive + 1),
        "atanh": unary(torch.atanh, unit),
        "square": unary(torch.square),
        "cbrt": unary(lambda x: x.sign() * x.abs().pow(1 / 3), positive),
        "fract": unary(torch.frac),
        "trunc": unary(torch.trunc),
        "erfc": unary(torch.erfc, small),
        "clamp_min": unary(lambda x: x.clamp_min(0.5)),
        "clamp_max": unary(lambda x: x.clamp_max(0.5)),
        "remainder": unary(lambda x: x.remainder(0.7)),
        "remainder_negative": unary(lambda x: x.remainder(-0.7)),
    }
    with torch.random.fork_rng():
        x, y = torch.randn(2, 3, 5), torch.randn(3, 5)
        cases["pow"] = binary(torch.pow, x.abs() + 0.1, y)
        cases["logaddexp"] = binary(torch.logaddexp, 20 * x, 20 * y)
        cases["xlogy"] = binary(torch.xlogy, x.relu(), y.abs() + 0.1)
    return cases


def reductions():
    """Of everything, of the last axis, and along the first two, with equal elements and zeros."""

    def unary(function, x):
        return layer_case(None, lambda _, x: function(x), {"x": x.clone()})

    x = torch.randn(3, 4, 6)
    equal = torch.randint(-2, 3, (3, 4, 6)).float()
    functions = {
        "max": (lambda x: x.max(), lambda x, axis: x.max(axis).values, equal),
        "min": (lambda x: x.min(), lambda x, axis: x.min(axis).values, equal),
        "var": (torch.var, lambda x, axis: x.var(axis), x),
        "std": (torch.std, lambda x, axis: x.std(axis), x),
        "var_0": (lambda x: x.var(correction=0), lambda x, axis: x.var(axis, correction=0), x),
        "std_0": (lambda x: x.std(correction=0), lambda x, axis: x.std(axis, correction=0), x),
        "logsumexp": (lambda x: x.logsumexp((0, 1, 2)), lambda x, axis: x.logsumexp(axis), 10 * x),
        "prod": (torch.prod, lambda x, axis: x.prod(axis), equal),
    }
    cases = {}
    for name, (of_all, along, x) in functions.items():
        cases[name] = unary(lambda x: of_all(x).reshape(1), x)
        cases[f"{name}_features"] = unary(lambda x: along(x, -1).unsqueeze(-1), x)
        cases[f"{name}_axis_0"] = unary(lambda x: along(x, 0), x)
        cases[f"{name}_axis_1"] = unary(lambda x: along(x, 1), x)
    for axis, name in enumerate(["axis_0", "axis_1", "features"]):
        cases[f"cumsum_{name}"] = unary(lambda x: x.cumsum(axis), x)
        cases[f"argmax_{name}"] = {"x": equal, "y": equal.argmax(axis)}
        cases[f"argmin_{name}"] = {"x": equal, "y": equal.argmin(axis)}
    return cases


def pairs():
    """Operations on two tensors."""

    def binary(function, x, y):
        return layer_case(None, lambda _, x, other: function(x, other), {"x": x, "other": y})

    x, y = torch.randn(2, 3, 5), torch.randn(2, 5, 4)
    far = torch.randn(6, 5)
    far[0] = 0
    near = far + 0.1 * torch.randn(6, 5)
    near[1] = -far[1]
    return {
        "matmul": binary(torch.matmul, x.clone(), y.clone()),
        "matmul_t": binary(lambda x, y: x @ y.transpose(1, 2), x.clone(), torch.randn(2, 4, 5)),
        "matmul_shared": binary(torch.matmul, x.clone(), torch.randn(5, 4)),
        "cosine_similarity": binary(
            lambda x, y: F.cosine_similarity(x, y, dim=-1)[:, None], far.clone(), near.clone()
        ),
        "cat": binary(lambda x, y: torch.cat([x, y], -1), x.clone(), torch.randn(2, 3, 4)),
    }


def repeated():
    """Operators, maxima and minima of tensors of different shapes."""

    def binary(function, x, y):
        return layer_case(None, lambda _, x, other: function(x, other), {"x": x, "other": y})

    operators = {"add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div}
    cases = {}
    for name, function in operators.items():
        away_from_zero = lambda *shape: torch.randn(*shape).sign() * (torch.rand(*shape) + 0.5)
        cases[f"{name}_axes"] = binary(function, torch.randn(2, 1, 3, 5), away_from_zero(4, 1, 5))
        cases[f"{name}_row"] = binary(function, torch.randn(1, 5), away_from_zero(2, 3, 5))
        cases[f"{name}_mask"] = binary(function, torch.randn(2, 3, 5), away_from_zero(2, 3, 1))
        cases[f"mask_{name}"] = binary(function, torch.randn(3, 1), away_from_zero(2, 3, 5))
    integers = lambda *shape: torch.randint(-1, 2, shape).float()
    for name, function in {"maximum": torch.maximum, "minimum": torch.minimum}.items():
        cases[f"{name}_axes"] = binary(function, integers(2, 1, 3, 5), integers(4, 1, 5))
        cases[f"{name}_row"] = binary(function, integers(1, 5), integers(2, 3, 5))
        cases[f"{name}_mask"] = binary(function, integers(2, 3, 5), integers(2, 3, 1))
        cases[f"mask_{name}"] = binary(function, integers(3, 1), integers(2, 3, 5))
    return cases


def lists():
    """Operations on lists of tensors, and on places along an axis."""

    def binary(function, x, y):
        return layer_case(None, lambda _, x, other: function(x, other), {"x": x, "other": y})

    x, y = torch.randn(2, 3, 5), torch.randn(2, 3, 5)
    return {
        "stack_0": binary(lambda x, y: torch.stack([x, y, x], 0), x.clone(), y.clone()),
        "stack_1": binary(lambda x, y: torch.stack([x, y, x], 1), x.clone(), y.clone()),
        "concat_0": binary(lambda x, y: torch.cat([y, x, y], 0), x.clone(), torch.randn(4, 3, 5)),
        "concat_1": binary(lambda x, y: torch.cat([y, x, y], 1), x.clone(), torch.randn(2, 1, 5)),
        "select_0": binary(lambda x, y: x.select(0, 1) * y.select(0, 0), x.clone(), y.clone()),
        "select_1": binary(lambda x, y: x.select(1, 2) * y.select(1, 0), x.clone(), y.clone()),
    }


def made():
    """Tensors that are made from sizes and bounds."""
    return {
        "eye": torch.eye(3, 5),
        "arange": torch.arange(-1, 2, 0.3),
        "arange_down": torch.arange(5, -1, -2.0),
        "linspace": torch.linspace(-3, 10, 8),
        "linspace_down": torch.linspace(1, 0, 5),
    }


def masks():
    """Comparisons and choices, with equal elements."""
    integers = lambda *shape: torch.randint(-1, 2, shape).float()
    x, other, row = integers(2, 3, 5), integers(2, 3, 5), integers(5)
    mask = torch.rand(2, 1, 5) < 0.5
    comparisons = {}
    for name in "lt", "le", "gt", "ge", "eq", "ne":
        function = getattr(torch, name)
        comparisons[name] = function(x, other)
        comparisons[f"{name}_row"] = function(x, row)
        comparisons[f"{name}_number"] = function(x, 0)
    cases = {"x": x, "other": other, "row": row, "comparisons": comparisons}
    inputs = {"mask": mask, "x": torch.randn(3, 5), "other": torch.randn(2, 3, 5)}
    cases["where_cond"] = layer_case(None, lambda _, mask, x, other: torch.where(mask, x, other), inputs)
    inputs = {"mask": mask, "x": torch.randn(2, 3, 5), "value": torch.tensor(0.3)}
    cases["masked_fill"] = layer_case(None, lambda _, mask, x, value: x.masked_fill(mask, value), inputs)
    flags = torch.rand(3, 4, 5) < 0.6
    cases["reductions"] = {"mask": flags}
    for axis in range(3):
        cases["reductions"][f"any_{axis}"] = flags.any(axis)
        cases["reductions"][f"all_{axis}"] = flags.all(axis)
    return cases


def sorted_values():
    """Orders of elements, some of them equal, and rounding to integers."""

    def unary(function, x):
        return layer_case(None, lambda _, x: function(x), {"x": x.clone()})

    x = torch.randint(-3, 4, (3, 4, 6)).float()
    distinct = torch.randperm(72).float().reshape(3, 4, 6) / 8
    cases = {}
    for axis, name in enumerate(["axis_0", "axis_1", "features"]):
        for way, descending in ("up", False), ("down", True):
            case = unary(lambda x: x.sort(dim=axis, descending=descending, stable=True).values, x)
            case["indices"] = x.sort(dim=axis, descending=descending, stable=True).indices
            cases[f"sort_{way}_{name}"] = case
        case = unary(lambda x: x.topk(2, dim=axis).values, distinct)
        case["indices"] = distinct.topk(2, dim=axis).indices
        cases[f"topk_{name}"] = case
    halves = torch.arange(-2, 2.1, 0.25).reshape(1, 17)
    return {**cases, **{name: unary(getattr(torch, name), halves) for name in ("floor", "ceil", "round")}}


def indexed():
    """Elements at indices along an axis, some of them repeated, and sums there."""
    x, cases = torch.randn(3, 4, 5), {}
    for axis, name in enumerate(["axis_0", "axis_1", "features"]):
        shape = [*x.shape]
        shape[axis] = 2
        indices, source = torch.randint(0, x.shape[axis], shape), torch.randn(shape)
        inputs = {"x": x.clone(), "indices": indices}
        cases[f"gather_{name}"] = layer_case(None, lambda _, x, indices: x.gather(axis, indices), inputs)
        inputs = {"x": x.clone(), "indices": indices, "source": source}
        add = lambda _, x, indices, source: x.scatter_add(axis, indices, source)
        cases[f"scatter_add_{name}"] = layer_case(None, add, inputs)
    return cases


def moved():
    """What is moved, repeated, padded or left out along axes, for shapes with sizes 0, 1 and odd ones."""

    def padded(mode):
        # PyTorch pads the last axis, of two or three.
        return lambda x: F.pad(x.movedim(1, -1), (2, 1), mode=mode).movedim(-1, 1)

    def chunks(x):
        first, *rest = x.chunk(2, 1)
        return torch.cat([2 * first, *rest, first], 1)

    functions = {
        "flip_0": lambda x: x.flip(0),
        "flip_2": lambda x: x.flip(2),
        "roll_1": lambda x: x.roll(-2, 1),
        "roll_2": lambda x: x.roll(7, 2),
        "repeat_1": lambda x: x.repeat(1, 3, 1),
        "interleave_1": lambda x: x.repeat_interleave(2, 1),
        "slice_0": lambda x: x[1:],
        "chunk_1": chunks,
        "tril": lambda x: x.tril(),
        "tril_up": lambda x: x.tril(1),
        "triu": lambda x: x.triu(),
        "triu_down": lambda x: x.triu(-1),
    }
    long = {
        "unfold_1": lambda x: x.unfold(1, 3, 2).movedim(-1, 2),
        "reflect_1": padded("reflect"),
        "replicate_1": padded("replicate"),
        "circular_1": padded("circular"),
    }
    cases = {}
    for number, shape in enumerate([(2, 3, 5), (1, 4, 1), (3, 1, 3), (2, 5, 0), (1, 7, 4)]):
        x = torch.randn(shape)
        for name, function in {**functions, **(long if shape[1] > 2 and shape[2] > 0 else {})}.items():
            cases[f"{name}_of_{number}"] = layer_case(None, lambda _, x: function(x), {"x": x.clone()})
        pad = lambda _, x, value: torch.cat([value.expand(shape[0], 2, shape[2]), x, value.expand(shape[0], 1, shape[2])], 1)
        cases[f"pad_1_of_{number}"] = layer_case(None, pad, {"x": x.clone(), "value": torch.tensor(0.7)})
    repeated = {"expand": ((2, 1, 3), (4, 2, 5, 3)), "broadcast": ((3, 1), (2, 3, 4))}
    for name, (shape, larger) in repeated.items():
        cases[name] = layer_case(None, lambda _, x: x.expand(larger), {"x": torch.randn(shape)})
    ids = torch.randint(0, 5, (3, 4))
    cases["one_hot"] = {"ids": ids, "y": F.one_hot(ids, 5).float()}
    return cases


def reordered():
    """Axes in another order, taken apart or multiplied up, functions along an axis, and products of batches that are repeated."""

    def unary(function, x):
        return layer_case(None, lambda _, x: function(x), {"x": x.clone()})

    def product(left, right):
        return layer_case(None, lambda _, x, other: x @ other, {"x": torch.randn(left), "other": torch.randn(right)})

    x, with_zeros = torch.randn(3, 4, 6), torch.randint(-1, 3, (3, 4, 6)).float()
    cases = {
        "permute_201": unary(lambda x: x.permute(2, 0, 1).contiguous(), x),
        "permute_210": unary(lambda x: x.permute(2, 1, 0).contiguous(), x),
        "movedim_2_1": unary(lambda x: x.movedim(2, 1).contiguous(), x),
        "masked_select": unary(lambda x: x.masked_select(x > 0.3), x),
        "unbind": unary(lambda x: torch.cat([part * (i + 1) for i, part in enumerate(x.unbind(1))]), x),
    }
    functions = {
        "softmax": lambda x, axis: x.softmax(axis),
        "log_softmax": lambda x, axis: x.log_softmax(axis),
        "norm": lambda x, axis: x.norm(dim=axis),
        "normalize": lambda x, axis: F.normalize(x, dim=axis),
        "cumprod": lambda x, axis: x.cumprod(axis),
    }
    for name, function in functions.items():
        for axis in range(2):
            cases[f"{name}_{axis}"] = unary(lambda x: function(x, axis), with_zeros if name == "cumprod" else 2 * x)
    cases["cumprod_features"] = unary(lambda x: x.cumprod(-1), with_zeros)
    shapes = [((4, 3), (2, 3, 5)), ((1, 4, 3), (2, 3, 5)), ((2, 4, 3), (1, 3, 5)), ((2, 1, 4, 3), (5, 3, 5)), ((3,), (2, 3, 5))]
    for number, (left, right) in enumerate(shapes):
        cases[f"matmul_{number}"] = product(left, right)
    return cases


def einsum():
    """Sums of products of one to three tensors, by number: the equation is in the case."""
    equations = [
        ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
        ("ij,kj", (3, 4), (5, 4)),
        ("Ba,aA", (3, 4), (4, 2)),
        ("ij->ji", (3, 5)),
        ("ijk->kij", (2, 3, 4)),
        ("ij->", (3, 5)),
        ("ii->i", (4, 4)),
        ("ii", (4, 4)),
        ("bqhd,bkhd->bhqk", (2, 3, 2, 5), (2, 4, 2, 5)),
        ("bhqk,bkhd->bqhd", (2, 2, 3, 4), (2, 4, 2, 5)),
        ("bchw,oc->bohw", (2, 3, 4, 1), (5, 3)),
        ("i,j->ij", (3,), (4,)),
        ("i,i->", (7,), (7,)),
        ("bi,bi->b", (3, 5), (3, 5)),
        ("bij,bi->bij", (2, 3, 4), (2, 3)),
        ("ij,ij->ji", (3, 4), (3, 4)),
        ("ij,kl->ik", (2, 3), (4, 5)),
        ("ijkl,jl->ki", (2, 3, 4, 5), (3, 5)),
        ("iij,jk->ik", (3, 3, 4), (4, 2)),
        ("ijj,j->i", (2, 3, 3), (3,)),
        ("ij,jk,kl->il", (2, 3), (3, 4), (4, 5)),
        ("bn,anm,bm->ba", (3, 4), (2, 4, 5), (3, 5)),
        ("i,j,k->kji", (2,), (3,), (4,)),
        ("...ij,...jk->...ik", (2, 3, 4), (4, 5)),
        ("...ij,jk", (2, 6, 3, 4), (4, 5)),
        ("b...d,d->b...", (2, 3, 4, 5), (5,)),
        ("i...->...", (3, 4, 2)),
        ("ij,jk->ik", (3, 1), (4, 5)),
        ("bij,bij->b", (1, 3, 4), (2, 3, 1)),
        ("ij,jk -> ik", (3, 0), (0, 2)),
        ("ij,jk->ki", (0, 3), (3, 2)),
        ("ij,jk->i", (1, 1), (1, 1)),
    ]
    cases = {}
    for number, (equation, *shapes) in enumerate(equations):
        inputs = {f"x{at}": torch.randn(shape) for at, shape in enumerate(shapes)}

        def forward(_, **inputs):
            y = torch.einsum(equation, *inputs.values())
            return y if y.dim() > 0 else y.reshape(1)

        cases[f"{number}"] = {"equation": equation, **layer_case(None, forward, inputs)}
    return cases


def not_finite():
    """Where NaN and infinity go, forward and backward. They are strings: "nan", "inf", "-inf"."""
    nan, inf = math.nan, math.inf
    x = torch.tensor(
        [
            [nan, inf, -inf, 0.0, -1.5, 2.0],
            [1.0, nan, -1.0, 0.5, 2.0, -2.0],
            [1.0, inf, -1.0, 0.5, 2.0, -2.0],
            [1.0, -inf, -1.0, 0.5, 2.0, -2.0],
            [inf, inf, 1.0, 2.0, 3.0, 4.0],
            [-inf, -inf, -inf, -inf, -inf, -inf],
            [1e30, -1e30, 1.0, 0.0, -0.0, 1e-30],
        ]
    )
    other = torch.tensor([[2.0, 0.0, inf, 0.0, -inf, nan]]).repeat(7, 1)
    weight, bias = torch.randn(6, 6), torch.randn(6)

    def numbers(tensor):
        data = [value if math.isfinite(value) else str(value) for value in tensor.flatten().tolist()]
        return {"shape": list(tensor.shape), "data": data}

    def case(function, *inputs):
        inputs = [tensor.clone().requires_grad_() for tensor in inputs]
        y = function(*inputs)
        dy = torch.randn_like(y)
        gradients = torch.autograd.grad(y, inputs, dy)
        names = "dx", "dother"
        return {"dy": numbers(dy), "y": numbers(y), **dict(zip(names, map(numbers, gradients)))}

    def plane(x):
        return x.reshape(1, 1, 7, 6)

    return {
        "x": numbers(x),
        "other": numbers(other),
        "weight": numbers(weight),
        "bias": numbers(bias),
        "relu": case(torch.relu, x),
        "tanh": case(torch.tanh, x),
        "sigmoid": case(torch.sigmoid, x),
        # In float32, PyTorch 2.15 returns NaN for gelu(inf).
        "gelu": case(lambda x: F.gelu(x.double()).float(), x),
        "gelu_tanh": case(lambda x: F.gelu(x, approximate="tanh"), x),
        "silu": case(F.silu, x),
        "softmax": case(lambda x: x.softmax(-1), x),
        "log_softmax": case(lambda x: x.log_softmax(-1), x),
        "exp": case(torch.exp, x),
        "ln": case(torch.log, x),
        "sqrt": case(torch.sqrt, x),
        "abs": case(torch.abs, x),
        "powi": case(lambda x: x.pow(3), x),
        "clamp": case(lambda x: x.clamp(-1.0, 1.0), x),
        "norm": case(lambda x: torch.linalg.vector_norm(x, dim=-1, keepdim=True), x),
        "normalize": case(lambda x: F.normalize(x, dim=-1), x),
        "sum_features": case(lambda x: x.sum(-1, keepdim=True), x),
        "mean_features": case(lambda x: x.mean(-1, keepdim=True), x),
        "sum_rows": case(lambda x: x.sum(0), x),
        "mean_rows": case(lambda x: x.mean(0), x),
        "layer_norm": case(lambda x: F.layer_norm(x, (6,)), x),
        "rms_norm": case(lambda x: F.rms_norm(x, (6,), eps=1e-5), x),
        "max_pool2d": case(lambda x: F.max_pool2d(plane(x), (3, 3), stride=1).reshape(5, 4, 1), x),
        "avg_pool2d": case(lambda x: F.avg_pool2d(plane(x), (3, 3), stride=1).reshape(5, 4, 1), x),
        "add": case(torch.add, x, other),
        "sub": case(torch.sub, x, other),
        "mul": case(torch.mul, x, other),
        "div": case(torch.div, x, other),
        "linear": case(lambda x: F.linear(x, weight, bias), x),
        "matmul_t": case(lambda x, other: x @ other.t(), x, other),
        "cosine_similarity": case(lambda x, other: F.cosine_similarity(x, other, dim=-1)[:, None], x, other),
        "mse": case(lambda x, other: F.mse_loss(x, other), x, other),
        "l1": case(lambda x, other: F.l1_loss(x, other), x, other),
        "huber": case(lambda x, other: F.huber_loss(x, other), x, other),
        "bce_with_logits": case(lambda x: F.binary_cross_entropy_with_logits(x, torch.full((7, 6), 0.5)), x),
        "cross_entropy": case(lambda x: F.cross_entropy(x, torch.tensor([0, 1, 2, 3, 4, 5, 0])), x),
        "max_features": case(lambda x: x.max(-1, keepdim=True).values, x),
        "min_rows": case(lambda x: x.min(0).values, x),
        "max_of_all": case(lambda x: x.max(), x),
        "var_features": case(lambda x: x.var(-1, keepdim=True), x),
        "std_rows": case(lambda x: x.std(0), x),
        "logsumexp_features": case(lambda x: x.logsumexp(-1, keepdim=True), x),
        "logsumexp_rows": case(lambda x: x.logsumexp(0), x),
        "cumsum_features": case(lambda x: x.cumsum(-1), x),
        "expm1": case(torch.expm1, x),
        "log1p": case(torch.log1p, x),
        "sin": case(torch.sin, x),
        "rsqrt": case(torch.rsqrt, x),
        "recip": case(torch.reciprocal, x),
        "erf": case(torch.erf, x),
        "sign": case(torch.sign, x),
        "softplus": case(F.softplus, x),
        "log_sigmoid": case(F.logsigmoid, x),
        "hardswish": case(F.hardswish, x),
        "leaky_relu": case(lambda x: F.leaky_relu(x, 0.2), x),
        "elu": case(lambda x: F.elu(x, 1.5), x),
        "selu": case(F.selu, x),
        "powf": case(lambda x: x.pow(0.5), x),
        "glu": case(F.glu, x),
        "maximum": case(torch.maximum, x, other),
        "minimum": case(torch.minimum, x, other),
    }


def attention():
    """PyTorch's module, whose stacked projections are three here; grouped heads and rotations by their formulas."""

    class Attention(nn.Module):
        def __init__(self, heads, key_heads, base=None):
            super().__init__()
            self.heads, self.base = heads, base
            features = 8 // heads * key_heads
            self.query, self.key, self.value = nn.Linear(8, 8), nn.Linear(8, features), nn.Linear(8, features)
            self.out_proj = nn.Linear(8, 8)

        def forward(self, x, context, **options):
            def heads(y):
                return y.unflatten(-1, (-1, 8 // self.heads)).transpose(1, 2)

            q, k, v = heads(self.query(x)), heads(self.key(context)), heads(self.value(context))
            if self.base is not None:
                q, k = rotary(q, self.base), rotary(k, self.base)
            y = F.scaled_dot_product_attention(q, k, v, enable_gqa=True, **options)
            return self.out_proj(y.transpose(1, 2).flatten(2))

    def rotary(x, base):
        half = x.shape[-1] // 2
        angles = torch.arange(x.shape[-2])[:, None] * base ** (-torch.arange(half) / half)
        cos, sin = angles.cos(), angles.sin()
        a, b = x[..., :half], x[..., half:]
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)

    ignored = [False, False, False, True, False, True, False, False, True, True]
    x, context = torch.randn(2, 4, 8), torch.randn(2, 5, 8)

    def case(net, forward, inputs):
        return layer_case(net, forward, {name: value.clone() for name, value in inputs.items()}, unstack)

    def unstack(name, value):
        return {"in_proj_weight": "stacked.weight", "in_proj_bias": "stacked.bias"}.get(name, name), value

    def separate(case):
        """query, key and value in the place of in_proj."""
        for of in "weights", "gradients", "trained":
            for kind in "weight", "bias":
                for name, part in zip(["query", "key", "value"], case[of].pop(f"stacked.{kind}").chunk(3)):
                    case[of][f"{name}.{kind}"] = part
        return case

    def module():
        return randomize(nn.MultiheadAttention(8, 2, batch_first=True))

    def own(*arguments):
        return randomize(Attention(*arguments))

    padding = torch.tensor(ignored).reshape(2, 5)
    causal = nn.Transformer.generate_square_subsequent_mask(4)
    return {
        "ignored": ignored,
        "itself": separate(case(module(), lambda net, x: net(x, x, x)[0], {"x": x})),
        "causal": separate(case(module(), lambda net, x: net(x, x, x, attn_mask=causal)[0], {"x": x})),
        "cross": separate(
            case(
                module(),
                lambda net, x, context: net(x, context, context, key_padding_mask=padding)[0],
                {"x": x, "context": context},
            )
        ),
        "grouped": case(own(4, 2), lambda net, x: net(x, x, is_causal=True), {"x": x}),
        "rotary": case(own(2, 2, 100.0), lambda net, x: net(x, x), {"x": x}),
    }


def convolutions():
    """Here the channels come last, in activations and in kernels."""

    def last(x):
        return x.movedim(1, -1)

    def first(x):
        return x.movedim(-1, 1)

    def kernels_last(name, value):
        return name, last(value) if value.dim() > 2 else value

    def case(net, x):
        return layer_case(randomize(net), lambda net, x: last(net(first(x))), {"x": x.clone()}, kernels_last)

    def pool(function):
        return layer_case(None, lambda _, x: last(function(first(x))), {"x": plane.clone()})

    plane, line = torch.randn(2, 6, 5, 3), torch.randn(2, 7, 3)
    statistics = nn.BatchNorm2d(3)
    trained = case(statistics, plane * 2 + 1)
    running = {name: value.clone() for name, value in statistics.named_buffers() if value.dim() > 0}
    return {
        "conv2d": case(nn.Conv2d(3, 4, 3, padding=1), plane),
        "conv2d_strided": case(nn.Conv2d(3, 4, 2, stride=2, padding=1, bias=False), plane),
        "conv2d_pointwise": case(nn.Conv2d(3, 4, 1), plane),
        "conv1d": case(nn.Conv1d(3, 4, 3, stride=2, padding=2), line),
        "max_pool2d": pool(lambda x: F.max_pool2d(x, 3, stride=2, padding=1)),
        "avg_pool2d": pool(lambda x: F.avg_pool2d(x, 3, stride=2, padding=1)),
        "batch_norm": {**trained, "running": running},
        "batch_norm_eval": case(running_statistics(nn.BatchNorm2d(3).eval()), plane),
    }


def running_statistics(norm):
    norm.running_mean[:] = torch.tensor([0.5, -1.0, 0.0])
    norm.running_var[:] = torch.tensor([2.0, 0.3, 1.0])
    return norm


def recurrent():
    """Whole sequences, from zeros and from a state. PyTorch's names end in the number of the layer."""

    def case(net, forward, **states):
        inputs = {"x": torch.randn(2, 4, 3), **states}
        return layer_case(randomize(net), forward, inputs, lambda name, value: (name.removesuffix("_l0"), value))

    def state():
        return torch.randn(2, 5)

    def lstm_from(net, x, h, c):
        y, (last, cell) = net(x, (h[None], c[None]))
        return torch.cat([y, last.movedim(0, 1), cell.movedim(0, 1)], 1)

    def gru_from(net, x, h):
        y, last = net(x, h[None])
        return torch.cat([y, last.movedim(0, 1)], 1)

    return {
        "gru": case(nn.GRU(3, 5, batch_first=True), lambda net, x: net(x)[0]),
        "gru_from": case(nn.GRU(3, 5, batch_first=True), gru_from, h=state()),
        "lstm": case(nn.LSTM(3, 5, batch_first=True), lambda net, x: net(x)[0]),
        "lstm_from": case(nn.LSTM(3, 5, batch_first=True), lstm_from, h=state(), c=state()),
    }


def more_losses():
    """Losses with their options; info_nce by its formula."""

    def case(loss, **inputs):
        tensors = [value.clone().requires_grad_() for value in inputs.values()]
        value = loss(*tensors)
        return {**inputs, "value": value, "input_gradients": dict(zip(inputs, torch.autograd.grad(value, tensors)))}

    logits = torch.randn(6, 5) * 3
    classes = torch.tensor([2, 0, 4, 0, 1, 3])
    y, t = torch.randn(4, 3), torch.randn(4, 3)
    t[0, 0] = y[0, 0]
    anchor = torch.randn(6, 4)
    positive, negative = anchor + 0.5 * torch.randn(6, 4), anchor + 0.7 * torch.randn(6, 4)
    same = [True, False, False, True, False, False]
    signs = torch.where(torch.tensor(same), 1.0, -1.0)

    def info_nce(q, k):
        scores = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).t() / 0.3
        return F.cross_entropy(scores, torch.arange(len(q)))

    return {
        "classes": classes.tolist(),
        "same": same,
        "ignore_index": case(lambda x: F.cross_entropy(x, classes, ignore_index=0), logits=logits),
        "label_smoothing": case(lambda x: F.cross_entropy(x, classes, label_smoothing=0.2), logits=logits),
        "both": case(lambda x: F.cross_entropy(x, classes, ignore_index=0, label_smoothing=0.2), logits=logits),
        "l1": case(F.l1_loss, y=y, t=t),
        "huber": case(lambda y, t: F.huber_loss(y, t, delta=0.8), y=y, t=t),
        "triplet_margin": case(F.triplet_margin_loss, anchor=anchor, positive=positive, negative=negative),
        "cosine_embedding": case(
            lambda a, b: F.cosine_embedding_loss(a, b, signs, margin=0.2), anchor=anchor, positive=negative
        ),
        "info_nce": case(info_nce, anchor=anchor, positive=positive),
    }


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2."""

    def __init__(self, parameters, **hyperparameters):
        super().__init__(parameters, hyperparameters)

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for w in group["params"]:
                if w.grad is None:
                    continue
                m = self.state[w].setdefault("momentum", torch.zeros_like(w))
                c = 0.9 * m + 0.1 * w.grad
                w -= group["lr"] * (c.sign() + group["weight_decay"] * w)
                self.state[w]["momentum"] = 0.99 * m + 0.01 * w.grad


def optimizers():
    """Three steps of a network whose decoder borrows its encoder's weight."""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder, self.norm = nn.Linear(6, 4), nn.LayerNorm(4)
            self.decoder = nn.ParameterDict({"bias": torch.empty(6).uniform_(-0.4, 0.4)})

        def forward(self, x):
            return F.linear(self.norm(self.encoder(x)).tanh(), self.encoder.weight.t(), self.decoder["bias"])

    net = randomize(Net())
    x = torch.randn(5, 6)

    def three(make, clip=None, average=None):
        trained, values, norms = copy.deepcopy(net), [], []
        optimizer = make(trained)
        averaged = average and torch.optim.swa_utils.AveragedModel(
            net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(average)
        )
        # The first call copies: the average starts from the initial model.
        averaged and averaged.update_parameters(trained)
        for _ in range(3):
            optimizer.zero_grad()
            value = F.mse_loss(trained(x), x)
            value.backward()
            clip and norms.append(clip(trained.parameters()))
            optimizer.step()
            averaged and averaged.update_parameters(trained)
            values.append(value)
        case = {"losses": values, "weights": dict(trained.named_parameters())}
        if averaged:
            case["average"] = dict(averaged.module.named_parameters())
        if clip and norms[0] is not None:
            case["norms"] = norms
        return case

    def groups(net):
        no_decay = [value for name, value in net.named_parameters() if "bias" in name or "norm" in name]
        others = [value for name, value in net.named_parameters() if not ("bias" in name or "norm" in name)]
        return torch.optim.AdamW([{"params": others}, {"params": no_decay, "weight_decay": 0.0}], lr=1e-2, weight_decay=0.3)

    def of(optimizer, **hyperparameters):
        return lambda net: optimizer(net.parameters(), **hyperparameters)

    def rms(**hyperparameters):
        return three(of(torch.optim.RMSprop, lr=1e-2, **hyperparameters))

    sgd = of(torch.optim.SGD, lr=0.1)
    return {
        "start": dict(net.named_parameters()),
        "x": x,
        "adam_w": three(of(torch.optim.AdamW, lr=1e-2)),
        "adam_w_groups": three(groups),
        "lion": three(of(Lion, lr=1e-2, weight_decay=0.3)),
        "rms_prop": rms(weight_decay=0.1),
        "rms_prop_momentum": rms(momentum=0.9, alpha=0.9),
        "rms_prop_centered": rms(centered=True, eps=1e-3),
        "rms_prop_both": rms(centered=True, momentum=0.5, eps=1e-3),
        "clip_norm": three(sgd, clip=lambda parameters: nn.utils.clip_grad_norm_(parameters, 0.5)),
        "clip_value": three(sgd, clip=lambda parameters: nn.utils.clip_grad_value_(parameters, 0.1)),
        "average": three(sgd, average=0.9),
    }


def schedules():
    """The rates of each of the first 20 steps."""
    lr_scheduler = torch.optim.lr_scheduler

    def rates(scheduler, lr=0.4):
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr)
        schedule, found = scheduler(optimizer), []
        for _ in range(20):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        return torch.tensor(found)

    def warm_up(optimizer):
        first = lr_scheduler.LinearLR(optimizer, start_factor=0.25, total_iters=3)
        then = lr_scheduler.CosineAnnealingLR(optimizer, T_max=16, eta_min=0.1)
        return lr_scheduler.SequentialLR(optimizer, [first, then], [4])

    return {
        "cosine": rates(lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, T_max=20, eta_min=0.1)),
        "step": rates(lambda optimizer: lr_scheduler.StepLR(optimizer, step_size=6, gamma=0.3)),
        "one_cycle": rates(lambda optimizer: lr_scheduler.OneCycleLR(optimizer, max_lr=0.4, total_steps=20)),
        "warm_up": rates(warm_up),
    }


def unused():
    """Steps in which one block of two takes no part: its gradient is None, and no optimizer touches it."""
    net = randomize(nn.ModuleDict({"first": nn.Linear(3, 3), "second": nn.Linear(3, 3)}))
    x = torch.randn(4, 3)
    uses = [(1, 1), (1, 0), (1, 1), (0, 1), (0, 1), (1, 1)]

    def run(make):
        trained, values = copy.deepcopy(net), []
        optimizer = make(trained.parameters())
        for use in uses:
            optimizer.zero_grad()
            h = x
            for block, used in zip(("first", "second"), use):
                if used:
                    h = trained[block](h).tanh()
            value = F.mse_loss(h, x)
            value.backward()
            optimizer.step()
            values.append(value)
        return {"losses": values, "weights": dict(trained.named_parameters())}

    def of(optimizer, **hyperparameters):
        return run(lambda parameters: optimizer(list(parameters), lr=1e-2, **hyperparameters))

    return {
        "start": dict(net.named_parameters()),
        "x": x,
        "uses": [bool(used) for use in uses for used in use],
        "sgd": of(torch.optim.SGD, momentum=0.9, weight_decay=0.1),
        "nesterov": of(torch.optim.SGD, momentum=0.9, nesterov=True),
        "adam": of(torch.optim.Adam, weight_decay=0.1),
        "adam_w": of(torch.optim.AdamW, weight_decay=0.3),
        "lion": of(Lion, weight_decay=0.3),
        "rms_prop": of(torch.optim.RMSprop, centered=True, momentum=0.5, eps=1e-3, weight_decay=0.1),
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    cases = norms, group_norms, embeddings, operations, reductions, pairs, reordered, repeated, lists, not_finite, attention, convolutions
    for case in *cases, einsum, functions, indexed, made, masks, moved, sorted_values, recurrent, more_losses, optimizers, schedules, unused:
        torch.manual_seed(0)
        path = Path(__file__).with_name(f"{case.__name__}.json")
        path.write_text(text(case()) + "\n")
