//! Omniglot (Lake, Salakhutdinov and Tenenbaum 2015): its archives of drawings, and its one-shot runs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::characters::Characters;
use crate::drawing::Drawing;
use crate::error::Error;
use crate::one_shot::Run;

const BACKGROUND: [&str; 2] = ["images_background_small1.zip", "images_background_small2.zip"];
const RUNS: &str = "all_runs.zip";

/// The characters of the two small background sets, and the official one-shot runs.
pub(crate) fn read(folder: &Path) -> Result<(Characters, Vec<Run>), Error> {
    // An alphabet that is in both sets is taken once.
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
    let alphabets = alphabets.into_values().map(|alphabet| alphabet.into_values().collect()).collect();

    let mut archive = Archive::open(folder.join(RUNS))?;
    let runs: Vec<Run> = archive
        .entries("class_labels.txt")
        .iter()
        .map(|entry| archive.run(entry))
        .collect::<Result<_, _>>()?;
    if runs.is_empty() {
        return Err(Error::Empty { path: archive.path, expected: "class_labels.txt" });
    }
    Ok((Characters::new(alphabets), runs))
}

struct Archive {
    path: PathBuf,
    zip: ZipArchive<File>,
}

impl Archive {
    fn open(path: PathBuf) -> Result<Self, Error> {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(source) => return Err(Error::Open { path, source }),
        };
        match ZipArchive::new(file) {
            Ok(zip) => Ok(Archive { path, zip }),
            Err(source) => Err(Error::Archive { path, source }),
        }
    }

    /// The names of the entries that end like this, in order.
    fn entries(&self, end: &str) -> Vec<String> {
        let mut names: Vec<String> = self
            .zip
            .file_names()
            .filter_map(Result::ok)
            .filter(|name| name.ends_with(end) && !name.starts_with("__MACOSX"))
            .map(Cow::into_owned)
            .collect();
        names.sort();
        names
    }

    fn broken(&self, entry: &str, problem: impl ToString) -> Error {
        Error::Entry { path: self.path.clone(), entry: entry.to_owned(), problem: problem.to_string() }
    }

    fn bytes(&mut self, entry: &str) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let read = match self.zip.by_name(entry) {
            Ok(mut file) => file.read_to_end(&mut bytes).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match read {
            Ok(_) => Ok(bytes),
            Err(problem) => Err(self.broken(entry, problem)),
        }
    }

    /// A square picture, black on white.
    fn drawing(&mut self, entry: &str) -> Result<Drawing, Error> {
        let bytes = self.bytes(entry)?;
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(|error| self.broken(entry, error))?;
        let size = reader.output_buffer_size().ok_or_else(|| self.broken(entry, "too large"))?;
        let mut pixels = vec![0; size];
        let info = reader.next_frame(&mut pixels).map_err(|error| self.broken(entry, error))?;
        let (width, height) = (info.width as usize, info.height as usize);
        if width != height || info.color_type != png::ColorType::Grayscale {
            let found = format!(
                "{width} by {height} pixels in {:?}, not a square in black and white",
                info.color_type
            );
            return Err(self.broken(entry, found));
        }
        let ink: Vec<bool> = pixels[..width * height].iter().map(|&light| light < 128).collect();
        Ok(Drawing::from_image(width, &ink))
    }

    /// A run: each line of its labels names a test and the reference of the same character.
    fn run(&mut self, entry: &str) -> Result<Run, Error> {
        let labels = String::from_utf8(self.bytes(entry)?).map_err(|error| self.broken(entry, error))?;
        let mut lines = Vec::new();
        for line in labels.lines() {
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                [test, reference] => lines.push((test.to_owned(), reference.to_owned())),
                _ => return Err(self.broken(entry, format!("`{line}` is no pair of files"))),
            }
        }
        let mut classes: Vec<&String> = lines.iter().map(|(_, reference)| reference).collect();
        classes.sort();
        classes.dedup();
        let references = classes.iter().map(|class| self.drawing(class)).collect::<Result<_, _>>()?;
        let mut tests = Vec::new();
        for (test, reference) in &lines {
            let class = classes.iter().position(|class| *class == reference).unwrap_or_default();
            tests.push((self.drawing(test)?, class));
        }
        Ok(Run { references, tests })
    }
}
