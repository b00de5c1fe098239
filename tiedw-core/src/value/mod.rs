//! Values of a differentiable body, and their cotangents.

mod checked;
mod checkpoint;
mod companion;
mod containers;
mod cotangent;
mod discrete;
mod kept;
mod leaving;
mod numbers;
mod paired;
mod part;
mod pull;
mod setting;
mod shown;
mod tuple;
mod whole;

pub use checked::{Body, Checked};
pub(crate) use checkpoint::Now;
pub use checkpoint::{
    During, Held, KeepBorrowed, KeepLent, KeepList, KeepOf, KeepOther, KeepOwned, KeepReference, KeptCopy,
    Named, Uncloned,
};
pub use companion::{
    FunctionWithCompanion, MethodWithCompanion, NoCompanion, OwnMethod, Passed, PassedPlace,
    PassedWithCompanion, Receiver, WithoutCompanion,
};
pub use containers::{
    ArrayLike, ArraySize, AsRefOfInside, Change, ElementPlaces, ErrorOf, Factor, FieldPlace, HeldAny,
    HeldValue, Inside, LentList, ListCotangent, ListReads, OptionChanges, OptionPlace, OrderChanges, Present,
    Summand, Unread, VecChanges, array_of_list, at_field, cloned_items, empty_product, from_list, give_back,
    index_within, into_list, list_item, list_sum, numbered, option_cloned, order_by, order_by_key, parts_of,
    present, replace_value, size_of_array, size_of_result, split, take_value, with, without,
};
pub use cotangent::{Accumulate, AddTo, NoGradient};
pub use discrete::{Discrete, Flag, without_gradient};
pub use kept::{Choose, Either, Segment, Slot, iteration, pulled_back};
pub use leaving::{Question, Returned, found, no_cotangent, question, returned_residual};
pub use numbers::{ElementVjp, FloatVjp, IntegerVjp, as_f32, as_f32_vjp, as_f64, as_f64_vjp};
pub use paired::Paired;
pub use part::{
    AnyPart, BehindReference, Itself, ParameterPart, Part, TakenApart, ViewPart, ViewTakenApart, Weightless,
};
pub use pull::{OfPart, OfSetting, PullbackOfData, PullbackOfField};
pub use setting::{FieldReceiver, NoPullback, PartReceiver, Setting, SettingReceiver};
pub use shown::{
    After, CarriesGradient, Elements, Legible, RevealCopy, RevealReference, SameDiscrete, SameOther, ShowAny,
    ShowDiscrete, ShowValue, Shown, same_value,
};
pub use tuple::{TupleCotangent, tuple_cotangent};
pub use whole::{AnyWhole, ValueWhole, Whole};

use crate::param::{Matrix, MatrixView, Vector, VectorView};
use crate::{Element, Tensor};

/// A value in a differentiable body.
///
/// Its cotangent is propagated by the backward pass: a scalar for a scalar, a tensor of the same shape for a
/// tensor, a tuple of `Option`s for a tuple, [`NoGradient`] for an integer or a flag.
///
/// ```
/// use tiedw_core::{Accumulate, Tensor, Value};
///
/// fn doubled<V: Value<Cotangent: Accumulate + Clone>>(cotangent: V::Cotangent) -> V::Cotangent {
///     let mut sum = cotangent.clone();
///     sum.accumulate(cotangent);
///     sum
/// }
/// assert_eq!(doubled::<f32>(1.5), 3.0);
/// assert_eq!(doubled::<Tensor<2>>(Tensor::full([1], 1.0)).as_slice(), [2.0, 2.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known to the backward pass",
    label = "neither a tensor nor a number",
    note = "if it carries no gradient, mark the argument or the field `#[constant]`; write `#[derive(Value)]` above a \
            struct or an enum of values"
)]
pub trait Value {
    /// The value without enclosing references.
    type Owned: Value<Cotangent = Self::Cotangent> + ?Sized;
    /// The type of the cotangent.
    type Cotangent: Accumulate;

    /// Returns the value behind all references.
    fn by_ref(&self) -> &Self::Owned;

    /// Returns the slot of its cotangent.
    #[doc(hidden)]
    #[inline]
    fn slot(&self) -> Slot<Self::Cotangent> {
        Slot::new()
    }
}

/// The cotangent type of a value of type `V`.
///
/// ```
/// use tiedw_core::{Cotangent, NoGradient, Tensor};
///
/// let of_a_tensor: Cotangent<Tensor<2>> = Tensor::zeros([1]);
/// let of_an_index: Cotangent<usize> = NoGradient;
/// # let _ = (of_a_tensor, of_an_index);
/// ```
pub type Cotangent<V> = <V as Value>::Cotangent;

impl<T: Value + ?Sized> Value for &T {
    type Owned = T::Owned;
    type Cotangent = T::Cotangent;

    #[inline]
    fn by_ref(&self) -> &T::Owned {
        T::by_ref(self)
    }
}

macro_rules! value {
    (impl[$($generics:tt)*] $type:ty, $cotangent:ty) => {
        impl<$($generics)*> Value for $type {
            type Owned = Self;
            type Cotangent = $cotangent;

            #[inline]
            fn by_ref(&self) -> &Self {
                self
            }
        }
    };
}

use value;

value!(impl[] f32, f32);
value!(impl[] f64, f64);
value!(impl[const F: usize, E: Element] Tensor<F, E>, Self);
value!(impl[const R: usize, const C: usize, E: Element] MatrixView<'_, R, C, E>, Matrix<R, C, E>);
value!(impl[const N: usize, E: Element] VectorView<'_, N, E>, Vector<N, E>);

/// Returns the value, detached from its computation: the backward pass stops here.
///
/// ```
/// assert_eq!(tiedw_core::stop_gradient(2.0), 2.0);
/// ```
#[inline]
pub fn stop_gradient<T>(value: T) -> T {
    value
}

/// The argument that generated code passes to `stop_gradient`. It has no traits or methods, so that a generic
/// function of this type can only return it unchanged.
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "a trait would be a way to look into it")]
pub struct Stopped<T>(T);

/// Implemented for [`stop_gradient`], and not for a user's function of that name, whose gradient would be
/// lost.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this `stop_gradient` is not the one of the crate, and its gradient would be lost",
    label = "a function of your own",
    note = "write `tiedw::stop_gradient(..)`, or give your function another name and a companion `_vjp`"
)]
pub trait StopsGradient<T> {
    /// Returns the value.
    fn stop(self, value: T) -> T;
}

#[diagnostic::do_not_recommend]
impl<T, F: FnOnce(Stopped<T>) -> Stopped<T>> StopsGradient<T> for F {
    #[inline]
    fn stop(self, value: T) -> T {
        self(Stopped(value)).0
    }
}

/// Calls `stop_gradient` on the value.
#[doc(hidden)]
#[inline]
pub fn stopped<T>(stop_gradient: impl StopsGradient<T>, value: T) -> T {
    stop_gradient.stop(value)
}
