//! The training characters, and pairs of their drawings.

use drawings::{Drawing, PIXELS};
use rand::{Rng, RngExt, seq::IndexedRandom};
use tiedw::Tensor;

/// Alphabets of characters, each with several drawings.
pub(crate) struct Characters {
    alphabets: Vec<Vec<Vec<Drawing>>>,
}

/// Pairs of drawings, one row of `a` and `b` each, and whether both show the same character.
pub(crate) struct Pairs {
    pub(crate) a: Tensor<PIXELS>,
    pub(crate) b: Tensor<PIXELS>,
    pub(crate) same: Vec<bool>,
}

impl Characters {
    /// Creates the set from drawings by alphabet and character.
    pub(crate) fn new(alphabets: Vec<Vec<Vec<Drawing>>>) -> Self {
        Characters { alphabets }
    }

    pub(crate) fn count(&self) -> usize {
        self.alphabets.iter().map(Vec::len).sum()
    }

    pub(crate) fn drawings(&self) -> impl Iterator<Item = &Drawing> {
        self.alphabets.iter().flatten().flatten()
    }

    /// Draws `pairs` pairs, every other one of the same character, with a random distortion of each drawing.
    pub(crate) fn batch(&self, pairs: usize, rng: &mut impl Rng) -> Pairs {
        let (mut a, mut b) = (Vec::with_capacity(pairs * PIXELS), Vec::with_capacity(pairs * PIXELS));
        let same: Vec<bool> = (0..pairs).map(|pair| pair % 2 == 0).collect();
        for &same in &same {
            let (first, second) = if same { self.same(rng) } else { self.different(rng) };
            a.extend_from_slice(first.distorted(rng).pixels());
            b.extend_from_slice(second.distorted(rng).pixels());
        }
        Pairs { a: Tensor::from_vec([pairs], a), b: Tensor::from_vec([pairs], b), same }
    }

    /// Draws `count` different characters, and returns their drawings. They are of one alphabet if requested
    /// and as far as it has enough characters.
    pub(crate) fn several(&self, count: usize, of_one_alphabet: bool, rng: &mut impl Rng) -> Vec<&[Drawing]> {
        let all: Vec<&Vec<Drawing>> = self.alphabets.iter().flatten().collect();
        let mut chosen: Vec<&Vec<Drawing>> = Vec::new();
        if of_one_alphabet {
            chosen.extend(any(&self.alphabets, rng).sample(rng, count));
        }
        while chosen.len() < count.min(all.len()) {
            let character = *any(&all, rng);
            if !chosen.iter().any(|other| std::ptr::eq(*other, character)) {
                chosen.push(character);
            }
        }
        chosen.into_iter().map(Vec::as_slice).collect()
    }

    fn same(&self, rng: &mut impl Rng) -> (&Drawing, &Drawing) {
        let alphabet: &Vec<_> = any(&self.alphabets, rng);
        let character: &Vec<_> = any(alphabet, rng);
        (any(character, rng), any(character, rng))
    }

    /// Draws two different characters, mostly of one alphabet, because those are harder to distinguish.
    fn different(&self, rng: &mut impl Rng) -> (&Drawing, &Drawing) {
        loop {
            let alphabet = any(&self.alphabets, rng);
            let other = if rng.random_bool(0.75) { alphabet } else { any(&self.alphabets, rng) };
            let (first, second) = (any(alphabet, rng), any(other, rng));
            if !std::ptr::eq(first, second) {
                return (any(first, rng), any(second, rng));
            }
        }
    }
}

fn any<'a, T>(items: &'a [T], rng: &mut impl Rng) -> &'a T {
    items.choose(rng).expect("no alphabet and no character is empty")
}
