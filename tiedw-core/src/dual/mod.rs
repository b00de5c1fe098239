//! Dual numbers, an element type for derivatives in forward mode.

mod arithmetic;
mod element;
mod elementary;
mod lift;

pub use lift::{Kept, Lift, LiftsToItself, Unlifted};
pub(crate) use lift::{lifted, other_shape, parted};

use std::fmt;

use crate::Element;

/// A dual number x + ε dx with ε² = 0: a value, and its derivative along some direction, the tangent.
///
/// It is an [`Element`], so that whatever is generic over its element type computes derivatives in forward mode: of f(x + ε dx),
/// the tangent is the directional derivative of f. Of a gradient, it is the product of the Hessian with the direction; of
/// `Dual<Dual<E>>` come third derivatives. At kinks, derivatives are those of the pullbacks, which are PyTorch's.
///
/// Equality and order are those of the values alone, so that branches are taken as without tangents.
///
/// ```
/// use tiedw_core::{Dual, Element, Tensor};
///
/// fn cube<E: Element>(x: &Tensor<2, E>) -> Tensor<2, E> {
///     x * x * x
/// }
/// let x = Tensor::from([Dual::new(2.0, 1.0), Dual::constant(5.0)]);
/// let y = cube(&x);
/// let [first, second] = [y.as_slice()[0], y.as_slice()[1]];
/// assert_eq!((first.value, first.tangent), (8.0, 12.0));
/// assert_eq!((second.value, second.tangent), (125.0, 0.0));
/// ```
///
/// Pearlmutter, "Fast Exact Multiplication by the Hessian", 1994.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Dual<E> {
    /// x.
    pub value: E,
    /// dx.
    pub tangent: E,
}

impl<E> Dual<E> {
    /// Creates a number from its value and its tangent.
    ///
    /// ```
    /// use tiedw_core::Dual;
    ///
    /// let x = Dual::new(3.0, 1.0);
    /// let square = x * x;
    /// assert_eq!((square.value, square.tangent), (9.0, 6.0));
    /// ```
    #[inline(always)]
    pub const fn new(value: E, tangent: E) -> Self {
        Dual { value, tangent }
    }
}

impl<E: Element> Dual<E> {
    /// Creates a constant, whose tangent is 0.
    ///
    /// ```
    /// use tiedw_core::Dual;
    ///
    /// assert_eq!(Dual::constant(3.0).tangent, 0.0);
    /// ```
    #[inline(always)]
    pub const fn constant(value: E) -> Self {
        Dual { value, tangent: E::ZERO }
    }

    /// The value of a function of this number, and its derivative there.
    ///
    /// A constant stays one, also where the derivative is infinite.
    #[inline(always)]
    fn through(self, value: E, slope: E) -> Self {
        Dual { value, tangent: scaled(slope, self.tangent) }
    }
}

/// slope · tangent, and 0 if the tangent is.
#[inline(always)]
fn scaled<E: Element>(slope: E, tangent: E) -> E {
    if tangent.vanishes() { E::ZERO } else { slope * tangent }
}

/// `3.5+2ε`.
impl<E: fmt::Display> fmt::Display for Dual<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)?;
        f.write_str("+")?;
        self.tangent.fmt(f)?;
        f.write_str("ε")
    }
}
