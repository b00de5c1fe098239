//! Episodes: some characters, with one support drawing and several query drawings each.

use drawings::{Drawing, SIDE};
use rand::{Rng, seq::IndexedRandom};
use tiedw::Tensor;

use crate::characters::Characters;
use crate::conv::WAYS;

/// Query drawings per character.
const ASKED: usize = 3;

/// A few-shot task: which of the `known` drawings shows the same character as each `asked` one?
pub(crate) struct Episode {
    pub(crate) known: Tensor<1>,
    pub(crate) asked: Tensor<1>,
    pub(crate) classes: Vec<usize>,
}

impl Episode {
    /// Draws an episode with characters of one alphabet, which are harder to distinguish, or of all. Each
    /// drawing is randomly distorted.
    pub(crate) fn draw(characters: &Characters, of_one_alphabet: bool, rng: &mut impl Rng) -> Self {
        let chosen = characters.several(WAYS, of_one_alphabet, rng);
        let (mut known, mut asked, mut classes) = (Vec::new(), Vec::new(), Vec::new());
        for (class, drawings) in chosen.into_iter().enumerate() {
            let picked: Vec<&Drawing> = drawings.sample(rng, ASKED + 1).collect();
            for (at, drawing) in picked.into_iter().enumerate() {
                let drawing = drawing.distorted(rng);
                if at == 0 {
                    known.push(drawing);
                } else {
                    asked.push(drawing);
                    classes.push(class);
                }
            }
        }
        Episode { known: planes(&known), asked: planes(&asked), classes }
    }
}

/// Converts drawings to a tensor with one channel.
pub(crate) fn planes(drawings: &[Drawing]) -> Tensor<1> {
    let pixels = drawings.iter().flat_map(|drawing| drawing.pixels()).copied().collect();
    Tensor::from_vec([drawings.len(), SIDE, SIDE], pixels)
}
