//! Runs the checks of the fuzzers in `fuzz` on each file of their corpora.

#![cfg(feature = "safetensors")]

use std::fs;
use std::path::{Path, PathBuf};

#[path = "fuzz/checkpoint.rs"]
mod checkpoint;
#[path = "fuzz/names.rs"]
mod names;
#[path = "fuzz/nets.rs"]
mod nets;
#[path = "fuzz/seeds.rs"]
mod seeds;

/// Returns the files of a folder, and asserts that there are at least `least`.
fn files(folder: impl AsRef<Path>, least: usize) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= least, "{} has {} files", folder.display(), files.len());
    files
}

fn check(files: Vec<PathBuf>, check: impl Fn(&[u8])) {
    for file in files {
        // Printed if the check fails.
        println!("{}", file.display());
        check(&fs::read(file).unwrap());
    }
}

#[test]
fn checkpoints() {
    check(files("fuzz/corpus/checkpoint", 100), checkpoint::check);
}

#[test]
fn golden_checkpoints() {
    let golden = files("tests/golden/checkpoints", 10).into_iter();
    let is_checkpoint = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "safetensors");
    check(golden.filter(is_checkpoint).collect(), checkpoint::check);
}

#[test]
fn names_of_weights() {
    check(files("fuzz/corpus/names", 20), names::check);
}
