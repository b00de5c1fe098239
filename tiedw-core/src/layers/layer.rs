use super::Forward;
use crate::Lift;
use crate::module::{Closed, Frozen, Gradient, Module, Tied, Weight, assert_fits};
use crate::value::{Cotangent, Value};

/// A module that maps one value to one value: the bound for generic modules and the fields of
/// `#[module(sequential)]`.
///
/// `#[differentiable] impl Layer for Net` implements it, and `Forward` for the view, from the body of
/// `forward`.
///
/// ```
/// use tiedw_core::layers::{Layer, Linear};
/// use tiedw_core::{Closed, Matrix, Module, Tensor, Vector};
///
/// fn twice<L: Layer<Input = Tensor<2>, Output = Tensor<2>> + Closed>(layer: &L, x: &Tensor<2>) -> Tensor<2> {
///     layer.forward(&layer.forward(x))
/// }
///
/// let double = Linear::<2, 2> { weight: Matrix::from_vec(vec![2.0, 0.0, 0.0, 2.0]), bias: Vector::zeros() };
/// assert_eq!(twice(&double, &Tensor::from_vec([], vec![1.0, 3.0])).as_slice(), [4.0, 12.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "has no `forward` of one value",
    note = "write `#[differentiable] impl Layer for ..` with its `Input`, its `Output` and its `forward`"
)]
pub trait Layer:
    for<'v, 'g> Module<
    View<'v, Weight>: Forward<
        Input = <Self as Layer>::Input,
        Output = <Self as Layer>::Output,
        Gradient<'g> = <Self as Module>::View<'g, Gradient>,
    >,
>
{
    /// The type of the input.
    type Input: Value<Owned = Self::Input>;
    /// The type of the output.
    type Output: Value<Owned = Self::Output>;

    /// Applies the layer.
    #[inline]
    #[track_caller]
    fn forward(&self, x: &Self::Input) -> Self::Output
    where
        Self: Closed,
    {
        self.view().forward(x)
    }

    /// Applies the layer, and returns the derivative of the output along a tangent of the input. The weights are constant.
    ///
    /// ```
    /// use tiedw_core::Tensor;
    /// use tiedw_core::layers::{Layer, Tanh};
    ///
    /// let (x, dx) = (Tensor::<1, f64>::from([0.5]), Tensor::from([2.0]));
    /// let (y, dy) = Tanh::<1, f64>::new().forward_jvp(&x, &dx);
    /// assert_eq!(y, x.tanh());
    /// assert!((dy - (1.0 - y.powi(2)) * 2.0).abs().max() < 1e-15);
    /// ```
    ///
    /// # Panics
    /// If the tangent has another shape than the input.
    #[track_caller]
    fn forward_jvp(&self, x: &Self::Input, dx: &Self::Input) -> (Self::Output, Self::Output)
    where
        Self: Lift<
            Dual: Closed + Layer<Input = <Self::Input as Lift>::Dual, Output = <Self::Output as Lift>::Dual>,
        >,
        Self::Input: Lift,
        Self::Output: Lift,
    {
        Lift::parts(self.lift(None).forward(&x.lift(Some(dx))))
    }

    /// Applies the layer and returns its pullback, which accumulates into a gradient and returns the input's
    /// cotangent if requested.
    #[inline]
    #[track_caller]
    fn forward_vjp<'v>(
        &'v self,
        x: &Self::Input,
    ) -> (
        Self::Output,
        impl FnOnce(Cotangent<Self::Output>, &mut Self, [bool; 1]) -> (Option<Cotangent<Self::Input>>,)
        + use<'v, Self>,
    )
    where
        Self: Closed,
    {
        let (y, pullback) = self.view().forward_vjp(x);
        (y, |cotangent, gradient: &mut Self, wanted| {
            assert_fits(self, gradient);
            pullback(cotangent, gradient.view_mut(), wanted)
        })
    }
}

impl<M: Layer> Layer for Tied<M> {
    type Input = M::Input;
    type Output = M::Output;
}

impl<M: Layer> Layer for Frozen<M> {
    type Input = M::Input;
    type Output = M::Output;
}
