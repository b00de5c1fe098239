use crate::value::NoGradient;
use crate::{DYN, Element, Tensor};

impl<const D: usize, E: Element> Tensor<D, E> {
    /// Applies rotary position embedding (RoPE): rotates each pair (`x[i]`, `x[i + w/2]`) in each of `HEADS`
    /// heads with w features by the angle position · base^(-2i / w). The position is the index in the last
    /// leading axis.
    ///
    /// Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021, with the elements of
    /// a pair half a head apart, as in Llama. The usual `base` is 10,000. For rows that follow cached ones,
    /// see [`rotary_from`](Tensor::rotary_from).
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 0.0, 1.0, 0.0]);
    /// let y = x.rotary::<1>(10_000.0);
    /// assert_eq!(y.as_slice(), [1.0, 0.0, 1.0_f32.cos(), 1.0_f32.sin()]);
    /// ```
    ///
    /// # Panics
    /// If there is no leading axis.
    #[track_caller]
    pub fn rotary<const HEADS: usize>(&self, base: f64) -> Self {
        self.rotary_from::<HEADS>(base, 0)
    }

    /// [`rotary`](Tensor::rotary) with its pullback.
    #[track_caller]
    pub fn rotary_vjp<const HEADS: usize>(
        &self,
        base: f64,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<D, HEADS, E>) {
        let (y, pullback) = self.rotary_from_vjp::<HEADS>(base, 0);
        (y, move |d: Self, [wanted, _]: [bool; 2]| (pullback(d, [wanted, false, false]).0, None))
    }

    /// As [`rotary`](Tensor::rotary), with the position of the first row: with a KV cache, the number of
    /// cached keys.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([4], vec![1.0, 0.0, 0.5, 2.0, 3.0, 1.0, 1.0, 1.0]);
    /// // The last row alone, after three others.
    /// let last = x.narrow(0, 3, 1).rotary_from::<1>(10_000.0, 3);
    /// assert!((&last - &x.rotary::<1>(10_000.0).narrow(0, 3, 1)).abs().sum() < 1e-6);
    /// ```
    ///
    /// # Panics
    /// If there is no leading axis.
    #[track_caller]
    pub fn rotary_from<const HEADS: usize>(&self, base: f64, first: usize) -> Self {
        const {
            assert!(
                HEADS != DYN,
                "the number of heads is not in the type: write `rotate(heads, base, first)`"
            );
            assert!(
                HEADS > 0 && (D == DYN || D.is_multiple_of(2 * HEADS)),
                "a head of an even number of features is rotated"
            );
        }
        self.rotate(HEADS, base, first)
    }

    /// [`rotary_from`](Tensor::rotary_from) with its pullback.
    #[track_caller]
    pub fn rotary_from_vjp<const HEADS: usize>(
        &self,
        base: f64,
        first: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 3]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>) + use<D, HEADS, E>,
    ) {
        let (y, width) = (self.rotary_from::<HEADS>(base, first), self.width_of_heads(HEADS));
        (y, move |d: Self, [wanted, ..]: [bool; 3]| {
            (wanted.then(|| rotated(d, width, base, first, true)), None, None)
        })
    }

    /// As [`rotary_from`](Tensor::rotary_from), with a number of heads that is known at run time.
    ///
    /// ```
    /// # use tiedw_core::{DYN, Tensor};
    /// let x = Tensor::<DYN>::full([3, 8], 1.0);
    /// assert_eq!(x.rotate(2, 10_000.0, 5), x.rotary_from::<2>(10_000.0, 5));
    /// ```
    ///
    /// # Panics
    /// If there is no leading axis, or the features are not those of so many heads, each with an even number.
    #[track_caller]
    pub fn rotate(&self, heads: usize, base: f64, first: usize) -> Self {
        rotated(self.clone(), self.width_of_heads(heads), base, first, false)
    }

    /// [`rotate`](Tensor::rotate) with its pullback.
    #[track_caller]
    pub fn rotate_vjp(
        &self,
        heads: usize,
        base: f64,
        first: usize,
    ) -> (
        Self,
        impl FnOnce(Self, [bool; 4]) -> (Option<Self>, Option<NoGradient>, Option<NoGradient>, Option<NoGradient>)
        + use<D, E>,
    ) {
        let (y, width) = (self.rotate(heads, base, first), self.width_of_heads(heads));
        (y, move |d: Self, [wanted, ..]: [bool; 4]| {
            (wanted.then(|| rotated(d, width, base, first, true)), None, None, None)
        })
    }
}

impl<const D: usize, E: Element> Tensor<D, E> {
    /// The width of each of the heads that share the features.
    #[track_caller]
    fn width_of_heads(&self, heads: usize) -> usize {
        let features = self.features();
        assert!(
            heads > 0 && features.is_multiple_of(heads),
            "{heads} heads do not share the features of a tensor of shape {:?}",
            self.shape()
        );
        features / heads
    }
}

/// Rotates each head of `width` features by its position, starting at `first`, or back by the same angle.
#[track_caller]
pub(crate) fn rotated<const D: usize, E: Element>(
    mut x: Tensor<D, E>,
    width: usize,
    base: f64,
    first: usize,
    back: bool,
) -> Tensor<D, E> {
    assert!(width.is_multiple_of(2), "a head of {width} features, an odd number, cannot be rotated");
    let axes = x.axes();
    let Some(&places) = axes.leading().last() else {
        panic!("rotary of a tensor without leading axes: no place to turn by");
    };
    let table = E::rotary_table(first, places, width, base);
    E::rotate(x.as_mut_slice(), axes.last(), width, &table, back);
    x
}
