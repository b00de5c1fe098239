//! Fields of structs and of enum variants, found by name.

use super::ListCotangent;
use crate::param::{Matrix, Vector};
use crate::value::{AddTo, NoGradient, Value};
use crate::{Dual, Element, Tensor};

/// A cotangent with a place for the field that is named by `FIELD`, the hash of its name.
#[diagnostic::on_unimplemented(
    message = "the gradient of this field is lost",
    label = "its owner is not known to the backward pass",
    note = "write `#[derive(Value)]` on the struct or enum"
)]
pub trait FieldPlace<const FIELD: u128> {
    /// The cotangent of the field.
    type Cotangent;

    /// Calls `f` on the place of the cotangent of the field.
    fn with<R>(&mut self, f: impl FnOnce(&mut Option<Self::Cotangent>) -> R) -> R;
}

/// What carries no gradient has no field that does.
#[diagnostic::do_not_recommend]
impl<const FIELD: u128> FieldPlace<FIELD> for NoGradient {
    type Cotangent = NoGradient;

    #[inline]
    fn with<R>(&mut self, f: impl FnOnce(&mut Option<NoGradient>) -> R) -> R {
        f(&mut None)
    }
}

#[diagnostic::do_not_recommend]
impl<C: FieldPlace<FIELD>, const FIELD: u128> FieldPlace<FIELD> for Box<C> {
    type Cotangent = C::Cotangent;

    #[inline]
    fn with<R>(&mut self, f: impl FnOnce(&mut Option<C::Cotangent>) -> R) -> R {
        (**self).with(f)
    }
}

/// Calls `f` on the place of a field in the cotangent of its owner.
#[inline]
pub fn at_field<const FIELD: u128, C: FieldPlace<FIELD> + Default, R>(
    owner: &mut Option<C>,
    f: impl FnOnce(&mut Option<C::Cotangent>) -> R,
) -> R {
    owner.get_or_insert_with(C::default).with(f)
}

/// The cotangent of a field marked `#[constant]`: what flows to it is dropped, and nothing comes back.
#[derive(Clone, Copy, Debug)]
pub struct Unread;

/// The cotangent of a field that carries no gradient.
#[diagnostic::on_unimplemented(
    message = "this field carries a gradient, which is lost here",
    note = "another type has a field of this name that is marked `#[constant]`; write `stop_gradient(..)` of the field"
)]
pub trait Untouched {}

impl Untouched for Unread {}
impl Untouched for NoGradient {}

/// Returns a field that is marked `#[constant]`, for code on data.
#[inline]
pub fn unread<'f, const FIELD: u128, T, F: ?Sized>(_: &T, field: &'f F) -> &'f F
where
    T: Value<Cotangent: FieldPlace<FIELD, Cotangent: Untouched>> + ?Sized,
{
    field
}

#[diagnostic::do_not_recommend]
impl<C> AddTo<Unread> for C {
    #[inline]
    fn add_to(self, _: &mut Option<Unread>) {}
}

// What is put into such a field may be data, but nothing that carries a gradient.
#[diagnostic::do_not_recommend]
impl AddTo<NoGradient> for Unread {
    #[inline]
    fn add_to(self, _: &mut Option<NoGradient>) {}
}

// Types without fields that a body could name. If it does, rustc reports that in the method itself.
macro_rules! no_fields {
    ($([$($generics:tt)*] $type:ty)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<$($generics)* const FIELD: u128> FieldPlace<FIELD> for $type {
                type Cotangent = Unread;

                #[inline]
                fn with<T>(&mut self, f: impl FnOnce(&mut Option<Unread>) -> T) -> T {
                    f(&mut None)
                }
            }
        )+
    };
}
no_fields! {
    [] f32
    [] f64
    [E: Element,] Dual<E>
    [const F: usize, E: Element,] Tensor<F, E>
    [const R: usize, const C: usize, E: Element,] Matrix<R, C, E>
    [const N: usize, E: Element,] Vector<N, E>
    [C,] ListCotangent<C>
    [A,] (Option<A>,)
    [A, B,] (Option<A>, Option<B>)
    [A, B, C,] (Option<A>, Option<B>, Option<C>)
    [A, B, C, D,] (Option<A>, Option<B>, Option<C>, Option<D>)
}
