//! Drawings in a zip archive.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;

use zip::ZipArchive;

use crate::{Drawing, Error};

/// A zip archive.
pub struct Archive {
    /// The file.
    pub path: PathBuf,
    zip: ZipArchive<File>,
}

impl Archive {
    /// Opens a file.
    ///
    /// # Errors
    /// Where it cannot be opened, or is no archive.
    pub fn open(path: PathBuf) -> Result<Self, Error> {
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
    pub fn entries(&self, end: &str) -> Vec<String> {
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

    /// The error of an entry that cannot be read.
    pub fn broken(&self, entry: &str, problem: impl ToString) -> Error {
        Error::Entry { path: self.path.clone(), entry: entry.to_owned(), problem: problem.to_string() }
    }

    /// An entry, unpacked.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn bytes(&mut self, entry: &str) -> Result<Vec<u8>, Error> {
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

    /// An entry that is a square picture, black on white.
    ///
    /// # Errors
    /// Where it cannot be read, or is another picture.
    pub fn drawing(&mut self, entry: &str) -> Result<Drawing, Error> {
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
}
