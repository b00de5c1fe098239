//! The archives of Omniglot (Lake, Salakhutdinov and Tenenbaum 2015).

use std::collections::BTreeMap;
use std::path::Path;

use crate::{Archive, Drawing, Error};

const BACKGROUND: [&str; 2] = ["images_background_small1.zip", "images_background_small2.zip"];

/// Reads the drawings of the two small background sets, by alphabet and character.
///
/// # Errors
/// If a file is missing or corrupt.
pub fn background(folder: &Path) -> Result<Vec<Vec<Vec<Drawing>>>, Error> {
    // An alphabet that is in both sets is used once.
    let mut alphabets: BTreeMap<String, BTreeMap<String, Vec<Drawing>>> = BTreeMap::new();
    for name in BACKGROUND {
        let mut archive = Archive::open(folder.join(name))?;
        let mut found: BTreeMap<String, BTreeMap<String, Vec<Drawing>>> = BTreeMap::new();
        for entry in archive.entries(".png") {
            // images_background_small1/Balinese/character01/0108_01.png
            let parts: Vec<&str> = entry.split('/').collect();
            if let [_, alphabet, character, _] = parts[..] {
                let drawing = archive.drawing(&entry)?;
                let alphabet = found.entry(alphabet.to_owned()).or_default();
                alphabet.entry(character.to_owned()).or_default().push(drawing);
            }
        }
        if found.is_empty() {
            return Err(Error::Empty { path: archive.path, expected: "drawings" });
        }
        for (name, alphabet) in found {
            alphabets.entry(name).or_insert(alphabet);
        }
    }
    Ok(alphabets.into_values().map(|alphabet| alphabet.into_values().collect()).collect())
}
