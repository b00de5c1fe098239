//! The shape of a parameter.

use std::fmt;
use std::ops::Deref;

use crate::module::{MADE_ANEW, Path};

/// The sizes of a parameter's axes: `[out, in]` for a weight.
///
/// ```
/// use tiedw_core::{Matrix, Module};
///
/// let shape = Matrix::<2, 3>::zeros().parameters().next().unwrap().shape();
/// assert_eq!(shape, [2, 3]);
/// assert_eq!((shape.len(), shape[1], shape.to_vec()), (2, 3, vec![2, 3]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Padded with zeros.
    sizes: [usize; Shape::MOST],
    rank: usize,
}

impl Shape {
    /// The most axes of a parameter.
    const MOST: usize = 4;

    pub(crate) const fn new(sizes: &[usize]) -> Self {
        let mut shape = Shape { sizes: [0; Shape::MOST], rank: sizes.len() };
        let mut at = 0;
        while at < sizes.len() {
            shape.sizes[at] = sizes[at];
            at += 1;
        }
        shape
    }
}

impl Deref for Shape {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        &self.sizes[..self.rank]
    }
}

impl<const N: usize> PartialEq<[usize; N]> for Shape {
    fn eq(&self, other: &[usize; N]) -> bool {
        **self == other[..]
    }
}

impl<const N: usize> PartialEq<&[usize; N]> for Shape {
    fn eq(&self, other: &&[usize; N]) -> bool {
        **self == other[..]
    }
}

impl PartialEq<[usize]> for Shape {
    fn eq(&self, other: &[usize]) -> bool {
        **self == *other
    }
}

impl PartialEq<&[usize]> for Shape {
    fn eq(&self, other: &&[usize]) -> bool {
        **self == **other
    }
}

impl AsRef<[usize]> for Shape {
    fn as_ref(&self) -> &[usize] {
        self
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Panics about a gradient of another shape than the model has.
#[cold]
#[track_caller]
pub(crate) fn other_shape(path: &Path, model: Shape, gradient: Shape) -> ! {
    let path = path.to_string();
    let name = if path.is_empty() { "the module".to_owned() } else { format!("`{path}`") };
    panic!("{name} has shape {model:?} in the model and {gradient:?} in its gradient: {MADE_ANEW}")
}
