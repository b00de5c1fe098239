use crate::kernels::sum;
use crate::{Element, Tensor, Value};

/// `a - b` with its pullback, for tensors of the same shape, a tensor and a scalar, or two scalars.
///
/// ```
/// use tiedw_core::ops::SubVjp;
///
/// let (y, pullback) = 6.0.sub_vjp(&2.0);
/// assert_eq!(y, 4.0);
/// assert_eq!(pullback(1.0, [true, true]), (Some(1.0), Some(-1.0)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self} - {Rhs}` cannot be differentiated",
    label = "no implementation of `SubVjp` for these operands",
    note = "the operands of `-` are tensors of the same features, a tensor and a number of its element type, \
            a tensor and a parameter of as many values as it has features, or two values"
)]
pub trait SubVjp<Rhs: Value + ?Sized = Self>: Value {
    /// The type of the result.
    type Output: Value;

    /// Returns the result and a pullback to both operands.
    fn sub_vjp(
        &self,
        other: &Rhs,
    ) -> (
        Self::Output,
        impl FnOnce(
            <Self::Output as Value>::Cotangent,
            [bool; 2],
        ) -> (Option<Self::Cotangent>, Option<Rhs::Cotangent>)
        + use<Self, Rhs>,
    );
}

impl<const F: usize, E: Element> SubVjp for Tensor<F, E> {
    type Output = Self;

    fn sub_vjp(
        &self,
        other: &Self,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>) + use<F, E>) {
        (self - other, move |d: Self, [left, right]: [bool; 2]| {
            let dx = left.then(|| d.clone());
            let dy = right.then(|| -d);
            (dx, dy)
        })
    }
}

impl<const F: usize, E: Element> SubVjp<E> for Tensor<F, E> {
    type Output = Self;

    fn sub_vjp(
        &self,
        number: &E,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<E>) + use<F, E>) {
        (self - *number, move |d: Self, [left, right]: [bool; 2]| {
            let dn = right.then(|| -sum(d.as_slice()));
            let dx = left.then_some(d);
            (dx, dn)
        })
    }
}

impl<const F: usize, E: Element> SubVjp<Tensor<F, E>> for E {
    type Output = Tensor<F, E>;

    fn sub_vjp(
        &self,
        tensor: &Tensor<F, E>,
    ) -> (Tensor<F, E>, impl FnOnce(Tensor<F, E>, [bool; 2]) -> (Option<E>, Option<Tensor<F, E>>) + use<F, E>)
    {
        let number = *self;
        (tensor.map(|x| number - x), move |d: Tensor<F, E>, [left, right]: [bool; 2]| {
            let dn = left.then(|| sum(d.as_slice()));
            let dx = right.then(|| -d);
            (dn, dx)
        })
    }
}
