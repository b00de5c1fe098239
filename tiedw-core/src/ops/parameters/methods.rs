//! The methods of tensors, on parameters.

use crate::param::{Matrix, MatrixView, Vector, VectorView};
use crate::{Element, NoGradient, Tensor};

/// Implements a method and its companion for the view of one kind of parameter.
macro_rules! method {
    (
        impl[$($generics:tt)*] $view:ident, $own:ident<$($argument:ident),*>;
        $method:ident $vjp:ident ($($name:ident: $ty:ty => $cotangent:ty),*) $operands:literal -> $value:ty
    ) => {
        impl<$($generics)*> $view<'_, $($argument),*> {
            #[doc = concat!("[`Tensor::", stringify!($method), "`] of the elements.")]
            #[track_caller]
            pub fn $method(&self, $($name: $ty),*) -> $value {
                self.tensor().$method($($name),*)
            }

            #[doc = concat!("[`", stringify!($method), "`](Self::", stringify!($method), ") with its pullback.")]
            #[track_caller]
            pub fn $vjp(
                &self,
                $($name: $ty),*
            ) -> (
                $value,
                impl FnOnce($value, [bool; $operands]) -> (Option<$own<$($argument),*>>, $(Option<$cotangent>),*)
                + use<$($argument),*>,
            ) {
                let (value, pullback) = self.tensor().$vjp($($name),*);
                let back = |d: $value, wanted: [bool; $operands]| {
                    let (dx, $($name),*) = pullback(d, wanted);
                    (dx.map($own::of_tensor), $($name),*)
                };
                (value, back)
            }
        }
    };
}

/// Implements methods for all kinds. Each line has the arguments with their cotangents, the number of operands, and the value:
/// a tensor of the `same` shape, with a `column` in place of the features, or a `number`.
macro_rules! methods {
    ($($method:ident $vjp:ident $arguments:tt $operands:literal -> $value:ident;)*) => {
        $(methods! { @$value $method $vjp $arguments $operands })*
    };
    (@same $($method:tt)*) => { methods! { @each $($method)* -> Tensor<N, E>; Tensor<C, E> } };
    (@column $($method:tt)*) => { methods! { @each $($method)* -> Tensor<1, E>; Tensor<1, E> } };
    (@number $($method:tt)*) => { methods! { @each $($method)* -> E; E } };
    (@each $method:ident $vjp:ident $arguments:tt $operands:literal -> $of_vector:ty; $of_matrix:ty) => {
        method! {
            impl[const N: usize, E: Element] VectorView, Vector<N, E>;
            $method $vjp $arguments $operands -> $of_vector
        }
        method! {
            impl[const R: usize, const C: usize, E: Element] MatrixView, Matrix<R, C, E>;
            $method $vjp $arguments $operands -> $of_matrix
        }
    };
}
methods! {
    abs abs_vjp () 1 -> same;
    clamp clamp_vjp (min: E => E, max: E => E) 3 -> same;
    cos cos_vjp () 1 -> same;
    exp exp_vjp () 1 -> same;
    gelu gelu_vjp () 1 -> same;
    ln ln_vjp () 1 -> same;
    log_softmax log_softmax_vjp () 1 -> same;
    max max_vjp () 1 -> number;
    max_features max_features_vjp () 1 -> column;
    mean mean_vjp () 1 -> number;
    min min_vjp () 1 -> number;
    min_features min_features_vjp () 1 -> column;
    norm norm_vjp () 1 -> number;
    norm_features norm_features_vjp () 1 -> column;
    normalize normalize_vjp () 1 -> same;
    powi powi_vjp (n: i32 => NoGradient) 2 -> same;
    recip recip_vjp () 1 -> same;
    relu relu_vjp () 1 -> same;
    rsqrt rsqrt_vjp () 1 -> same;
    sigmoid sigmoid_vjp () 1 -> same;
    silu silu_vjp () 1 -> same;
    sin sin_vjp () 1 -> same;
    softmax softmax_vjp () 1 -> same;
    softplus softplus_vjp () 1 -> same;
    sqrt sqrt_vjp () 1 -> same;
    sum sum_vjp () 1 -> number;
    sum_features sum_features_vjp () 1 -> column;
    sum_rows sum_rows_vjp () 1 -> same;
    tanh tanh_vjp () 1 -> same;
}
