//! What can be wrong with the files.

use std::fmt;
use std::path::PathBuf;

#[derive(Debug)]
pub(crate) enum Error {
    /// A file that cannot be opened.
    Open { path: PathBuf, source: std::io::Error },
    /// A file that is no zip archive, or a broken one.
    Archive { path: PathBuf, source: zip::result::ZipError },
    /// An entry of an archive that cannot be read.
    Entry { path: PathBuf, entry: String, problem: String },
    /// An archive without the entries that it should have.
    Empty { path: PathBuf, expected: &'static str },
    /// A picture that cannot be written.
    Write { path: PathBuf, problem: String },
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
            Error::Write { path, problem } => write!(f, "cannot write {}: {problem}", path.display()),
        }
    }
}
