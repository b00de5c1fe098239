//! Selection of the compiled model size that fits a checkpoint.

use std::error::Error;
use std::path::Path;

use crate::config::Config;
use crate::generate::Generate;
use crate::model::Gpt2;
use crate::names;

/// Generates one model type per row.
macro_rules! sizes {
    ($($name:literal: $vocabulary:literal, $context:literal, $width:literal, $hidden:literal, $heads:literal;)+) => {
        /// Loads the weights into a model with the sizes of the configuration.
        pub(crate) fn load(config: &Config, path: &Path) -> Result<Box<dyn Generate>, Box<dyn Error>> {
            match [config.vocab_size, config.n_positions, config.n_embd, config.hidden(), config.n_head] {
                $([$vocabulary, $context, $width, $hidden, $heads] => {
                    let mut net = Gpt2::<$vocabulary, $context, $width, $hidden, $heads>::zeros(config.n_layer);
                    names::options()
                        .load(&mut net, path)
                        .map_err(|error| format!("cannot load {}: {error}", path.display()))?;
                    Ok(Box::new(net))
                })+
                found => Err(unknown(found, &[
                    $(($name, [$vocabulary, $context, $width, $hidden, $heads])),+
                ]).into()),
            }
        }
    };
}

// Name: vocabulary, context, width, hidden width, heads. Add a row for another size.
sizes! {
    "gpt2, distilgpt2": 50257, 1024, 768, 3072, 12;
    "gpt2-medium": 50257, 1024, 1024, 4096, 16;
    "gpt2-large": 50257, 1024, 1280, 5120, 20;
    "gpt2-xl": 50257, 1024, 1600, 6400, 25;
    "the tiny one": 300, 32, 24, 96, 3;
}

fn unknown(found: [usize; 5], known: &[(&str, [usize; 5])]) -> String {
    let words = |[vocabulary, context, width, hidden, heads]: [usize; 5]| {
        format!("vocabulary {vocabulary}, context {context}, width {width}, hidden {hidden}, heads {heads}")
    };
    let known: String = known.iter().map(|(name, sizes)| format!("\n  {name}: {}", words(*sizes))).collect();
    format!("the model has {}; this program is compiled for{known}", words(found))
}
