//! One-shot classification: given one drawing of each character, which of them does a new drawing show?

use drawings::{Drawing, PIXELS};
use tiedw::Tensor;

/// One reference drawing per character, and test drawings, each with the index of its character.
pub(crate) struct Run {
    pub(crate) references: Vec<Drawing>,
    pub(crate) tests: Vec<Drawing>,
    pub(crate) classes: Vec<usize>,
}

impl Run {
    /// The number of characters among which each test is classified.
    pub(crate) fn ways(runs: &[Run]) -> usize {
        runs.first().map_or(0, |run| run.references.len())
    }
}

/// Returns the fraction of tests whose nearest reference shows another character.
pub(crate) fn error<const CODE: usize>(encode: impl Fn(&[Drawing]) -> Tensor<CODE>, runs: &[Run]) -> f64 {
    let (mut wrong, mut count) = (0, 0);
    for run in runs {
        let nearest = nearest(&encode, run);
        wrong += nearest.iter().zip(&run.classes).filter(|(nearest, class)| nearest != class).count();
        count += run.classes.len();
    }
    wrong as f64 / count as f64
}

/// Returns the nearest reference of each test of a run.
pub(crate) fn nearest<const CODE: usize>(
    encode: impl Fn(&[Drawing]) -> Tensor<CODE>,
    run: &Run,
) -> Vec<usize> {
    let (references, tests) = (encode(&run.references), encode(&run.tests));
    let nearest = |code| {
        let distances = references.as_slice().chunks(CODE).map(|reference| distance(code, reference));
        let nearest = distances.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
        nearest.map_or(0, |(at, _)| at)
    };
    tests.as_slice().chunks(CODE).map(nearest).collect()
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

/// Returns the distance between the two tensors, row by row.
pub(crate) fn distances<const CODE: usize>(a: &Tensor<CODE>, b: &Tensor<CODE>) -> Vec<f32> {
    a.as_slice().chunks(CODE).zip(b.as_slice().chunks(CODE)).map(|(a, b)| distance(a, b)).collect()
}

/// Converts drawings to rows of pixels.
pub(crate) fn rows(drawings: &[Drawing]) -> Tensor<PIXELS> {
    let pixels = drawings.iter().flat_map(Drawing::pixels).copied().collect();
    Tensor::from_vec([drawings.len()], pixels)
}
