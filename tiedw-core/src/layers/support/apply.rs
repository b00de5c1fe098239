//! How the derive calls the layers of a `sequential` or `parallel` module.

use crate::layers::{Forward, Layer};
use crate::module::{Gradient, Module, Weight};
use crate::value::{Cotangent, Value};

/// A [`Layer`] that is applied through its view.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "has no `forward` of one value",
    note = "write `#[differentiable] impl Layer for ..` with its `Input`, its `Output` and its `forward`, \
            or mark a field that takes no part `#[module(skip)]`"
)]
pub trait Apply: Module {
    /// The type of the input.
    type Input: Value<Owned = Self::Input>;
    /// The type of the output.
    type Output: Value<Owned = Self::Output>;

    /// Applies the layer.
    #[track_caller]
    fn apply(view: &Self::View<'_, Weight>, x: &Self::Input) -> Self::Output;

    /// Applies the layer and returns its pullback, which accumulates into a gradient and returns the input's
    /// cotangent if requested.
    #[track_caller]
    fn apply_vjp<'v>(
        view: &Self::View<'v, Weight>,
        x: &Self::Input,
    ) -> (
        Self::Output,
        impl FnOnce(
            Cotangent<Self::Output>,
            Self::View<'_, Gradient>,
            [bool; 1],
        ) -> (Option<Cotangent<Self::Input>>,)
        + use<'v, Self>,
    );
}

#[diagnostic::do_not_recommend]
impl<L: Layer> Apply for L {
    type Input = L::Input;
    type Output = L::Output;

    #[inline]
    fn apply(view: &Self::View<'_, Weight>, x: &Self::Input) -> Self::Output {
        view.forward(x)
    }

    #[inline]
    fn apply_vjp<'v>(
        view: &Self::View<'v, Weight>,
        x: &Self::Input,
    ) -> (
        Self::Output,
        impl FnOnce(
            Cotangent<Self::Output>,
            Self::View<'_, Gradient>,
            [bool; 1],
        ) -> (Option<Cotangent<Self::Input>>,)
        + use<'v, L>,
    ) {
        view.forward_vjp(x)
    }
}

/// A value that can be passed to a layer with the input type `Input`: the two are the same type.
#[diagnostic::on_unimplemented(
    message = "this layer takes a `{Input}`, but is given a `{Self}`",
    label = "takes a `{Input}`",
    note = "in a `sequential` module each layer takes what the one before it gives; \
            in a `parallel` module all layers take the same"
)]
pub trait Feeds<Input: Value>: Value {
    /// Returns the value as the layer's input, and a map from the input's cotangent to the value's.
    fn feed(&self) -> (&Input, fn(Cotangent<Input>) -> Cotangent<Self>);
}

#[diagnostic::do_not_recommend]
impl<X: Value> Feeds<X> for X {
    #[inline]
    fn feed(&self) -> (&X, fn(Cotangent<X>) -> Cotangent<X>) {
        (self, |cotangent| cotangent)
    }
}
