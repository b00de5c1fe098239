//! `+`, `-`, `*`, `/` and unary `-` on tensors, owned or borrowed, and scalars.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use super::{AddVjp, DivVjp, MulVjp, SubVjp};
use crate::{Element, NoGradient, Tensor};

macro_rules! operator {
    ($operator:ident, $method:ident, $sign:tt, $doc:literal) => {
        impl<const F: usize, E: Element> $operator<&Tensor<F, E>> for &Tensor<F, E> {
            type Output = Tensor<F, E>;

            #[doc = $doc]
            fn $method(self, other: &Tensor<F, E>) -> Tensor<F, E> {
                self.zip(other, $doc, |x, y| x $sign y)
            }
        }

        impl<const F: usize, E: Element> $operator<&Tensor<F, E>> for Tensor<F, E> {
            type Output = Tensor<F, E>;

            fn $method(self, other: &Tensor<F, E>) -> Tensor<F, E> {
                self.zip_into(other, $doc, |x, y| x $sign y)
            }
        }

        impl<const F: usize, E: Element> $operator<Tensor<F, E>> for &Tensor<F, E> {
            type Output = Tensor<F, E>;

            fn $method(self, other: Tensor<F, E>) -> Tensor<F, E> {
                other.zip_into(self, $doc, |y, x| x $sign y)
            }
        }

        impl<const F: usize, E: Element> $operator<Tensor<F, E>> for Tensor<F, E> {
            type Output = Tensor<F, E>;

            fn $method(self, other: Tensor<F, E>) -> Tensor<F, E> {
                self.zip_into(&other, $doc, |x, y| x $sign y)
            }
        }

        impl<const F: usize, E: Element> $operator<E> for &Tensor<F, E> {
            type Output = Tensor<F, E>;

            fn $method(self, number: E) -> Tensor<F, E> {
                self.map(|x| x $sign number)
            }
        }

        impl<const F: usize, E: Element> $operator<E> for Tensor<F, E> {
            type Output = Tensor<F, E>;

            fn $method(self, number: E) -> Tensor<F, E> {
                self.map_into(|x| x $sign number)
            }
        }

        operator!($operator, $method, $sign, $doc, f32);
        operator!($operator, $method, $sign, $doc, f64);
    };
    ($operator:ident, $method:ident, $sign:tt, $doc:literal, $float:ident) => {
        impl<const F: usize> $operator<&Tensor<F, $float>> for $float {
            type Output = Tensor<F, $float>;

            fn $method(self, tensor: &Tensor<F, $float>) -> Tensor<F, $float> {
                tensor.map(|x| self $sign x)
            }
        }

        impl<const F: usize> $operator<Tensor<F, $float>> for $float {
            type Output = Tensor<F, $float>;

            fn $method(self, tensor: Tensor<F, $float>) -> Tensor<F, $float> {
                tensor.map_into(|x| self $sign x)
            }
        }
    };
}
operator!(Add, add, +, "a sum");
operator!(Sub, sub, -, "a difference");
operator!(Mul, mul, *, "a product");
operator!(Div, div, /, "a quotient");

macro_rules! assign {
    ($operator:ident, $method:ident, $sign:tt, $doc:literal) => {
        impl<const F: usize, E: Element> $operator<&Tensor<F, E>> for Tensor<F, E> {
            fn $method(&mut self, other: &Tensor<F, E>) {
                self.zip_assign(other, $doc, |x, y| x $sign y);
            }
        }

        impl<const F: usize, E: Element> $operator<Tensor<F, E>> for Tensor<F, E> {
            fn $method(&mut self, other: Tensor<F, E>) {
                self.zip_assign(&other, $doc, |x, y| x $sign y);
            }
        }

        impl<const F: usize, E: Element> $operator<E> for Tensor<F, E> {
            fn $method(&mut self, number: E) {
                for x in self.as_mut_slice() {
                    *x = *x $sign number;
                }
            }
        }
    };
}
assign!(AddAssign, add_assign, +, "a sum");
assign!(SubAssign, sub_assign, -, "a difference");
assign!(MulAssign, mul_assign, *, "a product");
assign!(DivAssign, div_assign, /, "a quotient");

impl<const F: usize, E: Element> Neg for &Tensor<F, E> {
    type Output = Tensor<F, E>;

    fn neg(self) -> Tensor<F, E> {
        self.map(|x| -x)
    }
}

impl<const F: usize, E: Element> Neg for Tensor<F, E> {
    type Output = Tensor<F, E>;

    fn neg(self) -> Tensor<F, E> {
        self.map_into(|x| -x)
    }
}

/// Implements the pullback of an operator between two scalars, from its partial derivatives.
macro_rules! between_numbers {
    ($vjp:ident, $method:ident, $sign:tt, |$x:ident, $y:ident, $d:ident| $left:expr, $right:expr) => {
        impl<E: Element> $vjp<E> for E {
            type Output = E;

            fn $method(
                &self,
                other: &E,
            ) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<E>, Option<E>) + use<E>) {
                let ($x, $y) = (*self, *other);
                ($x $sign $y, move |$d: E, [left, right]: [bool; 2]| {
                    let _ = ($x, $y);
                    (left.then(|| $left), right.then(|| $right))
                })
            }
        }
    };
}
between_numbers!(AddVjp, add_vjp, +, |x, y, d| d, d);
between_numbers!(SubVjp, sub_vjp, -, |x, y, d| d, -d);
between_numbers!(MulVjp, mul_vjp, *, |x, y, d| d * y, d * x);
between_numbers!(DivVjp, div_vjp, /, |x, y, d| d / y, -d * x / (y * y));

/// Implements the pullback of an operator between integers, which are constants.
macro_rules! between_integers {
    ($($integer:ident)+) => {
        $(
            between_integers!($integer, AddVjp, add_vjp, +);
            between_integers!($integer, SubVjp, sub_vjp, -);
            between_integers!($integer, MulVjp, mul_vjp, *);
            between_integers!($integer, DivVjp, div_vjp, /);
        )+
    };
    ($integer:ident, $vjp:ident, $method:ident, $sign:tt) => {
        impl $vjp for $integer {
            type Output = $integer;

            fn $method(
                &self,
                other: &$integer,
            ) -> (
                $integer,
                impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>) + use<>,
            ) {
                (*self $sign *other, |_, _| (None, None))
            }
        }
    };
}
between_integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
