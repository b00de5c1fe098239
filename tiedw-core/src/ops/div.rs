use crate::kernels::sum_zip;
use crate::{Element, Tensor, Value};

/// `a / b` with its pullback, for tensors of the same shape, a tensor and a scalar, or two scalars.
///
/// ```
/// use tiedw_core::ops::DivVjp;
///
/// let (y, pullback) = 6.0.div_vjp(&2.0);
/// assert_eq!(y, 3.0);
/// assert_eq!(pullback(1.0, [true, true]), (Some(0.5), Some(-1.5)));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self} / {Rhs}` cannot be differentiated",
    label = "no implementation of `DivVjp` for these operands",
    note = "the operands of `/` are tensors of the same features, a tensor and a number of its element type, \
            a tensor and a parameter of as many values as it has features, or two values"
)]
pub trait DivVjp<Rhs: Value + ?Sized = Self>: Value {
    /// The type of the result.
    type Output: Value;

    /// Returns the result and a pullback to both operands.
    fn div_vjp(
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

impl<const F: usize, E: Element> DivVjp for Tensor<F, E> {
    type Output = Self;

    fn div_vjp(
        &self,
        other: &Self,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>) + use<F, E>) {
        let quotient = self / other;
        let (y, saved) = (other.clone(), quotient.clone());
        (quotient, move |d: Self, [left, right]: [bool; 2]| {
            let dx = left.then(|| &d / &y);
            let dy = right.then(|| d * &saved / -&y);
            (dx, dy)
        })
    }
}

impl<const F: usize, E: Element> DivVjp<E> for Tensor<F, E> {
    type Output = Self;

    fn div_vjp(
        &self,
        number: &E,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<E>) + use<F, E>) {
        let (x, number) = (self.clone(), *number);
        (self / number, move |d: Self, [left, right]: [bool; 2]| {
            let dn = right.then(|| -sum_zip(d.as_slice(), x.as_slice(), |d, x| d * x) / (number * number));
            let dx = left.then(|| d / number);
            (dx, dn)
        })
    }
}

impl<const F: usize, E: Element> DivVjp<Tensor<F, E>> for E {
    type Output = Tensor<F, E>;

    fn div_vjp(
        &self,
        tensor: &Tensor<F, E>,
    ) -> (Tensor<F, E>, impl FnOnce(Tensor<F, E>, [bool; 2]) -> (Option<E>, Option<Tensor<F, E>>) + use<F, E>)
    {
        let (number, x) = (*self, tensor.clone());
        (tensor.map(|x| number / x), move |d: Tensor<F, E>, [left, right]: [bool; 2]| {
            let dn = left.then(|| sum_zip(d.as_slice(), x.as_slice(), |d, x| d / x));
            let dx = right.then(|| d.zip_into(&x, "a quotient", |d, x| -d * number / (x * x)));
            (dn, dx)
        })
    }
}
