//! Multi-head attention with dropout on the attention weights.

use super::MultiHeadAttentionView;
use crate::kernels::Zeros;
use crate::layers::Randomness;
use crate::module::{BiasStorage, Gradient, Weight};
use crate::value::NoGradient;
use crate::{AttentionMask, Element, Tensor};

impl<'v, const D: usize, const HEADS: usize, const KV: usize, E: Element, B: BiasStorage>
    MultiHeadAttentionView<'v, D, HEADS, KV, E, Weight, B>
{
    /// Applies [`cross`](MultiHeadAttentionView::cross) with [dropout](crate::layers::Dropout) on the attention
    /// weights: each is set to 0 with probability `dropout`, a field of the layer, and the others are divided
    /// by `1 - dropout`.
    ///
    /// Pass a random number generator while training, and [`Evaluation`](crate::layers::Evaluation) otherwise. This
    /// is `dropout_p` of PyTorch's `scaled_dot_product_attention`.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Evaluation, MultiHeadAttention};
    /// use tiedw_core::{AttentionMask, Init, Module, Tensor};
    ///
    /// let mut rng = StdRng::seed_from_u64(0);
    /// let attention = MultiHeadAttention::<4, 2> { dropout: 0.1, ..Init::init(&mut rng) };
    /// let (x, mask) = (Tensor::<4>::full([1, 9], 1.0), AttentionMask::causal());
    /// let y = attention.view().with_dropout(&x, &x, &mask, &mut rng);
    /// assert_ne!(y, attention.view().masked(&x, &mask));
    /// let y = attention.view().with_dropout(&x, &x, &mask, &mut Evaluation);
    /// assert_eq!(y, attention.view().masked(&x, &mask));
    /// ```
    ///
    /// # Panics
    /// If `dropout` is not between 0 and 1.
    #[track_caller]
    pub fn with_dropout<R: Randomness + ?Sized>(
        &self,
        x: &Tensor<D, E>,
        context: &Tensor<D, E>,
        mask: &AttentionMask,
        rng: &mut R,
    ) -> Tensor<D, E> {
        self.attend(x, context, mask, self.zeros(rng))
    }

    /// [`with_dropout`](MultiHeadAttentionView::with_dropout) with its pullback, which applies the same
    /// dropout mask.
    #[track_caller]
    pub fn with_dropout_vjp<R: Randomness + ?Sized>(
        &self,
        x: &Tensor<D, E>,
        context: &Tensor<D, E>,
        mask: &AttentionMask,
        rng: &mut R,
    ) -> (
        Tensor<D, E>,
        impl FnOnce(
            Tensor<D, E>,
            MultiHeadAttentionView<'_, D, HEADS, KV, E, Gradient, B>,
            [bool; 4],
        )
            -> (Option<Tensor<D, E>>, Option<Tensor<D, E>>, Option<NoGradient>, Option<NoGradient>)
        + use<'v, D, HEADS, KV, R, E, B>,
    ) {
        let (y, pullback) = self.attend_vjp(x, context, mask, self.zeros(rng));
        let with_generator = move |d: Tensor<D, E>,
                                   gradient: MultiHeadAttentionView<'_, D, HEADS, KV, E, Gradient, B>,
                                   [x_wanted, context_wanted, ..]: [bool; 4]| {
            let (dx, dcontext, _) = pullback(d, gradient, [x_wanted, context_wanted, false]);
            (dx, dcontext, None, None)
        };
        (y, with_generator)
    }

    #[track_caller]
    fn zeros(&self, rng: &mut (impl Randomness + ?Sized)) -> Option<Zeros> {
        let p = self.dropout;
        assert!((0.0..=1.0).contains(&p), "the probability of a dropout is {p}, not between 0 and 1");
        rng.seed().filter(|_| p > 0.0).map(|seed| Zeros { p, seed })
    }
}
