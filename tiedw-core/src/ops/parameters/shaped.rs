//! The weights of convolutions and of recurrent layers, as tensors.

use crate::param::{
    Filter1d, Filter1dView, Filter2d, Filter2dView, GateBias, GateBiasView, Gates, GatesView,
};
use crate::pooled_vec::PooledVec;
use crate::size::size;
use crate::{Axes, DYN, Element, Module, Tensor};

/// Implements `tensor` and its companion for one kind of parameter, from the leading axes of its view.
macro_rules! tensor {
    ($(
        $(#[$meta:meta])*
        $name:ident, $view:ident [$($size:ident),+] -> $features:ident, |$of:ident| $leading:expr;
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
                let $of = self.shape();
                let leading = $leading;
                let features = self.as_slice().len().checked_div(leading.iter().product()).unwrap_or(0);
                let axes = Axes::new(&leading, size::<$features>(features));
                Tensor::with_axes(axes, PooledVec::copy(self.as_slice()))
            }

            #[doc = concat!("[`tensor`](", stringify!($view), "::tensor) with its pullback.")]
            pub fn tensor_vjp(
                &self,
            ) -> (
                Tensor<$features, E>,
                impl FnOnce(Tensor<$features, E>, [bool; 1]) -> (Option<$name<$($size,)+ E>>,) + use<$($size,)+ E>,
            ) {
                let shape = self.shape();
                let back = move |d: Tensor<$features, E>, [wanted]: [bool; 1]| {
                    (wanted.then(|| $name::from_pooled_vec(shape, d.into_pooled_vec())),)
                };
                (self.tensor(), back)
            }
        }
    )* };
}

tensor! {
    /// Copies the elements to a tensor of shape `[O, H, W, I]`.
    ///
    /// ```
    /// # use tiedw_core::Filter2d;
    /// let filter = Filter2d::<8, 3, 3, 2>::zeros();
    /// assert_eq!(filter.tensor().shape(), [8, 3, 3, 2]);
    /// ```
    Filter2d, Filter2dView [O, H, W, I] -> I, |shape| [shape[0], shape[1], shape[2]];

    /// Copies the elements to a tensor of shape `[O, K, I]`.
    ///
    /// ```
    /// # use tiedw_core::Filter1d;
    /// let filter = Filter1d::<8, 3, 2>::zeros();
    /// assert_eq!(filter.tensor().shape(), [8, 3, 2]);
    /// ```
    Filter1d, Filter1dView [O, K, I] -> I, |shape| [shape[0], shape[1]];

    /// Copies the elements to a tensor of shape `[G R, C]`.
    ///
    /// ```
    /// # use tiedw_core::Gates;
    /// let weight = Gates::<4, 8, 2>::zeros();
    /// assert_eq!(weight.tensor().shape(), [32, 2]);
    /// ```
    Gates, GatesView [G, R, C] -> C, |shape| [shape[0]];

    /// Copies the elements to a tensor of shape `[G, R]`, a row for each gate.
    ///
    /// ```
    /// # use tiedw_core::GateBias;
    /// let bias = GateBias::<4, 8>::zeros();
    /// assert_eq!(bias.tensor().shape(), [4, 8]);
    /// ```
    GateBias, GateBiasView [G, R] -> R, |_shape| [if G == DYN { 1 } else { G }];
}
