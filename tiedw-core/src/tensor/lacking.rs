//! Brackets after a tensor, which it does not have, so that the compiler says what to write in their place.

use std::ops::Index;

use super::Tensor;
use crate::Element;

/// Never implemented for a tensor.
#[diagnostic::on_unimplemented(
    message = "a tensor has no elements in brackets",
    label = "this is a tensor",
    note = "for a row or a column, write `x.select(axis, i)`, and for several of them `x.slice_axis(axis, 1..3)`",
    note = "for the number at a place, write `x.get(&[i, j])`, which has no gradient"
)]
pub trait Indexed<At> {
    type Output: ?Sized;

    fn at(&self, at: At) -> &Self::Output;
}

#[doc(hidden)]
#[diagnostic::do_not_recommend]
impl<const F: usize, E: Element, At> Index<At> for Tensor<F, E>
where
    Self: Indexed<At>,
{
    type Output = <Self as Indexed<At>>::Output;

    fn index(&self, at: At) -> &Self::Output {
        self.at(at)
    }
}
