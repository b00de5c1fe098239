//! Drawings in a zip archive.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;

use zip::ZipArchive;

use crate::{Drawing, Error};

/// Maximum unpacked size of an entry and of an image, in bytes: far more than any drawing needs.
const MOST_BYTES: usize = 1 << 22;

/// A zip archive.
pub struct Archive {
    /// The path of the file.
    pub path: PathBuf,
    zip: ZipArchive<File>,
}

impl Archive {
    /// Opens a file.
    ///
    /// # Errors
    /// If it cannot be opened, or is not a zip archive.
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

    /// Returns the sorted names of the entries that end with `end`.
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

    /// The error for an entry that cannot be read.
    pub fn broken(&self, entry: &str, problem: impl ToString) -> Error {
        Error::Entry { path: self.path.clone(), entry: entry.to_owned(), problem: problem.to_string() }
    }

    /// Unpacks an entry.
    ///
    /// # Errors
    /// If it cannot be read, or is too large, whatever size its header claims.
    pub fn bytes(&mut self, entry: &str) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let read = match self.zip.by_name(entry) {
            Ok(file) => {
                file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        match read {
            Ok(count) if count > MOST_BYTES => {
                Err(self.broken(entry, format!("it unpacks to more than {MOST_BYTES} bytes")))
            }
            Ok(_) => Ok(bytes),
            Err(problem) => Err(self.broken(entry, problem)),
        }
    }

    /// Reads an entry that is a square image, black on white.
    ///
    /// # Errors
    /// If it cannot be read, or is not such an image.
    pub fn drawing(&mut self, entry: &str) -> Result<Drawing, Error> {
        let bytes = self.bytes(entry)?;
        let limits = png::Limits { bytes: MOST_BYTES };
        let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(|error| self.broken(entry, error))?;
        let (width, height) = reader.info().size();
        let size = reader.output_buffer_size().filter(|&size| size <= MOST_BYTES).ok_or_else(|| {
            self.broken(entry, format!("{width} by {height} pixels are more than {MOST_BYTES} bytes"))
        })?;
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A PNG file that has a header and no pixels.
    fn header(side: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.write_header().unwrap().write_chunk(png::chunk::IDAT, &[]).unwrap();
        bytes
    }

    #[test]
    fn what_would_take_all_memory() {
        let folder = std::env::temp_dir().join(format!("drawings-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("bombs.zip");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        for (name, bytes) in [
            ("huge.png", header(60_000)),
            ("cut.png", header(105)),
            ("zeros.txt", vec![0; MOST_BYTES + 1]),
            ("most.txt", vec![0; MOST_BYTES]),
        ] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(&bytes).unwrap();
        }
        zip.finish().unwrap();

        let mut archive = Archive::open(path).unwrap();
        let mut said = |entry| archive.drawing(entry).unwrap_err().to_string();
        assert!(said("huge.png").contains("60000 by 60000 pixels are more than"), "{}", said("huge.png"));
        assert!(!said("cut.png").contains("more than"), "{}", said("cut.png"));
        let error = archive.bytes("zeros.txt").unwrap_err().to_string();
        assert!(error.contains("zeros.txt in") && error.contains("unpacks to more than"), "{error}");
        assert!(!error.contains('\n'));
        assert_eq!(archive.bytes("most.txt").unwrap().len(), MOST_BYTES);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
