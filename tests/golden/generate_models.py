"""Writes the values that tests/golden_models.rs compares with, as PyTorch computes them on the CPU.

    pip install torch
    python tests/golden/generate_models.py

As generate.py, beside this script: small twins of the examples' models, with the logits, the loss and its gradients,
and the losses and weights of four steps of AdamW.
"""

from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from generate import differentiated, text, weights

VOCABULARY, CONTEXT, LENGTH = 11, 5, 4


def model_case(net, inputs, target):
    for parameter in net.parameters():
        # Weights without special values.
        nn.init.uniform_(parameter, -0.5, 0.5)

    def loss():
        return F.cross_entropy(net(*inputs.values()).flatten(0, -2), target.flatten())

    differentiation = differentiated(loss(), net)
    case = {
        "weights": unstacked(weights(net)),
        **inputs,
        "target": target,
        "logits": net(*inputs.values()),
        "value": differentiation["value"],
        "gradients": unstacked(differentiation["gradients"]),
    }
    # The gradient of a key's bias is rounding noise: a large ε keeps AdamW from amplifying it to full steps.
    hyperparameters = {"lr": 1e-2, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}
    optimizer = torch.optim.AdamW(net.parameters(), **hyperparameters)
    losses = []
    for _ in range(4):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        losses.append(value)
    return {**case, "adam_w": {"hyperparameters": hyperparameters, "losses": losses, "weights": unstacked(weights(net))}}


def unstacked(tensors):
    """query, key and value in the place of in_proj."""
    found = {}
    for name, tensor in tensors.items():
        layer, stacked, kind = name.partition("in_proj_")
        parts = {f"{layer}{part}.{kind}": value for part, value in zip(("query", "key", "value"), tensor.chunk(3))}
        found |= parts if stacked else {name: tensor}
    return found


class Positions(nn.Module):
    def __init__(self, length, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(length, width))

    def forward(self, x):
        return x + self.weight[: x.shape[-2]]


class Block(nn.Module):
    """Attention and a feed-forward part, each on the norm of its input and beside it."""

    def __init__(self, width, bias):
        super().__init__()
        self.attention_norm = nn.LayerNorm(width, bias=bias)
        self.attention = nn.MultiheadAttention(width, 2, bias=bias, batch_first=True)
        self.norm = nn.LayerNorm(width, bias=bias)
        self.up = nn.Linear(width, 4 * width, bias=bias)
        self.down = nn.Linear(4 * width, width, bias=bias)

    def forward(self, x):
        x = x + attend(self.attention, self.attention_norm(x), causal=True)
        return x + self.down(F.gelu(self.up(self.norm(x))))


def attend(attention, x, context=None, causal=False):
    mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1]) if causal else None
    context = x if context is None else context
    return attention(x, context, context, attn_mask=mask, need_weights=False)[0]


def gpt():
    """GPT-2 without biases, whose head is its embedding."""

    class Gpt(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.positions = nn.Embedding(VOCABULARY, 8), Positions(CONTEXT, 8)
            self.blocks = nn.ModuleList(Block(8, bias=False) for _ in range(2))
            self.norm = nn.LayerNorm(8, bias=False)
            self.head = nn.Linear(8, VOCABULARY, bias=False)
            self.head.weight = self.embed.weight

        def forward(self, ids):
            x = self.positions(self.embed(ids))
            for block in self.blocks:
                x = block(x)
            return self.head(self.norm(x))

    return model_case(Gpt(), {"ids": torch.randint(VOCABULARY, (3, CONTEXT))}, torch.randint(VOCABULARY, (3, CONTEXT)))


def albert_language_model():
    """Six layers, all of which are the first, and a head that is the embedding."""

    class Albert(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.positions = nn.Embedding(VOCABULARY, 8), Positions(CONTEXT, 8)
            self.first = Block(8, bias=True)
            self.rest = nn.ModuleList([self.first] * 5)
            self.norm = nn.LayerNorm(8)
            self.head = nn.Linear(8, VOCABULARY)
            self.head.weight = self.embed.weight

        def forward(self, ids):
            h = self.first(self.positions(self.embed(ids)))
            for block in self.rest:
                h = block(h)
            return self.head(self.norm(h))

    ids, target = torch.randint(VOCABULARY, (3, CONTEXT)), torch.randint(VOCABULARY, (3, CONTEXT))
    return model_case(Albert(), {"ids": ids}, target)


def t5():
    """An encoder and a decoder with one embedding, which is the head, too."""

    class FeedForward(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.up, self.down = nn.LayerNorm(4), nn.Linear(4, 16), nn.Linear(16, 4)

        def forward(self, x):
            return x + self.down(self.up(self.norm(x)).relu())

    class EncoderLayer(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.attention = nn.LayerNorm(4), nn.MultiheadAttention(4, 2, batch_first=True)
            self.feed_forward = FeedForward()

        def forward(self, x):
            return self.feed_forward(x + attend(self.attention, self.norm(x)))

    class DecoderLayer(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.attention = nn.LayerNorm(4), nn.MultiheadAttention(4, 2, batch_first=True)
            self.cross_norm, self.cross_attention = nn.LayerNorm(4), nn.MultiheadAttention(4, 2, batch_first=True)
            self.feed_forward = FeedForward()

        def forward(self, x, encoded):
            x = x + attend(self.attention, self.norm(x), causal=True)
            x = x + attend(self.cross_attention, self.cross_norm(x), encoded)
            return self.feed_forward(x)

    class Stack(nn.Module):
        def __init__(self, embed, layer):
            super().__init__()
            self.embed, self.positions = embed, Positions(LENGTH, 4)
            self.layers, self.norm = nn.ModuleList(layer() for _ in range(2)), nn.LayerNorm(4)

        def forward(self, ids, *encoded):
            x = self.positions(self.embed(ids))
            for layer in self.layers:
                x = layer(x, *encoded)
            return self.norm(x)

    class T5(nn.Module):
        def __init__(self):
            super().__init__()
            self.shared = nn.Embedding(VOCABULARY, 4)
            self.encoder, self.decoder = Stack(self.shared, EncoderLayer), Stack(self.shared, DecoderLayer)
            self.head = nn.Linear(4, VOCABULARY, bias=False)
            self.head.weight = self.shared.weight

        def forward(self, question, before):
            # T5 scales the input of a tied head.
            return self.head(self.decoder(before, self.encoder(question))) * 4**-0.5

    # The question is shorter than the answer.
    question, before = torch.randint(VOCABULARY, (3, LENGTH - 1)), torch.randint(VOCABULARY, (3, LENGTH))
    return model_case(T5(), {"question": question, "before": before}, torch.randint(VOCABULARY, (3, LENGTH)))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for case in gpt, albert_language_model, t5:
        torch.manual_seed(0)
        path = Path(__file__).with_name(f"{case.__name__}.json")
        path.write_text(text(case()) + "\n")
