//! The configuration of a GPT-2 in `config.json`.

use std::fs;
use std::path::Path;

use serde::Deserialize;

/// What the file of the weights does not say, under the names of transformers.
#[derive(Deserialize)]
pub(crate) struct Config {
    pub(crate) n_head: usize,
    /// The token that ends a text, and that precedes one.
    pub(crate) eos_token_id: Option<u32>,
    #[serde(default = "gelu_new")]
    activation_function: String,
    #[serde(default = "epsilon")]
    pub(crate) layer_norm_epsilon: f64,
    #[serde(default = "yes")]
    scale_attn_weights: bool,
    #[serde(default)]
    scale_attn_by_inverse_layer_idx: bool,
    #[serde(default = "yes")]
    tie_word_embeddings: bool,
}

// The defaults of transformers.
fn gelu_new() -> String {
    "gelu_new".to_owned()
}
fn epsilon() -> f64 {
    1e-5
}
fn yes() -> bool {
    true
}

impl Config {
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text =
            fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Config::parse(&text).map_err(|problem| format!("{}: {problem}", path.display()))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let config: Config = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let differs = |what: &str, expected: &str, found: String| {
            Err(format!("`{what}` is {found}, and this program knows {expected} alone"))
        };
        if !["gelu_new", "gelu_pytorch_tanh"].contains(&&*config.activation_function) {
            return differs("activation_function", "gelu_new", config.activation_function);
        }
        if !config.scale_attn_weights {
            return differs("scale_attn_weights", "true", "false".to_owned());
        }
        if config.scale_attn_by_inverse_layer_idx {
            return differs("scale_attn_by_inverse_layer_idx", "false", "true".to_owned());
        }
        if !config.tie_word_embeddings {
            return differs("tie_word_embeddings", "true", "false".to_owned());
        }
        Ok(config)
    }
}
