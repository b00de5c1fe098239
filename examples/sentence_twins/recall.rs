//! How often the nearest sentence is the right one.

use crate::model::Model;
use crate::nearest::nearest;
use crate::pairs::{Pair, sides};

/// Returns the share of the left sentences of which no right sentence is nearer than their own: recall@1.
pub(crate) fn recall(model: &Model, pairs: &[Pair]) -> Result<f64, String> {
    let [left, right] = sides(pairs).map(|side| model.embed(&side));
    let found = nearest(&left?, &right?, 1);
    let hits = found.iter().enumerate().filter(|(at, found)| found[0].0 == *at).count();
    Ok(hits as f64 / pairs.len() as f64)
}
