//! Activations: tensors whose last axis, the features, is in the type.

mod attention_mask;
mod axes;
mod convert;
pub(crate) mod fmt;
mod ids;
mod map;

pub use attention_mask::AttentionMask;
#[cfg(feature = "ndarray")]
pub(crate) use axes::MOST_AXES;
pub use axes::{Axes, Leading};
pub use ids::Ids;

use crate::Element;
use crate::buffer::Buffer;
use crate::kernels::Shared;

/// A tensor of `F` features, and of leading axes (batch, time, ..) whose sizes are known at run time.
///
/// Cloning counts a reference; the numbers are copied only where a clone is changed.
///
/// ```
/// use tiedw_core::Tensor;
///
/// let x = Tensor::<3>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// assert_eq!(x.rows(), 2);
/// assert_eq!(x.shape(), [2, 3]);
/// assert_eq!(x.get(&[1, 0]), 4.0);
/// ```
#[derive(Clone, PartialEq)]
pub struct Tensor<const F: usize, E: Element = f32> {
    data: Shared<E>,
}

impl<const F: usize, E: Element> Tensor<F, E> {
    /// The tensor of these numbers, row-major.
    ///
    /// # Panics
    /// Where there are not as many numbers as the axes say.
    pub fn from_vec(leading: impl Leading, data: Vec<E>) -> Self {
        let axes = leading.with_features(F);
        assert_eq!(
            data.len(),
            axes.count(),
            "a tensor of shape {axes:?} has {} elements, not {}",
            axes.count(),
            data.len()
        );
        Tensor { data: Shared::new(data.into(), axes) }
    }

    /// All zero.
    pub fn zeros(leading: impl Leading) -> Self {
        Self::full(leading, E::ZERO)
    }

    /// All `value`.
    pub fn full(leading: impl Leading, value: E) -> Self {
        let axes = leading.with_features(F);
        Tensor { data: Shared::new(Buffer::full(axes.count(), value), axes) }
    }

    /// A tensor with the leading axes of `like`, from `F` numbers a row.
    pub(crate) fn with_axes_of<const G: usize>(like: &Tensor<G, E>, data: Buffer<E>) -> Self {
        debug_assert_eq!(data.len(), like.rows() * F);
        Tensor { data: Shared::new(data, like.axes().with_last(F)) }
    }

    /// A tensor of these axes.
    pub(crate) fn with_axes(axes: Axes, data: Buffer<E>) -> Self {
        debug_assert!(axes.count() == data.len() && axes.as_slice().last() == Some(&F));
        Tensor { data: Shared::new(data, axes) }
    }

    /// The same numbers under axes of the same count.
    pub(crate) fn with_other_axes(self, axes: Axes) -> Self {
        debug_assert!(axes.count() == self.as_slice().len() && axes.as_slice().last() == Some(&F));
        Tensor { data: self.data.with_axes(axes) }
    }

    /// The same numbers under axes of the same count, with other features.
    pub(crate) fn with_features<const G: usize>(self, axes: Axes) -> Tensor<G, E> {
        debug_assert!(axes.count() == self.as_slice().len() && axes.as_slice().last() == Some(&G));
        Tensor { data: self.data.with_axes(axes) }
    }

    /// Its axes.
    #[inline]
    pub(crate) fn axes(&self) -> Axes {
        *self.data.axes()
    }

    /// The numbers, row-major.
    #[inline]
    pub fn as_slice(&self) -> &[E] {
        self.data.as_slice()
    }

    /// The numbers, row-major, to be changed; copied first where another tensor shares them.
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        self.data.as_mut_slice()
    }

    /// The numbers, row-major; in the memory that they had where no other tensor shares them.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::full([1], 3.0).into_vec(), [3.0, 3.0]);
    /// ```
    pub fn into_vec(self) -> Vec<E> {
        self.data.into_buffer().into_vec()
    }

    /// The numbers, row-major, as memory that comes back.
    pub(crate) fn into_buffer(self) -> Buffer<E> {
        self.data.into_buffer()
    }

    /// The product of the leading axes.
    #[inline]
    pub fn rows(&self) -> usize {
        // With features known when this is compiled, shorter than the product.
        self.as_slice().len().checked_div(F).unwrap_or_else(|| self.data.axes().rows())
    }

    /// The features of each row, also where there are none.
    #[inline]
    pub(crate) fn each_row(&self) -> impl Iterator<Item = &[E]> + Clone {
        let empty = if F == 0 { self.rows() } else { 0 };
        self.as_slice().chunks_exact(F.max(1)).chain(std::iter::repeat_n(&[][..], empty))
    }

    /// The size of the last axis.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::zeros([5, 7]).features(), 2);
    /// ```
    #[inline]
    pub fn features(&self) -> usize {
        F
    }

    /// All axes, the features last.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        self.data.axes().as_slice()
    }

    /// One number.
    ///
    /// # Panics
    /// Where an index is missing, or outside its axis.
    pub fn get(&self, at: &[usize]) -> E {
        self.data.as_slice()[self.data.axes().offset(at)]
    }
}
