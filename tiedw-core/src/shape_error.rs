use std::error::Error;
use std::fmt;

/// Why numbers are no tensor or parameter of the type that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShapeError {
    /// There are not as many numbers as the shape says.
    Count {
        /// The shape.
        shape: Vec<usize>,
        /// How many numbers there are.
        found: usize,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShapeError::Count { shape, found } => {
                let count: usize = shape.iter().product();
                write!(f, "shape {shape:?} holds {count} numbers, not {found}")
            }
        }
    }
}

impl Error for ShapeError {}
