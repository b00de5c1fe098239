//! A text as token ids, split into a training and a validation part.

use std::collections::HashMap;
use std::path::Path;

use rand::{Rng, RngExt};
use tiedw::Ids;

/// The number of characters in a sequence.
pub const CONTEXT: usize = 64;
const BATCH: usize = 12;

/// The text that is used if no file is given.
const DOCUMENTATION: [&str; 4] = [
    include_str!("../../../../docs/ties.md"),
    include_str!("../../../../docs/bodies.md"),
    include_str!("../../../../docs/operations.md"),
    include_str!("../../../../README.md"),
];

/// A text, split for training and validation.
pub struct Text {
    /// The distinct characters, the most frequent first, indexed by id.
    characters: Vec<char>,
    learned: Vec<u32>,
    kept_back: Vec<u32>,
}

impl Text {
    /// Reads the text of a file, or of the documentation of this project.
    ///
    /// # Errors
    /// If the file cannot be read, or is too short.
    pub fn read(path: Option<&Path>) -> Result<Self, String> {
        let text = match path {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?,
            None => {
                println!("no --data: the text is the documentation of this project");
                DOCUMENTATION.join("\n")
            }
        };
        let text = Text::new(&text)
            .ok_or_else(|| format!("{} characters are too few to learn from", text.chars().count()))?;
        println!("{} characters, {} of them distinct", text.len(), text.vocabulary());
        Ok(text)
    }

    /// Returns `None` if the last tenth, the validation part, would be shorter than one context.
    fn new(text: &str) -> Option<Self> {
        let mut counts: HashMap<char, usize> = HashMap::new();
        for character in text.chars() {
            *counts.entry(character).or_default() += 1;
        }
        let mut characters: Vec<char> = counts.keys().copied().collect();
        characters.sort_by_key(|character| (std::cmp::Reverse(counts[character]), *character));
        let ids: HashMap<char, u32> = characters.iter().copied().zip(0..).collect();
        let all: Vec<u32> = text.chars().map(|character| ids[&character]).collect();
        let (learned, kept_back) = all.split_at(all.len() * 9 / 10);
        let long_enough = kept_back.len() > CONTEXT;
        long_enough.then(|| Text { characters, learned: learned.to_vec(), kept_back: kept_back.to_vec() })
    }

    fn len(&self) -> usize {
        self.learned.len() + self.kept_back.len()
    }

    /// The number of distinct characters.
    pub fn vocabulary(&self) -> usize {
        self.characters.len()
    }

    /// Returns sequences from random positions, and the character that follows each of their characters.
    pub fn batch(&self, rng: &mut impl Rng) -> (Ids, Ids) {
        let starts: Vec<usize> =
            (0..BATCH).map(|_| rng.random_range(0..self.learned.len() - CONTEXT)).collect();
        runs(&self.learned, &starts)
    }

    /// Returns the whole validation part, in batches.
    pub fn kept_back(&self) -> impl Iterator<Item = (Ids, Ids)> + '_ {
        let starts: Vec<usize> = (0..self.kept_back.len() - CONTEXT).step_by(CONTEXT).collect();
        let batches: Vec<Vec<usize>> = starts.chunks(BATCH).map(<[usize]>::to_vec).collect();
        batches.into_iter().map(|starts| runs(&self.kept_back, &starts))
    }

    /// The id of the line break, with which a sample starts.
    pub fn line_break(&self) -> u32 {
        self.characters.iter().position(|&character| character == '\n').unwrap_or_default() as u32
    }

    /// Converts ids to characters.
    pub fn decode(&self, ids: &[u32]) -> String {
        ids.iter().map(|&id| self.characters.get(id as usize).copied().unwrap_or('\u{fffd}')).collect()
    }
}

fn runs(ids: &[u32], starts: &[usize]) -> (Ids, Ids) {
    let run = |shift: usize| {
        let ids = starts.iter().flat_map(|start| &ids[start + shift..start + shift + CONTEXT]);
        Ids::from_vec([starts.len(), CONTEXT], ids.copied().collect())
    };
    (run(0), run(1))
}
