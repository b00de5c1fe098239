//! The texts among which a query looks for its nearest.

use std::fs;
use std::path::Path;

const OWN: [&str; 10] = [
    "A doctor bought a new car last night.",
    "The children are playing football in the park.",
    "How do I reset my password?",
    "The train to the coast leaves at noon.",
    "She cooked a soup of carrots and ginger.",
    "The bank raised its interest rates again.",
    "A cat is asleep on the sofa.",
    "It will rain tomorrow in the north.",
    "The team won the final by one goal.",
    "Which bus goes to the airport?",
];

/// Returns the texts that this program has.
pub(crate) fn own() -> Vec<String> {
    OWN.map(str::to_owned).to_vec()
}

/// Reads a text from each line of a file that is not blank.
pub(crate) fn read(path: &Path) -> Result<Vec<String>, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let texts: Vec<String> =
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if texts.is_empty() { Err(format!("{} has no text", path.display())) } else { Ok(texts) }
}
