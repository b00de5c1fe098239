use crate::kernels::{rotary_table, rotate};
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const D: usize, E: Element> Tensor<D, E> {
    /// Rotary position embedding: each pair (`x[i]`, `x[i + w/2]`) of each of the `HEADS` heads of w features is turned
    /// by the angle place · base^(-2i / w), where the place is the index in the last leading axis.
    ///
    /// Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021, with the pairs half a head
    /// apart, as in Llama. The usual `base` is 10,000.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 0.0, 1.0, 0.0]);
    /// let y = x.rotary::<1>(10_000.0);
    /// assert_eq!(y.as_slice(), [1.0, 0.0, 1.0_f32.cos(), 1.0_f32.sin()]);
    /// ```
    ///
    /// # Panics
    /// Where there is no leading axis.
    pub fn rotary<const HEADS: usize>(&self, base: f64) -> Self {
        const {
            assert!(
                HEADS > 0 && D.is_multiple_of(2 * HEADS),
                "a head of an even number of features is turned"
            );
        }
        turned(self.clone(), D / HEADS, base, false)
    }

    /// [`rotary`](Tensor::rotary) with its pullback.
    pub fn rotary_vjp<const HEADS: usize>(
        &self,
        base: f64,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<D, HEADS, E>) {
        (self.rotary::<HEADS>(base), move |d: Self, [wanted, _]: [bool; 2]| {
            (wanted.then(|| turned(d, D / HEADS, base, true)), None)
        })
    }
}

/// Each head of `width` features turned by its place, or back.
pub(crate) fn turned<const D: usize, E: Element>(
    mut x: Tensor<D, E>,
    width: usize,
    base: f64,
    back: bool,
) -> Tensor<D, E> {
    assert!(width.is_multiple_of(2), "a head of {width} features, an odd number, cannot be turned");
    let axes = x.axes();
    let Some(&places) = axes.leading().last() else {
        panic!("rotary of a tensor without leading axes: no place to turn by");
    };
    let table = rotary_table::<E>(places, width, base);
    rotate(x.as_mut_slice(), D, width, &table, back);
    x
}
