//! `+`, `-`, `*`, `/` and unary `-` on parameters: with each other, with tensors and with numbers.

use std::convert::identity;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::ops::{AddVjp, DivVjp, MulVjp, NegVjp, SubVjp};
use crate::param::{Matrix, MatrixView, Vector, VectorView};
use crate::{Cotangent, Dual, Element, Tensor};

/// Implements an operator on the view of one kind of parameter, whose elements are a tensor with `$features`.
macro_rules! operator {
    (
        $operator:ident $method:ident, $vjp:ident $method_vjp:ident;
        impl[$($generics:tt)*] $view:ident, $own:ident<$($argument:ident),*>, $features:ident
    ) => {
        operator!(@impl [$($generics)*] $operator<Self>, $method, &$view<'_, $($argument),*>, $features, |y| y.tensor());
        operator!(@impl [$($generics)*] $operator<E>, $method, &$view<'_, $($argument),*>, $features, |y| y);
        operator!(
            @impl [$($generics)*] $operator<&Tensor<$features, E>>, $method, &$view<'_, $($argument),*>, $features, |y| y
        );
        operator!(
            @impl [$($generics)*] $operator<Tensor<$features, E>>, $method, &$view<'_, $($argument),*>, $features, |y| y
        );

        operator!(
            @vjp [$($generics)*] [$($argument),*] $vjp, $method_vjp, Tensor<$features, E>;
            $view<'v, $($argument),*>, |x| &x.tensor(), $own::of_tensor;
            $view<'v, $($argument),*>, |y| &y.tensor(), $own::of_tensor
        );
        operator!(
            @vjp [$($generics)*] [$($argument),*] $vjp, $method_vjp, Tensor<$features, E>;
            $view<'v, $($argument),*>, |x| &x.tensor(), $own::of_tensor;
            E, |y| y, identity
        );
        operator!(
            @vjp [$($generics)*] [$($argument),*] $vjp, $method_vjp, Tensor<$features, E>;
            E, |x| x, identity;
            $view<'v, $($argument),*>, |y| &y.tensor(), $own::of_tensor
        );
        operator!(
            @vjp [$($generics)*] [$($argument),*] $vjp, $method_vjp, Tensor<$features, E>;
            $view<'v, $($argument),*>, |x| &x.tensor(), $own::of_tensor;
            Tensor<$features, E>, |y| y, identity
        );
    };
    (
        @impl [$($generics:tt)*] $operator:ident<$right:ty>, $method:ident, $left:ty, $features:ident, |$y:ident| $value:expr
    ) => {
        impl<$($generics)*> $operator<$right> for $left {
            type Output = Tensor<$features, E>;

            #[track_caller]
            fn $method(self, $y: $right) -> Tensor<$features, E> {
                self.tensor().$method($value)
            }
        }
    };
    (
        @vjp [$($generics:tt)*] [$($argument:ident),*] $vjp:ident, $method:ident, $value:ty;
        $left:ty, |$x:ident| $tensor_x:expr, $of_x:expr;
        $right:ty, |$y:ident| $tensor_y:expr, $of_y:expr
    ) => {
        impl<'v, $($generics)*> $vjp<$right> for $left {
            type Output = $value;

            #[track_caller]
            fn $method(
                &self,
                $y: &$right,
            ) -> (
                $value,
                impl FnOnce($value, [bool; 2]) -> (Option<Cotangent<$left>>, Option<Cotangent<$right>>)
                + use<'v, $($argument),*>,
            ) {
                let $x = self;
                let (z, pullback) = ($tensor_x).$method($tensor_y);
                let back = |d: $value, wanted: [bool; 2]| {
                    let (dx, dy) = pullback(d, wanted);
                    (dx.map($of_x), dy.map($of_y))
                };
                (z, back)
            }
        }
    };
}

macro_rules! operators {
    ($(impl[$($generics:tt)*] $view:ident, $own:ident<$($argument:ident),*>, $features:ident;)*) => {$(
        operator! { Add add, AddVjp add_vjp; impl[$($generics)*] $view, $own<$($argument),*>, $features }
        operator! { Sub sub, SubVjp sub_vjp; impl[$($generics)*] $view, $own<$($argument),*>, $features }
        operator! { Mul mul, MulVjp mul_vjp; impl[$($generics)*] $view, $own<$($argument),*>, $features }
        operator! { Div div, DivVjp div_vjp; impl[$($generics)*] $view, $own<$($argument),*>, $features }

        impl<$($generics)*> Neg for &$view<'_, $($argument),*> {
            type Output = Tensor<$features, E>;

            fn neg(self) -> Tensor<$features, E> {
                -self.tensor()
            }
        }

        impl<'v, $($generics)*> NegVjp for $view<'v, $($argument),*> {
            type Output = Tensor<$features, E>;

            fn neg_vjp(
                &self,
            ) -> (
                Tensor<$features, E>,
                impl FnOnce(Tensor<$features, E>, [bool; 1]) -> (Option<$own<$($argument),*>>,) + use<'v, $($argument),*>,
            ) {
                let (z, pullback) = self.tensor().neg_vjp();
                (z, |d: Tensor<$features, E>, wanted: [bool; 1]| (pullback(d, wanted).0.map($own::of_tensor),))
            }
        }
    )*};
}
operators! {
    impl[const N: usize, E: Element] VectorView, Vector<N, E>, N;
    impl[const R: usize, const C: usize, E: Element] MatrixView, Matrix<R, C, E>, C;
}

/// A number on the left.
macro_rules! numbers {
    ($([$($generics:tt)*] $number:ty;)*) => {
        $(numbers! { @each [$($generics)*] $number, Add add, Sub sub, Mul mul, Div div })*
    };
    (@each $generics:tt $number:ty, $($operator:ident $method:ident),*) => {
        $(numbers! { @one $generics $number, $operator $method })*
    };
    (@one [$($generics:tt)*] $number:ty, $operator:ident $method:ident) => {
        #[diagnostic::do_not_recommend]
        impl<const N: usize, $($generics)*> $operator<&VectorView<'_, N, $number>> for $number {
            type Output = Tensor<N, $number>;

            fn $method(self, other: &VectorView<'_, N, $number>) -> Tensor<N, $number> {
                self.$method(other.tensor())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<const R: usize, const C: usize, $($generics)*> $operator<&MatrixView<'_, R, C, $number>> for $number {
            type Output = Tensor<C, $number>;

            fn $method(self, other: &MatrixView<'_, R, C, $number>) -> Tensor<C, $number> {
                self.$method(other.tensor())
            }
        }
    };
}
numbers! {
    [] f32;
    [] f64;
    [E: Element] Dual<E>;
}
