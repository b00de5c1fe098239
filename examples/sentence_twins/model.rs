//! An encoder with its tokens and its configuration, as a folder holds them.

use std::fs;
use std::path::Path;

use rand::Rng;
use safetensors::tensor::{Dtype, TensorView};
use tiedw::prelude::*;

use crate::batch::Batch;
use crate::config::Config;
use crate::encoder::{Encoder, Sizes};
use crate::tokens::Tokens;
use crate::{names, widths};

/// How many sentences are encoded at once.
const BATCH: usize = 32;

pub(crate) struct Model {
    pub(crate) config: Config,
    pub(crate) tokens: Tokens,
    pub(crate) encoder: Encoder,
}

impl Model {
    /// Opens a folder with `config.json`, `model.safetensors` and `tokenizer.json` of a BERT.
    pub(crate) fn open(folder: &Path) -> Result<Self, String> {
        let config = Config::read(&folder.join("config.json"))?;
        let path = folder.join("model.safetensors");
        let encoder = names::options().open(&path);
        let mut encoder: Encoder =
            encoder.map_err(|error| format!("cannot open {}: {error}", path.display()))?;
        widths::check(&encoder).map_err(|problem| format!("{}: {problem}", path.display()))?;
        let (layers, expected) = (encoder.blocks.len(), config.num_hidden_layers);
        if layers != expected {
            return Err(format!("{} has {layers} layers, and config.json says {expected}", path.display()));
        }
        encoder.configure(config.num_attention_heads, config.layer_norm_eps)?;
        let (words, positions) = (encoder.words.weight.rows(), encoder.positions.weight.rows());
        let tokens = Tokens::read(&folder.join("tokenizer.json"), words, positions)?;
        Ok(Model { config, tokens, encoder })
    }

    /// Creates a small encoder with random weights, which knows the words of the texts.
    pub(crate) fn new<'t>(
        texts: impl Iterator<Item = &'t str> + Send,
        rng: &mut impl Rng,
    ) -> Result<Self, String> {
        let positions = 32;
        let tokens = Tokens::of_words(texts, positions)?;
        let sizes = Sizes { words: tokens.count(), positions, width: 32, hidden: 64, heads: 4, layers: 2 };
        let (config, mut encoder) = (Config::new(&sizes), Encoder::new(&sizes, rng));
        encoder.configure(config.num_attention_heads, config.layer_norm_eps)?;
        Ok(Model { config, tokens, encoder })
    }

    /// Writes a folder that `open` and transformers can open.
    pub(crate) fn save(&self, folder: &Path) -> Result<(), String> {
        create(folder)?;
        self.config.write(&folder.join("config.json"))?;
        self.tokens.write(&folder.join("tokenizer.json"))?;
        let path = folder.join("model.safetensors");
        let file = weights(&self.encoder)?;
        fs::write(&path, file).map_err(|error| format!("cannot write {}: {error}", path.display()))
    }

    /// Returns a row for each text, which has the length 1.
    pub(crate) fn embed(&self, texts: &[&str]) -> Result<Tensor<DYN>, String> {
        let sentences = self.tokens.encode(texts)?;
        let width = self.encoder.words.weight.columns();
        let mut rows = Tensor::<DYN>::zeros([texts.len(), width]);
        // Sentences of similar length need little padding.
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&at| sentences[at].len());
        for part in order.chunks(BATCH) {
            let batch = Batch::new(part.iter().map(|&at| &*sentences[at]));
            let encoded = self.encoder.forward(&batch);
            for (&at, row) in part.iter().zip(encoded.as_slice().chunks_exact(width)) {
                rows.as_mut_slice()[at * width..][..width].copy_from_slice(row);
            }
        }
        Ok(rows)
    }
}

/// Creates a folder if it does not exist.
pub(crate) fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))
}

/// Returns a file of `BertModel` without its pooler.
fn weights(encoder: &Encoder) -> Result<Vec<u8>, String> {
    let bytes = |numbers: &[f32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let named = encoder.named_parameters();
    let named: Vec<_> = named
        .map(|(name, values)| (names::theirs(&name), values.shape().to_vec(), bytes(values.as_slice())))
        .collect();
    let views: Result<Vec<_>, _> = named
        .iter()
        .map(|(name, shape, bytes)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect();
    // transformers asks for it.
    let format = [("format".to_owned(), "pt".to_owned())].into_iter().collect();
    views.and_then(|views| safetensors::serialize(views, Some(format))).map_err(|error| error.to_string())
}
