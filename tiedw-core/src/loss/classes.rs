use crate::Ids;
use crate::pooled_vec::PooledVec;

/// The class of each row: `[usize]`, a `Vec` or an array of them, or token [`Ids`].
///
/// ```
/// use tiedw_core::{Ids, Tensor, loss::cross_entropy_loss};
///
/// let logits = Tensor::<3>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// let loss = cross_entropy_loss(&logits, &[2, 0]);
/// assert_eq!(cross_entropy_loss(&logits, &vec![2, 0]), loss);
/// assert_eq!(cross_entropy_loss(&logits, &Ids::from_vec([2], vec![2, 0])), loss);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say the class of each row",
    note = "classes are `[usize]`, `Vec<usize>`, `[usize; N]` or `Ids`"
)]
pub trait Classes {
    /// Returns the class of each row in order.
    fn to_classes(&self) -> PooledVec<usize>;
}

impl<C: Classes + ?Sized> Classes for &C {
    fn to_classes(&self) -> PooledVec<usize> {
        C::to_classes(self)
    }
}

impl Classes for [usize] {
    fn to_classes(&self) -> PooledVec<usize> {
        PooledVec::copy(self)
    }
}

impl Classes for Vec<usize> {
    fn to_classes(&self) -> PooledVec<usize> {
        PooledVec::copy(self)
    }
}

impl<const N: usize> Classes for [usize; N] {
    fn to_classes(&self) -> PooledVec<usize> {
        PooledVec::copy(self)
    }
}

impl Classes for Ids {
    fn to_classes(&self) -> PooledVec<usize> {
        self.as_slice().iter().map(|&id| id as usize).collect()
    }
}
