use super::filled::of_indices;
use super::{Axes, Leading, Tensor};
use crate::DYN;
use crate::kernels::Shared;
use crate::pooled_vec::PooledVec;
use crate::size::allows;

/// Flags of the shape of a tensor: which elements a comparison holds for.
///
/// A mask carries no gradient. Comparisons such as [`gt`](Tensor::gt) make one; `&`, `|`, `^` and `!` combine masks, and `&=`, `|=` and
/// `^=` assign to one; [`masked_fill`](Tensor::masked_fill) and [`where_cond`](Mask::where_cond) choose elements by it. Operands
/// repeat axes of size 1 and missing leading axes, as those of `+`. Cloning is cheap: it increments a reference count.
///
/// ```
/// use tiedw_core::{Mask, Tensor};
///
/// let x = Tensor::from([[1.0, -2.0], [3.0, 4.0]]);
/// let mut mask = x.gt(0.0);
/// mask &= x.lt(4.0);
/// assert_eq!(mask, Mask::from([[true, false], [true, false]]));
/// assert_eq!(mask.where_cond(&x, &-&x).as_slice(), [1.0, 2.0, 3.0, -4.0]);
/// ```
#[derive(Clone, PartialEq)]
pub struct Mask<const F: usize> {
    data: Shared<bool>,
}

impl<const F: usize> Mask<F> {
    /// Creates a mask from row-major flags.
    ///
    /// If the features are [`DYN`], they are the number of flags by that of rows, or 0 without rows.
    ///
    /// # Panics
    /// If the number of flags differs from that of the shape.
    #[track_caller]
    pub fn from_vec(leading: impl Leading, data: Vec<bool>) -> Self {
        let axes = Tensor::<F>::axes_of(&leading, data.len());
        let (count, found) = (axes.count(), data.len());
        assert!(found == count, "a mask of shape {axes:?} has {count} flags, not {found}");
        Mask::with_axes(axes, data.into())
    }

    /// Creates a mask of this shape, with the features last, from row-major flags.
    ///
    /// # Panics
    /// If the number of flags differs from that of the shape, or the type has other features.
    #[track_caller]
    pub fn from_shape_vec(shape: impl Leading, data: Vec<bool>) -> Self {
        let axes = shape.as_whole();
        assert!(allows(F, axes.last()), "a mask of {F} features with shape {axes:?}");
        let (count, found) = (axes.count(), data.len());
        assert!(found == count, "a mask of shape {axes:?} has {count} flags, not {found}");
        Mask::with_axes(axes, data.into())
    }

    /// Creates a mask whose flags are `f` of their indices, which include that of the feature. If the features are [`DYN`], the
    /// axes are all of the shape.
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// let past = Mask::<3>::from_fn([2], |at| at[1] <= at[0]);
    /// assert_eq!(past, Mask::from([[true, false, false], [true, true, false]]));
    /// ```
    #[track_caller]
    pub fn from_fn(leading: impl Leading, f: impl FnMut(&[usize]) -> bool) -> Self {
        let axes = Tensor::<F>::all_axes(&leading);
        Mask::with_axes(axes, of_indices(axes, f).collect())
    }

    /// Creates a mask with these axes.
    pub(crate) fn with_axes(axes: Axes, data: PooledVec<bool>) -> Self {
        debug_assert!(axes.count() == data.len() && allows(F, axes.last()));
        Mask { data: Shared::new(data, axes) }
    }

    /// Replaces the axes, including the features, for the same number of flags.
    pub(crate) fn with_other_axes<const G: usize>(self, axes: Axes) -> Mask<G> {
        debug_assert!(axes.count() == self.as_slice().len() && allows(G, axes.last()));
        Mask { data: self.data.with_axes(axes) }
    }

    /// Returns the axes.
    #[inline]
    pub(crate) fn axes(&self) -> Axes {
        *self.data.axes()
    }

    /// Returns the flags, row-major.
    #[inline]
    pub fn as_slice(&self) -> &[bool] {
        self.data.as_slice()
    }

    /// Returns the sizes of all axes, with the features last.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        self.data.axes().as_slice()
    }

    /// Returns the product of the leading axes.
    #[inline]
    pub fn rows(&self) -> usize {
        self.data.axes().rows()
    }

    /// Returns the size of the last axis.
    #[inline]
    pub fn features(&self) -> usize {
        self.data.axes().last()
    }

    /// Returns one flag.
    ///
    /// # Panics
    /// If the number of indices differs from that of axes, or an index is out of range.
    #[track_caller]
    pub fn get(&self, at: &[usize]) -> bool {
        self.as_slice()[self.data.axes().offset(at)]
    }

    /// Returns the same mask, with the number of features in its type. Nothing is copied.
    ///
    /// # Panics
    /// If it has another number of features.
    #[track_caller]
    pub fn fixed<const N: usize>(&self) -> Mask<N> {
        assert!(allows(N, self.features()), "fixed::<{N}> of a mask of shape {:?}", self.shape());
        Mask { data: self.data.clone() }
    }

    /// Returns the same mask, with a number of features that is known at run time. Nothing is copied.
    pub fn dynamic(&self) -> Mask<DYN> {
        self.fixed()
    }
}

/// Creates a mask of shape `[F]`.
impl<const F: usize> From<[bool; F]> for Mask<F> {
    fn from(row: [bool; F]) -> Self {
        Mask::from_vec([], row.to_vec())
    }
}

/// Creates a mask of shape `[B, F]`.
impl<const B: usize, const F: usize> From<[[bool; F]; B]> for Mask<F> {
    fn from(rows: [[bool; F]; B]) -> Self {
        Mask::from_vec([B], rows.as_flattened().to_vec())
    }
}
