//! Values and modules over dual numbers.

use super::Dual;
use crate::Element;
use crate::kernels::{map, zip};
use crate::pooled_vec::PooledVec;

/// A value or a module that exists over [`Dual`] numbers, too: with the elements x + ε dx.
///
/// Running generic code with lifted arguments differentiates it in forward mode. What carries no gradient, such as an index or a
/// flag, is its own lift. The tangents of frozen weights, of buffers and of settings are 0.
///
/// ```
/// use tiedw_core::{Dual, Lift, Tensor};
///
/// let (x, dx) = (Tensor::from([2.0, 3.0]), Tensor::from([1.0, 0.0]));
/// let y = x.lift(Some(&dx)).exp();
/// let (value, tangent) = Tensor::parts(y);
/// assert_eq!(value, x.exp());
/// assert_eq!(tangent, x.exp() * dx);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no form over dual numbers",
    label = "not known to forward mode"
)]
pub trait Lift {
    /// The same type over [`Dual`] elements.
    type Dual;

    /// Returns x + ε dx; without a tangent, dx is 0.
    ///
    /// # Panics
    /// If the tangent has another shape.
    #[track_caller]
    fn lift(&self, tangent: Option<&Self>) -> Self::Dual;

    /// Returns the value and the tangent.
    fn parts(dual: Self::Dual) -> (Self, Self)
    where
        Self: Sized;
}

macro_rules! elements {
    ($([$($generics:tt)*] $element:ty;)+) => {$(
        impl<$($generics)*> Lift for $element {
            type Dual = Dual<Self>;

            #[inline]
            fn lift(&self, tangent: Option<&Self>) -> Dual<Self> {
                Dual::new(*self, tangent.copied().unwrap_or(Self::ZERO))
            }
            #[inline]
            fn parts(dual: Dual<Self>) -> (Self, Self) {
                (dual.value, dual.tangent)
            }
        }
    )+};
}
elements! {
    [] f32;
    [] f64;
    [E: Element] Dual<E>;
}

/// The dual numbers of values and their tangents, of which there are as many.
pub(crate) fn lifted<E: Element>(values: &[E], tangents: Option<&[E]>) -> PooledVec<Dual<E>> {
    match tangents {
        Some(tangents) => zip(values, tangents, Dual::new),
        None => map(values, Dual::constant),
    }
}

/// The values and the tangents of dual numbers.
pub(crate) fn parted<E: Element>(duals: &[Dual<E>]) -> [PooledVec<E>; 2] {
    [map(duals, |dual| dual.value), map(duals, |dual| dual.tangent)]
}

/// Panics since a tangent has another shape than the value.
#[cold]
#[track_caller]
pub(crate) fn other_shape(of_tangent: &dyn std::fmt::Debug, of_value: &dyn std::fmt::Debug) -> ! {
    panic!("a tangent of shape {of_tangent:?} for a value of shape {of_value:?}")
}

/// The type of a field that is the same over dual numbers, beside the parameters of the module that holds it.
pub struct Unlifted<T, P>(std::marker::PhantomData<(T, P)>);

/// What `Unlifted` implements if the type is the same over dual numbers.
pub trait LiftsToItself<T> {
    /// The field over dual numbers.
    fn lifted(field: &T) -> T;
}

impl<T: Lift<Dual = T>, P> LiftsToItself<T> for Unlifted<T, P> {
    #[inline]
    fn lifted(field: &T) -> T {
        field.lift(None)
    }
}

/// What `Unlifted` implements for a field that carries no gradient.
pub trait Kept<T> {
    /// A copy of the field.
    fn lifted(field: &T) -> T;
}

impl<T: Clone, P> Kept<T> for Unlifted<T, P> {
    #[inline]
    fn lifted(field: &T) -> T {
        field.clone()
    }
}
