use std::error::Error;
use std::fmt;

use crate::DYN;
use crate::size::Sizes;

/// An error of converting elements to a tensor or parameter of a given type.
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
    /// The number of elements differs from that of the shape.
    Count {
        /// The shape.
        shape: Vec<usize>,
        /// The number of elements.
        found: usize,
    },
    /// The shapes differ.
    Shape {
        /// The shape of the parameter.
        expected: Vec<usize>,
        /// The shape of the elements.
        found: Vec<usize>,
    },
    /// The size of the last axis differs from the tensor's features.
    Features {
        /// The number of features.
        expected: usize,
        /// The shape of the elements.
        found: Vec<usize>,
    },
    /// There are more axes than a tensor can have.
    Axes {
        /// The maximum number of axes.
        most: usize,
        /// The shape of the elements.
        found: Vec<usize>,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShapeError::Count { shape, found } if shape.contains(&DYN) => {
                write!(f, "{found} elements do not say the sizes of shape {:?}", Sizes(shape))
            }
            ShapeError::Count { shape, found } => {
                let count: usize = shape.iter().product();
                write!(f, "shape {shape:?} has {count} elements, not {found}")
            }
            ShapeError::Shape { expected, found } => {
                write!(f, "expected shape {:?}, found {found:?}", Sizes(expected))
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
