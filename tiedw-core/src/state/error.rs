use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::size::Sizes;

/// An error of saving or loading a checkpoint.
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
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
    /// The bytes are not a `safetensors` file, or not one of the expected kind.
    Format(Box<dyn Error + Send + Sync>),
    /// The file is valid, but does not match the model: all differences, in the order of the model.
    Mismatch(Vec<Mismatch>),
}

/// A difference between a file and a model.
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
    /// A parameter or buffer of the model is not in the file, under any of its names.
    Missing {
        /// The name in the model.
        name: String,
        /// The shape in the model.
        shape: Vec<usize>,
    },
    /// A tensor of the file is not in the model.
    Unexpected {
        /// The name in the file.
        name: String,
        /// The shape in the file.
        shape: Vec<usize>,
    },
    /// The shapes differ.
    Shape {
        /// The name in the file.
        name: String,
        /// The shape that the model expects under this name.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// The element type of the file cannot be read as a floating-point type.
    Type {
        /// The name in the file.
        name: String,
        /// The element type in the file.
        found: String,
    },
    /// The file contains a tied weight under two names, with different elements.
    Conflict {
        /// The first name in the file.
        first: String,
        /// The second name in the file.
        second: String,
        /// The largest absolute difference between two elements.
        largest_difference: f64,
    },
    /// The file contains a finite element that overflows the model's element type.
    OutOfRange {
        /// The name in the file.
        name: String,
        /// The element.
        number: f64,
    },
    /// A tie in the file is transposed and in the model it is not, or vice versa.
    Tie {
        /// The name in the file.
        name: String,
        /// The source of the tie in the model.
        expected: String,
        /// The source of the tie in the file.
        found: String,
    },
    /// A weight is square, so its shape does not determine whether the file contains its transpose, as it
    /// does for another weight.
    Square {
        /// The name in the file.
        name: String,
        /// The name of the other weight, which is renamed with `.t()`.
        transposed: String,
    },
    /// A file from which a model is created does not say the length of a `Vec`, or whether an `Option` is there, because
    /// its content has no weights of its own.
    Unknown {
        /// The name of the `Vec` or the `Option`.
        name: String,
    },
    /// The source of a tie has another shape in the file than the type of the tied field says.
    TiedShape {
        /// The name of the tied weight.
        name: String,
        /// The name of its source.
        source: String,
        /// The shape that the type says, with [`DYN`](crate::DYN) where it does not.
        expected: Vec<usize>,
        /// The shape of the source in the file.
        found: Vec<usize>,
    },
    /// A `Vec` has different lengths in the model and in the file.
    Length {
        /// The name of the `Vec`.
        name: String,
        /// The length in the model.
        expected: usize,
        /// The length in the file.
        found: usize,
    },
}

impl CheckpointError {
    /// Returns a function that wraps an I/O error with the path.
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
            Mismatch::Missing { name, shape } => {
                write!(f, "`{name}` of shape {:?} is not in the file", Sizes(shape))
            }
            Mismatch::Unexpected { name, shape } => {
                write!(f, "`{name}` of shape {shape:?} is not in the model")
            }
            Mismatch::Shape { name, expected, found } => {
                write!(f, "`{name}` has shape {:?} in the model, {found:?} in the file", Sizes(expected))
            }
            Mismatch::TiedShape { name, source, expected, found } => write!(
                f,
                "`{name}` has shape {:?} in the model, and is tied to `{source}` of shape {found:?} in the file",
                Sizes(expected)
            ),
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
            Mismatch::Unknown { name } => {
                let name = if name.is_empty() { "the model".to_owned() } else { format!("`{name}`") };
                write!(
                    f,
                    "the file does not say how many there are of {name}, which has no weights of its own: create the model \
                     and `load` the file"
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
