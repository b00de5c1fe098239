use crate::Value;

/// The view of a [`Layer`](super::Layer), which maps one value to one value.
///
/// ```
/// use tiedw_core::layers::{Forward, Linear, Relu};
/// use tiedw_core::{Matrix, Module, Tensor, Vector};
///
/// fn both<A: Forward, B: Forward<Input = A::Output>>(a: A, b: B, x: &A::Input) -> B::Output {
///     b.forward(&a.forward(x))
/// }
///
/// let layer = Linear::<1, 2> { weight: Matrix::from_vec(vec![2.0, -2.0]), bias: Vector::zeros() };
/// let y = both(layer.view(), Relu::new().view(), &Tensor::from_vec([1], vec![3.0]));
/// assert_eq!(y.as_slice(), [6.0, 0.0]);
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not a layer", label = "has no `forward` of one value")]
pub trait Forward: Clone {
    /// The type of the input.
    type Input: Value<Owned = Self::Input>;
    /// The type of the output.
    type Output: Value<Owned = Self::Output>;
    /// The view of the gradient.
    type Gradient<'g>;

    /// Applies the layer.
    #[track_caller]
    fn forward(&self, x: &Self::Input) -> Self::Output;

    /// Applies the layer and returns its pullback, which accumulates into a gradient and returns the input's
    /// cotangent if requested.
    #[track_caller]
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
