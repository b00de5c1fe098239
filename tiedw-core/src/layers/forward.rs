use crate::Value;

/// The view of a [`Layer`](super::Layer): maps one value to one value.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a layer", label = "has no `forward` of one value")]
pub trait Forward: Clone {
    /// What it takes.
    type Input: Value<Owned = Self::Input>;
    /// What it gives.
    type Output: Value<Owned = Self::Output>;
    /// The view of its gradient.
    type Gradient<'g>;

    /// Applies the layer.
    fn forward(&self, x: &Self::Input) -> Self::Output;

    /// Applies the layer; the pullback adds into the gradient, and returns the input's cotangent if wanted.
    fn forward_vjp(
        &self,
        x: &Self::Input,
    ) -> (
        Self::Output,
        impl FnOnce(
            <Self::Output as Value>::Cotangent,
            Self::Gradient<'_>,
            [bool; 1],
        ) -> (Option<<Self::Input as Value>::Cotangent>,)
        + use<Self>,
    );
}
