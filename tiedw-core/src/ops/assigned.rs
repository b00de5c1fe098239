//! Types whose `+=`, `-=`, `*=` and `/=` assign the result of the operator, so that they have its pullback.

use crate::{Element, Tensor};

/// A type whose compound assignments assign the result of the operator. Those of a user's type may do something else.
#[diagnostic::on_unimplemented(
    message = "`+=`, `-=`, `*=` and `/=` of a `{Self}` may do something else than its operator",
    label = "has no companion",
    note = "write `x = x + y`"
)]
pub trait AssignsResult {}

impl<E: Element> AssignsResult for E {}
impl<const F: usize, E: Element> AssignsResult for Tensor<F, E> {}

macro_rules! integers {
    ($($integer:ident)+) => {
        $(impl AssignsResult for $integer {})+
    };
}
integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);

/// Compiles only for such a type.
#[inline]
pub fn assigns_result<T: AssignsResult>(_: &T) {}
