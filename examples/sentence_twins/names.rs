//! The names of the weights in files of transformers, and in the model.

use tiedw::prelude::LoadOptions;

type Pair = (&'static str, &'static str);

/// The beginnings of names outside of the blocks: theirs, and ours.
const OUTSIDE: [Pair; 4] = [
    ("embeddings.word_embeddings.", "words."),
    ("embeddings.position_embeddings.", "positions."),
    ("embeddings.token_type_embeddings.", "types."),
    ("embeddings.LayerNorm.", "norm."),
];

/// Those within a block. The first that fits counts.
const IN_BLOCK: [Pair; 6] = [
    ("attention.output.dense.", "attention.out_proj."),
    ("attention.output.LayerNorm.", "attention_norm."),
    ("attention.self.", "attention."),
    ("intermediate.dense.", "up."),
    ("output.dense.", "down."),
    ("output.LayerNorm.", "norm."),
];

const THEIR_BLOCKS: &str = "encoder.layer.";
const OUR_BLOCKS: &str = "blocks.";

/// The prefix in files of models with a head.
const PREFIX: &str = "bert.";

/// Options to read a file of `BertModel`, or of BERT with a head, of which the encoder alone is read.
pub(crate) fn options() -> LoadOptions<'static> {
    LoadOptions::new().prefix(PREFIX).ignore(is_ignored).rename(ours)
}

/// Whether a tensor is none of the encoder's weights: the pooler, a head, or the numbers of the positions.
fn is_ignored(name: &str) -> bool {
    let name = name.strip_prefix(PREFIX).unwrap_or(name);
    let of_encoder = name.starts_with("embeddings.") || name.starts_with(THEIR_BLOCKS);
    !of_encoder || name == "embeddings.position_ids"
}

fn ours(name: &str) -> String {
    // The names that files converted from TensorFlow have.
    let name =
        name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias");
    translated(&name, [THEIR_BLOCKS, OUR_BLOCKS], &OUTSIDE, &IN_BLOCK)
}

/// The name in files of `BertModel`.
pub(crate) fn theirs(name: &str) -> String {
    let back = |(theirs, ours): Pair| (ours, theirs);
    translated(name, [OUR_BLOCKS, THEIR_BLOCKS], &OUTSIDE.map(back), &IN_BLOCK.map(back))
}

fn translated(name: &str, [from, to]: [&str; 2], outside: &[Pair], in_block: &[Pair]) -> String {
    match name.strip_prefix(from).and_then(|rest| rest.split_once('.')) {
        Some((block, rest)) => format!("{to}{block}.{}", replaced(rest, in_block)),
        None => replaced(name, outside),
    }
}

/// Replaces the beginning of a name.
fn replaced(name: &str, pairs: &[Pair]) -> String {
    let replace = |(from, to): &Pair| Some(format!("{to}{}", name.strip_prefix(from)?));
    pairs.iter().find_map(replace).unwrap_or_else(|| name.to_owned())
}
