use std::error::Error;
use std::fmt;

/// Why numbers are no tensor or parameter of the type that was asked for.
///
/// ```
/// use tiedw_core::{Matrix, ShapeError};
///
/// let error = Matrix::<2, 3>::try_from(vec![1.0, 2.0]).unwrap_err();
/// assert_eq!(error, ShapeError::Count { shape: vec![2, 3], found: 2 });
/// assert_eq!(error.to_string(), "shape [2, 3] has 6 elements, not 2");
/// ```
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
    /// The shapes differ.
    Shape {
        /// The shape of the parameter.
        expected: Vec<usize>,
        /// The shape of the numbers.
        found: Vec<usize>,
    },
    /// The last axis is not the features of the tensor.
    Features {
        /// The features.
        expected: usize,
        /// The shape of the numbers.
        found: Vec<usize>,
    },
    /// There are more axes than a tensor can have.
    Axes {
        /// How many it can have.
        most: usize,
        /// The shape of the numbers.
        found: Vec<usize>,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShapeError::Count { shape, found } => {
                let count: usize = shape.iter().product();
                write!(f, "shape {shape:?} has {count} elements, not {found}")
            }
            ShapeError::Shape { expected, found } => {
                write!(f, "expected shape {expected:?}, found {found:?}")
            }
            ShapeError::Features { expected, found } => {
                write!(f, "expected shape [.., {expected}], found {found:?}")
            }
            ShapeError::Axes { most, found } => {
                write!(f, "expected at most {most} axes, found the {} of {found:?}", found.len())
            }
        }
    }
}

impl Error for ShapeError {}
