//! Methods that a body calls on fields of its module, which may be parts of it or settings.
//!
//! `(&Part(&field)).on(&receiver)` resolves to [`PartReceiver`] if the field is a view, and returns the receiver. Otherwise it
//! resolves to [`SettingReceiver`], which needs one more reference, and returns a [`Setting`]: nothing that a method computes
//! from a setting and other data has a gradient, so it is called as written.

use super::companion::Receiver;
use super::{NoGradient, Part, Value};
use crate::module::{ViewOf, Weight};

/// Stands for a setting. It has a stub of each companion, which is never called.
#[derive(Debug)]
pub struct Setting;

impl Receiver for Setting {}

/// The pullback of a method of a setting.
#[derive(Debug)]
pub struct NoPullback;

/// Returns a value that was computed from data, with a pullback to nothing.
#[inline(always)]
pub fn of_data<V: Value, T, const N: usize>(
    value: V,
    nothing: T,
) -> (V, impl FnOnce(V::Cotangent, [bool; N]) -> T) {
    (value, |_, _| nothing)
}

/// What a function returns that is called as written, since its arguments are settings.
#[derive(Debug)]
pub struct Written<V>(pub V);

impl<V: Value> Written<V> {
    /// Returns the value, with a pullback to nothing.
    #[inline(always)]
    pub fn of_data<T, const N: usize>(self, nothing: T) -> (V, impl FnOnce(V::Cotangent, [bool; N]) -> T) {
        of_data(self.0, nothing)
    }
}

/// The same of what is no value.
pub trait OfAnything: Sized {
    /// The type of the value.
    type Value;

    /// Returns the value, with a pullback to nothing.
    #[inline(always)]
    fn of_data<T, const N: usize>(
        self,
        nothing: T,
    ) -> (Self::Value, impl FnOnce(NoGradient, [bool; N]) -> T) {
        (self.value(), |_, _| nothing)
    }

    /// Returns the value.
    fn value(self) -> Self::Value;
}

impl<V> OfAnything for Written<V> {
    type Value = V;

    #[inline(always)]
    fn value(self) -> V {
        self.0
    }
}

/// A field that is a part of the module.
pub trait PartReceiver {
    /// Returns the receiver of a method.
    #[inline(always)]
    fn on<'r, R: ?Sized>(&self, receiver: &'r R) -> &'r R {
        receiver
    }

    /// Returns that not all fields of which a function is called are settings.
    #[inline(always)]
    fn and<O>(&self, _others: O) -> &'static () {
        &()
    }
}

impl<'a, T: ViewOf<'a, Weight>> PartReceiver for Part<'_, T> {}
impl<'a, T: ViewOf<'a, Weight>> PartReceiver for Part<'_, [T]> {}

/// A field that is a setting.
pub trait SettingReceiver {
    /// Returns what stands for the receiver of a method.
    #[inline(always)]
    fn on<R: ?Sized>(&self, _: &R) -> Setting {
        Setting
    }

    /// Returns whether the other fields of which a function is called are settings.
    #[inline(always)]
    fn and<O>(&self, others: O) -> O {
        others
    }
}

impl<T: ?Sized> SettingReceiver for &Part<'_, T> {}

/// What a method is called on: a part of the module, or a setting.
pub trait FieldReceiver: Sized {
    /// The value and the pullback, if the companion returns `C`, and `T` is what was called as written, with a pullback of
    /// nothing.
    type Called<C, T>;

    /// Whether the companion is called.
    fn is_part(&self) -> bool;

    /// Returns the result of the companion, or what was called as written.
    fn called<C, T>(self, companion: Option<C>, written: Option<T>) -> Self::Called<C, T>;
}

const ONE_IS_CALLED: &str = "generated code calls the companion of a part, or the method of a setting";

impl<R: ?Sized> FieldReceiver for &R {
    type Called<C, T> = C;

    #[inline(always)]
    fn is_part(&self) -> bool {
        true
    }

    #[inline(always)]
    fn called<C, T>(self, companion: Option<C>, _: Option<T>) -> C {
        companion.expect(ONE_IS_CALLED)
    }
}

impl FieldReceiver for Setting {
    type Called<C, T> = T;

    #[inline(always)]
    fn is_part(&self) -> bool {
        false
    }

    #[inline(always)]
    fn called<C, T>(self, _: Option<C>, written: Option<T>) -> T {
        written.expect(ONE_IS_CALLED)
    }
}
