"""Writes a tiny BERT with random weights, its tokenizer, and the embeddings that transformers computes with it.

    pip install torch transformers
    python tests/golden/sentence_twins/generate.py          # the files beside this one
    python tests/golden/sentence_twins/generate.py DIR      # only DIR/expected.json, for the BERT in DIR

`config.json`, `model.safetensors` and `tokenizer.json` are as `save_pretrained` writes them, for the example
`sentence_twins`; `expected.json` is for its tests: the embeddings of some texts in one padded batch, the InfoNCE loss of
the first two and the next two, and the norm of its gradient for each weight. For a model in a folder it has the
embeddings of 100 texts, and how long transformers takes to open it and to embed them on one thread.
"""

import json
import re
import string
import sys
import time
from collections import Counter
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

HERE = Path(__file__).parent
TEXTS = [
    "the tie is part of the type",
    "Ties, ties!  A cafe\u0301 at 9:45\n",
    "A weight has one owner, and a tied field borrows it: the borrow is part of the type, so it cannot come apart.",
    "\U0001f980",
    "word " * 40,
]


def embed(model, tokenizer, texts):
    """The mean of the vectors of all tokens but the padding, with length 1."""
    tokenizer.enable_truncation(model.config.max_position_embeddings)
    tokenizer.enable_padding()
    encoded = tokenizer.encode_batch(texts)
    ids, mask = (torch.tensor([getattr(text, part) for text in encoded]) for part in ["ids", "attention_mask"])
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
    mask = mask[:, :, None]
    mean = (hidden * mask).sum(1) / mask.sum(1)
    return torch.nn.functional.normalize(mean), [text.ids[: sum(text.attention_mask)] for text in encoded]


def embed_all(model, tokenizer, texts):
    """As the example does it: texts of similar length in batches of 32."""
    tokenizer.no_padding()
    lengths = [len(text.ids) for text in tokenizer.encode_batch(texts)]
    order = sorted(range(len(texts)), key=lengths.__getitem__)
    rows, ids = torch.zeros(len(texts), model.config.hidden_size), [None] * len(texts)
    for first in range(0, len(texts), 32):
        part = order[first : first + 32]
        rows[part], found = embed(model, tokenizer, [texts[at] for at in part])
        for at, of_text in zip(part, found):
            ids[at] = of_text
    return rows, ids


def tiny():
    """Writes the tokenizer, the configuration and the weights."""
    book = "".join((HERE.parents[2] / "docs" / name).read_text() for name in ["ties.md", "bodies.md", "operations.md"])
    letters = string.ascii_lowercase + string.digits
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *string.punctuation, *(f"##{letter}" for letter in letters)]
    words = Counter(re.findall("[a-z]{2,}", book.lower()))
    pieces += sorted(words, key=lambda word: (-words[word], word))[: 200 - len(pieces)]
    tokenizer = Tokenizer(models.WordPiece({piece: id for id, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.add_special_tokens(pieces[:4])
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(HERE / "tokenizer.json"), pretty=False)

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=200,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=40,
        max_position_embeddings=32,
    )
    model = BertModel(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.uniform_(-0.5, 0.5)
    model.save_pretrained(HERE)
    return model, tokenizer


def loss_and_gradient(model, tokenizer):
    """InfoNCE at temperature 0.05, and the norm of its gradient for each weight but the pooler's."""
    left, right = (embed(model, tokenizer, texts)[0] for texts in [TEXTS[:2], TEXTS[2:4]])
    loss = torch.nn.functional.cross_entropy(left @ right.T / 0.05, torch.arange(2))
    loss.backward()
    named = [(name, parameter.grad) for name, parameter in model.named_parameters() if parameter.grad is not None]
    return loss.item(), {name: gradient.norm().item() for name, gradient in named}


def rounded(rows):
    return [[float(f"{x:.7g}") for x in row] for row in rows.tolist()]


def main():
    if len(sys.argv) == 1:
        model, tokenizer = tiny()
        rows, ids = embed(model, tokenizer, TEXTS)
        loss, gradient = loss_and_gradient(model, tokenizer)
        expected = {
            "texts": [{"text": text, "ids": ids} for text, ids in zip(TEXTS, ids)],
            "embeddings": rounded(rows),
            "loss": loss,
            "gradient": gradient,
        }
        (HERE / "expected.json").write_text(json.dumps(expected) + "\n")
        return
    folder = Path(sys.argv[1])
    torch.set_num_threads(1)
    words = "".join((HERE.parents[2] / "docs" / name).read_text() for name in ["ties.md", "bodies.md"]).split()
    texts = [" ".join(words[at * 20 :][: 3 + 7 * at % 40]) for at in range(100)]
    start = time.perf_counter()
    model = BertModel.from_pretrained(folder, dtype=torch.float32).eval().requires_grad_(False)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    opened = time.perf_counter()
    seconds = float("inf")
    for _ in range(5):
        begin = time.perf_counter()
        rows, ids = embed_all(model, tokenizer, texts)
        seconds = min(seconds, time.perf_counter() - begin)
    expected = {
        "texts": [{"text": text, "ids": ids} for text, ids in zip(texts, ids)],
        "embeddings": rounded(rows),
        "seconds_to_open": opened - start,
        "seconds_to_embed": seconds,
    }
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    print(f"transformers opens in {opened - start:.3f} s and embeds 100 texts in {seconds:.3f} s")


main()
