//! The names of the weights in files of transformers, and which of them are transposed.

use tiedw::prelude::LoadOptions;

const NAMES: [(&str, &str); 9] = [
    ("wte.", "embed."),
    ("wpe.", "positions."),
    ("ln_f.", "norm."),
    ("lm_head.", "head."),
    (".ln_1.", ".attention_norm."),
    (".ln_2.", ".norm."),
    (".attn.c_proj.", ".attention.out_proj."),
    (".mlp.c_fc.", ".up."),
    (".mlp.c_proj.", ".down."),
];

/// Options to read a file of `GPT2LMHeadModel`, or of `GPT2Model`, which has no prefix.
pub(crate) fn options() -> LoadOptions<'static> {
    LoadOptions::new().prefix("transformer.").ignore(is_mask).rename(rename).split(split)
}

/// Whether a tensor is the causal mask, which older files contain along with the weights.
fn is_mask(name: &str) -> bool {
    name.ends_with(".attn.bias") || name.ends_with(".attn.masked_bias")
}

fn rename(name: &str) -> String {
    let mut ours = name.strip_prefix("h.").map_or_else(|| name.to_owned(), |rest| format!("blocks.{rest}"));
    for (theirs, replacement) in NAMES {
        ours = ours.replacen(theirs, replacement, 1);
    }
    // The `Conv1D` of transformers is a linear layer whose weight has the shape [inputs, outputs].
    let conv1d = [".attn.c_proj.weight", ".mlp.c_fc.weight", ".mlp.c_proj.weight"];
    if conv1d.iter().any(|end| name.ends_with(end)) { ours + ".t()" } else { ours }
}

/// `c_attn` contains the queries, keys and values side by side.
fn split(name: &str) -> Option<Vec<String>> {
    let (block, kind) = name.split_once(".attn.c_attn.")?;
    let kind = if kind == "weight" { "weight.t()" } else { kind };
    Some(["query", "key", "value"].map(|part| format!("{block}.attention.{part}.{kind}")).into())
}
