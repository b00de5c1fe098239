use std::hint::select_unpredictable;

use super::broadcast::{of_both, sum_to};
use crate::kernels::repeated;
use crate::pooled_vec::PooledVec;
use crate::value::NoGradient;
use crate::{Axes, DYN, Element, Mask, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Returns the elements where the mask is set, as one row. Axes of size 1 and missing leading axes are repeated, as by `+`.
    ///
    /// Whole rows are taken by [`index_select`](Tensor::index_select) at [`Mask::nonzero`].
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[1.0, -2.0], [-3.0, 4.0]]);
    /// assert_eq!(x.masked_select(&x.gt(0.0)).as_slice(), [1.0, 4.0]);
    /// ```
    ///
    /// # Panics
    /// If two sizes differ of which none is 1.
    #[track_caller]
    pub fn masked_select(&self, mask: &Mask<F>) -> Tensor<DYN, E> {
        let (axes, flags) = flags(self, mask);
        selected(self, axes, &flags)
    }

    /// [`masked_select`](Tensor::masked_select) with its pullback.
    #[allow(clippy::type_complexity, reason = "a cotangent for each argument")]
    #[track_caller]
    pub fn masked_select_vjp(
        &self,
        mask: &Mask<F>,
    ) -> (
        Tensor<DYN, E>,
        impl FnOnce(Tensor<DYN, E>, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>,
    ) {
        let (of_x, (axes, flags)) = (self.axes(), flags(self, mask));
        (selected(self, axes, &flags), move |d: Tensor<DYN, E>, [wanted, _]: [bool; 2]| {
            let dx = wanted.then(|| {
                let dx = scattered(&flags, d.as_slice());
                sum_to(of_x, Tensor::<F, E>::with_axes(axes, dx))
            });
            (dx, None)
        })
    }
}

/// The axes of both operands, and the mask along them.
#[track_caller]
fn flags<const F: usize, E: Element>(x: &Tensor<F, E>, mask: &Mask<F>) -> (Axes, PooledVec<bool>) {
    let axes = of_both(x.axes(), mask.axes(), "masked_select");
    let flags = match mask.axes() == axes {
        true => PooledVec::copy(mask.as_slice()),
        false => repeated(axes, mask.as_slice(), mask.axes()),
    };
    (axes, flags)
}

fn selected<const F: usize, E: Element>(x: &Tensor<F, E>, axes: Axes, flags: &[bool]) -> Tensor<DYN, E> {
    let own = (x.axes() != axes).then(|| repeated(axes, x.as_slice(), x.axes()));
    let x = own.as_deref().unwrap_or(x.as_slice());
    let found = gathered(flags, x);
    Tensor::from_shape_vec([found.len()], found)
}

/// The elements that have a flag. Without branches, which would be mispredicted.
fn gathered<E: Element>(flags: &[bool], x: &[E]) -> Vec<E> {
    let count = flags.iter().filter(|&&flag| flag).count();
    // One more, where those without a flag are written behind the last one with a flag.
    let (mut y, mut at) = (vec![E::ZERO; count + 1], 0);
    for (&x, &flag) in x.iter().zip(flags) {
        y[at] = x;
        at += usize::from(flag);
    }
    y.truncate(count);
    y
}

/// The elements where the flags are, and 0 elsewhere.
fn scattered<E: Element>(flags: &[bool], elements: &[E]) -> PooledVec<E> {
    let mut y = PooledVec::zeros(flags.len());
    let Some(last) = elements.len().checked_sub(1) else { return y };
    let mut at = 0;
    for (y, &flag) in y.iter_mut().zip(flags) {
        let element = elements[at.min(last)];
        *y = select_unpredictable(flag, element, E::ZERO);
        at += usize::from(flag);
    }
    y
}
