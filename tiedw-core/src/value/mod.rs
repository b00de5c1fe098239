//! Values of a differentiable body, and their cotangents.

mod backward;
mod checked;
mod checkpoint;
mod companion;
mod containers;
mod cotangent;
mod discrete;
mod dual;
mod fingerprint;
mod hidden_operations;
mod in_field;
mod kept;
mod leaving;
mod lift;
mod numbers;
mod paired;
mod part;
mod pull;
mod setting;
mod shown;
mod tuple;
mod value_or_pair;
mod whole;

pub use backward::{
    back_of_field_to_both, back_of_field_to_first, back_of_field_to_only, back_of_field_to_second,
    back_to_both, back_to_first, back_to_only, back_to_second,
};
pub use checked::{Body, Checked};
pub(crate) use checkpoint::Now;
pub use checkpoint::{
    During, Held, KeepBorrowed, KeepLent, KeepList, KeepOf, KeepOther, KeepOwned, KeepReference, KeptCopy,
    Named, Uncloned,
};
pub use companion::{
    CalledField, CalledInBodies, CloneWithCompanion, DifferentiableMethod, FunctionWithCompanion,
    InForwardMode, MarkedMethod, MethodOfDataWithCompanion, MethodOfNumber, MethodWithCompanion, NoCompanion,
    OutsideOfBodies, Passed, PassedPlace, PassedWithCompanion, Receiver, TakesClosures, WithoutCompanion,
};
pub use containers::{
    ArrayLike, ArraySize, AsRefOfInside, Change, Converts, ElementPlaces, ErrorOf, Factor, FieldPlace,
    HeldAny, HeldValue, Inside, LentList, ListCotangent, ListReads, OptionChanges, OptionPlace, OrderChanges,
    Present, Summand, TryConverts, Unread, VecChanges, array_of_list, at_field, cloned_items, empty_product,
    from_list, give_back, index_within, into_list, list_item, list_sum, numbered, numbered_from_end,
    option_cloned, order_by, order_by_key, parts_of, present, replace_value, size_of_array, size_of_result,
    split, take_value, unread, with, without,
};
pub use cotangent::{Accumulate, AddTo, NoGradient};
pub use discrete::{Discrete, Flag, without_gradient};
pub use dual::{joined_cotangents, split_cotangents};
pub use fingerprint::{Trace, same_in_checkpoint, same_in_function};
pub use hidden_operations::{HiddenOperation, any_tensor};
pub use in_field::{AnyField, InField};
pub use kept::{Choose, Cotangents, Either, Segment, Slot, iteration, pulled_back};
pub use leaving::{Question, Returned, found, no_cotangent, question, returned_residual};
pub use numbers::{ElementVjp, FloatVjp, IntegerVjp, RealVjp, as_f32, as_f32_vjp, as_f64, as_f64_vjp};
pub use paired::Paired;
pub use part::{
    AnyPart, BehindReference, HoldsNone, HoldsParts, Itself, NoParameter, ParameterPart, Part, TakenApart,
    ViewPart, ViewTakenApart, Weightless,
};
pub use pull::{OfPart, OfSetting, PullbackOfData, PullbackOfField};
pub use setting::{
    FieldReceiver, NoPullback, OfAnything, PartReceiver, Setting, SettingReceiver, Written, of_data,
};
pub use shown::{
    After, CarriesGradient, Elements, Legible, RevealCopy, RevealReference, SameDiscrete, SameOther, ShowAny,
    ShowDiscrete, ShowValue, Shown, same_value,
};
pub use tuple::{TupleCotangent, tuple_cotangent};
pub use value_or_pair::{ValueOrPair, value_or_pair};
pub use whole::{AnyWhole, ValueWhole, Whole};

use crate::kernels;
use crate::param::{Filter1dView, Filter2dView, GateBiasView, GatesView, MatrixView, VectorView};
use crate::{Dual, Element, Tensor};

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

    /// Sets the tangents to 0, if its elements have some.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    fn detach(&mut self) {}

    /// Returns whether there is a tangent that is not 0.
    #[doc(hidden)]
    #[inline]
    fn has_tangents(&self) -> bool {
        false
    }

    /// Returns a number that is another one for most other values: code that runs again in the backward pass shows by it that it
    /// computed the same.
    #[doc(hidden)]
    #[inline]
    fn fingerprint(&self) -> u64 {
        0
    }

    /// The value with tangents of 0, behind a reference.
    ///
    /// # Panics
    /// If it has tangents, and cannot keep a copy without.
    #[doc(hidden)]
    #[inline]
    #[track_caller]
    fn detached_ref(&self) -> &Self {
        assert!(
            !self.has_tangents(),
            "`stop_gradient` of a reference to dual numbers: pass the value itself"
        );
        self
    }

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

/// [`by_ref`](Value::by_ref) as a method of the type behind the references, so that the result lives as long as what they refer to,
/// and not only as long as a variable that holds one of them.
pub trait ReferredTo: Value {
    /// Returns the value behind all references.
    #[inline]
    fn referred_to(&self) -> &Self::Owned {
        self.by_ref()
    }
}

impl<T: Value + ?Sized> ReferredTo for T {}

impl<T: Value + ?Sized> Value for &T {
    type Owned = T::Owned;
    type Cotangent = T::Cotangent;

    #[inline]
    fn by_ref(&self) -> &T::Owned {
        T::by_ref(self)
    }

    #[inline]
    #[track_caller]
    fn detach(&mut self) {
        *self = T::detached_ref(*self);
    }
    #[inline]
    fn has_tangents(&self) -> bool {
        T::has_tangents(self)
    }
    #[inline]
    fn fingerprint(&self) -> u64 {
        T::fingerprint(self)
    }
}

/// Implements [`Value`], with the given methods.
macro_rules! value {
    (impl[$($generics:tt)*] $type:ty, $cotangent:ty $(; $($methods:item)*)?) => {
        impl<$($generics)*> Value for $type {
            type Owned = Self;
            type Cotangent = $cotangent;

            #[inline]
            fn by_ref(&self) -> &Self {
                self
            }

            $($($methods)*)?
        }
    };
}

use value;

value! {
    impl[] f32, f32;
    #[inline]
    fn fingerprint(&self) -> u64 {
        if self.is_nan() { f32::NAN.to_bits().into() } else { self.to_bits().into() }
    }
}
value! {
    impl[] f64, f64;
    #[inline]
    fn fingerprint(&self) -> u64 {
        if self.is_nan() { f64::NAN.to_bits() } else { self.to_bits() }
    }
}
value! {
    impl[E: Element] Dual<E>, Self;
    #[inline]
    fn detach(&mut self) {
        self.value.detach();
        self.tangent = E::ZERO;
    }
    #[inline]
    fn has_tangents(&self) -> bool {
        !self.tangent.vanishes() || self.value.has_tangents()
    }
    #[inline]
    fn fingerprint(&self) -> u64 {
        self.value.fingerprint()
    }
}
value! {
    impl[const F: usize, E: Element] Tensor<F, E>, Self;
    #[inline]
    fn detach(&mut self) {
        if self.has_tangents() {
            self.as_mut_slice().iter_mut().for_each(E::detach);
        }
    }
    #[inline]
    fn has_tangents(&self) -> bool {
        has_tangents(self.as_slice())
    }
    #[inline]
    fn detached_ref(&self) -> &Self {
        self.ref_without_tangents()
    }
    #[inline]
    fn fingerprint(&self) -> u64 {
        kernels::fingerprint(self.as_slice())
    }
}
/// Parameters, whose cotangents are those of tensors.
macro_rules! parameters {
    ($([$($size:ident),+] $view:ident -> $features:ident;)+) => {$(
        // A view cannot keep a copy: `stop_gradient(w.tensor())` can.
        value! {
            impl[$(const $size: usize,)+ E: Element] $view<'_, $($size,)+ E>, Tensor<$features, E>;
            #[inline]
            #[track_caller]
            fn detach(&mut self) {
                self.detached_ref();
            }
            #[inline]
            fn has_tangents(&self) -> bool {
                E::HAS_TANGENT && (**self).has_tangents()
            }
        }
    )+};
}
parameters! {
    [N] VectorView -> N;
    [R, C] MatrixView -> C;
    [O, K, I] Filter1dView -> I;
    [O, H, W, I] Filter2dView -> I;
    [G, R, C] GatesView -> C;
    [G, R] GateBiasView -> R;
}

#[inline]
fn has_tangents<E: Element>(elements: &[E]) -> bool {
    E::HAS_TANGENT && elements.iter().any(E::has_tangents)
}

/// Returns the value, detached from its computation: the backward pass stops here, and so does forward mode.
///
/// ```
/// use tiedw_core::{Dual, stop_gradient};
///
/// assert_eq!(stop_gradient(2.0), 2.0);
/// assert_eq!(stop_gradient(Dual::new(2.0, 1.0)).tangent, 0.0);
/// ```
///
/// # Panics
/// If a reference to dual numbers is passed, other than to a tensor: pass the value itself.
#[inline]
#[track_caller]
pub fn stop_gradient<T: Value>(mut value: T) -> T {
    value.detach();
    value
}

/// The argument that generated code passes to `stop_gradient`. It has no methods that compute, so that a generic function of this
/// type can only return it unchanged, or without tangents.
#[doc(hidden)]
#[allow(missing_debug_implementations, reason = "a trait would be a way to look into it")]
pub struct Stopped<T>(T);

impl<T: Value> Value for Stopped<T> {
    type Owned = Self;
    type Cotangent = NoGradient;

    fn by_ref(&self) -> &Self {
        self
    }
    #[inline]
    #[track_caller]
    fn detach(&mut self) {
        self.0.detach();
    }
}

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
