//! `==` of parameters.

use crate::Element;
use crate::param::{Filter1dView, Filter2dView, GateBiasView, GatesView, MatrixView, VectorView};

macro_rules! equality {
    ($($view:ident [$($size:ident),+];)*) => {$(
        /// Compares the elements.
        impl<$(const $size: usize,)+ E: Element> PartialEq for $view<'_, $($size,)+ E> {
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }
    )*};
}
equality! {
    VectorView [N];
    MatrixView [R, C];
    Filter1dView [O, K, I];
    Filter2dView [O, H, W, I];
    GatesView [G, R, C];
    GateBiasView [G, R];
}
