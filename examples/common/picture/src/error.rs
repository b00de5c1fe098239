use std::fmt;
use std::path::PathBuf;

/// A picture that cannot be written.
#[derive(Debug)]
pub struct Error {
    pub(crate) path: PathBuf,
    pub(crate) problem: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot write {}: {}", self.path.display(), self.problem)
    }
}

impl std::error::Error for Error {}
