use crate::{Element, Tensor, Value};

/// `-a` with its pullback.
///
/// ```
/// use tiedw_core::ops::NegVjp;
///
/// let (y, pullback) = 6.0.neg_vjp();
/// assert_eq!(y, -6.0);
/// assert_eq!(pullback(1.0, [true]), (Some(-1.0),));
/// ```
pub trait NegVjp: Value {
    /// The type of the result.
    type Output: Value;

    /// Returns the result and a pullback to the operand.
    fn neg_vjp(
        &self,
    ) -> (
        Self::Output,
        impl FnOnce(<Self::Output as Value>::Cotangent, [bool; 1]) -> (Option<Self::Cotangent>,) + use<Self>,
    );
}

impl<const F: usize, E: Element> NegVjp for Tensor<F, E> {
    type Output = Self;

    fn neg_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        (-self, |d: Self, [wanted]: [bool; 1]| (wanted.then(|| -d),))
    }
}

impl<E: Element> NegVjp for E {
    type Output = E;

    fn neg_vjp(&self) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<E>,) + use<E>) {
        (-*self, |d: E, [wanted]: [bool; 1]| (wanted.then_some(-d),))
    }
}
