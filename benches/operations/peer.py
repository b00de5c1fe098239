#!/usr/bin/env python3
"""Times operations in PyTorch.

    peer.py THREADS

Reads lines `forward NAME` or `both NAME` with the names of `cargo bench --bench operations`, and answers each with a line
`NAME SECONDS` of a call: the forward pass, or it with the backward pass. The time is nan if there is no such operation.
"""

import sys
import time

import torch
import torch.nn.functional as F

SAMPLE = 0.006

torch.manual_seed(1)
ROWS, WIDTH = 512, 768


def leaf(*shape, scale=1.0):
    return (torch.randn(*shape) * scale).requires_grad_()


x, y = leaf(ROWS, WIDTH), leaf(ROWS, WIDTH)
unit = (torch.rand(ROWS, WIDTH) * 0.9 + 0.05).requires_grad_()
near_one = (unit.detach() * 1e-5 + 1.0).requires_grad_()
above_one = (unit.detach() + 1.0).requires_grad_()
wide = x.detach().double().requires_grad_()
wide_y = wide.detach().clone().requires_grad_()
row, column = leaf(WIDTH), leaf(ROWS, 1)
half, other_half = leaf(ROWS, 384), leaf(ROWS, 384)
cube = leaf(16, 32, WIDTH)
parts = [leaf(128, WIDTH) for _ in range(4)]
mask, other_mask = x.detach() > 0, y.detach() > 0
sign = torch.where(mask, 1.0, -1.0)
target = y.detach()
unit_target = unit.detach()
features = torch.randint(WIDTH, (ROWS, WIDTH))
rows = torch.randint(ROWS, (ROWS, WIDTH))
shuffled = torch.arange(ROWS) * 7 % ROWS
classes = torch.randint(WIDTH, (ROWS,))
same = torch.where(torch.arange(ROWS) % 2 == 0, 1.0, -1.0)
words = torch.randint(1000, (64, 32))
table = leaf(1000, 192)
square, other_square = leaf(512, 512), leaf(512, 512)
stack, other_stack = leaf(12, 64, 64), leaf(12, 64, 64)
one_of_stack = leaf(64, 64)
images, small, sequences = leaf(8, 64, 28, 28), leaf(32, 1, 28, 28), leaf(16, 64, 256)
of_images, of_small, of_sequences = leaf(64, 64, 3, 3, scale=0.1), leaf(32, 1, 3, 3, scale=0.1), leaf(64, 64, 5, scale=0.1)
bias, bias_of_32 = leaf(64), leaf(32)
steps = leaf(32, 32, 64)
lstm, gru = torch.nn.LSTM(64, 128, batch_first=True), torch.nn.GRU(64, 128, batch_first=True)
short, long = [leaf(12, 64, 128) for _ in range(3)], [leaf(1, 512, 512) for _ in range(3)]
log_probs = torch.full((64, 16, 32), -3.4657).requires_grad_()
labels = (torch.arange(256) % 31 + 1).reshape(16, 16)
batch_norm = torch.nn.BatchNorm2d(64)
heads = leaf(8, 64, 12, 64)
group_norm, instance_norm = torch.nn.GroupNorm(8, 64), torch.nn.InstanceNorm2d(64)
multi_head = torch.nn.MultiheadAttention(128, 4, batch_first=True)
angles = torch.outer(torch.arange(64.0), 10_000.0 ** (torch.arange(32) / -32)).repeat(1, 2).unsqueeze(1)
cos, sin = angles.cos(), angles.sin()


def attention(inputs, heads, causal):
    q, k, v = [t.unflatten(-1, (heads, -1)).transpose(1, 2) for t in inputs]
    return F.scaled_dot_product_attention(q, k, v, is_causal=causal).transpose(1, 2).flatten(2)


def rotated(t):
    a, b = t.chunk(2, -1)
    return t * cos + torch.cat([-b, a], -1) * sin


def reflected(t):
    return F.pad(t.transpose(1, 2), (2, 3), mode="reflect").transpose(1, 2).contiguous()


def of_x(f):
    return (lambda: f(x)), [x]


def of_unit(f):
    return (lambda: f(unit)), [unit]


def of_two(f):
    return (lambda: f(x, y)), [x, y]


OPERATIONS = {
    "relu": of_x(F.relu),
    "gelu": of_x(F.gelu),
    "gelu_tanh": of_x(lambda x: F.gelu(x, approximate="tanh")),
    "silu": of_x(F.silu),
    "elu": of_x(F.elu),
    "celu": of_x(lambda x: F.celu(x, 0.5)),
    "selu": of_x(F.selu),
    "mish": of_x(F.mish),
    "softplus": of_x(F.softplus),
    "softsign": of_x(F.softsign),
    "log_sigmoid": of_x(F.logsigmoid),
    "sigmoid": of_x(torch.sigmoid),
    "hardswish": of_x(F.hardswish),
    "hardsigmoid": of_x(F.hardsigmoid),
    "hardtanh": of_x(F.hardtanh),
    "relu6": of_x(F.relu6),
    "leaky_relu": of_x(lambda x: F.leaky_relu(x, 0.2)),
    "threshold": of_x(lambda x: F.threshold(x, 0.1, 2.0)),
    "glu": of_x(F.glu),
    "tanh": of_x(torch.tanh),
    "exp": of_x(torch.exp),
    "exp2": of_x(torch.exp2),
    "expm1": of_x(torch.expm1),
    "ln": of_unit(torch.log),
    "log2": of_unit(torch.log2),
    "log10": of_unit(torch.log10),
    "log1p": of_unit(torch.log1p),
    "sqrt": of_unit(torch.sqrt),
    "rsqrt": of_unit(torch.rsqrt),
    "recip": of_unit(torch.reciprocal),
    "abs": of_x(torch.abs),
    "sign": of_x(torch.sign),
    "sin": of_x(torch.sin),
    "cos": of_x(torch.cos),
    "tan": of_x(torch.tan),
    "asin": of_unit(torch.asin),
    "acos": of_unit(torch.acos),
    "atan": of_x(torch.atan),
    "sinh": of_x(torch.sinh),
    "cosh": of_x(torch.cosh),
    "asinh": of_x(torch.asinh),
    "acosh": ((lambda: above_one.acosh()), [above_one]),
    "atanh": of_unit(torch.atanh),
    "square": of_x(torch.square),
    "fract": of_x(torch.frac),
    "erf": of_x(torch.erf),
    "erfc": of_x(torch.erfc),
    "floor": of_x(torch.floor),
    "round": of_x(torch.round),
    "trunc": of_x(torch.trunc),
    "clamp_min": of_x(lambda x: x.clamp_min(0.5)),
    "remainder": of_x(lambda x: x.remainder(0.7)),
    "powi(2)": of_x(lambda x: x**2),
    "powi(5)": of_x(lambda x: x**5),
    "powf(1.5)": of_unit(lambda x: x**1.5),
    "powf(3)": of_x(lambda x: x**3.0),
    "clamp": of_x(lambda x: x.clamp(-0.5, 0.5)),
    "atan2": of_two(torch.atan2),
    "hypot": of_two(torch.hypot),
    "pow": ((lambda: unit.pow(y)), [unit, y]),
    "logaddexp": of_two(torch.logaddexp),
    "xlogy": ((lambda: torch.xlogy(x, unit)), [x, unit]),
    "nan_to_num": of_x(torch.nan_to_num),
    "prelu": ((lambda: F.prelu(x, row)), [x, row]),
    "lerp": of_two(lambda x, y: torch.lerp(x, y, 0.3)),
    "maximum": of_two(torch.maximum),
    "minimum": of_two(torch.minimum),
    "neg": of_x(torch.neg),
    "masked_fill": of_x(lambda x: x.masked_fill(mask, 0.5)),
    "where_cond": of_two(lambda x, y: torch.where(mask, x, y)),
    "exp, f64": ((lambda: wide.exp()), [wide]),
    "tanh, f64": ((lambda: wide.tanh()), [wide]),
    "sin, f64": ((lambda: wide.sin()), [wide]),
    "relu, f64": ((lambda: wide.relu()), [wide]),
    "x + y": of_two(torch.add),
    "x - y": of_two(torch.sub),
    "x * y": of_two(torch.mul),
    "x / y": ((lambda: x / unit), [x, unit]),
    "x * y, f64": ((lambda: wide * wide_y), [wide, wide_y]),
    "x + row": ((lambda: x + row), [x, row]),
    "x * row": ((lambda: x * row), [x, row]),
    "x + 2": of_x(lambda x: x + 2.0),
    "x * 2": of_x(lambda x: x * 2.0),
    "2 / x": of_unit(lambda x: 2.0 / x),
    "x + 2, f64": ((lambda: wide + 2.0), [wide]),
    "x * 2, f64": ((lambda: wide * 2.0), [wide]),
    "cast to f64": of_x(lambda x: x.double()),
    "x > y": of_two(torch.gt),
    "x > 0": of_x(lambda x: x > 0),
    "mask & mask": ((lambda: mask & other_mask), []),
    "!mask": ((lambda: ~mask), []),
    "mask.count": ((lambda: mask.sum()), []),
    "mask.all": ((lambda: mask.all()), []),
    "mask.any_axis(0)": ((lambda: mask.any(0)), []),
    "mask.to_tensor": ((lambda: mask.float()), []),
    "is_nan": of_x(torch.isnan),
    "is_finite": of_x(torch.isfinite),
    "sum": of_x(torch.sum),
    "sum_features": of_x(lambda x: x.sum(1, keepdim=True)),
    "sum_axis(0)": of_x(lambda x: x.sum(0)),
    "sum_rows": of_x(lambda x: x.sum(0)),
    "sum_axis(1) of 3": ((lambda: cube.sum(1)), [cube]),
    "mean": of_x(torch.mean),
    "mean_features": of_x(lambda x: x.mean(1, keepdim=True)),
    "mean_axis(0)": of_x(lambda x: x.mean(0)),
    "max": of_x(torch.max),
    "max_features": of_x(lambda x: x.amax(1, keepdim=True)),
    "max_axis(0)": of_x(lambda x: x.amax(0)),
    "min": of_x(torch.min),
    "prod": ((lambda: near_one.prod()), [near_one]),
    "prod_features": ((lambda: near_one.prod(1, keepdim=True)), [near_one]),
    "prod_axis(0)": ((lambda: near_one.prod(0)), [near_one]),
    "var": of_x(torch.var),
    "var_features": of_x(lambda x: x.var(1, keepdim=True)),
    "var_axis(0)": of_x(lambda x: x.var(0)),
    "std": of_x(torch.std),
    "std_features": of_x(lambda x: x.std(1, keepdim=True)),
    "std_axis(0)": of_x(lambda x: x.std(0)),
    "logsumexp_features": of_x(lambda x: x.logsumexp(1, keepdim=True)),
    "logsumexp_axis(0)": of_x(lambda x: x.logsumexp(0)),
    "norm": of_x(torch.norm),
    "norm_features": of_x(lambda x: x.norm(dim=1, keepdim=True)),
    "normalize": of_x(F.normalize),
    "cumprod_features": ((lambda: near_one.cumprod(1)), [near_one]),
    "cumprod_axis(0)": ((lambda: near_one.cumprod(0)), [near_one]),
    "softmax_axis(0)": of_x(lambda x: x.softmax(0)),
    "softmax_axis(1) of 3": ((lambda: cube.softmax(1)), [cube]),
    "log_softmax_axis(0)": of_x(lambda x: x.log_softmax(0)),
    "normalize_axis(0)": of_x(lambda x: F.normalize(x, dim=0)),
    "norm_axis(0)": of_x(lambda x: x.norm(dim=0)),
    "cosine_similarity": of_two(F.cosine_similarity),
    "cumsum_features": of_x(lambda x: x.cumsum(1)),
    "cumsum_axis(0)": of_x(lambda x: x.cumsum(0)),
    "softmax": of_x(lambda x: x.softmax(1)),
    "log_softmax": of_x(lambda x: x.log_softmax(1)),
    "softmin": of_x(lambda x: F.softmin(x, 1)),
    "masked_mean": of_x(lambda x: x[mask].mean()),
    "layer_norm": ((lambda: F.layer_norm(x, [WIDTH], row, row)), [x, row]),
    "rms_norm": ((lambda: F.rms_norm(x, [WIDTH], row, 1e-5)), [x, row]),
    "argmax": of_x(lambda x: x.argmax(1)),
    "argmax_axis(0)": of_x(lambda x: x.argmax(0)),
    "argmin": of_x(lambda x: x.argmin(1)),
    "cat": ((lambda: torch.cat([half, other_half], 1)), [half, other_half]),
    "transpose(0, 1)": of_x(lambda x: x.transpose(0, 1).contiguous()),
    "transpose(0, 1) of 3": ((lambda: cube.transpose(0, 1).contiguous()), [cube]),
    "permute(2, 0, 1) of 3": ((lambda: cube.permute(2, 0, 1).contiguous()), [cube]),
    "permute(2, 1, 0) of 3": ((lambda: cube.permute(2, 1, 0).contiguous()), [cube]),
    "masked_select": of_x(lambda x: x.masked_select(mask)),
    "narrow(0)": of_x(lambda x: x.narrow(0, 10, 500).clone()),
    "slice": of_x(lambda x: x[:, 10:710].contiguous()),
    "select(0)": ((lambda: cube.select(0, 3).clone()), [cube]),
    "select(1)": ((lambda: cube.select(1, 3).contiguous()), [cube]),
    "index_select(0)": of_x(lambda x: x.index_select(0, shuffled)),
    "flip(0)": of_x(lambda x: x.flip(0)),
    "flip(1)": of_x(lambda x: x.flip(1)),
    "roll(1)": of_x(lambda x: x.roll(5, 1)),
    "expand": ((lambda: row.expand(ROWS, -1).contiguous()), [row]),
    "broadcast_to": ((lambda: column.expand(-1, WIDTH).contiguous()), [column]),
    "repeat_axis(0)": ((lambda: cube.repeat(2, 1, 1)), [cube]),
    "repeat_interleave(0)": of_x(lambda x: x.repeat_interleave(2, 0)),
    "pad_axis(0)": of_x(lambda x: F.pad(x, (0, 0, 2, 3), value=0.5)),
    "pad_axis_reflect(1)": ((lambda: reflected(cube)), [cube]),
    "unfold(1)": ((lambda: cube.unfold(1, 4, 2).transpose(2, 3).contiguous()), [cube]),
    "tril": of_x(torch.tril),
    "gather_features": of_x(lambda x: x.gather(1, features)),
    "gather_axis(0)": of_x(lambda x: x.gather(0, rows)),
    "scatter_add_features": of_two(lambda x, y: x.scatter_add(1, features, y)),
    "scatter_add_axis(0)": of_two(lambda x, y: x.scatter_add(0, rows, y)),
    "stack(0)": ((lambda: torch.stack(parts, 0)), parts),
    "stack(1)": ((lambda: torch.stack(parts, 1)), parts),
    "concat(0)": ((lambda: torch.cat(parts, 0)), parts),
    "split": of_x(lambda x: tuple(part.contiguous() for part in x.split(384, 1))),
    "sort": of_x(lambda x: x.sort(dim=1, stable=True)[0]),
    "sort_axis(0)": of_x(lambda x: x.sort(dim=0, descending=True, stable=True)[0]),
    "topk": of_x(lambda x: x.topk(10)[0]),
    "argsort": of_x(lambda x: x.argsort(dim=1, stable=True)),
    "one_hot": ((lambda: F.one_hot(classes, WIDTH).float()), []),
    "copy": of_x(torch.clone),
    "zeros": ((lambda: torch.zeros(ROWS, WIDTH)), []),
    "full": ((lambda: torch.full((ROWS, WIDTH), 0.5)), []),
    "mse_loss": of_x(lambda x: F.mse_loss(x, target)),
    "l1_loss": of_x(lambda x: F.l1_loss(x, target)),
    "huber_loss": of_x(lambda x: F.huber_loss(x, target)),
    "smooth_l1_loss": of_x(lambda x: F.smooth_l1_loss(x, target, beta=0.5)),
    "gaussian_nll_loss": ((lambda: F.gaussian_nll_loss(x, target, unit)), [x, unit]),
    "bce_with_logits_loss": of_x(lambda x: F.binary_cross_entropy_with_logits(x, unit_target)),
    "cross_entropy_loss": of_x(lambda x: F.cross_entropy(x, classes)),
    "nll_loss": of_x(lambda x: F.nll_loss(x, classes)),
    "kl_div_loss": of_x(lambda x: F.kl_div(x, unit_target, reduction="batchmean")),
    "hinge_embedding_loss": of_x(lambda x: F.hinge_embedding_loss(x, sign)),
    "margin_ranking_loss": of_two(lambda x, y: F.margin_ranking_loss(x, y, sign, 0.5)),
    "soft_margin_loss": of_x(lambda x: F.soft_margin_loss(x, sign)),
    "cosine_embedding_loss": of_two(lambda x, y: F.cosine_embedding_loss(x, y, same, 0.5)),
    "triplet_margin_loss": ((lambda: F.triplet_margin_loss(x, y, unit)), [x, y, unit]),
    "ctc_loss": ((lambda: F.ctc_loss(log_probs, labels, [64] * 16, [16] * 16)), [log_probs]),
    "matmul": ((lambda: square @ other_square), [square, other_square]),
    "matmul_t": ((lambda: square @ other_square.mT), [square, other_square]),
    "matmul of 1 and 12": ((lambda: one_of_stack @ other_stack), [one_of_stack, other_stack]),
    "matmul of 12": ((lambda: stack @ other_stack), [stack, other_stack]),
    "max_pool2d": ((lambda: F.max_pool2d(images, 2)), [images]),
    "avg_pool2d": ((lambda: F.avg_pool2d(images, 2)), [images]),
    "global_avg_pool2d": ((lambda: F.adaptive_avg_pool2d(images, 1)), [images]),
    "attention, 12 of 64": ((lambda: attention(short, 4, False)), short),
    "attention, 1 of 512": ((lambda: attention(long, 8, True)), long),
    "embedding": ((lambda: F.embedding(words, table)), [table]),
    "conv2d, 64 to 64": ((lambda: F.conv2d(images, of_images, bias, padding=1)), [images, of_images, bias]),
    "conv2d, 1 to 32": ((lambda: F.conv2d(small, of_small, bias_of_32, padding=1)), [small, of_small, bias_of_32]),
    "conv1d": ((lambda: F.conv1d(sequences, of_sequences, bias, padding=2)), [sequences, of_sequences, bias]),
    "einsum": ((lambda: torch.einsum("bij,bjk->bik", stack, other_stack)), [stack, other_stack]),
    "batch_norm": ((lambda: batch_norm(images)), [images, *batch_norm.parameters()]),
    "rotary": ((lambda: rotated(heads)), [heads]),
    "dropout": of_x(lambda x: F.dropout(x, 0.1)),
    "group_norm": ((lambda: group_norm(images)), [images, *group_norm.parameters()]),
    "instance_norm": ((lambda: instance_norm(images)), [images]),
    "multi-head attention": (
        (lambda: multi_head(short[0], short[0], short[0], need_weights=False)[0]),
        [short[0], *multi_head.parameters()],
    ),
    "lstm": ((lambda: lstm(steps)[0]), [steps, *lstm.parameters()]),
    "gru": ((lambda: gru(steps)[0]), [steps, *gru.parameters()]),
}


def prepared(kind, name):
    """Returns the call, or None if there is no such operation."""
    if name not in OPERATIONS:
        return None
    forward, inputs = OPERATIONS[name]
    if kind == "forward":

        def call():
            with torch.no_grad():
                forward()

        return call
    if not inputs:
        return None
    values = forward()
    values = values if isinstance(values, tuple) else (values,)
    cotangents = [torch.ones_like(value) for value in values]

    def both():
        values = forward()
        gradients = torch.autograd.grad(values if isinstance(values, tuple) else (values,), inputs, cotangents)
        # As the results of the forward pass are, and as tiedw's are. Nothing is copied of those that are contiguous.
        for gradient in gradients:
            gradient.contiguous()

    return both


def repeat(call, times):
    start = time.perf_counter()
    for _ in range(times):
        call()
    return time.perf_counter() - start


def main():
    torch.set_num_threads(int(sys.argv[1]))
    last, call, times = None, None, 1
    for line in sys.stdin:
        kind, name = line.strip().split(" ", 1)
        if (kind, name) != last:
            last, call = (kind, name), prepared(kind, name)
            if call:
                repeat(call, 3)
                times = max(1, round(SAMPLE / min(repeat(call, 1) for _ in range(5))))
                repeat(call, times)
        seconds = repeat(call, times) / times if call else float("nan")
        print(name, seconds, flush=True)


if __name__ == "__main__":
    main()
