//! Operators, equality, order and sums.

use std::cmp::Ordering;
use std::iter::{Product, Sum};
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use super::{Dual, scaled};
use crate::Element;

macro_rules! operator {
    ($operator:ident $method:ident, $assign:ident $assign_method:ident, |$x:ident, $y:ident| $value:expr) => {
        impl<E: Element> $operator for Dual<E> {
            type Output = Self;

            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                let ($x, $y) = (self, other);
                $value
            }
        }

        impl<E: Element> $operator<&Dual<E>> for Dual<E> {
            type Output = Dual<E>;

            #[inline(always)]
            fn $method(self, other: &Dual<E>) -> Dual<E> {
                self.$method(*other)
            }
        }

        impl<E: Element> $operator<Dual<E>> for &Dual<E> {
            type Output = Dual<E>;

            #[inline(always)]
            fn $method(self, other: Dual<E>) -> Dual<E> {
                (*self).$method(other)
            }
        }

        impl<E: Element> $operator for &Dual<E> {
            type Output = Dual<E>;

            #[inline(always)]
            fn $method(self, other: &Dual<E>) -> Dual<E> {
                (*self).$method(*other)
            }
        }

        impl<E: Element> $assign for Dual<E> {
            #[inline(always)]
            fn $assign_method(&mut self, other: Self) {
                *self = $operator::$method(*self, other);
            }
        }
    };
}
operator! { Add add, AddAssign add_assign, |x, y| Dual::new(x.value + y.value, x.tangent + y.tangent) }
operator! { Sub sub, SubAssign sub_assign, |x, y| Dual::new(x.value - y.value, x.tangent - y.tangent) }
operator! {
    Mul mul, MulAssign mul_assign,
    |x, y| Dual::new(x.value * y.value, scaled(y.value, x.tangent) + scaled(x.value, y.tangent))
}
operator! {
    Div div, DivAssign div_assign,
    |x, y| {
        let quotient = x.value / y.value;
        let tangent = x.tangent - scaled(quotient, y.tangent);
        Dual::new(quotient, if tangent.vanishes() { E::ZERO } else { tangent / y.value })
    }
}

impl<E: Element> Neg for Dual<E> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Dual::new(-self.value, -self.tangent)
    }
}

/// Whether the values are equal.
impl<E: PartialEq> PartialEq for Dual<E> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

/// The order of the values.
impl<E: Element> PartialOrd for Dual<E> {
    #[inline(always)]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
    #[inline(always)]
    fn lt(&self, other: &Self) -> bool {
        self.value < other.value
    }
    #[inline(always)]
    fn le(&self, other: &Self) -> bool {
        self.value <= other.value
    }
    #[inline(always)]
    fn gt(&self, other: &Self) -> bool {
        self.value > other.value
    }
    #[inline(always)]
    fn ge(&self, other: &Self) -> bool {
        self.value >= other.value
    }
}

impl<E: Element> Sum for Dual<E> {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, |sum, number| sum + number)
    }
}

impl<E: Element> Product for Dual<E> {
    fn product<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ONE, |product, number| product * number)
    }
}
