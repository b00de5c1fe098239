"""The networks of `tests/checkpoints/nets.rs`, in PyTorch."""

import torch
from torch import nn


class SharedWeightNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 2)
        self.fc2 = nn.Linear(3, 2)
        self.fc2.weight, self.fc2.bias = self.fc1.weight, self.fc1.bias


class LanguageModel(nn.Module):
    """`save_model` keeps the tied name, `lm_head.weight`: it is the alphabetically first."""

    def __init__(self):
        super().__init__()
        self.wte = nn.Embedding(5, 3)
        self.lm_head = nn.Linear(3, 5, bias=False)
        self.lm_head.weight = self.wte.weight


class TiedAutoencoder(nn.Module):
    """One storage, read two ways: `save_model` and `load_model` refuse it."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(4, 2)
        self.decoder = nn.Linear(2, 4)
        self.decoder.weight = nn.Parameter(self.encoder.weight.t())


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.norm = nn.BatchNorm1d(2)


class Albert(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = Block()
        self.earlier = nn.ModuleList([self.last, self.last, self.last])


class Encoder(nn.Module):
    def __init__(self, shared):
        super().__init__()
        self.embed = shared
        self.layers = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])


class Seq2Seq(nn.Module):
    def __init__(self):
        super().__init__()
        self.shared = nn.Embedding(5, 3)
        self.encoder = Encoder(self.shared)
        self.decoder = Encoder(self.shared)
        self.head = nn.Linear(3, 5, bias=False)
        self.head.weight = self.shared.weight


NETS = {
    "shared_weights": SharedWeightNet,
    "language_model": LanguageModel,
    "autoencoder": TiedAutoencoder,
    "albert": Albert,
    "seq2seq": Seq2Seq,
}


def numbered(net, order):
    """The net with eighths in its parameters and buffers, counted on from 1 to the next in `order`."""
    start = 1
    tensors = net.state_dict()
    with torch.no_grad():
        for name in order:
            count = tensors[name].numel()
            tensors[name].copy_(torch.arange(start, start + count).view(tensors[name].shape) / 8)
            start += count
    return net


# The names of the owners in the order of the Rust structs: parameters, then buffers.
ORDER = {
    "shared_weights": ["fc1.weight", "fc1.bias"],
    "language_model": ["wte.weight"],
    "autoencoder": ["encoder.weight", "encoder.bias", "decoder.bias"],
    "albert": ["last.fc.weight", "last.fc.bias", "last.norm.weight", "last.norm.bias"]
    + ["last.norm.running_mean", "last.norm.running_var"],
    "seq2seq": ["shared.weight"]
    + [f"{part}.layers.{at}.{name}" for part in ["encoder", "decoder"] for at in [0, 1] for name in ["weight", "bias"]],
}
