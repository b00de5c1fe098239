"""Writes a tiny GPT-2 with random weights, its tokenizer, and what transformers makes of them.

    pip install torch transformers
    python tests/golden/gpt2/generate.py

`config.json`, `model.safetensors` and `tokenizer.json` are as `save_pretrained` writes them, for the example `gpt2`;
`expected.json` is for its tests: the tokens of some texts, the logits of one, and how it goes on greedily.
"""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import GPT2Config, GPT2LMHeadModel

HERE = Path(__file__).parent
TEXTS = ["the tie is part of the type", "Ties, ties!  A cafe\u0301 at 9:45\n", "\U0001f980"]

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
trainer = trainers.BpeTrainer(
    vocab_size=300,
    special_tokens=["<|endoftext|>"],
    initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    show_progress=False,
)
book = "".join((HERE.parents[2] / "docs" / name).read_text() for name in ["ties.md", "bodies.md", "operations.md"])
tokenizer.train_from_iterator([book], trainer)
tokenizer.save(str(HERE / "tokenizer.json"), pretty=False)

torch.manual_seed(0)
config = GPT2Config(
    vocab_size=300, n_positions=32, n_embd=24, n_head=3, n_layer=2, bos_token_id=0, eos_token_id=0, use_cache=True
)
model = GPT2LMHeadModel(config).eval()
with torch.no_grad():
    for name, parameter in model.named_parameters():
        # Weights without special values, and large position embeddings, so that generation does not repeat one token.
        bound = {"transformer.wte.weight": 0.2, "transformer.wpe.weight": 1.0}.get(name, 0.5)
        parameter.uniform_(-bound, bound)
model.save_pretrained(HERE)
(HERE / "generation_config.json").unlink()

texts = [{"text": text, "ids": tokenizer.encode(text).ids} for text in TEXTS]
ids = torch.tensor([texts[0]["ids"]])
with torch.no_grad():
    logits = model(ids).logits[0]
    model.generation_config.eos_token_id = None
    greedy = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=12, do_sample=False)
continuation = greedy[0, ids.shape[1] :].tolist()
expected = {
    "texts": texts,
    "logits": [[float(f"{x:.6g}") for x in row] for row in logits.tolist()],
    "greedy": continuation,
    "greedy_text": tokenizer.decode(continuation),
}
(HERE / "expected.json").write_text(json.dumps(expected) + "\n")
