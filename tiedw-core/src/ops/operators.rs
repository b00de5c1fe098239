//! `+`, `-`, `*`, `/` and unary `-` on tensors, owned or borrowed, scalars and vector parameters.
//!
//! What is applied to each element is generic over the element type only. A closure in an impl with `F` would be
//! compiled, with its loop, for each number of features.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use super::broadcast;
use crate::{Dual, Element, Tensor};

/// Implements an operator for all its operands: one line each, with the type parameters and the element type, then the
/// types of the operands and the value.
macro_rules! operator {
    ($operator:ident, $method:ident, $doc:literal) => {
        operator!(@impl [E: Element] E, $operator, $method, $doc, &Tensor<F, E>, &Tensor<F, E>,
            |x, y| broadcast::zip(x, y, $doc, $operator::$method));
        operator!(@impl [E: Element] E, $operator, $method, $doc, Tensor<F, E>, &Tensor<F, E>,
            |x, y| broadcast::zip_into(x, y, $doc, $operator::$method));
        operator!(@impl [E: Element] E, $operator, $method, $doc, &Tensor<F, E>, Tensor<F, E>,
            |x, y| broadcast::zip_into_right(x, y, $doc, $operator::$method));
        operator!(@impl [E: Element] E, $operator, $method, $doc, Tensor<F, E>, Tensor<F, E>,
            |x, y| broadcast::zip_into(x, &y, $doc, $operator::$method));

        operator!(@impl [E: Element] E, $operator, $method, $doc, &Tensor<F, E>, E,
            |x, number| x.map(with_right(number, $operator::$method)));
        operator!(@impl [E: Element] E, $operator, $method, $doc, Tensor<F, E>, E,
            |x, number| x.map_into(with_right(number, $operator::$method)));
        operator!(@impl [] f32, $operator, $method, $doc, f32, &Tensor<F, f32>,
            |number, x| x.map(with_left(number, $operator::$method)));
        operator!(@impl [] f32, $operator, $method, $doc, f32, Tensor<F, f32>,
            |number, x| x.map_into(with_left(number, $operator::$method)));
        operator!(@impl [] f64, $operator, $method, $doc, f64, &Tensor<F, f64>,
            |number, x| x.map(with_left(number, $operator::$method)));
        operator!(@impl [] f64, $operator, $method, $doc, f64, Tensor<F, f64>,
            |number, x| x.map_into(with_left(number, $operator::$method)));
        operator!(@impl [E: Element] Dual<E>, $operator, $method, $doc, Dual<E>, &Tensor<F, Dual<E>>,
            |number, x| x.map(with_left(number, $operator::$method)));
        operator!(@impl [E: Element] Dual<E>, $operator, $method, $doc, Dual<E>, Tensor<F, Dual<E>>,
            |number, x| x.map_into(with_left(number, $operator::$method)));
    };
    (
        @impl [$($generics:tt)*] $element:ty, $operator:ident, $method:ident, $doc:literal,
        $left:ty, $right:ty, |$x:ident, $y:ident| $value:expr
    ) => {
        impl<const F: usize, $($generics)*> $operator<$right> for $left {
            type Output = Tensor<F, $element>;

            #[doc = $doc]
            #[track_caller]
            fn $method(self, other: $right) -> Tensor<F, $element> {
                let ($x, $y) = (self, other);
                $value
            }
        }
    };
}
operator!(Add, add, "a sum");
operator!(Sub, sub, "a difference");
operator!(Mul, mul, "a product");
operator!(Div, div, "a quotient");

/// Returns `f` with this left operand.
pub(super) fn with_left<E: Element>(number: E, f: impl Fn(E, E) -> E + Sync) -> impl Fn(E) -> E + Sync {
    move |x| f(number, x)
}

/// Returns `f` with this right operand.
fn with_right<E: Element>(number: E, f: impl Fn(E, E) -> E + Sync) -> impl Fn(E) -> E + Sync {
    move |x| f(x, number)
}

macro_rules! assign {
    ($operator:ident, $method:ident, $f:expr, $doc:literal) => {
        impl<const F: usize, E: Element> $operator<&Tensor<F, E>> for Tensor<F, E> {
            #[track_caller]
            fn $method(&mut self, other: &Tensor<F, E>) {
                broadcast::zip_assign(self, other, $doc, $f);
            }
        }

        impl<const F: usize, E: Element> $operator<Tensor<F, E>> for Tensor<F, E> {
            #[track_caller]
            fn $method(&mut self, other: Tensor<F, E>) {
                broadcast::zip_assign(self, &other, $doc, $f);
            }
        }

        impl<const F: usize, E: Element> $operator<E> for Tensor<F, E> {
            fn $method(&mut self, number: E) {
                for x in self.as_mut_slice() {
                    *x = $f(*x, number);
                }
            }
        }
    };
}
assign!(AddAssign, add_assign, Add::add, "a sum");
assign!(SubAssign, sub_assign, Sub::sub, "a difference");
assign!(MulAssign, mul_assign, Mul::mul, "a product");
assign!(DivAssign, div_assign, Div::div, "a quotient");

impl<const F: usize, E: Element> Neg for &Tensor<F, E> {
    type Output = Tensor<F, E>;

    fn neg(self) -> Tensor<F, E> {
        self.map(E::neg)
    }
}

impl<const F: usize, E: Element> Neg for Tensor<F, E> {
    type Output = Tensor<F, E>;

    fn neg(self) -> Tensor<F, E> {
        self.map_into(E::neg)
    }
}
