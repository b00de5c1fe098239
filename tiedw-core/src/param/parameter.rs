/// A borrowed parameter: its numbers, row-major, and its shape.
///
/// ```
/// use tiedw_core::{Matrix, Module};
///
/// let weight = Matrix::from([[1.0, 2.0, 3.0]]);
/// let parameter = weight.parameters().next().unwrap();
/// assert_eq!((parameter.shape(), parameter.as_slice()), (&[1, 3][..], &[1.0, 2.0, 3.0][..]));
/// ```
#[derive(Clone, Copy, PartialEq)]
pub struct Parameter<'a, E = f32> {
    data: &'a [E],
    shape: &'static [usize],
}

/// A mutably borrowed parameter.
///
/// ```
/// use tiedw_core::{Matrix, Module};
///
/// let mut weight = Matrix::from([[1.0, 2.0, 3.0]]);
/// for mut parameter in weight.parameters_mut() {
///     let columns = parameter.shape()[1];
///     parameter.as_mut_slice()[columns - 1] = 0.0;
/// }
/// assert_eq!(weight.as_slice(), [1.0, 2.0, 0.0]);
/// ```
#[derive(PartialEq)]
pub struct ParameterMut<'a, E = f32> {
    data: &'a mut [E],
    shape: &'static [usize],
}

impl<'a, E> Parameter<'a, E> {
    pub(crate) fn new(data: &'a [E], shape: &'static [usize]) -> Self {
        Parameter { data, shape }
    }

    /// Its numbers, row-major.
    pub fn as_slice(&self) -> &'a [E] {
        self.data
    }

    /// Its axes: `[out, in]` for a weight.
    pub fn shape(&self) -> &'static [usize] {
        self.shape
    }
}

impl<'a, E> ParameterMut<'a, E> {
    pub(crate) fn new(data: &'a mut [E], shape: &'static [usize]) -> Self {
        ParameterMut { data, shape }
    }

    /// Its numbers, row-major.
    pub fn as_slice(&self) -> &[E] {
        self.data
    }

    /// Its numbers, row-major, to be changed.
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        self.data
    }

    /// Its axes: `[out, in]` for a weight.
    pub fn shape(&self) -> &'static [usize] {
        self.shape
    }
}

impl<E> AsRef<[E]> for Parameter<'_, E> {
    fn as_ref(&self) -> &[E] {
        self.data
    }
}
