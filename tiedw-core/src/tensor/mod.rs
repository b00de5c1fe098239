//! Tensors: activations whose last axis, the features, is part of the type.

mod attention_mask;
mod convert;
mod filled;
pub(crate) mod fmt;
mod ids;
mod lacking;
mod lift;
mod map;
mod mask;
mod range;
mod select;

pub use attention_mask::AttentionMask;
pub use ids::Ids;
pub use mask::Mask;
pub(crate) use select::{narrowed, selected, transposed};

use crate::axes::{Axes, Leading};
use crate::kernels::{Shared, of_shared};
use crate::pooled_vec::PooledVec;
use crate::size::allows;
use crate::{DYN, Element};

/// A tensor with `F` features, and leading axes (batch, time, ..) whose sizes are known at run time.
///
/// Cloning is cheap: it increments a reference count. The elements are copied only if they are modified while
/// shared.
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
#[repr(transparent)]
pub struct Tensor<const F: usize, E: Element = f32> {
    data: Shared<E>,
}

of_shared! { impl<const F: usize, E: Element> Tensor<F, E> }

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Creates a tensor from row-major elements.
    ///
    /// If the features are [`DYN`], they are the number of elements by that of rows, or 0 without rows.
    ///
    /// # Panics
    /// If the number of elements differs from that of the shape.
    #[track_caller]
    pub fn from_vec(leading: impl Leading, data: Vec<E>) -> Self {
        let axes = Self::axes_of(&leading, data.len());
        let (count, found) = (axes.count(), data.len());
        if F == DYN && found != count {
            panic!("{found} elements do not make {} rows of equal length", axes.rows());
        }
        assert!(found == count, "a tensor of shape {axes:?} has {count} elements, not {found}");
        Tensor { data: Shared::new(data.into(), axes) }
    }

    /// Creates a tensor of this shape, with the features last, from row-major elements.
    ///
    /// ```
    /// # use tiedw_core::{DYN, Tensor};
    /// let empty = Tensor::<DYN>::from_shape_vec([0, 3], vec![]);
    /// assert_eq!(empty.features(), 3);
    /// assert_eq!(Tensor::<2>::from_shape_vec([1, 2], vec![1.0, 2.0]), Tensor::from([[1.0, 2.0]]));
    /// ```
    ///
    /// # Panics
    /// If the number of elements differs from that of the shape, or the type has other features.
    #[track_caller]
    pub fn from_shape_vec(shape: impl Leading, data: Vec<E>) -> Self {
        let axes = shape.as_whole();
        assert!(allows(F, axes.last()), "a tensor of {F} features with shape {axes:?}");
        let (count, found) = (axes.count(), data.len());
        assert!(found == count, "a tensor of shape {axes:?} has {count} elements, not {found}");
        Tensor { data: Shared::new(data.into(), axes) }
    }

    /// Returns all axes of `count` elements, of which the features follow if they are [`DYN`]: 0 without rows.
    #[track_caller]
    pub(crate) fn axes_of(leading: &impl Leading, count: usize) -> Axes {
        if F != DYN {
            return leading.with_features(F);
        }
        let rows = leading.with_features(1).rows();
        leading.with_features(count.checked_div(rows).unwrap_or(0))
    }

    /// Creates a tensor of zeros. If the features are [`DYN`], the axes are all of the shape, with the features last.
    ///
    /// ```
    /// # use tiedw_core::{DYN, Tensor};
    /// assert_eq!(Tensor::<3>::zeros([2]).shape(), Tensor::<DYN>::zeros([2, 3]).shape());
    /// ```
    #[track_caller]
    pub fn zeros(leading: impl Leading) -> Self {
        let axes = Self::all_axes(&leading);
        Tensor { data: Shared::new(PooledVec::zeros(axes.count()), axes) }
    }

    /// Creates a tensor with all elements equal to `value`. If the features are [`DYN`], the axes are all of the shape.
    #[track_caller]
    pub fn full(leading: impl Leading, value: E) -> Self {
        let axes = Self::all_axes(&leading);
        Tensor { data: Shared::new(PooledVec::full(axes.count(), value), axes) }
    }

    /// Returns all axes, given the leading ones, or the whole shape if the features are [`DYN`].
    #[track_caller]
    pub(crate) fn all_axes(leading: &impl Leading) -> Axes {
        if F == DYN { leading.as_whole() } else { leading.with_features(F) }
    }

    /// Creates a tensor with the leading axes of `like`, from `F` elements per row. If `F` is [`DYN`], it has the features of
    /// `like`.
    pub(crate) fn with_axes_of<const G: usize>(like: &Tensor<G, E>, data: PooledVec<E>) -> Self {
        const { assert!(F != DYN || G == DYN, "the features of a fixed size are not those of another tensor") };
        Self::with_rows_of(like, if F == DYN { like.features() } else { F }, data)
    }

    /// Creates a tensor with the leading axes of `like`, from so many elements per row.
    pub(crate) fn with_rows_of<const G: usize>(
        like: &Tensor<G, E>,
        features: usize,
        data: PooledVec<E>,
    ) -> Self {
        debug_assert!(data.len() == like.rows() * features && allows(F, features));
        let features = if F == DYN { features } else { F };
        Tensor { data: Shared::new(data, like.axes().with_last(features)) }
    }

    /// Creates a tensor with these axes.
    pub(crate) fn with_axes(axes: Axes, data: PooledVec<E>) -> Self {
        debug_assert!(axes.count() == data.len() && allows(F, axes.last()));
        Tensor { data: Shared::new(data, axes) }
    }

    /// The elements from `start` on that `axes` count. They are not copied, and keep all of them in memory.
    pub(crate) fn part(&self, start: usize, axes: Axes) -> Self {
        Tensor { data: self.data.part(start, axes) }
    }

    /// Replaces the axes, for the same number of elements.
    pub(crate) fn with_other_axes(self, axes: Axes) -> Self {
        self.with_features(axes)
    }

    /// Replaces the axes, including the features, for the same number of elements.
    pub(crate) fn with_features<const G: usize>(self, axes: Axes) -> Tensor<G, E> {
        debug_assert!(axes.count() == self.as_slice().len() && allows(G, axes.last()));
        Tensor { data: self.data.with_axes(axes) }
    }

    /// Returns the product of the sizes before an axis, its size, and the product of the sizes after it. The last axis is one
    /// of those that an operation can change if its size is no type.
    ///
    /// # Panics
    /// If there is no such axis.
    #[inline]
    #[track_caller]
    pub(crate) fn around(
        axes: Axes,
        axis: usize,
        operation: impl std::fmt::Display,
    ) -> (usize, usize, usize) {
        if F == DYN { axes.around_any(axis, operation) } else { axes.around(axis, operation) }
    }

    /// Returns the axes.
    #[inline]
    pub(crate) fn axes(&self) -> Axes {
        *self.data.axes()
    }

    /// Returns the elements, row-major.
    #[inline]
    pub fn as_slice(&self) -> &[E] {
        self.data.as_slice()
    }

    /// Returns the elements mutably, row-major; copies them first if they are shared with another tensor.
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        self.data.as_mut_slice()
    }

    /// Converts the tensor into a `Vec` of its elements, row-major; copies them only if they are shared with
    /// another tensor.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::full([1], 3.0).into_vec(), [3.0, 3.0]);
    /// ```
    pub fn into_vec(self) -> Vec<E> {
        self.data.into_pooled_vec().into_vec()
    }

    /// Returns the elements, shared.
    pub(crate) fn shared(&self) -> Shared<E> {
        self.data.clone()
    }

    /// Converts the tensor into a pooled vector of its elements, row-major.
    pub(crate) fn into_pooled_vec(self) -> PooledVec<E> {
        self.data.into_pooled_vec()
    }

    /// Returns the product of the leading axes.
    #[inline]
    pub fn rows(&self) -> usize {
        if F == DYN {
            return self.data.axes().rows();
        }
        // A division by the constant `F` is faster than the product.
        self.as_slice().len().checked_div(F).unwrap_or_else(|| self.data.axes().rows())
    }

    /// Iterates over the rows, also for tensors without features.
    #[inline]
    pub(crate) fn each_row(&self) -> impl Iterator<Item = &[E]> + Clone {
        let features = self.features();
        let empty = if features == 0 { self.rows() } else { 0 };
        self.as_slice().chunks_exact(features.max(1)).chain(std::iter::repeat_n(&[][..], empty))
    }

    /// Returns the size of the last axis.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::zeros([5, 7]).features(), 2);
    /// ```
    #[inline]
    pub fn features(&self) -> usize {
        if F == DYN { self.data.axes().last() } else { F }
    }

    /// Checks the features of a layer's input, unless the type says them.
    #[inline]
    #[track_caller]
    pub(crate) fn check_features(&self, features: usize, layer: &str) {
        if F == DYN {
            let shape = self.shape();
            assert!(
                self.features() == features,
                "{layer} of {features} features of a tensor of shape {shape:?}"
            );
        }
    }

    /// Returns the sizes of all axes, with the features last.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        self.data.axes().as_slice()
    }

    /// Returns one element.
    ///
    /// # Panics
    /// If the number of indices differs from that of axes, or an index is out of range.
    #[track_caller]
    pub fn get(&self, at: &[usize]) -> E {
        self.data.as_slice()[self.data.axes().offset(at)]
    }
}
