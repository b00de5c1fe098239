use std::fmt;

/// The maximum number of axes of a tensor, including the features.
pub(crate) const MOST_AXES: usize = 6;

/// The sizes of a tensor's axes, with the features last.
///
/// ```
/// use tiedw_core::Leading;
///
/// let axes = [2, 3].with_features(4);
/// assert_eq!((axes.as_slice(), axes.leading()), (&[2, 3, 4][..], &[2, 3][..]));
/// assert_eq!((axes.rows(), axes.count()), (6, 24));
/// ```
#[derive(Clone, Copy, Eq)]
pub struct Axes {
    /// Right-aligned and padded with 1, so that a product of sizes does not depend on the rank.
    sizes: [usize; MOST_AXES],
    rank: usize,
}

impl Axes {
    #[track_caller]
    pub(crate) fn new(leading: &[usize], features: usize) -> Self {
        let rank = leading.len() + 1;
        assert!(rank <= MOST_AXES, "a tensor has at most {MOST_AXES} axes, not {rank}");
        let mut axes = Axes { sizes: [1; MOST_AXES], rank };
        axes.as_mut_slice()[..rank - 1].copy_from_slice(leading);
        let axes = axes.with_last(features);
        // The product of the nonzero sizes, since products of some of the axes must fit, too.
        let count = axes.sizes.iter().try_fold(1_usize, |count, &size| count.checked_mul(size.max(1)));
        let fits = count.is_some_and(|count| count <= isize::MAX as usize);
        assert!(fits, "a tensor of shape {axes:?} has more elements than memory can have");
        axes
    }

    /// Returns the same leading axes with other features.
    #[inline]
    pub(crate) fn with_last(&self, features: usize) -> Self {
        // One size at a time, as they were stored: a vector load that spans an older store and a newer one
        // cannot be forwarded from the store buffer.
        let [a, b, c, d, e, _] = self.sizes;
        Axes { sizes: [a, b, c, d, e, features], rank: self.rank }
    }

    /// Returns the product of the sizes before a leading axis, its size, and the product of the sizes after
    /// it, including the features.
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[inline]
    #[track_caller]
    pub(crate) fn around(&self, axis: usize, operation: impl fmt::Display) -> (usize, usize, usize) {
        let leading = self.rank - 1;
        let hint = if axis == leading { ": of the last one, write `x.dynamic()` before it" } else { "" };
        assert!(
            axis < leading,
            "axis {axis} of {operation} is not one of the {leading} leading axes of shape {self:?}{hint}"
        );
        self.around_any(axis, operation)
    }

    /// As [`around`](Self::around), also of the last axis.
    #[inline]
    #[track_caller]
    pub(crate) fn around_any(&self, axis: usize, operation: impl fmt::Display) -> (usize, usize, usize) {
        let (sizes, rank) = (self.as_slice(), self.rank);
        assert!(axis < rank, "axis {axis} of {operation} is not one of the {rank} axes of shape {self:?}");
        (sizes[..axis].iter().product(), sizes[axis], sizes[axis + 1..].iter().product())
    }

    /// Returns the size of the last axis.
    #[inline]
    pub(crate) fn last(&self) -> usize {
        self.sizes[MOST_AXES - 1]
    }

    /// Replaces the size of one axis.
    #[inline]
    pub(crate) fn with_size(mut self, axis: usize, size: usize) -> Self {
        self.as_mut_slice()[axis] = size;
        self
    }

    /// Removes one axis, for an operation.
    ///
    /// # Panics
    /// If it is the only one.
    #[inline]
    #[track_caller]
    pub(crate) fn reduced(self, axis: usize, operation: &str) -> Self {
        if self.rank == 1 {
            let instead = match operation.contains("_axis") {
                true => format!("`{}` takes all elements", operation.replace("_axis", "")),
                false => "`narrow` and `gather` keep the axis".to_string(),
            };
            panic!(
                "{operation} of a tensor of shape {self:?} along axis {axis}, which is its only one: {instead}"
            );
        }
        self.without(axis)
    }

    /// Removes one axis, which is not the only one.
    #[inline]
    pub(crate) fn without(mut self, axis: usize) -> Self {
        let sizes = self.as_mut_slice();
        sizes.copy_within(..axis, 1);
        sizes[0] = 1;
        self.rank -= 1;
        self
    }

    /// Returns the sizes, with sizes of 1 for missing leading axes.
    #[inline]
    pub(crate) fn padded(&self) -> [usize; MOST_AXES] {
        self.sizes
    }

    /// Returns the axes of an elementwise operation on operands with these axes: axes of size 1 and missing leading axes are
    /// repeated. `None` if two other sizes differ.
    pub(crate) fn broadcast(&self, other: Axes) -> Option<Axes> {
        let mut axes = Axes { sizes: self.sizes, rank: self.rank.max(other.rank) };
        for (size, other) in axes.sizes.iter_mut().zip(other.sizes) {
            match (*size, other) {
                (size, other) if size == other => {}
                (1, other) => *size = other,
                (_, 1) => {}
                _ => return None,
            }
        }
        Some(axes)
    }

    /// Whether axes of size 1 and missing leading axes can be repeated so that these axes become those.
    pub(crate) fn expands_to(&self, other: Axes) -> bool {
        self.rank <= other.rank && self.broadcast(other) == Some(other)
    }

    /// Swaps two axes.
    #[inline]
    pub(crate) fn transposed(mut self, a: usize, b: usize) -> Self {
        self.as_mut_slice().swap(a, b);
        self
    }

    /// Returns the sizes of the leading axes.
    #[inline]
    pub fn leading(&self) -> &[usize] {
        &self.as_slice()[..self.rank - 1]
    }

    /// Returns the sizes of all axes.
    #[inline]
    pub fn as_slice(&self) -> &[usize] {
        &self.sizes[MOST_AXES - self.rank..]
    }

    #[inline]
    fn as_mut_slice(&mut self) -> &mut [usize] {
        &mut self.sizes[MOST_AXES - self.rank..]
    }

    /// Returns the product of the leading sizes.
    #[inline]
    pub fn rows(&self) -> usize {
        self.sizes[..MOST_AXES - 1].iter().product()
    }

    /// Returns the product of all sizes.
    #[inline]
    pub fn count(&self) -> usize {
        self.sizes.iter().product()
    }

    #[track_caller]
    pub(crate) fn offset(&self, at: &[usize]) -> usize {
        let sizes = self.as_slice();
        let inside = at.len() == sizes.len() && at.iter().zip(sizes).all(|(at, size)| at < size);
        assert!(inside, "index {at:?} is outside a tensor of shape {self:?}");
        at.iter().zip(sizes).fold(0, |offset, (at, size)| offset * size + at)
    }
}

impl PartialEq for Axes {
    // Compares the whole array, since comparing slices would call `memcmp`.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        let differ = self
            .sizes
            .iter()
            .zip(&other.sizes)
            .fold(self.rank ^ other.rank, |differ, (a, b)| differ | (a ^ b));
        differ == 0
    }
}

impl fmt::Debug for Axes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

/// The leading axes of a tensor, as an array, a slice or a `Vec`: `[batch]`, `[batch, time]`.
///
/// ```
/// use tiedw_core::Tensor;
///
/// let sizes: &[usize] = &[2, 5];
/// assert_eq!(Tensor::<3>::zeros([2, 5]), Tensor::zeros(sizes));
/// assert_eq!(Tensor::<3>::zeros([2, 5]), Tensor::zeros(&vec![2, 5]));
/// assert_eq!(Tensor::<3>::zeros([]).shape(), [3]);
/// ```
#[diagnostic::on_unimplemented(
    message = "the sizes of axes are written in brackets",
    label = "not an array or a slice of sizes",
    note = "write `[3]` for one axis, `[2, 3]` for two, and `[]` for none; the features are part of the type"
)]
pub trait Leading {
    /// Returns all axes, with the features last.
    ///
    /// # Panics
    /// If there are more axes than a tensor can have, or the number of elements exceeds `isize::MAX`.
    #[track_caller]
    fn with_features(&self, features: usize) -> Axes;

    /// Returns these axes, the last of which is the features.
    ///
    /// # Panics
    /// As [`with_features`](Leading::with_features), and if there is no axis.
    #[track_caller]
    fn as_whole(&self) -> Axes;
}

#[track_caller]
fn whole(sizes: &[usize]) -> Axes {
    match sizes {
        [leading @ .., features] => Axes::new(leading, *features),
        [] => {
            panic!("a tensor with `DYN` features has a shape, whose last size is the features: [] has none")
        }
    }
}

macro_rules! leading {
    ($($(const $n:ident)? $sizes:ty),+) => {$(
        impl$(<const $n: usize>)? Leading for $sizes {
            fn with_features(&self, features: usize) -> Axes {
                Axes::new(&self[..], features)
            }

            fn as_whole(&self) -> Axes {
                whole(&self[..])
            }
        }
    )+};
}

leading!(const N [usize; N], const N &[usize; N], &[usize], Vec<usize>, &Vec<usize>);

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use crate::{Ids, Matrix, Tensor};

    /// Shapes with too many elements, whose products would be small if they wrapped around.
    #[test]
    fn shapes_that_overflow() {
        const HALF: usize = 1 << (usize::BITS / 2);
        const QUARTER: usize = 1 << (usize::BITS - 2);
        let refused = |build: fn()| {
            let message = catch_unwind(build).unwrap_err();
            let message = message.downcast::<String>().unwrap();
            assert!(message.contains("has more elements than memory can have"), "{message}");
        };
        refused(|| drop(Tensor::<4>::from_vec([QUARTER + 1], vec![0.5; 4])));
        refused(|| drop(Tensor::<4>::from_vec([HALF, HALF], vec![])));
        refused(|| drop(Tensor::<1>::zeros([HALF, HALF, 0])));
        refused(|| drop(Tensor::<2>::full([QUARTER], 1.0)));
        refused(|| drop(Tensor::<1>::zeros([4]).reshape([QUARTER + 1, 4])));
        refused(|| drop(Tensor::<1>::zeros([]).expand([HALF, HALF])));
        refused(|| drop(Matrix::<HALF, HALF>::from_vec(vec![])));
        refused(|| drop(Matrix::<HALF, HALF>::zeros()));
        refused(|| drop(Ids::from_vec([HALF, HALF], vec![])));
        assert_eq!(Tensor::<4>::zeros([0, 7]).shape(), [0, 7, 4]);
    }
}
