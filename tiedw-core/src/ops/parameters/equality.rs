//! `==` of parameters, which compares all of them, and `eq` and `ne`, which compare elements as those of tensors do.

use crate::ops::Comparand;
use crate::param::{Filter1dView, Filter2dView, GateBiasView, GatesView, MatrixView, VectorView};
use crate::{Element, Mask};

macro_rules! equality {
    ($($view:ident [$($size:ident),*] $features:ident;)*) => {$(
        /// Compares the elements.
        impl<$(const $size: usize,)* const $features: usize, E: Element> PartialEq
            for $view<'_, $($size,)* $features, E>
        {
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }

        // Those of `PartialEq` would be found before those of the tensor.
        #[allow(clippy::should_implement_trait, reason = "it is that of tensors")]
        impl<$(const $size: usize,)* const $features: usize, E: Element> $view<'_, $($size,)* $features, E> {
            /// Returns which elements are equal to `other`, a tensor or a number, as [`Tensor::eq`](crate::Tensor::eq).
            #[track_caller]
            pub fn eq(&self, other: impl Comparand<$features, E>) -> Mask<$features> {
                (**self).eq(other)
            }

            /// Returns which elements are not equal to `other`, a tensor or a number, as [`Tensor::ne`](crate::Tensor::ne).
            #[track_caller]
            pub fn ne(&self, other: impl Comparand<$features, E>) -> Mask<$features> {
                (**self).ne(other)
            }
        }
    )*};
}
equality! {
    VectorView [] N;
    MatrixView [R] C;
    Filter1dView [O, K] I;
    Filter2dView [O, H, W] I;
    GatesView [G, R] C;
    GateBiasView [G] R;
}
