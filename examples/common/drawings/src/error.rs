use std::fmt;
use std::path::PathBuf;

/// What can be wrong with the files.
#[derive(Debug)]
pub enum Error {
    /// A file that cannot be opened.
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file that is no zip archive, or a broken one.
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: zip::result::ZipError,
    },
    /// An entry of an archive that cannot be read.
    Entry {
        /// The file.
        path: PathBuf,
        /// Its entry.
        entry: String,
        /// What is wrong with it.
        problem: String,
    },
    /// An archive without the entries that it should have.
    Empty {
        /// The file.
        path: PathBuf,
        /// What it should have.
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
