use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a checkpoint could not be saved or loaded.
///
/// ```
/// use tiedw_core::state::{Checkpoint, CheckpointError};
/// use tiedw_core::Vector;
///
/// let mut weights = Vector::<2>::zeros();
/// assert!(matches!(weights.load("no/such/file"), Err(CheckpointError::Io { .. })));
/// assert!(matches!(weights.load_bytes(b"no checkpoint"), Err(CheckpointError::Format(_))));
/// let other = Vector::<3>::zeros().to_bytes();
/// assert!(matches!(weights.load_bytes(&other), Err(CheckpointError::Mismatch(_))));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckpointError {
    /// A file could not be read or written.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The bytes are no `safetensors` file, or not one of the kind that was asked for.
    Format(Box<dyn Error + Send + Sync>),
    /// The file is sound and does not fit the model: each difference, in the order of the model.
    Mismatch(Vec<Mismatch>),
}

/// One difference between a file and a model.
///
/// ```
/// use tiedw_core::state::{Checkpoint, CheckpointError, Mismatch};
/// use tiedw_core::Vector;
///
/// let file = (Vector::<2>::zeros(), Vector::<3>::zeros()).to_bytes();
/// let mut net = (Vector::<2>::zeros(), Vector::<4>::zeros());
/// let Err(CheckpointError::Mismatch(differences)) = net.load_bytes(&file) else { panic!() };
/// let differs = Mismatch::Shape { name: "1".to_owned(), expected: vec![4], found: vec![3] };
/// assert_eq!(differences, [differs]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Mismatch {
    /// The file does not have a parameter or buffer, under any of its names.
    Missing {
        /// Its name in the model.
        name: String,
        /// Its shape in the model.
        shape: Vec<usize>,
    },
    /// The model does not have a tensor of the file.
    Unexpected {
        /// Its name in the file.
        name: String,
        /// Its shape in the file.
        shape: Vec<usize>,
    },
    /// The shapes differ.
    Shape {
        /// The name in the file.
        name: String,
        /// The shape that the model wants under this name.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// The file holds what is no floating-point number that can be read.
    Type {
        /// The name in the file.
        name: String,
        /// What the file holds.
        found: String,
    },
    /// The file has two names of one weight, with different numbers.
    Conflict {
        /// One name in the file.
        first: String,
        /// The other.
        second: String,
        /// The largest difference between two of their numbers.
        largest_difference: f64,
    },
    /// The file holds a finite number that the model's type has no room for.
    OutOfRange {
        /// The name in the file.
        name: String,
        /// The number.
        number: f64,
    },
    /// The file says of a weight that it is another one as it is, and in the model it is its transpose, or the other way
    /// round.
    Tie {
        /// The name in the file.
        name: String,
        /// What it is in the model.
        expected: String,
        /// What the file says that it is.
        found: String,
    },
    /// A weight is square, so that its shape does not tell whether the file holds the transpose, as it does of another.
    Square {
        /// The name in the file.
        name: String,
        /// The name of the other, of which a renaming says `.t()`.
        transposed: String,
    },
    /// A `Vec` of the model has another number of modules than the file.
    Length {
        /// The name of the `Vec`.
        name: String,
        /// How many modules it has in the model.
        expected: usize,
        /// How many the file has.
        found: usize,
    },
}

impl CheckpointError {
    /// What goes wrong with the file at `path`.
    pub(super) fn io(path: &Path) -> impl Fn(io::Error) -> Self {
        move |error| CheckpointError::Io { path: path.to_owned(), error }
    }

    pub(super) fn format(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        CheckpointError::Format(error.into())
    }
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckpointError::Io { path, error } => write!(f, "{}: {error}", path.display()),
            CheckpointError::Format(error) => write!(f, "not a checkpoint: {error}"),
            CheckpointError::Mismatch(mismatches) => {
                f.write_str("the file does not fit the model")?;
                mismatches.iter().try_for_each(|mismatch| write!(f, "\n  {mismatch}"))
            }
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::Missing { name, shape } => write!(f, "`{name}` of shape {shape:?} is not in the file"),
            Mismatch::Unexpected { name, shape } => {
                write!(f, "`{name}` of shape {shape:?} is not in the model")
            }
            Mismatch::Shape { name, expected, found } => {
                write!(f, "`{name}` has shape {expected:?} in the model, {found:?} in the file")
            }
            Mismatch::Type { name, found } => {
                write!(
                    f,
                    "`{name}` has elements of type {found} in the file, which is not a supported floating-point type"
                )
            }
            Mismatch::Conflict { first, second, largest_difference } => write!(
                f,
                "`{first}` and `{second}` are one weight, and differ in the file by up to {largest_difference}"
            ),
            Mismatch::OutOfRange { name, number } => {
                write!(
                    f,
                    "`{name}` holds {number:e} in the file, which the numbers of the model cannot hold; \
                           a model of `f64` can"
                )
            }
            Mismatch::Length { name, expected, found } => {
                let name = if name.is_empty() { "the list".to_owned() } else { format!("`{name}`") };
                write!(
                    f,
                    "{name} has length {expected} in the model, {found} in the file: give the list in the model \
                     length {found}"
                )
            }
            Mismatch::Square { name, transposed } => write!(
                f,
                "`{name}` is square, and the file holds other weights as transposes, as `{transposed}`: let its new name \
                 end in `.t()` if it is one, too, or in `.t().t()` if it is not"
            ),
            Mismatch::Tie { name, expected, found } => {
                write!(f, "`{name}` is `{expected}` in the model, `{found}` in the file")
            }
        }
    }
}

impl Error for CheckpointError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            CheckpointError::Io { error, .. } => Some(error),
            CheckpointError::Format(error) => Some(&**error),
            CheckpointError::Mismatch(_) => None,
        }
    }
}
