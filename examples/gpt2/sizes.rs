//! Selection of the compiled width that fits a checkpoint.

use std::error::Error;
use std::path::Path;

use crate::config::Config;
use crate::generate::Generate;
use crate::model::Gpt2;
use crate::names;

/// Generates one model type per row.
macro_rules! sizes {
    ($($name:literal: $width:literal, $heads:literal;)+) => {
        /// Loads the weights into a model with the sizes of the configuration.
        pub(crate) fn load(config: &Config, path: &Path) -> Result<Box<dyn Generate>, Box<dyn Error>> {
            match [config.n_embd, config.n_head] {
                $([$width, $heads] => {
                    let mut net = Gpt2::<$width, $heads>::zeros(config);
                    names::options()
                        .load(&mut net, path)
                        .map_err(|error| format!("cannot load {}: {error}", path.display()))?;
                    Ok(Box::new(net))
                })+
                found => Err(unknown(found, &[$(($name, [$width, $heads])),+]).into()),
            }
        }
    };
}

// Name: width, heads. Add a row for another width.
sizes! {
    "gpt2, distilgpt2": 768, 12;
    "gpt2-medium": 1024, 16;
    "gpt2-large": 1280, 20;
    "gpt2-xl": 1600, 25;
    "the tiny one": 24, 3;
}

fn unknown(found: [usize; 2], known: &[(&str, [usize; 2])]) -> String {
    let words = |[width, heads]: [usize; 2]| format!("width {width}, heads {heads}");
    let known: String = known.iter().map(|(name, sizes)| format!("\n  {name}: {}", words(*sizes))).collect();
    format!("the model has {}; this program is compiled for{known}", words(found))
}
