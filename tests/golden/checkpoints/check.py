"""Loads into PyTorch what tiedw wrote, with its ties: python check.py

Needs torch and safetensors. The files are those that `tests/checkpoints/pytorch.rs` compares with what it writes."""

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, load_model

from nets import NETS, ORDER, numbered

HERE = Path(__file__).parent

for name, net in NETS.items():
    path = HERE / f"tiedw_{name}.safetensors"
    loaded, expected = net(), numbered(net(), ORDER[name])
    if name == "autoencoder":
        loaded.load_state_dict(load_file(path), strict=False)
    else:
        # `load_model` cannot find `num_batches_tracked` of a batch norm with two names, even in its own files.
        missing, unexpected = load_model(loaded, path, strict=name != "albert")
        missing, unexpected = ({key for key in keys if not key.endswith("num_batches_tracked")} for keys in (missing, unexpected))
        assert not missing and not unexpected, (name, missing, unexpected)
    for key, tensor in expected.state_dict().items():
        assert torch.equal(loaded.state_dict()[key], tensor), (name, key)
    with safe_open(path, "pt") as file:
        metadata, kept = file.metadata(), set(file.keys())
    keys = {key for key in loaded.state_dict() if not key.endswith("num_batches_tracked")}
    assert kept == set(ORDER[name]), (name, kept)
    assert {alias for alias in metadata if alias != "format"} == keys - kept, (name, metadata)
    storages = {key: tensor.untyped_storage().data_ptr() for key, tensor in loaded.state_dict().items()}
    for alias, owner in metadata.items():
        assert alias == "format" or storages[alias] == storages[owner.removesuffix(".t()")], (name, alias, owner)
    print(f"{name}: {len(kept)} tensors, {len(keys - kept)} other names")
