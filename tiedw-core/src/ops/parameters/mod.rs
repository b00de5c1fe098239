//! Parameters as tensors.

mod equality;
mod operators;

use crate::param::{
    Filter1d, Filter1dView, Filter2d, Filter2dView, GateBias, GateBiasView, Gates, GatesView, Matrix,
    MatrixView, Vector, VectorView,
};
use crate::{Element, Module, Tensor};

/// Implements `tensor`, and its companion, for one kind of parameter.
macro_rules! tensor {
    ($(
        $(#[$meta:meta])*
        $name:ident, $view:ident [$($size:ident),+] -> $features:ident;
    )*) => { $(
        impl<$(const $size: usize,)+ E: Element> $name<$($size,)+ E> {
            $(#[$meta])*
            pub fn tensor(&self) -> Tensor<$features, E> {
                self.view().tensor()
            }
        }

        impl<$(const $size: usize,)+ E: Element> $view<'_, $($size,)+ E> {
            $(#[$meta])*
            pub fn tensor(&self) -> Tensor<$features, E> {
                (**self).clone()
            }

            #[doc = concat!("[`tensor`](", stringify!($view), "::tensor) with its pullback.")]
            pub fn tensor_vjp(
                &self,
            ) -> (
                Tensor<$features, E>,
                impl FnOnce(Tensor<$features, E>, [bool; 1]) -> (Option<Tensor<$features, E>>,) + use<$($size,)+ E>,
            ) {
                (self.tensor(), |d: Tensor<$features, E>, [wanted]: [bool; 1]| (wanted.then_some(d),))
            }
        }
    )* };
}

tensor! {
    /// Returns the elements as a tensor of shape `[N]`, without leading axes. They are shared, and copied only if either changes.
    ///
    /// ```
    /// # use tiedw_core::{Tensor, Vector};
    /// assert_eq!(Vector::from([1.0, 2.0]).tensor(), Tensor::<2>::from_vec([], vec![1.0, 2.0]));
    /// ```
    Vector, VectorView [N] -> N;

    /// Returns the elements as a tensor of shape `[R, C]`. They are shared, and copied only if either changes, or if the matrix is
    /// transposed.
    ///
    /// ```
    /// # use tiedw_core::{Matrix, Tensor};
    /// let weight = Matrix::from([[1.0, 2.0], [3.0, 4.0]]);
    /// assert_eq!(weight.tensor(), Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]));
    /// ```
    Matrix, MatrixView [R, C] -> C;

    /// Returns the elements as a tensor of shape `[O, H, W, I]`. They are shared, and copied only if either changes.
    ///
    /// ```
    /// # use tiedw_core::Filter2d;
    /// let filter = Filter2d::<8, 3, 3, 2>::zeros();
    /// assert_eq!(filter.tensor().shape(), [8, 3, 3, 2]);
    /// ```
    Filter2d, Filter2dView [O, H, W, I] -> I;

    /// Returns the elements as a tensor of shape `[O, K, I]`. They are shared, and copied only if either changes.
    ///
    /// ```
    /// # use tiedw_core::Filter1d;
    /// let filter = Filter1d::<8, 3, 2>::zeros();
    /// assert_eq!(filter.tensor().shape(), [8, 3, 2]);
    /// ```
    Filter1d, Filter1dView [O, K, I] -> I;

    /// Returns the elements as a tensor of shape `[G R, C]`. They are shared, and copied only if either changes.
    ///
    /// ```
    /// # use tiedw_core::Gates;
    /// let weight = Gates::<4, 8, 2>::zeros();
    /// assert_eq!(weight.tensor().shape(), [32, 2]);
    /// ```
    Gates, GatesView [G, R, C] -> C;

    /// Returns the elements as a tensor of shape `[G, R]`, a row for each gate. They are shared, and copied only if either changes.
    ///
    /// ```
    /// # use tiedw_core::GateBias;
    /// let bias = GateBias::<4, 8>::zeros();
    /// assert_eq!(bias.tensor().shape(), [4, 8]);
    /// ```
    GateBias, GateBiasView [G, R] -> R;
}

impl<'v, const R: usize, const C: usize, E: Element> MatrixView<'v, R, C, E> {
    /// [`t`](MatrixView::t) with its pullback.
    pub fn t_vjp(
        &self,
    ) -> (
        MatrixView<'v, C, R, E>,
        impl FnOnce(Tensor<R, E>, [bool; 1]) -> (Option<Tensor<C, E>>,) + use<R, C, E>,
    ) {
        let back = |d: Tensor<R, E>, [wanted]: [bool; 1]| {
            (wanted.then(|| Matrix::<C, R, E>::of_tensor(d).view().t().tensor()),)
        };
        (self.t(), back)
    }
}

impl<const R: usize, const C: usize, E: Element> Matrix<R, C, E> {
    fn of_tensor(tensor: Tensor<C, E>) -> Self {
        let shape = [tensor.rows(), tensor.features()];
        Matrix::from_pooled_vec(shape, tensor.into_pooled_vec())
    }
}
