use std::borrow::Cow;

use super::facts::{self, Facts, Kept};
use super::filter::transposed;
use super::shape::Shape;
use crate::Element;

/// A borrowed parameter: its elements, row-major, and its shape.
///
/// ```
/// use tiedw_core::{Matrix, Module};
///
/// let weight = Matrix::from([[1.0, 2.0, 3.0]]);
/// let parameter = weight.parameters().next().unwrap();
/// assert_eq!(parameter.shape(), [1, 3]);
/// assert_eq!(parameter.as_slice(), [1.0, 2.0, 3.0]);
/// ```
#[derive(Clone, Copy)]
pub struct Parameter<'a, E = f32> {
    data: &'a [E],
    shape: Shape,
    /// Whether it is a convolution kernel, whose input channels are the last axis here and the second in
    /// files.
    kernel: bool,
    facts: &'a Facts,
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
pub struct ParameterMut<'a, E = f32> {
    data: &'a mut [E],
    shape: Shape,
    facts: &'a mut Facts,
}

impl<'a, E> Parameter<'a, E> {
    pub(super) fn new((data, facts): (&'a [E], &'a Facts), shape: Shape) -> Self {
        Parameter { data, shape, kernel: false, facts }
    }

    /// A parameter without elements.
    pub(crate) fn nothing() -> Self {
        Parameter::new((&[], &facts::NONE), Shape::new(&[0]))
    }

    /// Returns the optimizer state that is kept beside the elements.
    pub(crate) fn kept(&self) -> Kept {
        self.facts.kept()
    }

    /// Marks the parameter as a convolution kernel.
    pub(crate) fn kernel(self) -> Self {
        Parameter { kernel: true, ..self }
    }

    #[cfg(feature = "safetensors")]
    pub(crate) fn is_kernel(&self) -> bool {
        self.kernel
    }

    /// Returns the shape in files, which is PyTorch's: `[out, in, height, width]` for a convolution kernel.
    ///
    /// ```
    /// use tiedw_core::{Filter2d, Module};
    ///
    /// let kernel = Filter2d::<1, 1, 2, 2>::from_oihw(&[1.0, 2.0, 3.0, 4.0]);
    /// let values = kernel.parameters().next().unwrap();
    /// assert_eq!(values.shape(), [1, 1, 2, 2]);
    /// assert_eq!(values.as_slice(), [1.0, 3.0, 2.0, 4.0]);
    /// assert_eq!(values.shape_in_files(), [1, 2, 1, 2]);
    /// assert_eq!(*values.in_file_order(), [1.0, 2.0, 3.0, 4.0]);
    /// ```
    pub fn shape_in_files(&self) -> Vec<usize> {
        let mut shape = self.shape.to_vec();
        if self.kernel {
            shape[1..].rotate_right(1);
        }
        shape
    }

    /// Returns the elements, row-major.
    pub fn as_slice(&self) -> &'a [E] {
        self.data
    }

    /// Returns the shape: `[out, in]` for a weight, `[out, height, width, in]` for a convolution kernel.
    /// Files store kernels in PyTorch's order, `[out, in, height, width]`.
    pub fn shape(&self) -> Shape {
        self.shape
    }
}

impl<'a, E: Element> Parameter<'a, E> {
    /// Returns whether the parameter took part in the computation whose gradient this is.
    pub(crate) fn took_part(&self) -> bool {
        self.facts.took_part(self.data)
    }

    /// Returns the elements, row-major in the axis order of files: see
    /// [`shape_in_files`](Parameter::shape_in_files).
    pub fn in_file_order(&self) -> Cow<'a, [E]> {
        match *self.shape {
            [out, ref places @ .., inputs] if self.kernel => {
                Cow::Owned(transposed(self.data, out, places.iter().product(), inputs))
            }
            _ => Cow::Borrowed(self.data),
        }
    }
}

impl<'a, E> ParameterMut<'a, E> {
    pub(super) fn new((data, facts): (&'a mut [E], &'a mut Facts), shape: Shape) -> Self {
        ParameterMut { data, shape, facts }
    }

    /// Sets the optimizer state that is kept beside the elements.
    pub(crate) fn set_kept(&mut self, kept: Kept) {
        (self.facts.missed, self.facts.exempt) = (kept.missed, kept.exempt);
    }

    /// Sets the number of counted steps in which the parameter of this state took no part.
    pub(crate) fn set_missed(&mut self, missed: u64) {
        self.facts.missed = missed;
    }

    /// Sets whether the parameter of this state is exempt from weight decay.
    pub(crate) fn set_exempt(&mut self, exempt: bool) {
        self.facts.exempt = exempt;
    }

    /// Sets whether the parameter took part in the computation whose gradient this is.
    pub(crate) fn set_took_part(&mut self, took_part: bool) {
        self.facts.set_took_part(took_part);
    }

    /// Returns the elements, row-major.
    pub fn as_slice(&self) -> &[E] {
        self.data
    }

    /// Returns the elements mutably, row-major.
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        self.data
    }

    /// Returns the shape: `[out, in]` for a weight, `[out, height, width, in]` for a convolution kernel.
    /// Files store kernels in PyTorch's order, `[out, in, height, width]`.
    pub fn shape(&self) -> Shape {
        self.shape
    }
}

impl<E: PartialEq> PartialEq for Parameter<'_, E> {
    fn eq(&self, other: &Self) -> bool {
        (self.data, self.shape, self.kernel) == (other.data, other.shape, other.kernel)
    }
}

impl<E: PartialEq> PartialEq for ParameterMut<'_, E> {
    fn eq(&self, other: &Self) -> bool {
        (&*self.data, self.shape) == (&*other.data, other.shape)
    }
}

impl<E> AsRef<[E]> for Parameter<'_, E> {
    fn as_ref(&self) -> &[E] {
        self.data
    }
}
