//! Whether the layers of a file fit each other: the file alone says their sizes.

use crate::encoder::Encoder;

/// Returns an error that names the first layer that does not fit those before it.
pub(crate) fn check(encoder: &Encoder) -> Result<(), String> {
    let width = encoder.words.weight.columns();
    if encoder.types.weight.rows() == 0 {
        return Err("`types` has no rows".to_owned());
    }
    let mut sizes = vec![
        ("positions".to_owned(), encoder.positions.weight.columns(), width),
        ("types".to_owned(), encoder.types.weight.columns(), width),
        ("norm".to_owned(), encoder.norm.weight.shape()[0], width),
    ];
    for (at, block) in encoder.blocks.iter().enumerate() {
        let of_block = [
            ("attention", block.attention.query.weight.columns(), width),
            ("attention_norm", block.attention_norm.weight.shape()[0], width),
            ("up", block.up.weight.columns(), width),
            ("down", block.down.weight.columns(), block.up.weight.rows()),
            ("down", block.down.weight.rows(), width),
            ("norm", block.norm.weight.shape()[0], width),
        ];
        sizes
            .extend(of_block.map(|(name, found, expected)| (format!("blocks.{at}.{name}"), found, expected)));
    }
    match sizes.into_iter().find(|(_, found, expected)| found != expected) {
        Some((name, found, expected)) => {
            Err(format!("the width of `{name}` is {found}, where the layers before it need {expected}"))
        }
        None => Ok(()),
    }
}
