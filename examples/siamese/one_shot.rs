//! One-shot classification: one drawing of each character is known; which of them does a new drawing show?

use tiedw::Tensor;

use crate::drawing::{Drawing, PIXELS};
use crate::net::{CODE, Siamese};

/// One drawing of each character, and new drawings with the number of the character that they show.
pub(crate) struct Run {
    pub(crate) references: Vec<Drawing>,
    pub(crate) tests: Vec<(Drawing, usize)>,
}

impl Run {
    /// Among how many characters each test of `runs` is to be found.
    pub(crate) fn ways(runs: &[Run]) -> usize {
        runs.first().map_or(0, |run| run.references.len())
    }
}

/// The share of tests whose nearest reference is of another character.
pub(crate) fn error(net: &Siamese, runs: &[Run]) -> f64 {
    let (mut wrong, mut count) = (0, 0);
    for run in runs {
        let references = net.left.forward(&batch(run.references.iter()));
        let tests = net.left.forward(&batch(run.tests.iter().map(|(drawing, _)| drawing)));
        for (code, (_, class)) in tests.as_slice().chunks(CODE).zip(&run.tests) {
            let distances = references.as_slice().chunks(CODE).map(|reference| distance(code, reference));
            let nearest = distances.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
            wrong += usize::from(nearest.map(|(at, _)| at) != Some(*class));
            count += 1;
        }
    }
    wrong as f64 / count as f64
}

pub(crate) fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

fn batch<'a>(drawings: impl Iterator<Item = &'a Drawing>) -> Tensor<PIXELS> {
    let pixels: Vec<f32> = drawings.flat_map(|drawing| drawing.pixels()).copied().collect();
    Tensor::from_vec([pixels.len() / PIXELS], pixels)
}
