//! `+`, `-`, `*`, `/` and unary `-` on parameters: with each other, with tensors and with numbers.

use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::ops::{AddVjp, DivVjp, MulVjp, NegVjp, SubVjp};
use crate::param::{Filter1dView, Filter2dView, GateBiasView, GatesView, MatrixView, VectorView};
use crate::{Dual, Element, Tensor};

/// Implements an operator on the view of one kind of parameter, which is that on the tensor.
macro_rules! operator {
    (
        $operator:ident $method:ident, $vjp:ident $method_vjp:ident;
        impl[$($generics:tt)*] $view:ident<$($argument:ident),*>, $tensor:ty
    ) => {
        operator!(@impl [$($generics)*] &$view<'_, $($argument),*>, $operator<Self>, $method -> $tensor, |x, y| &**x, &**y);
        operator!(@impl [$($generics)*] &$view<'_, $($argument),*>, $operator<E>, $method -> $tensor, |x, y| &**x, y);
        operator!(@impl [$($generics)*] &$view<'_, $($argument),*>, $operator<&$tensor>, $method -> $tensor, |x, y| &**x, y);
        operator!(@impl [$($generics)*] &$view<'_, $($argument),*>, $operator<$tensor>, $method -> $tensor, |x, y| &**x, y);
        operator!(
            @impl [$($generics)*] &$tensor, $operator<&$view<'_, $($argument),*>>, $method -> $tensor, |x, y| x, &**y
        );
        operator!(
            @impl [$($generics)*] $tensor, $operator<&$view<'_, $($argument),*>>, $method -> $tensor, |x, y| x, &**y
        );

        operator! {
            @vjp [$($generics)*] [$($argument),*] $view<'v, $($argument),*>, $vjp<$view<'v, $($argument),*>>, $method_vjp;
            |x, y| &**x, &**y => $tensor, $tensor, $tensor
        }
        operator! {
            @vjp [$($generics)*] [$($argument),*] $view<'v, $($argument),*>, $vjp<E>, $method_vjp;
            |x, y| &**x, y => $tensor, E, $tensor
        }
        operator! {
            @vjp [$($generics)*] [$($argument),*] E, $vjp<$view<'v, $($argument),*>>, $method_vjp;
            |x, y| x, &**y => E, $tensor, $tensor
        }
        operator! {
            @vjp [$($generics)*] [$($argument),*] $view<'v, $($argument),*>, $vjp<$tensor>, $method_vjp;
            |x, y| &**x, y => $tensor, $tensor, $tensor
        }
        operator! {
            @vjp [$($generics)*] [$($argument),*] $tensor, $vjp<$view<'v, $($argument),*>>, $method_vjp;
            |x, y| x, &**y => $tensor, $tensor, $tensor
        }
    };
    (
        @impl [$($generics:tt)*] $left:ty, $operator:ident<$right:ty>, $method:ident -> $tensor:ty,
        |$x:ident, $y:ident| $tensor_x:expr, $tensor_y:expr
    ) => {
        // Users write the parameter: messages that list what can be added say nothing of its view.
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> $operator<$right> for $left {
            type Output = $tensor;

            #[track_caller]
            fn $method(self, other: $right) -> $tensor {
                let ($x, $y) = (self, other);
                $operator::$method($tensor_x, $tensor_y)
            }
        }
    };
    (
        @vjp [$($generics:tt)*] [$($argument:ident),*] $left:ty, $vjp:ident<$right:ty>, $method:ident;
        |$x:ident, $y:ident| $tensor_x:expr, $tensor_y:expr => $dx:ty, $dy:ty, $tensor:ty
    ) => {
        impl<'v, $($generics)*> $vjp<$right> for $left {
            type Output = $tensor;

            #[track_caller]
            fn $method(
                &self,
                other: &$right,
            ) -> ($tensor, impl FnOnce($tensor, [bool; 2]) -> (Option<$dx>, Option<$dy>) + use<'v, $($argument),*>) {
                let ($x, $y) = (self, other);
                $vjp::$method($tensor_x, $tensor_y)
            }
        }
    };
}

macro_rules! operators {
    ($(impl[$($generics:tt)*] $view:ident<$($argument:ident),*>, $tensor:ty;)*) => {$(
        operator! { Add add, AddVjp add_vjp; impl[$($generics)*] $view<$($argument),*>, $tensor }
        operator! { Sub sub, SubVjp sub_vjp; impl[$($generics)*] $view<$($argument),*>, $tensor }
        operator! { Mul mul, MulVjp mul_vjp; impl[$($generics)*] $view<$($argument),*>, $tensor }
        operator! { Div div, DivVjp div_vjp; impl[$($generics)*] $view<$($argument),*>, $tensor }

        impl<$($generics)*> Neg for &$view<'_, $($argument),*> {
            type Output = $tensor;

            fn neg(self) -> $tensor {
                -&**self
            }
        }

        impl<'v, $($generics)*> NegVjp for $view<'v, $($argument),*> {
            type Output = $tensor;

            fn neg_vjp(
                &self,
            ) -> ($tensor, impl FnOnce($tensor, [bool; 1]) -> (Option<$tensor>,) + use<'v, $($argument),*>) {
                (**self).neg_vjp()
            }
        }
    )*};
}
operators! {
    impl[const N: usize, E: Element] VectorView<N, E>, Tensor<N, E>;
    impl[const R: usize, const C: usize, E: Element] MatrixView<R, C, E>, Tensor<C, E>;
    impl[const O: usize, const K: usize, const I: usize, E: Element] Filter1dView<O, K, I, E>, Tensor<I, E>;
    impl[const O: usize, const H: usize, const W: usize, const I: usize, E: Element] Filter2dView<O, H, W, I, E>, Tensor<I, E>;
    impl[const G: usize, const R: usize, const C: usize, E: Element] GatesView<G, R, C, E>, Tensor<C, E>;
    impl[const G: usize, const R: usize, E: Element] GateBiasView<G, R, E>, Tensor<R, E>;
}

/// A transposed matrix that is not borrowed, as in `self.w.t() + &self.w`.
macro_rules! transposed {
    ($($operator:ident $method:ident;)*) => {$(
        transposed!(@one MatrixView<'_, R, C, E>, $operator<Self>, $method, |x, y| &*x, &*y);
        transposed!(@one MatrixView<'_, R, C, E>, $operator<&Self>, $method, |x, y| &*x, &**y);
        transposed!(@one MatrixView<'_, R, C, E>, $operator<E>, $method, |x, y| &*x, y);
        transposed!(@one MatrixView<'_, R, C, E>, $operator<&Tensor<C, E>>, $method, |x, y| &*x, y);
        transposed!(@one MatrixView<'_, R, C, E>, $operator<Tensor<C, E>>, $method, |x, y| &*x, y);
        transposed!(@one &MatrixView<'_, R, C, E>, $operator<MatrixView<'_, R, C, E>>, $method, |x, y| &**x, &*y);
        transposed!(@one &Tensor<C, E>, $operator<MatrixView<'_, R, C, E>>, $method, |x, y| x, &*y);
        transposed!(@one Tensor<C, E>, $operator<MatrixView<'_, R, C, E>>, $method, |x, y| x, &*y);
    )*};
    (@one $left:ty, $operator:ident<$right:ty>, $method:ident, |$x:ident, $y:ident| $tensor_x:expr, $tensor_y:expr) => {
        operator!(
            @impl [const R: usize, const C: usize, E: Element] $left, $operator<$right>, $method -> Tensor<C, E>,
            |$x, $y| $tensor_x, $tensor_y
        );
    };
}
transposed! {
    Add add;
    Sub sub;
    Mul mul;
    Div div;
}

/// A tensor that takes the result.
macro_rules! assign {
    ($($view:ident [$($size:ident),+] -> $features:ident;)*) => {$(
        assign!(@one $view [$($size),+] $features, AddAssign add_assign);
        assign!(@one $view [$($size),+] $features, SubAssign sub_assign);
        assign!(@one $view [$($size),+] $features, MulAssign mul_assign);
        assign!(@one $view [$($size),+] $features, DivAssign div_assign);
    )*};
    (@one $view:ident [$($size:ident),+] $features:ident, $operator:ident $method:ident) => {
        #[diagnostic::do_not_recommend]
        impl<$(const $size: usize,)+ E: Element> $operator<&$view<'_, $($size,)+ E>> for Tensor<$features, E> {
            #[track_caller]
            fn $method(&mut self, other: &$view<'_, $($size,)+ E>) {
                $operator::$method(self, &**other);
            }
        }
    };
}
assign! {
    VectorView [N] -> N;
    MatrixView [R, C] -> C;
    Filter1dView [O, K, I] -> I;
    Filter2dView [O, H, W, I] -> I;
    GatesView [G, R, C] -> C;
    GateBiasView [G, R] -> R;
}

/// A row that is added to each row of a matrix, and a matrix that is added to such a row.
macro_rules! rows {
    ($($operator:ident $method:ident, $vjp:ident $method_vjp:ident;)*) => {$(
        operator!(
            @impl [const R: usize, const C: usize, E: Element] &MatrixView<'_, R, C, E>, $operator<&VectorView<'_, C, E>>,
            $method -> Tensor<C, E>, |x, y| &**x, &**y
        );
        operator!(
            @impl [const R: usize, const C: usize, E: Element] &VectorView<'_, C, E>, $operator<&MatrixView<'_, R, C, E>>,
            $method -> Tensor<C, E>, |x, y| &**x, &**y
        );
        operator! {
            @vjp [const R: usize, const C: usize, E: Element] [R, C, E] MatrixView<'v, R, C, E>, $vjp<VectorView<'v, C, E>>,
            $method_vjp; |x, y| &**x, &**y => Tensor<C, E>, Tensor<C, E>, Tensor<C, E>
        }
        operator! {
            @vjp [const R: usize, const C: usize, E: Element] [R, C, E] VectorView<'v, C, E>, $vjp<MatrixView<'v, R, C, E>>,
            $method_vjp; |x, y| &**x, &**y => Tensor<C, E>, Tensor<C, E>, Tensor<C, E>
        }
    )*};
}
rows! {
    Add add, AddVjp add_vjp;
    Sub sub, SubVjp sub_vjp;
    Mul mul, MulVjp mul_vjp;
    Div div, DivVjp div_vjp;
}

/// A number on the left.
macro_rules! numbers {
    ($($view:ident [$($size:ident),+] -> $features:ident;)*) => {$(
        numbers!(@each $view [$($size),+] $features, [] f32);
        numbers!(@each $view [$($size),+] $features, [] f64);
        numbers!(@each $view [$($size),+] $features, [E: Element] Dual<E>);
    )*};
    (@each $view:ident $sizes:tt $features:ident, $generics:tt $number:ty) => {
        numbers!(@one $view $sizes $features, $generics $number, Add add);
        numbers!(@one $view $sizes $features, $generics $number, Sub sub);
        numbers!(@one $view $sizes $features, $generics $number, Mul mul);
        numbers!(@one $view $sizes $features, $generics $number, Div div);
    };
    (
        @one $view:ident [$($size:ident),+] $features:ident, [$($generics:tt)*] $number:ty, $operator:ident $method:ident
    ) => {
        #[diagnostic::do_not_recommend]
        impl<$(const $size: usize,)+ $($generics)*> $operator<&$view<'_, $($size,)+ $number>> for $number {
            type Output = Tensor<$features, $number>;

            fn $method(self, other: &$view<'_, $($size,)+ $number>) -> Tensor<$features, $number> {
                self.$method(&**other)
            }
        }
    };
}
numbers! {
    VectorView [N] -> N;
    MatrixView [R, C] -> C;
    Filter1dView [O, K, I] -> I;
    Filter2dView [O, H, W, I] -> I;
    GatesView [G, R, C] -> C;
    GateBiasView [G, R] -> R;
}
