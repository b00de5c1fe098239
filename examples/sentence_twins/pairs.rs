//! Pairs of sentences that say the same.

use std::fs;
use std::path::Path;

/// The pairs that this program ships.
const OWN: &str = include_str!("pairs.tsv");

/// The fewest pairs to train on and to test with.
const FEWEST: usize = 10;

/// Of so many pairs, one is held out.
const HELD_OUT: usize = 5;

pub(crate) type Pair = (String, String);

pub(crate) struct Pairs {
    pub(crate) learned: Vec<Pair>,
    pub(crate) held_out: Vec<Pair>,
}

impl Pairs {
    /// Reads a file, or the pairs that this program ships.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self, String> {
        let Some(path) = path else { return Pairs::parse(OWN) };
        let text =
            fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Pairs::parse(&text).map_err(|problem| format!("{}: {problem}", path.display()))
    }

    /// Reads a pair from each line, with a tab between its sentences.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let pairs = text
            .lines()
            .enumerate()
            .map(|(at, line)| pair(line).map_err(|problem| format!("line {}: {problem}", at + 1)));
        let pairs: Vec<Pair> = pairs.collect::<Result<_, _>>()?;
        if pairs.len() < FEWEST {
            return Err(format!("{} pairs, and training needs at least {FEWEST}", pairs.len()));
        }
        let (mut learned, mut held_out) = (Vec::new(), Vec::new());
        for (at, pair) in pairs.into_iter().enumerate() {
            if at % HELD_OUT == HELD_OUT - 1 { held_out.push(pair) } else { learned.push(pair) }
        }
        Ok(Pairs { learned, held_out })
    }
}

/// Returns the left sentences, and the right ones.
pub(crate) fn sides(pairs: &[Pair]) -> [Vec<&str>; 2] {
    let (left, right) = pairs.iter().map(|(left, right)| (&**left, &**right)).unzip();
    [left, right]
}

fn pair(line: &str) -> Result<Pair, String> {
    let sentences: Vec<&str> = line.split('\t').map(str::trim).collect();
    match sentences[..] {
        [left, right] if !left.is_empty() && !right.is_empty() => Ok((left.to_owned(), right.to_owned())),
        [_, _] => Err("a sentence of the pair is empty".to_owned()),
        _ => Err(format!("{} sentences with tabs between them, not two", sentences.len())),
    }
}
