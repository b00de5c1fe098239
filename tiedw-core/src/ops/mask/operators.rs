//! `&`, `|`, `^` and `!` of masks, owned or borrowed.

use std::ops::{BitAnd, BitOr, BitXor, Not};

use super::super::broadcast::zip_data;
use crate::{Mask, kernels};

macro_rules! operator {
    ($operator:ident, $method:ident, $doc:literal) => {
        operator!(@impl $operator, $method, $doc, Mask<F>, Mask<F>);
        operator!(@impl $operator, $method, $doc, Mask<F>, &Mask<F>);
        operator!(@impl $operator, $method, $doc, &Mask<F>, Mask<F>);
        operator!(@impl $operator, $method, $doc, &Mask<F>, &Mask<F>);
    };
    (@impl $operator:ident, $method:ident, $doc:literal, $left:ty, $right:ty) => {
        impl<const F: usize> $operator<$right> for $left {
            type Output = Mask<F>;

            #[track_caller]
            fn $method(self, other: $right) -> Mask<F> {
                let (x, y) = ((self.as_slice(), self.axes()), (other.as_slice(), other.axes()));
                let (axes, flags) = zip_data(x, y, $doc, $operator::$method);
                Mask::with_axes(axes, flags)
            }
        }
    };
}
operator!(BitAnd, bitand, "`&`");
operator!(BitOr, bitor, "`|`");
operator!(BitXor, bitxor, "`^`");

impl<const F: usize> Not for &Mask<F> {
    type Output = Mask<F>;

    fn not(self) -> Mask<F> {
        Mask::with_axes(self.axes(), kernels::map(self.as_slice(), bool::not))
    }
}

impl<const F: usize> Not for Mask<F> {
    type Output = Mask<F>;

    fn not(self) -> Mask<F> {
        !&self
    }
}
