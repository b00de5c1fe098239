//! The traits of `+`, `-`, `*` and `/` with their pullbacks, for tensors and scalars.
#![allow(unused_variables, reason = "not every pullback uses both operands")]

use std::ops::{Add, Div, Mul, Sub};

use super::broadcast::OfOperands;
use super::operators::with_left;
use crate::kernels::sum_zip;
use crate::{Element, NoGradient, Tensor, Value};

/// Defines the trait of an operator `f`, and implements it.
///
/// For `z = f(x, y)`, each line has the cotangents of `x` and `y`, where `d` is that of `z`. Before them, in brackets,
/// are the tensors that the pullback keeps. What uses `d` last may consume it.
macro_rules! arithmetic {
    (
        $(#[$meta:meta])*
        $vjp:ident, $method:ident, $f:path, |$d:ident, $x:ident, $y:ident, $z:ident|,
        scalars: $dx:expr, $dy:expr;
        tensors: [$($kept:ident)*] $tensors_dx:expr, $tensors_dy:expr;
        tensor and scalar: [$($kept_of_left:ident)*] $left_dx:expr, $left_dy:expr;
        scalar and tensor: [$($kept_of_right:ident)*] $right_dx:expr, $right_dy:expr;
    ) => {
        $(#[$meta])*
        pub trait $vjp<Rhs: Value + ?Sized = Self>: Value {
            /// The type of the result.
            type Output: Value;

            /// Returns the result and a pullback to both operands.
            #[track_caller]
            fn $method(
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

        impl<E: Element> $vjp<E> for E {
            type Output = E;

            fn $method(
                &self,
                other: &E,
            ) -> (E, impl FnOnce(E, [bool; 2]) -> (Option<E>, Option<E>) + use<E>) {
                let ($x, $y) = (*self, *other);
                ($f($x, $y), move |$d: E, [left, right]: [bool; 2]| (left.then(|| $dx), right.then(|| $dy)))
            }
        }

        impl<const F: usize, E: Element> $vjp for Tensor<F, E> {
            type Output = Self;

            fn $method(
                &self,
                other: &Self,
            ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<Self>) + use<F, E>) {
                let value = $f(self, other);
                let ($x, $y, $z) = (self, other, &value);
                let operands = OfOperands::new(self, other);
                $(let $kept = $kept.clone();)*
                (value, move |$d: Self, [left, right]: [bool; 2]| {
                    let dx = left.then(|| operands.sum(0, $tensors_dx));
                    (dx, right.then(|| operands.sum(1, $tensors_dy)))
                })
            }
        }

        impl<const F: usize, E: Element> $vjp<E> for Tensor<F, E> {
            type Output = Self;

            fn $method(
                &self,
                number: &E,
            ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<E>) + use<F, E>) {
                let ($x, $y) = (self, *number);
                let value = $f($x, $y);
                $(let $kept_of_left = $kept_of_left.clone();)*
                (value, move |$d: Self, [left, right]: [bool; 2]| {
                    let dy = right.then(|| $left_dy);
                    (left.then(|| $left_dx), dy)
                })
            }
        }

        impl<const F: usize, E: Element> $vjp<Tensor<F, E>> for E {
            type Output = Tensor<F, E>;

            fn $method(
                &self,
                tensor: &Tensor<F, E>,
            ) -> (
                Tensor<F, E>,
                impl FnOnce(Tensor<F, E>, [bool; 2]) -> (Option<E>, Option<Tensor<F, E>>) + use<F, E>,
            ) {
                let ($x, $y) = (*self, tensor);
                let value = $y.map(with_left($x, $f));
                $(let $kept_of_right = $kept_of_right.clone();)*
                (value, move |$d: Tensor<F, E>, [left, right]: [bool; 2]| {
                    let dx = left.then(|| $right_dx);
                    (dx, right.then(|| $right_dy))
                })
            }
        }

        arithmetic!(@integers $vjp, $method, $f, u8 u16 u32 u64 usize i8 i16 i32 i64 isize);
    };
    // Integers are constants.
    (@integers $vjp:ident, $method:ident, $f:path, $($integer:ident)+) => {
        $(
            impl $vjp for $integer {
                type Output = $integer;

                fn $method(
                    &self,
                    other: &$integer,
                ) -> (
                    $integer,
                    impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>) + use<>,
                ) {
                    ($f(*self, *other), |_, _| (None, None))
                }
            }
        )+
    };
}

arithmetic! {
    /// `a + b` with its pullback, for two tensors, a tensor and a scalar, or two scalars.
    ///
    /// Axes of size 1 and missing leading axes of a tensor are repeated, as in NumPy.
    ///
    /// ```
    /// use tiedw_core::ops::AddVjp;
    ///
    /// let (y, pullback) = 6.0.add_vjp(&2.0);
    /// assert_eq!(y, 8.0);
    /// assert_eq!(pullback(1.0, [true, true]), (Some(1.0), Some(1.0)));
    /// ```
    #[diagnostic::on_unimplemented(
        message = "`{Self} + {Rhs}` cannot be differentiated",
        label = "no implementation of `AddVjp` for these operands",
        note = "the operands of `+` are tensors of the same features, a tensor and a scalar of its element type, \
                a tensor and a parameter of as many elements as it has features, or two scalars; an operator of a type of \
                your own has `#[differentiable(value)]` on its impl"
    )]
    AddVjp, add_vjp, Add::add, |d, x, y, z|,
    scalars: d, d;
    tensors: [] d.clone(), d;
    tensor and scalar: [] d, d.sum();
    scalar and tensor: [] d.sum(), d;
}

arithmetic! {
    /// `a - b` with its pullback, for two tensors, a tensor and a scalar, or two scalars.
    ///
    /// Axes of size 1 and missing leading axes of a tensor are repeated, as in NumPy.
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
        note = "the operands of `-` are tensors of the same features, a tensor and a scalar of its element type, \
                a tensor and a parameter of as many elements as it has features, or two scalars; an operator of a type of \
                your own has `#[differentiable(value)]` on its impl"
    )]
    SubVjp, sub_vjp, Sub::sub, |d, x, y, z|,
    scalars: d, -d;
    tensors: [] d.clone(), -d;
    tensor and scalar: [] d, -d.sum();
    scalar and tensor: [] d.sum(), -d;
}

arithmetic! {
    /// `a * b` with its pullback, for two tensors, a tensor and a scalar, or two scalars.
    ///
    /// Axes of size 1 and missing leading axes of a tensor are repeated, as in NumPy.
    ///
    /// ```
    /// use tiedw_core::ops::MulVjp;
    ///
    /// let (y, pullback) = 6.0.mul_vjp(&2.0);
    /// assert_eq!(y, 12.0);
    /// assert_eq!(pullback(1.0, [true, true]), (Some(2.0), Some(6.0)));
    /// ```
    #[diagnostic::on_unimplemented(
        message = "`{Self} * {Rhs}` cannot be differentiated",
        label = "no implementation of `MulVjp` for these operands",
        note = "the operands of `*` are tensors of the same features, a tensor and a scalar of its element type, \
                a tensor and a parameter of as many elements as it has features, or two scalars; an operator of a type of \
                your own has `#[differentiable(value)]` on its impl"
    )]
    MulVjp, mul_vjp, Mul::mul, |d, x, y, z|,
    scalars: d * y, d * x;
    tensors: [x y] &d * &y, d * &x;
    tensor and scalar: [x] d * y, dot(&d, &x);
    scalar and tensor: [y] dot(&d, &y), d * x;
}

arithmetic! {
    /// `a / b` with its pullback, for two tensors, a tensor and a scalar, or two scalars.
    ///
    /// Axes of size 1 and missing leading axes of a tensor are repeated, as in NumPy.
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
        note = "the operands of `/` are tensors of the same features, a tensor and a scalar of its element type, \
                a tensor and a parameter of as many elements as it has features, or two scalars; an operator of a type of \
                your own has `#[differentiable(value)]` on its impl"
    )]
    DivVjp, div_vjp, Div::div, |d, x, y, z|,
    scalars: d / y, -d * x / (y * y);
    tensors: [y z] &d / &y, d * &z / -&y;
    tensor and scalar: [x] d / y, -dot(&d, &x) / (y * y);
    scalar and tensor: [y]
        sum_zip(d.as_slice(), y.as_slice(), E::div),
        d.zip_into(&y, "a quotient", divisor_cotangent(x));
}

fn dot<const F: usize, E: Element>(a: &Tensor<F, E>, b: &Tensor<F, E>) -> E {
    sum_zip(a.as_slice(), b.as_slice(), E::mul)
}

/// Returns the function of `d` and `y` that gives the cotangent of `y` in `x / y`.
fn divisor_cotangent<E: Element>(x: E) -> impl Fn(E, E) -> E + Sync {
    move |d, y| -d * x / (y * y)
}
