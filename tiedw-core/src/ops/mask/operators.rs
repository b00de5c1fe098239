//! `&`, `|`, `^` and `!` of masks, owned or borrowed, and `&=`, `|=` and `^=`.

use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Not};

use super::super::broadcast::zip_data;
use crate::{Mask, kernels};

macro_rules! operator {
    ($operator:ident, $method:ident, $assign:ident, $method_assign:ident, $doc:literal) => {
        operator!(@impl $operator, $method, $doc, Mask<F>, Mask<F>);
        operator!(@impl $operator, $method, $doc, Mask<F>, &Mask<F>);
        operator!(@impl $operator, $method, $doc, &Mask<F>, Mask<F>);
        operator!(@impl $operator, $method, $doc, &Mask<F>, &Mask<F>);
        operator!(@assign $operator, $method, $assign, $method_assign, Mask<F>);
        operator!(@assign $operator, $method, $assign, $method_assign, &Mask<F>);
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
    (@assign $operator:ident, $method:ident, $assign:ident, $method_assign:ident, $right:ty) => {
        impl<const F: usize> $assign<$right> for Mask<F> {
            #[track_caller]
            fn $method_assign(&mut self, other: $right) {
                let (axes, result) = (self.axes(), $operator::$method(&*self, other));
                assert!(
                    result.axes() == axes,
                    "a mask of shape {:?} assigned to one of shape {axes:?}",
                    result.axes()
                );
                *self = result;
            }
        }
    };
}
operator!(BitAnd, bitand, BitAndAssign, bitand_assign, "`&`");
operator!(BitOr, bitor, BitOrAssign, bitor_assign, "`|`");
operator!(BitXor, bitxor, BitXorAssign, bitxor_assign, "`^`");

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
