//! A task with a known solution: sorting the digits of a number.

use std::fs;
use std::path::Path;

use rand::{Rng, RngExt};
use tiedw::Ids;

/// The number of digits of a question and of its answer.
pub(crate) const LENGTH: usize = 10;
/// Ten digits and a start symbol.
pub(crate) const VOCABULARY: usize = 11;
const START: u32 = 10;

/// Questions with their answers.
pub(crate) struct Questions {
    pub(crate) question: Ids,
    /// The answer, shifted right by the start symbol.
    pub(crate) before: Ids,
    pub(crate) answer: Ids,
}

impl Questions {
    pub(crate) fn draw(count: usize, rng: &mut impl Rng) -> Self {
        Questions::of((0..count).map(|_| std::array::from_fn(|_| rng.random_range(0..10))))
    }

    /// Reads the numbers of a file, one per line.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let text =
            fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let numbers = lines.map(|(at, line)| {
            digits(line.trim()).ok_or_else(|| {
                format!("{}, line {}: `{line}` is not a number of {LENGTH} digits", path.display(), at + 1)
            })
        });
        let numbers: Vec<_> = numbers.collect::<Result<_, _>>()?;
        if numbers.is_empty() {
            return Err(format!("{} has no numbers", path.display()));
        }
        Ok(Questions::of(numbers))
    }

    fn of(numbers: impl IntoIterator<Item = [u32; LENGTH]>) -> Self {
        let (mut question, mut before, mut answer) = (Vec::new(), Vec::new(), Vec::new());
        for digits in numbers {
            let mut sorted = digits;
            sorted.sort_unstable();
            question.extend(digits);
            before.push(START);
            before.extend(&sorted[..LENGTH - 1]);
            answer.extend(sorted);
        }
        let count = question.len() / LENGTH;
        let ids = |data| Ids::from_vec([count, LENGTH], data);
        Questions { question: ids(question), before: ids(before), answer: ids(answer) }
    }

    pub(crate) fn count(&self) -> usize {
        self.question.as_slice().len() / LENGTH
    }

    /// The decoder's input before the first step: start symbols, and zeros after them.
    pub(crate) fn blank(count: usize) -> Vec<u32> {
        let mut before = vec![0; count * LENGTH];
        before.iter_mut().step_by(LENGTH).for_each(|first| *first = START);
        before
    }
}

fn digits(number: &str) -> Option<[u32; LENGTH]> {
    let digits: Option<Vec<u32>> = number.chars().map(|digit| digit.to_digit(10)).collect();
    digits?.try_into().ok()
}
