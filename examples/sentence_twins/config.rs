//! The configuration of a BERT in `config.json`.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::encoder::Sizes;

/// What the file of the weights does not say, under the names of transformers.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub(crate) struct Config {
    pub(crate) num_attention_heads: usize,
    pub(crate) num_hidden_layers: usize,
    #[serde(default = "epsilon")]
    pub(crate) layer_norm_eps: f64,
    #[serde(default = "bert")]
    model_type: String,
    #[serde(default = "gelu")]
    hidden_act: String,
    #[serde(default = "absolute")]
    position_embedding_type: String,
    #[serde(default)]
    is_decoder: bool,
    /// What this program only writes again.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

// The defaults of transformers.
fn epsilon() -> f64 {
    1e-12
}
fn bert() -> String {
    "bert".to_owned()
}
fn gelu() -> String {
    "gelu".to_owned()
}
fn absolute() -> String {
    "absolute".to_owned()
}

impl Config {
    /// The configuration of a new encoder.
    pub(crate) fn new(sizes: &Sizes) -> Self {
        let rest = [
            ("architectures", json!(["BertModel"])),
            ("vocab_size", sizes.words.into()),
            ("hidden_size", sizes.width.into()),
            ("intermediate_size", sizes.hidden.into()),
            ("max_position_embeddings", sizes.positions.into()),
            ("type_vocab_size", 2.into()),
            ("pad_token_id", 0.into()),
        ];
        Config {
            num_attention_heads: sizes.heads,
            num_hidden_layers: sizes.layers,
            layer_norm_eps: epsilon(),
            model_type: bert(),
            hidden_act: gelu(),
            position_embedding_type: absolute(),
            is_decoder: false,
            rest: rest.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }

    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text =
            fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Config::parse(&text).map_err(|problem| format!("{}: {problem}", path.display()))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let config: Config = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for (what, known, found) in [
            ("model_type", "bert", &config.model_type),
            ("hidden_act", "gelu", &config.hidden_act),
            ("position_embedding_type", "absolute", &config.position_embedding_type),
        ] {
            if found != known {
                return Err(format!("`{what}` is {found}, and this program knows {known} alone"));
            }
        }
        if config.is_decoder {
            return Err("`is_decoder` is true, and this program knows encoders alone".to_owned());
        }
        if !(config.layer_norm_eps >= 0.0 && config.layer_norm_eps.is_finite()) {
            return Err(format!("`layer_norm_eps` is {}", config.layer_norm_eps));
        }
        Ok(config)
    }

    pub(crate) fn write(&self, path: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        fs::write(path, text + "\n").map_err(|error| format!("cannot write {}: {error}", path.display()))
    }
}
