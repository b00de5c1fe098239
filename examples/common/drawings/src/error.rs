use std::fmt;
use std::path::PathBuf;

/// An error in reading the files.
#[derive(Debug)]
pub enum Error {
    /// A file that cannot be opened.
    Open {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A file that is not a zip archive, or is corrupt.
    Archive {
        /// The path of the file.
        path: PathBuf,
        /// The error of the zip reader.
        source: zip::result::ZipError,
    },
    /// An archive entry that cannot be read.
    Entry {
        /// The path of the archive.
        path: PathBuf,
        /// The name of the entry.
        entry: String,
        /// The error message.
        problem: String,
    },
    /// An archive without the expected entries.
    Empty {
        /// The path of the archive.
        path: PathBuf,
        /// What was expected in it.
        expected: &'static str,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Open { path, source } => write!(f, "cannot open {}: {source}", path.display()),
            Error::Archive { path, source } => {
                write!(f, "{} is not a readable zip archive: {source}", path.display())
            }
            Error::Entry { path, entry, problem } => {
                write!(f, "{entry} in {} cannot be read: {problem}", path.display())
            }
            Error::Empty { path, expected } => write!(f, "{} holds no {expected}", path.display()),
        }
    }
}

impl std::error::Error for Error {}
