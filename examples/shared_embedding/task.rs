//! A task with a known answer: the digits of a number, sorted.

use rand::{Rng, RngExt};
use tiedw::Ids;

/// Digits of a question, and of its answer.
pub(crate) const LENGTH: usize = 10;
/// Ten digits, and a symbol that stands before the first.
pub(crate) const VOCABULARY: usize = 11;
const START: u32 = 10;

/// Questions with their answers.
pub(crate) struct Questions {
    pub(crate) question: Ids,
    /// The answer, shifted: what is known before each of its symbols.
    pub(crate) before: Ids,
    pub(crate) answer: Ids,
}

impl Questions {
    pub(crate) fn draw(count: usize, rng: &mut impl Rng) -> Self {
        let (mut question, mut before, mut answer) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..count {
            let digits: Vec<u32> = (0..LENGTH).map(|_| rng.random_range(0..10)).collect();
            let mut sorted = digits.clone();
            sorted.sort_unstable();
            question.extend(digits);
            before.push(START);
            before.extend(&sorted[..LENGTH - 1]);
            answer.extend(sorted);
        }
        let ids = |data| Ids::from_vec([count, LENGTH], data);
        Questions { question: ids(question), before: ids(before), answer: ids(answer) }
    }

    /// What stands before the first symbol of each answer, and nothing known after it.
    pub(crate) fn blank(count: usize) -> Vec<u32> {
        let mut before = vec![0; count * LENGTH];
        before.iter_mut().step_by(LENGTH).for_each(|first| *first = START);
        before
    }
}
