//! Conversion of text to tokens.

use std::path::Path;

use tokenizers::models::TrainerWrapper;
use tokenizers::models::wordlevel::{WordLevel, WordLevelTrainer};
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::template::TemplateProcessing;
use tokenizers::{AddedToken, PostProcessor, Tokenizer, TruncationParams};

/// The tokens of a new vocabulary that are no words: for padding, other words, and the ends of a sentence.
const SPECIAL: [&str; 4] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];

pub(crate) struct Tokens {
    tokenizer: Tokenizer,
}

impl Tokens {
    /// Reads a tokenizer for a model with so many tokens, and sentences of up to so many.
    pub(crate) fn read(path: &Path, of_model: usize, positions: usize) -> Result<Self, String> {
        let tokenizer =
            Tokenizer::from_file(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let largest = tokenizer.get_vocab(true).into_values().max();
        if let Some(id) = largest.filter(|id| *id as usize >= of_model) {
            return Err(format!(
                "{} has the token {id}, and the model only {of_model} tokens",
                path.display()
            ));
        }
        Tokens::cut(tokenizer, positions)
    }

    /// Creates a vocabulary of all words of the texts, for sentences of up to so many tokens.
    pub(crate) fn of_words<'t>(
        texts: impl Iterator<Item = &'t str> + Send,
        positions: usize,
    ) -> Result<Self, String> {
        Tokens::cut(words(texts).map_err(|error| error.to_string())?, positions)
    }

    /// Lets the tokenizer cut long sentences; batches are padded elsewhere.
    fn cut(mut tokenizer: Tokenizer, positions: usize) -> Result<Self, String> {
        let added = tokenizer.get_post_processor().map_or(0, |processor| processor.added_tokens(false));
        if positions <= added {
            return Err(format!("a model of {positions} positions has no place for a word"));
        }
        let truncation = TruncationParams { max_length: positions, ..TruncationParams::default() };
        tokenizer.with_padding(None).with_truncation(Some(truncation)).map_err(|error| error.to_string())?;
        Ok(Tokens { tokenizer })
    }

    pub(crate) fn count(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }

    /// Encodes sentences as at least one token each.
    pub(crate) fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<u32>>, String> {
        let encoded =
            self.tokenizer.encode_batch_fast(texts.to_vec(), true).map_err(|error| error.to_string())?;
        let ids: Vec<_> = encoded.iter().map(|encoding| encoding.get_ids().to_vec()).collect();
        match ids.iter().position(Vec::is_empty) {
            Some(at) => Err(format!("`{}` has no tokens", texts[at])),
            None => Ok(ids),
        }
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), String> {
        self.tokenizer.save(path, false).map_err(|error| format!("cannot write {}: {error}", path.display()))
    }
}

/// Creates a tokenizer whose tokens are the words of the texts, in lower case.
fn words<'t>(texts: impl Iterator<Item = &'t str> + Send) -> tokenizers::Result<Tokenizer> {
    let unknown = WordLevel::builder().unk_token(SPECIAL[1].to_owned()).build()?;
    let mut tokenizer = Tokenizer::new(unknown);
    tokenizer.with_normalizer(Some(BertNormalizer::default()))?.with_pre_tokenizer(Some(BertPreTokenizer));
    let special = SPECIAL.map(|token| AddedToken::from(token, true)).to_vec();
    let trainer = WordLevelTrainer::builder().show_progress(false).special_tokens(special).build()?;
    tokenizer.train(&mut TrainerWrapper::from(trainer), texts)?;
    let ends = TemplateProcessing::builder()
        .try_single("[CLS] $A [SEP]")?
        .special_tokens(vec![(SPECIAL[2], 2), (SPECIAL[3], 3)])
        .build()?;
    tokenizer.with_post_processor(Some(ends));
    Ok(tokenizer)
}
