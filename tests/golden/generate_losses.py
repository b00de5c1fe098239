"""Writes the losses that tests/golden/losses.rs compares with, as PyTorch computes them on the CPU.

    pip install torch
    python tests/golden/generate_losses.py

As generate.py, beside this script. A case has its inputs, the mean loss "value" with its "input_gradients", and the
"losses" of all elements or rows with their "gradients" for the cotangent "d".
"""

from pathlib import Path

import torch
from torch.nn import functional as F

from generate import text

SHAPES = [(1,), (7,), (1, 1), (4, 3), (2, 3, 5)]
ROWS = [(1, 1), (5, 3), (7, 8)]


def case(losses, inputs, mean=torch.mean):
    """`losses` returns the loss of each element or row of the inputs."""
    tensors = [value.clone().requires_grad_() for value in inputs.values()]
    each = losses(*tensors)
    value, d = mean(each), torch.randn_like(each)
    gradients = torch.autograd.grad(value, tensors, retain_graph=True)
    return {
        **inputs,
        "value": value,
        "input_gradients": dict(zip(inputs, gradients)),
        "losses": each,
        "d": d,
        "gradients": dict(zip(inputs, torch.autograd.grad(each, tensors, d))),
    }


def pointwise_losses():
    """Losses of each element."""
    cases = {}
    for index, shape in enumerate(SHAPES):
        y, t = 2 * torch.randn(shape), 2 * torch.randn(shape)
        t.flatten()[::4] = y.flatten()[::4]
        mask = torch.rand(shape) < 0.5
        signs = torch.where(mask, 1.0, -1.0)
        soft, hard = torch.rand(shape), mask.float()

        def focal(x, t, alpha, gamma):
            """The code of torchvision.ops.sigmoid_focal_loss."""
            p = torch.sigmoid(x)
            ce = F.binary_cross_entropy_with_logits(x, t, reduction="none")
            p_t = p * t + (1 - p) * (1 - t)
            loss = ce * ((1 - p_t) ** gamma)
            return loss * (alpha * t + (1 - alpha) * (1 - t)) if alpha >= 0 else loss

        inputs = {"y": y, "t": t}
        cases[f"{index}"] = {
            "mask": {"shape": list(shape), "data": mask.flatten().tolist()},
            "mse": case(lambda y, t: F.mse_loss(y, t, reduction="none"), inputs),
            "l1": case(lambda y, t: F.l1_loss(y, t, reduction="none"), inputs),
            "huber": case(lambda y, t: F.huber_loss(y, t, reduction="none", delta=0.8), inputs),
            "smooth_l1": case(lambda y, t: F.smooth_l1_loss(y, t, reduction="none", beta=0.7), inputs),
            "smooth_l1_of_0": case(lambda y, t: F.smooth_l1_loss(y, t, reduction="none", beta=0.0), inputs),
            "bce_with_logits": case(
                lambda y, t: F.binary_cross_entropy_with_logits(y, t, reduction="none"), {"y": y, "t": soft}
            ),
            "pos_weight": case(
                lambda y, t: F.binary_cross_entropy_with_logits(
                    y, t, reduction="none", pos_weight=torch.arange(1.0, shape[-1] + 1) / 2
                ),
                {"y": y, "t": soft},
            ),
            "gaussian_nll": case(
                lambda y, t, v: F.gaussian_nll_loss(y, t, v, reduction="none"), {"y": y, "t": t, "v": soft + 0.1}
            ),
            "hinge_embedding": case(
                lambda y: F.hinge_embedding_loss(y, signs, margin=1.2, reduction="none"), {"y": y}
            ),
            "margin_ranking": case(
                lambda y, t: F.margin_ranking_loss(y, t, signs, margin=0.3, reduction="none"), inputs
            ),
            "soft_margin": case(lambda y: F.soft_margin_loss(y, signs, reduction="none"), {"y": y}),
            "sigmoid_focal": case(lambda y, t: focal(y, t, 0.25, 2.0), {"y": y, "t": hard}),
            "sigmoid_focal_soft": case(lambda y, t: focal(y, t, -1.0, 1.5), {"y": y, "t": soft}),
        }
    return cases


def row_losses():
    """Losses of each row."""
    cases = {}
    for index, (rows, features) in enumerate(ROWS):
        x = 3 * torch.randn(rows, features)
        classes = torch.randint(features, (rows,))
        if features > 1:
            classes[0] = 1
        weights = torch.rand(features) + 0.2
        anchor = torch.randn(rows, features)
        near, far = anchor + 0.5 * torch.randn(rows, features), anchor + 0.7 * torch.randn(rows, features)
        same = torch.rand(rows) < 0.5
        signs = torch.where(same, 1.0, -1.0)
        log_probs = F.log_softmax(x, -1)
        targets = torch.softmax(torch.randn(rows, features), -1)

        def cross_entropy(loss=F.cross_entropy, x=x, ignored=None, weights=None, **options):
            """The mean is weighted by the classes that are not ignored."""
            if ignored is not None:
                options["ignore_index"] = ignored
            counted = torch.ones(rows) if weights is None else weights[classes]
            counted = counted * (classes != ignored) if ignored is not None else counted
            made = case(
                lambda x: loss(x, classes, weight=weights, reduction="none", **options)[:, None],
                {"x": x},
                lambda losses: losses.sum() / counted.sum(),
            )
            value = loss(x, classes, weight=weights, **options)
            assert torch.allclose(value, made["value"]), "PyTorch's own mean"
            return made

        def focal(x, gamma, weights):
            p = torch.softmax(x, -1).gather(1, classes[:, None])
            return weights[classes][:, None] * (1 - p) ** gamma * -p.log()

        def contrastive(a, b):
            distance = torch.linalg.vector_norm(a - b, dim=1, keepdim=True)
            apart = torch.clamp(1.5 - distance, min=0)
            return torch.where(same[:, None], distance, apart) ** 2 / 2

        def info_nce(q, k):
            scores = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).t() / 0.3
            return F.cross_entropy(scores, torch.arange(rows), reduction="none")[:, None]

        def soft_cross_entropy(**options):
            inputs = {"x": x, "t": targets}
            made = case(lambda x, t: F.cross_entropy(x, t, reduction="none", **options)[:, None], inputs)
            assert torch.allclose(F.cross_entropy(x, targets, **options), made["value"]), "PyTorch's own mean"
            return made

        # The numbers that the other cases draw stay the same.
        with torch.random.fork_rng():
            soft = {
                "soft": soft_cross_entropy(),
                "soft_weights": soft_cross_entropy(weight=weights),
                "soft_smoothing": soft_cross_entropy(weight=weights, label_smoothing=0.3),
            }

        nll = {"loss": F.nll_loss, "x": log_probs}
        ignored = 1 if features > 1 and (classes != 1).any() else None
        cases[f"{index}"] = {
            "classes": classes.tolist(),
            "weights": weights.double().tolist(),
            "same": same.tolist(),
            "cross_entropy": cross_entropy(),
            "class_weights": cross_entropy(weights=weights),
            "ignore_index": cross_entropy(weights=weights, ignored=ignored),
            "label_smoothing": cross_entropy(label_smoothing=0.3),
            "all": cross_entropy(weights=weights, label_smoothing=0.3, ignored=ignored),
            "nll": cross_entropy(**nll),
            "nll_class_weights": cross_entropy(**nll, weights=weights, ignored=ignored),
            "focal": case(lambda x: focal(x, 2.0, torch.ones(features)), {"x": x}),
            "focal_class_weights": case(
                lambda x: focal(x, 1.5, weights), {"x": x}, lambda losses: losses.sum() / weights[classes].sum()
            ),
            "kl_div": case(
                lambda x, t: F.kl_div(x, t, reduction="none").sum(-1, keepdim=True), {"x": log_probs, "t": targets}
            ),
            **soft,
            "triplet_margin": case(
                lambda a, p, n: F.triplet_margin_loss(a, p, n, reduction="none")[:, None],
                {"anchor": anchor, "near": near, "far": far},
            ),
            "cosine_embedding": case(
                lambda a, b: F.cosine_embedding_loss(a, b, signs, margin=0.2, reduction="none")[:, None],
                {"anchor": anchor, "far": far},
            ),
            "contrastive": case(contrastive, {"anchor": anchor, "far": far}),
            "info_nce": case(info_nce, {"anchor": anchor, "near": near}),
        }
    return cases


def batch_losses():
    """Losses that relate all rows to each other, by their formulas."""

    def supervised_contrastive(x, classes):
        """The code of Khosla et al. for one view and base temperature."""
        scores = F.normalize(x, dim=-1) @ F.normalize(x, dim=-1).t() / 0.3
        others = ~torch.eye(len(x), dtype=torch.bool)
        same = (classes[:, None] == classes[None, :]) & others
        log_probs = scores - scores.masked_fill(~others, -torch.inf).logsumexp(1, keepdim=True)
        return -(log_probs * same).sum(1, keepdim=True) / same.sum(1, keepdim=True).clamp(min=1)

    def nt_xent(a, b):
        x = F.normalize(torch.cat([a, b]), dim=-1)
        scores = (x @ x.t() / 0.3).fill_diagonal_(-torch.inf)
        losses = F.cross_entropy(scores, torch.arange(2 * len(a)).roll(len(a)), reduction="none")
        return (losses[: len(a)] + losses[len(a) :])[:, None] / 2

    def vicreg(x, y):
        """The code of Bardes et al."""
        rows, features = x.shape
        distance = F.mse_loss(x, y)
        x, y = x - x.mean(dim=0), y - y.mean(dim=0)
        deviations = [torch.sqrt(z.var(dim=0) + 0.0001) for z in (x, y)]
        variance = sum(torch.mean(F.relu(1 - deviation)) / 2 for deviation in deviations)
        covariances = [(z.T @ z) / (rows - 1) for z in (x, y)]
        off_diagonal = ~torch.eye(features, dtype=torch.bool)
        covariance = sum(c[off_diagonal].pow(2).sum() / features for c in covariances)
        return 25 * distance + 25 * variance + covariance

    def barlow_twins(a, b):
        a, b = (F.batch_norm(x, None, None, training=True) for x in (a, b))
        c = a.T @ b / len(a)
        diagonal = torch.eye(len(c), dtype=torch.bool)
        return (c[diagonal] - 1).pow(2).sum() + 0.1 * c[~diagonal].pow(2).sum()

    cases = {}
    for index, (rows, features) in enumerate([(2, 2), (3, 3), (7, 5), (16, 8)]):
        a = torch.randn(rows, features)
        inputs = {"a": a, "b": a + 0.7 * torch.randn(rows, features)}
        classes = torch.randint(3, (rows,))
        classes[:2] = 1
        cases[f"{index}"] = {
            "classes": classes.tolist(),
            "supervised_contrastive": case(lambda x: supervised_contrastive(x, classes), {"a": a}),
            "nt_xent": case(nt_xent, inputs),
            "vicreg": case(vicreg, inputs),
            "barlow_twins": case(barlow_twins, inputs),
        }
    return cases


def ctc_losses():
    """Connectionist temporal classification, of logits [batch, steps, classes]."""
    cases = {}
    for index, (items, steps, classes, width) in enumerate([(1, 1, 2, 1), (3, 5, 4, 3), (4, 12, 6, 5), (5, 30, 3, 9)]):
        logits = 2 * torch.randn(items, steps, classes)
        targets = torch.randint(1, classes, (items, width))
        input_lengths = torch.randint(steps // 2, steps + 1, (items,))
        target_lengths = torch.randint(0, width + 1, (items,))
        # One whole item, and one with equal labels and, if it is not alone, too few steps for them.
        input_lengths[0], target_lengths[0] = steps, min(width, steps)
        targets[-1, :] = targets[-1, 0]
        target_lengths[-1] = width
        input_lengths[-1] = min(steps, 2 * width - 2) if items > 1 else steps

        def ctc(logits, reduction, blank):
            log_probs = F.log_softmax(logits, -1).transpose(0, 1)
            labels = targets if blank == 0 else targets - 1
            lengths = (input_lengths, target_lengths)
            return F.ctc_loss(log_probs, labels, *lengths, blank, reduction, zero_infinity=True)

        for blank in 0, classes - 1:
            each = lambda logits: ctc(logits, "none", blank)[:, None]
            divisors = target_lengths.clamp(min=1)[:, None]
            made = case(each, {"logits": logits}, lambda losses: (losses / divisors).mean())
            assert torch.allclose(ctc(logits, "mean", blank), made["value"]), "PyTorch's own mean"
            labels = targets if blank == 0 else targets - 1
            cases[f"{index}, {'first' if blank == 0 else 'last'}"] = {
                "targets": {"shape": list(labels.shape), "data": labels.flatten().tolist()},
                "input_lengths": input_lengths.tolist(),
                "target_lengths": target_lengths.tolist(),
                **made,
            }
    return cases


if __name__ == "__main__":
    torch.set_num_threads(1)
    for file in pointwise_losses, row_losses, batch_losses, ctc_losses:
        torch.manual_seed(0)
        path = Path(__file__).with_name(f"{file.__name__}.json")
        path.write_text(text(file()) + "\n")
