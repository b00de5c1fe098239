//! Sampling of a token from the logits.

use rand::Rng;
use rand::distr::{Distribution, weighted::WeightedIndex};

/// Samples a token; at temperature 0, returns the most likely one.
pub(crate) fn draw(logits: &[f32], temperature: f32, rng: &mut impl Rng) -> Result<u32, String> {
    let likeliest = logits.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b));
    let Some((likeliest, &largest)) = likeliest.filter(|(_, largest)| largest.is_finite()) else {
        return Err("the logits are not finite: are the weights sound?".to_owned());
    };
    if temperature == 0.0 {
        return Ok(likeliest as u32);
    }
    let weights = logits.iter().map(|logit| ((logit - largest) / temperature).exp());
    let chosen = WeightedIndex::new(weights).map_err(|error| error.to_string())?;
    Ok(chosen.sample(rng) as u32)
}
