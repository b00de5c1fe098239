//! The one-shot runs of Omniglot.

use std::path::Path;

use drawings::{Archive, Error};

use crate::one_shot::Run;

const RUNS: &str = "all_runs.zip";

/// Reads the official runs.
pub(crate) fn read(folder: &Path) -> Result<Vec<Run>, Error> {
    let mut archive = Archive::open(folder.join(RUNS))?;
    let runs: Vec<Run> = archive
        .entries("class_labels.txt")
        .iter()
        .map(|entry| run(&mut archive, entry))
        .collect::<Result<_, _>>()?;
    if runs.is_empty() {
        return Err(Error::Empty { path: archive.path, expected: "class_labels.txt" });
    }
    Ok(runs)
}

/// Reads a run: each line of its labels names a test and the reference of the same character.
fn run(archive: &mut Archive, entry: &str) -> Result<Run, Error> {
    let labels = String::from_utf8(archive.bytes(entry)?).map_err(|error| archive.broken(entry, error))?;
    let mut lines = Vec::new();
    for line in labels.lines() {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            [test, reference] => lines.push((test.to_owned(), reference.to_owned())),
            _ => return Err(archive.broken(entry, format!("`{line}` is not a pair of files"))),
        }
    }
    let mut classes: Vec<&String> = lines.iter().map(|(_, reference)| reference).collect();
    classes.sort();
    classes.dedup();
    let references = classes.iter().map(|class| archive.drawing(class)).collect::<Result<_, _>>()?;
    let tests = lines.iter().map(|(test, _)| archive.drawing(test)).collect::<Result<_, _>>()?;
    let class = |reference| classes.iter().position(|class| *class == reference).unwrap_or_default();
    let classes = lines.iter().map(|(_, reference)| class(reference)).collect();
    Ok(Run { references, tests, classes })
}
