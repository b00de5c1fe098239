use crate::kernels::map;
use crate::{Element, Mask, Tensor};

/// Returns 1 where the mask is set, and -1 elsewhere.
pub(super) fn signs<const F: usize, E: Element>(mask: &Mask<F>) -> Tensor<F, E> {
    Tensor::with_axes(mask.axes(), map(mask.as_slice(), |flag| if flag { E::ONE } else { -E::ONE }))
}
