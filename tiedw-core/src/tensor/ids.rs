use super::select::{narrowed, selected};
use super::{Axes, Leading};
use crate::kernels::Shared;
use crate::pooled_vec::PooledVec;

/// Token ids, or other row indices: the input of an embedding.
///
/// Ids carry no gradient. Cloning is cheap: it increments a reference count.
///
/// ```
/// use tiedw_core::Ids;
///
/// let ids = Ids::from_vec([2, 3], vec![5, 1, 0, 7, 7, 2]);
/// assert_eq!(ids.shape(), [2, 3]);
/// assert_eq!(ids.as_slice()[3], 7);
/// ```
#[derive(Clone, PartialEq)]
pub struct Ids {
    /// Stored with a last axis of size 1.
    data: Shared<u32>,
}

impl Ids {
    /// Creates ids from row-major elements, with leading axes such as `[batch, time]`.
    ///
    /// # Panics
    /// If the number of ids differs from the product of the axes.
    #[track_caller]
    pub fn from_vec(leading: impl Leading, data: Vec<u32>) -> Self {
        let axes = leading.with_features(1);
        let count = axes.rows();
        let shape = &axes.as_slice()[..axes.as_slice().len() - 1];
        assert_eq!(data.len(), count, "ids of shape {shape:?} have {count} elements, not {}", data.len());
        Ids { data: Shared::new(data.into(), axes) }
    }

    /// Creates ids of an operation on a tensor, with these axes.
    pub(crate) fn of_axes(axes: &[usize], data: PooledVec<u32>) -> Self {
        Ids { data: Shared::new(data, axes.with_features(1)) }
    }

    /// Returns the ids, row-major.
    #[inline]
    pub fn as_slice(&self) -> &[u32] {
        self.data.as_slice()
    }

    /// Returns the number of ids: the product of the axes.
    #[inline]
    pub fn rows(&self) -> usize {
        self.as_slice().len()
    }

    /// Returns the sizes of all axes.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        let axes = self.data.axes().as_slice();
        &axes[..axes.len() - 1]
    }

    /// Returns `length` elements of an axis, starting at `start`.
    ///
    /// ```
    /// # use tiedw_core::Ids;
    /// let ids = Ids::from_vec([2, 3], vec![1, 2, 3, 4, 5, 6]);
    /// assert_eq!(ids.narrow(0, 1, 1), Ids::from_vec([1, 3], vec![4, 5, 6]));
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, or it is too short.
    #[track_caller]
    pub fn narrow(&self, axis: usize, start: usize, length: usize) -> Self {
        let axes = *self.data.axes();
        let (axes, data) =
            narrowed(axes, axes.around(axis, "narrow"), self.as_slice(), (axis, "narrow"), start, length);
        Ids { data: Shared::new(data, axes) }
    }

    /// Selects the given indices of an axis, in order and possibly repeated.
    ///
    /// ```
    /// # use tiedw_core::Ids;
    /// let ids = Ids::from_vec([2, 3], vec![1, 2, 3, 4, 5, 6]);
    /// assert_eq!(ids.index_select(1, &[2, 0]), Ids::from_vec([2, 2], vec![3, 1, 6, 4]));
    /// ```
    ///
    /// # Panics
    /// If there is no such axis, or an index is not below its size.
    #[track_caller]
    pub fn index_select(&self, axis: usize, indices: &[usize]) -> Self {
        let axes = *self.data.axes();
        let (axes, data) = selected(
            axes,
            axes.around(axis, "index_select"),
            self.as_slice(),
            (axis, "index_select"),
            indices,
        );
        Ids { data: Shared::new(data, axes) }
    }

    /// Returns the axes of a tensor with `features` features for each id.
    #[inline]
    pub(crate) fn axes_with(&self, features: usize) -> Axes {
        self.data.axes().with_last(features)
    }
}
