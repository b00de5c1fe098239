//! Conversions and formatting of parameters.

use std::fmt;

use super::{Matrix, Parameter, ParameterMut, Vector};
use crate::Element;
use crate::tensor::fmt::{described, nested};

/// Implements the conversions and the formatting of a parameter type.
macro_rules! convert {
    ([$($generics:tt)*] $parameter:ident<$($argument:ident),*>: $shape:expr;) => {
        /// Converts row-major elements.
        impl<$($generics)*> TryFrom<Vec<E>> for $parameter<$($argument),*> {
            type Error = $crate::ShapeError;

            fn try_from(values: Vec<E>) -> Result<Self, Self::Error> {
                let found = values.len();
                match Self::shape_if_any(found) {
                    Some(_) => Ok(Self::from_vec(values)),
                    None => Err($crate::ShapeError::Count { shape: $shape.to_vec(), found }),
                }
            }
        }

        /// Converts row-major elements.
        impl<$($generics)*> TryFrom<&[E]> for $parameter<$($argument),*> {
            type Error = $crate::ShapeError;

            fn try_from(values: &[E]) -> Result<Self, Self::Error> {
                values.to_vec().try_into()
            }
        }

        /// Collects row-major elements. Panics if their number differs from that of the shape.
        impl<$($generics)*> FromIterator<E> for $parameter<$($argument),*> {
            #[track_caller]
            fn from_iter<Numbers: IntoIterator<Item = E>>(values: Numbers) -> Self {
                Self::from_vec(values.into_iter().collect())
            }
        }

        impl<$($generics)*> AsRef<[E]> for $parameter<$($argument),*> {
            fn as_ref(&self) -> &[E] {
                self.as_slice()
            }
        }

        impl<$($generics)*> AsMut<[E]> for $parameter<$($argument),*> {
            fn as_mut(&mut self) -> &mut [E] {
                self.as_mut_slice()
            }
        }

        /// Formats the elements as a [`Tensor`](crate::Tensor) does.
        impl<$($generics)*> std::fmt::Display for $parameter<$($argument),*> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::tensor::fmt::nested(f, &self.shape(), self.as_slice(), std::fmt::Display::fmt)
            }
        }

        /// Formats the shape, then the elements as `Display` does.
        impl<$($generics)*> std::fmt::Debug for $parameter<$($argument),*> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::tensor::fmt::described(f, stringify!($parameter), &self.shape(), self.as_slice())
            }
        }
    };
}
pub(crate) use convert;

impl<const N: usize, E: Element> From<[E; N]> for Vector<N, E> {
    fn from(values: [E; N]) -> Self {
        values.into_iter().collect()
    }
}

/// Converts an array of rows.
impl<const R: usize, const C: usize, E: Element> From<[[E; C]; R]> for Matrix<R, C, E> {
    fn from(rows: [[E; C]; R]) -> Self {
        rows.into_iter().flatten().collect()
    }
}

/// Formats the elements as a [`Tensor`](crate::Tensor) does.
impl<E: Element> fmt::Display for Parameter<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        nested(f, &self.shape(), self.as_slice(), fmt::Display::fmt)
    }
}

/// Formats the shape, then the elements as `Display` does.
impl<E: fmt::Debug> fmt::Debug for Parameter<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        described(f, "Parameter", &self.shape(), self.as_slice())
    }
}

/// Formats the shape, then the elements as `Display` does.
impl<E: fmt::Debug> fmt::Debug for ParameterMut<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        described(f, "ParameterMut", &self.shape(), self.as_slice())
    }
}

/// Formats the elements as a [`Tensor`](crate::Tensor) does.
impl<E: Element> fmt::Display for ParameterMut<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        nested(f, &self.shape(), self.as_slice(), fmt::Display::fmt)
    }
}
