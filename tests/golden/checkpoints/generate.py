"""Writes the checkpoints that PyTorch users have, for `tests/checkpoints/pytorch.rs`: python generate.py

Needs torch and safetensors."""

from pathlib import Path

import torch
from safetensors.torch import save_file, save_model

from nets import NETS, ORDER, numbered

HERE = Path(__file__).parent

for name, net in NETS.items():
    net, path = numbered(net(), ORDER[name]), HERE / f"pytorch_{name}.safetensors"
    if name != "autoencoder":
        save_model(net, path)
        continue
    both = {key: tensor.contiguous() for key, tensor in net.state_dict().items()}
    save_file(both, path)
    del both["encoder.weight"]
    save_file(both, HERE / "pytorch_autoencoder_tied_name.safetensors")

numbers = {"weight": torch.arange(1, 7).view(2, 3) / 8, "bias": torch.tensor([7 / 8, -1.0])}
for name, dtype in {"f16": torch.float16, "bf16": torch.bfloat16, "f64": torch.float64, "i32": torch.int32}.items():
    save_file({key: tensor.to(dtype) for key, tensor in numbers.items()}, HERE / f"pytorch_{name}.safetensors")
