//! Values that carry no gradient, and checks that no gradient is lost.

use std::array::TryFromSliceError;

use super::containers::OtherLength;
use super::lift::without_gradient;
use super::{NoGradient, Value, value};
use crate::{AttentionMask, Count, Ids, Mask};

/// A value that carries no gradient: integers, flags, text, class indices.
///
/// ```
/// use tiedw_core::{AttentionMask, Discrete, Ids};
///
/// fn carries_no_gradient(_: &(impl Discrete + ?Sized)) {}
/// carries_no_gradient(&3_usize);
/// carries_no_gradient("a name");
/// carries_no_gradient(&(AttentionMask::causal()));
/// carries_no_gradient(&Ids::from_vec([1], vec![7]));
/// ```
#[diagnostic::on_unimplemented(
    message = "the gradient of this `{Self}` is lost here",
    label = "carries a gradient",
    note = "closures, casts, indices, arrays and macros within an expression pass none on; use an operation that has \
            a companion `_vjp`, or cut the gradient with `stop_gradient(..)`"
)]
pub trait Discrete {
    /// Does nothing; a call compiles only for discrete values.
    #[doc(hidden)]
    #[inline]
    fn assert_discrete(&self) {}

    /// Returns the value; a call compiles only for discrete values.
    #[doc(hidden)]
    #[inline]
    fn part(&self) -> &Self {
        self
    }
}

impl<T: Discrete + ?Sized> Discrete for &T {}

macro_rules! discrete {
    ($([$($generics:tt)*] $type:ty)+) => {
        $(
            value!(impl[$($generics)*] $type, NoGradient);
            impl<$($generics)*> Discrete for $type {}
            without_gradient! { [$($generics)*] $type }
        )+
    };
}

discrete! {
    [] AttentionMask
    [] Ids
    [const F: usize] Mask<F>
    [const N: usize] Count<N>
    [] ()
    [] bool
    [] char
    [] String
    [] u8
    [] u16
    [] u32
    [] u64
    [] u128
    [] usize
    [] i8
    [] i16
    [] i32
    [] i64
    [] i128
    [] isize
    [] OtherLength
    [] TryFromSliceError
}

// It has no size, so its lift is another type.
value!(impl[] str, NoGradient);
impl Discrete for str {}

impl<const N: usize> Count<N> {
    /// [`get`](Count::get) for differentiable bodies: a setting has no gradient.
    #[doc(hidden)]
    pub fn get_vjp(
        self,
    ) -> (
        Option<usize>,
        impl FnOnce(<Option<usize> as Value>::Cotangent, [bool; 1]) -> (Option<NoGradient>,) + use<N>,
    ) {
        (self.get(), |_, _| (None,))
    }
}

/// Returns `answer`, a property of a value that carries no gradient, such as a size.
#[inline]
pub fn without_gradient<T: Discrete>(answer: T) -> T {
    answer
}

/// The type of a condition. Other than `if` itself, it does not make a flag of a variable of unknown type, about which rustc
/// would report what follows.
#[diagnostic::on_unimplemented(
    message = "a branch cannot be chosen by a value of the type `{Self}`",
    label = "carries a gradient",
    note = "compare it, as in `loss > 0.0`"
)]
pub trait Flag {
    /// Returns itself.
    fn flag(&self) -> bool;
}

impl Flag for bool {
    #[inline]
    fn flag(&self) -> bool {
        *self
    }
}

/// Behind references, for `!`. rustc reports a condition that is a reference itself.
#[diagnostic::do_not_recommend]
impl<T: Flag> Flag for &T {
    #[inline]
    fn flag(&self) -> bool {
        T::flag(self)
    }
}
