"""Writes the values that tests/golden.rs compares with, as PyTorch computes them on the CPU.

    pip install torch
    python tests/golden/generate.py

Each case is a function and becomes a JSON file of the same name beside this script. A tensor is
{"shape": [..], "data": [..]}, row-major; parameters have the names of `state_dict`, a shared one only that of
its owner. A loss is {"value", "gradients" by parameter, "input_gradients" by input}.
"""

import copy
import json
import math
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import SGD, Adam


def separate_layers():
    """Two layers with weights of their own, side by side."""
    return two_layers(TwoLayers())


def shared_layers():
    """Two names for one layer."""
    net = TwoLayers()
    net.fc2.weight = net.fc1.weight
    net.fc2.bias = net.fc1.bias
    case = two_layers(net)

    def loss(net):
        y1, y2 = net(case["x"])
        return F.mse_loss(y1, case["t1"]) + F.mse_loss(y2, case["t2"])

    case["optimizers"] = {
        "sgd": three_steps(net, loss, SGD, lr=0.01),
        "sgd_momentum": three_steps(net, loss, SGD, lr=0.05, momentum=0.9),
        "sgd_nesterov": three_steps(net, loss, SGD, lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-2),
        "adam": three_steps(net, loss, Adam, lr=1e-2),
        "adam_weight_decay": three_steps(net, loss, Adam, lr=1e-2, betas=(0.8, 0.95), weight_decay=1e-2),
    }
    return case


class TwoLayers(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 5)
        self.fc2 = nn.Linear(10, 5)

    def forward(self, x):
        return self.fc1(x), self.fc2(x)


def two_layers(net):
    x = torch.randn(3, 10, requires_grad=True)
    t1, t2 = torch.randn(3, 5), torch.randn(3, 5)
    y1, y2 = net(x)
    loss1, loss2 = F.mse_loss(y1, t1), F.mse_loss(y2, t2)
    return {
        "weights": weights(net),
        "x": x,
        "t1": t1,
        "t2": t2,
        "y1": y1,
        "y2": y2,
        "loss1": differentiated(loss1, net, x=x),
        "loss2": differentiated(loss2, net, x=x),
        "loss": differentiated(loss1 + loss2, net, x=x),
    }


def tied_autoencoder():
    """The decoder uses the encoder's weight, transposed. The input is also the target."""

    class TiedAutoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Linear(12, 5)
            self.decoder = nn.ParameterDict({"bias": torch.empty(12).uniform_(-0.4, 0.4)})

        def forward(self, x):
            code = self.encoder(x).relu()
            return F.linear(code, self.encoder.weight.t(), self.decoder["bias"]).sigmoid()

    net = TiedAutoencoder()
    x = torch.rand(4, 12, requires_grad=True)
    y = net(x)

    def loss(net):
        return F.mse_loss(net(x), x)

    return {
        "weights": weights(net),
        "x": x,
        "y": y,
        "loss": differentiated(loss(net), net, x=x),
        "optimizers": {
            "adam": three_steps(net, loss, Adam, lr=1e-2),
            "sgd": three_steps(net, loss, SGD, lr=0.1),
        },
    }


def siamese():
    """One encoder for both sides of a pair."""

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(8, 6)
            # A bias here would cancel in the difference: its gradient would be rounding noise, which Adam
            # would amplify to full steps.
            self.fc2 = nn.Linear(6, 3, bias=False)

        def forward(self, x):
            return self.fc2(self.fc1(x).relu())

    net = nn.ModuleDict({"encoder": Encoder()})
    encoder = net["encoder"]
    a = 2 * torch.randn(6, 8)
    b = a + torch.tensor([3.0, 2.0, 2.0, 1.5, 8.0, 6.0])[:, None] * torch.randn(6, 8)
    same = [True, False, True, False, False, True]
    margin = 1.0
    a.requires_grad_()
    b.requires_grad_()

    def loss(net):
        return contrastive_loss(net["encoder"](a), net["encoder"](b), same, margin)

    ya, yb = encoder(a), encoder(b)
    distances = torch.linalg.vector_norm(ya - yb, dim=1)
    different = distances[~torch.tensor(same)]
    # Some of the different pairs are within the margin and some beyond.
    assert (different < margin).any() and (different > margin).any()
    return {
        "weights": weights(net),
        "a": a,
        "b": b,
        "same": same,
        "margin": margin,
        "ya": ya,
        "yb": yb,
        "distances": distances,
        "loss": differentiated(loss(net), net, a=a, b=b),
        "optimizers": {"adam": three_steps(net, loss, Adam, lr=1e-2)},
    }


def contrastive_loss(a, b, same, margin):
    """Hadsell, Chopra and LeCun 2006: the mean over pairs."""
    distance = torch.linalg.vector_norm(a - b, dim=1)
    pulled = distance**2 / 2
    pushed = (margin - distance).clamp(min=0) ** 2 / 2
    return torch.where(torch.tensor(same), pulled, pushed).mean()


def albert():
    """One layer, applied four times."""
    net = nn.ModuleDict({"first": nn.Linear(6, 6)})
    first = net["first"]
    x = torch.randn(3, 6, requires_grad=True)
    t = torch.randn(3, 6)
    h = first(x)
    for _ in range(3):
        h = h + first(h).tanh()
    return {
        "weights": weights(net),
        "x": x,
        "t": t,
        "y": h,
        "loss": differentiated(F.mse_loss(h, t), net, x=x),
    }


def losses():
    """Each loss alone, with inputs where a naive formula overflows or divides by zero."""
    y, t = torch.randn(4, 3), torch.randn(4, 3)
    bce_y = torch.tensor([[0.0, -0.3, 2.5, -4.0], [40.0, 40.0, -40.0, -40.0], [40.0, -40.0, 1.5, -1.5]])
    bce_t = torch.tensor([[0.5, 0.3, 1.0, 0.0], [1.0, 0.25, 0.0, 0.75], [0.0, 1.0, 0.9, 0.1]])
    logits = torch.tensor(
        [
            [0.2, -1.3, 0.7, 0.1],
            [1.0, 1.0, 1.0, 1.0],
            [1000.0, 3.0, -1000.0, 0.0],
            [9999.5, 10000.0, 9998.0, 9999.0],
            [-90.0, -91.0, -89.5, -90.5],
            [120.0, 119.0, 118.5, 90.0],
            [0.0, -30.0, 0.5, -0.5],
        ]
    )
    classes = [2, 0, 0, 3, 1, 1, 1]
    a = torch.randn(8, 3)
    b = a + torch.randn(8, 3)
    b[0], b[1] = a[0], a[1]
    b[2:5] = a[2:5] + 0.3 * torch.randn(3, 3)
    same = [True, False, True, False, False, True, False, False]
    margin = torch.tensor(1.25)
    return {
        "mse": loss_case(F.mse_loss, y=y, t=t),
        "bce_with_logits": loss_case(F.binary_cross_entropy_with_logits, y=bce_y, t=bce_t),
        "cross_entropy": {
            "classes": classes,
            **loss_case(lambda logits: F.cross_entropy(logits, torch.tensor(classes)), logits=logits),
        },
        "contrastive": {
            "same": same,
            **loss_case(lambda a, b, margin: contrastive_loss(a, b, same, margin), a=a, b=b, margin=margin),
        },
    }


def loss_case(loss, **inputs):
    tensors = [tensor.requires_grad_() for tensor in inputs.values()]
    value = loss(*tensors)
    gradients = torch.autograd.grad(value, tensors)
    return {**inputs, "value": value, "input_gradients": dict(zip(inputs, gradients))}


def activations():
    """Values, and gradients for the cotangent dy."""
    x = torch.tensor(
        [
            [0.0, -0.0, 1e-30, -1e-30, 1e-4, -1e-4, 0.02, -0.02],
            [0.5, -0.5, 1.0, -1.0, 3.0, -3.0, 6.0, -6.0],
            [10.0, -10.0, 20.0, -20.0, 50.0, -50.0, 100.0, -100.0],
        ],
        requires_grad=True,
    )
    dy = torch.randn(3, 8)
    case = {"x": x, "dy": dy}
    for activation in torch.relu, torch.tanh, torch.sigmoid:
        y = activation(x)
        (dx,) = torch.autograd.grad(y, x, dy)
        case[activation.__name__] = {"y": y, "dx": dx}
    return case


def weights(net):
    return {name: parameter.detach().clone() for name, parameter in net.named_parameters()}


def differentiated(loss, net, **inputs):
    """A loss with its gradients; zero where it does not depend on a parameter."""
    parameters = dict(net.named_parameters())
    sources = [*parameters.values(), *inputs.values()]
    gradients = torch.autograd.grad(loss, sources, retain_graph=True, materialize_grads=True)
    return {
        "value": loss,
        "gradients": dict(zip(parameters, gradients)),
        "input_gradients": dict(zip(inputs, gradients[len(parameters) :])),
    }


def three_steps(net, loss, optimizer, **hyperparameters):
    """Three steps from the weights of `net`, and the loss before each."""
    net = copy.deepcopy(net)
    optimizer = optimizer(net.parameters(), **hyperparameters)
    values = []
    for _ in range(3):
        optimizer.zero_grad()
        value = loss(net)
        value.backward()
        for name, parameter in net.named_parameters():
            # Adam amplifies a gradient of rounding noise to a full step, on which no two implementations agree.
            noise = (parameter.grad != 0) & (parameter.grad.abs() < 1e-5 * parameter.grad.abs().max())
            assert not noise.any(), f"{name}: {parameter.grad}"
        optimizer.step()
        values.append(value)
    return {"hyperparameters": hyperparameters, "losses": values, "weights": weights(net)}


def text(value, indent=""):
    """JSON with a line for each tensor; nine digits name a float32."""
    if isinstance(value, torch.Tensor) and value.dim() > 0:
        data = ", ".join(text(number) for number in value.flatten().tolist())
        return f'{{"shape": {list(value.shape)}, "data": [{data}]}}'
    if isinstance(value, torch.Tensor):
        return text(value.item())
    if isinstance(value, float):
        assert math.isfinite(value)
        return repr(float(f"{value:.9g}"))
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(text(item) for item in value) + "]"
    if isinstance(value, dict):
        deeper = indent + "  "
        lines = (f'{deeper}"{key}": {text(item, deeper)}' for key, item in value.items())
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    return json.dumps(value)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for case in separate_layers, shared_layers, tied_autoencoder, siamese, albert, losses, activations:
        torch.manual_seed(0)
        path = Path(__file__).with_name(f"{case.__name__}.json")
        path.write_text(text(case()) + "\n")
