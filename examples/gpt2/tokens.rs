//! Conversion between text and tokens.

use std::path::Path;

use tokenizers::Tokenizer;

use crate::config::Config;

pub(crate) struct Tokens {
    tokenizer: Tokenizer,
    /// The token that precedes a text.
    start: Option<u32>,
}

impl Tokens {
    /// Reads a tokenizer for a model with so many tokens.
    pub(crate) fn read(path: &Path, of_model: usize, config: &Config) -> Result<Self, String> {
        let tokenizer =
            Tokenizer::from_file(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let known = tokenizer.get_vocab_size(true);
        if known > of_model {
            return Err(format!("{} has {known} tokens, and the model {of_model}", path.display()));
        }
        Ok(Tokens { tokenizer, start: config.eos_token_id })
    }

    /// Encodes a text as at least one token.
    pub(crate) fn encode(&self, text: &str) -> Result<Vec<u32>, String> {
        let encoded = self.tokenizer.encode(text, false).map_err(|error| error.to_string())?;
        let mut ids = encoded.get_ids().to_vec();
        if ids.is_empty() {
            ids.extend(self.start);
        }
        if ids.is_empty() { Err("the prompt is empty".to_owned()) } else { Ok(ids) }
    }

    pub(crate) fn decode(&self, ids: &[u32]) -> Result<String, String> {
        self.tokenizer.decode(ids, true).map_err(|error| error.to_string())
    }
}
