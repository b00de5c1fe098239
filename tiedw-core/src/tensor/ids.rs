use super::{Axes, Leading};
use crate::kernels::Shared;
use crate::ops::{narrowed, selected};

/// Token ids, or other row numbers: what an embedding takes.
///
/// They carry no gradient. Cloning counts a reference.
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
    /// With a last axis of size 1.
    data: Shared<u32>,
}

impl Ids {
    /// These ids, row-major: `[batch, time]`, or any other leading axes.
    ///
    /// # Panics
    /// Where there are not as many ids as the axes say.
    pub fn from_vec(leading: impl Leading, data: Vec<u32>) -> Self {
        let axes = leading.with_features(1);
        let count = axes.rows();
        let shape = &axes.as_slice()[..axes.as_slice().len() - 1];
        assert_eq!(data.len(), count, "ids of shape {shape:?} have {count} elements, not {}", data.len());
        Ids { data: Shared::new(data.into(), axes) }
    }

    /// The ids, row-major.
    #[inline]
    pub fn as_slice(&self) -> &[u32] {
        self.data.as_slice()
    }

    /// How many ids there are: the product of the axes.
    #[inline]
    pub fn rows(&self) -> usize {
        self.as_slice().len()
    }

    /// All axes.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        let axes = self.data.axes().as_slice();
        &axes[..axes.len() - 1]
    }

    /// `length` places of an axis, from `start` on.
    ///
    /// ```
    /// # use tiedw_core::Ids;
    /// let ids = Ids::from_vec([2, 3], vec![1, 2, 3, 4, 5, 6]);
    /// assert_eq!(ids.narrow(0, 1, 1), Ids::from_vec([1, 3], vec![4, 5, 6]));
    /// ```
    ///
    /// # Panics
    /// Where there is no such axis, or it is shorter.
    pub fn narrow(&self, axis: usize, start: usize, length: usize) -> Self {
        let (axes, data) = narrowed(*self.data.axes(), self.as_slice(), axis, start, length);
        Ids { data: Shared::new(data, axes) }
    }

    /// The places of an axis that `indices` name, in their order; a place may be named often, or never.
    ///
    /// ```
    /// # use tiedw_core::Ids;
    /// let ids = Ids::from_vec([2, 3], vec![1, 2, 3, 4, 5, 6]);
    /// assert_eq!(ids.index_select(1, &[2, 0]), Ids::from_vec([2, 2], vec![3, 1, 6, 4]));
    /// ```
    ///
    /// # Panics
    /// Where there is no such axis, or an index is not below its size.
    pub fn index_select(&self, axis: usize, indices: &[usize]) -> Self {
        let (axes, data) = selected(*self.data.axes(), self.as_slice(), axis, indices);
        Ids { data: Shared::new(data, axes) }
    }

    /// The axes of a tensor of `features` for each id.
    #[inline]
    pub(crate) fn axes_with(&self, features: usize) -> Axes {
        self.data.axes().with_last(features)
    }
}
