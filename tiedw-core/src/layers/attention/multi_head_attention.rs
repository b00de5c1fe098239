//! Multi-head attention.

use rand::Rng;

use super::Projections;
use crate::init::draw::uniform;
use crate::kernels::Zeros;
use crate::layers::support::layer;
use crate::layers::{Linear, LinearView};
use crate::module::{BiasStorage, Gradient, Own, Storage, Weight};
use crate::ops::{check_heads, check_heads_at_run_time, rotated};
use crate::param::{Matrix, Vector};
use crate::size::{are_fixed, check_sizes};
use crate::value::{AddTo, NoGradient};
use crate::{AttentionMask, Count, DYN, Element, Tensor};

layer! {
    /// Multi-head attention with `HEADS` heads over `D` features: out_proj(attention(query(x), key(context),
    /// value(context))).
    ///
    /// `KV` is the number of features of keys and values. A value below `D` gives grouped-query attention: each
    /// key-value head serves a group of query heads. `P` is the storage of the [`Projections`], and `B` that of
    /// their biases: [`WithoutBias`](crate::layers::WithoutBias) omits them. If `rotary` is set, queries and keys are rotated by their positions. If
    /// their numbers then differ, the mask must contain the position of the first query:
    /// [`AttentionMask::queries_from`].
    ///
    /// * [`forward`](MultiHeadAttentionView::forward): self-attention;
    /// * [`masked`](MultiHeadAttentionView::masked): self-attention with a mask;
    /// * [`cross`](MultiHeadAttentionView::cross): cross-attention with a mask;
    /// * [`with_dropout`](MultiHeadAttentionView::with_dropout): `cross` with dropout on the attention weights.
    ///
    /// Sequences are `[batch, time, D]`. The projections of queries, keys and values are those that PyTorch
    /// stacks in `in_proj_weight`. As there, weights are initialized from U(-√(6 / 4D), √(6 / 4D)), and biases to
    /// 0. Vaswani et al., "Attention Is All You Need", 2017.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Layer, MultiHeadAttention};
    /// use tiedw_core::{AttentionMask, Init, Module, Tensor};
    ///
    /// let attention = MultiHeadAttention::<8, 2>::init(&mut StdRng::seed_from_u64(0));
    /// let x = Tensor::<8>::full([3, 5], 1.0);
    /// let y = attention.view().masked(&x, &AttentionMask::causal());
    /// assert_eq!(y.shape(), [3, 5, 8]);
    /// // With equal keys, attention is an average, with any mask.
    /// assert!((&y - &attention.forward(&x)).abs().sum() < 1e-4);
    /// ```
    pub struct MultiHeadAttention [const D, const HEADS, const KV = D] [P: Projections] [B] {
        parameters {
            /// From `D` to `D`.
            query: P::Query => Linear<D, D, Own, B, E> as LinearView<'a, D, D, E, Use, B>,
            /// From `D` to `KV`.
            key: P::Key => Linear<D, KV, Own, B, E> as LinearView<'a, D, KV, E, Use, B>,
            /// From `D` to `KV`.
            value: P::Value => Linear<D, KV, Own, B, E> as LinearView<'a, D, KV, E, Use, B>,
            /// From `D` to `D`.
            out_proj: P::Out => Linear<D, D, Own, B, E> as LinearView<'a, D, D, E, Use, B>,
        }
        settings {
            /// The base of the rotary position embedding, if any; usually 10,000.
            rotary: Option<f64> = None,
            /// The dropout probability of [`with_dropout`](MultiHeadAttentionView::with_dropout); 0 in a new
            /// layer.
            dropout: f64 = 0.0,
            /// The number of heads, if the type does not say it.
            heads: Count<HEADS> = Count::default(),
        }
        sizes {
            query.weight: [D, D],
            query.bias: [D],
            key.weight: [KV, D],
            key.bias: [KV],
            value.weight: [KV, D],
            value.bias: [KV],
            out_proj.weight: [D, D],
            out_proj.bias: [D],
        }
    }
    check {
        if are_fixed([D, HEADS, KV]) {
            check_heads(D, HEADS, KV);
        }
    };

    /// A borrowed [`MultiHeadAttention`].
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::MultiHeadAttention;
    /// use tiedw_core::{AttentionMask, Init, Module, Tensor};
    ///
    /// let attention = MultiHeadAttention::<4, 2>::init(&mut StdRng::seed_from_u64(0));
    /// let mut gradient = attention.zeros_like();
    /// let (x, context) = (Tensor::full([1, 2], 1.0), Tensor::full([1, 3], 2.0));
    /// let (y, pullback) = attention.view().cross_vjp(&x, &context, &AttentionMask::none());
    /// let (dx, dcontext, _) = pullback(y, gradient.view_mut(), [true, true, false]);
    /// assert_eq!(dx.unwrap().shape(), [1, 2, 4]);
    /// assert_eq!(dcontext.unwrap().shape(), [1, 3, 4]);
    /// ```
    pub struct MultiHeadAttentionView;

    /// The projections that a [`MultiHeadAttention`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{MultiHeadAttention, MultiHeadAttentionTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (<MultiHeadAttention<4, 2>>::init(rng), <MultiHeadAttention<4, 2, 4, Tied>>::init(rng));
    /// let w = owner.view();
    /// let view = borrower.bind(MultiHeadAttentionTies { query: w.query, key: w.key, value: w.value, out_proj: w.out_proj });
    /// assert!(std::ptr::eq(view.key.weight.storage(), w.key.weight.storage()));
    /// ```
    pub struct MultiHeadAttentionTies { query: Q, key: K, value: V, out_proj: O }

    forward Tensor<D, E> => Tensor<D, E>;

    init |rng| Self::new(D, HEADS, rng), as "MultiHeadAttention::new(features, heads, &mut rng)";
}

impl<const D: usize, const HEADS: usize, const KV: usize, P: Projections, B: BiasStorage, E: Element>
    MultiHeadAttention<D, HEADS, KV, P, B, E>
{
    /// Creates a layer with so many features and heads, initialized as by `init`. Keys and values have `KV` features, and as many
    /// as queries if `KV` is [`DYN`]: for fewer see [`grouped`](MultiHeadAttention::grouped).
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Layer, MultiHeadAttention};
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let attention: MultiHeadAttention<DYN, DYN> = MultiHeadAttention::new(8, 2, &mut StdRng::seed_from_u64(0));
    /// assert_eq!(attention.forward(&Tensor::full([3, 5, 8], 1.0)).shape(), [3, 5, 8]);
    /// ```
    ///
    /// # Panics
    /// If the type says another size, or the heads do not divide the features.
    #[track_caller]
    pub fn new<R: Rng + ?Sized>(features: usize, heads: usize, rng: &mut R) -> Self {
        Self::of_sizes(features, heads, if KV == DYN { features } else { KV }, rng)
    }

    /// Creates a layer for grouped-query attention, with so many heads of keys and values.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::DYN;
    /// use tiedw_core::layers::MultiHeadAttention;
    ///
    /// type Attention = MultiHeadAttention<DYN, DYN, DYN>;
    /// let attention = Attention::grouped(12, 4, 2, &mut StdRng::seed_from_u64(0));
    /// assert_eq!(attention.key.weight.shape(), [6, 12]);
    /// ```
    ///
    /// # Panics
    /// If the type says another size, or the heads do not divide the features, or those of keys not those of queries.
    #[track_caller]
    pub fn grouped<R: Rng + ?Sized>(features: usize, heads: usize, key_heads: usize, rng: &mut R) -> Self {
        assert!(heads > 0, "attention without heads");
        Self::of_sizes(features, heads, features / heads * key_heads, rng)
    }

    #[track_caller]
    fn of_sizes<R: Rng + ?Sized>(features: usize, heads: usize, key_features: usize, rng: &mut R) -> Self {
        check_sizes(
            "MultiHeadAttention",
            [("features", D, features), ("heads", HEADS, heads), ("features of keys", KV, key_features)],
        );
        check_heads_at_run_time(features, heads, key_features);
        let xavier = (6.0 / (2 * features + 2 * key_features) as f64).sqrt();
        let square = [features, features];
        let of_keys = [key_features, features];
        MultiHeadAttention {
            query: P::Query::store(|| linear(rng, square, xavier)),
            key: P::Key::store(|| linear(rng, of_keys, xavier)),
            value: P::Value::store(|| linear(rng, of_keys, xavier)),
            out_proj: P::Out::store(|| linear(rng, square, 1.0 / (features as f64).sqrt())),
            rotary: None,
            dropout: 0.0,
            heads: Count::new(heads),
        }
    }

    /// Rotates queries and keys by their positions, with this base.
    ///
    /// ```
    /// # use rand::{SeedableRng, rngs::StdRng};
    /// # use tiedw_core::layers::MultiHeadAttention;
    /// # let mut rng = StdRng::seed_from_u64(0);
    /// let attention = MultiHeadAttention::<8, 2>::new(8, 2, &mut rng).rotary(10_000.0);
    /// assert_eq!(attention.rotary, Some(10_000.0));
    /// ```
    #[must_use]
    pub fn rotary(mut self, base: f64) -> Self {
        self.rotary = Some(base);
        self
    }

    /// Sets the probability of [dropout](MultiHeadAttentionView::with_dropout).
    ///
    /// ```
    /// # use rand::{SeedableRng, rngs::StdRng};
    /// # use tiedw_core::layers::MultiHeadAttention;
    /// # let mut rng = StdRng::seed_from_u64(0);
    /// assert_eq!(MultiHeadAttention::<8, 2>::new(8, 2, &mut rng).dropout(0.1).dropout, 0.1);
    /// ```
    #[must_use]
    pub fn dropout(mut self, p: f64) -> Self {
        self.dropout = p;
        self
    }
}

impl<'v, const D: usize, const HEADS: usize, const KV: usize, E: Element, B: BiasStorage>
    MultiHeadAttentionView<'v, D, HEADS, KV, E, Weight, B>
{
    /// Applies self-attention: each position of `x` attends to all positions of its sequence.
    #[track_caller]
    pub fn forward(&self, x: &Tensor<D, E>) -> Tensor<D, E> {
        self.cross(x, x, &AttentionMask::none())
    }

    /// Applies masked self-attention: each position of `x` attends to the positions of its sequence that the
    /// mask allows.
    #[track_caller]
    pub fn masked(&self, x: &Tensor<D, E>, mask: &AttentionMask) -> Tensor<D, E> {
        self.cross(x, x, mask)
    }

    /// Applies cross-attention: each position of `x` attends to the positions of `context` that the mask
    /// allows.
    ///
    /// ```
    /// # use rand::{SeedableRng, rngs::StdRng};
    /// # use tiedw_core::{AttentionMask, Init, Module, Tensor, layers::MultiHeadAttention};
    /// let attention = MultiHeadAttention::<4, 2>::init(&mut StdRng::seed_from_u64(0));
    /// let (x, context) = (Tensor::full([1, 2], 1.0), Tensor::full([1, 7], 2.0));
    /// assert_eq!(attention.view().cross(&x, &context, &AttentionMask::none()).shape(), [1, 2, 4]);
    /// ```
    ///
    /// The last positions of a sequence alone, which follow 3 others:
    ///
    /// ```
    /// # use rand::{SeedableRng, rngs::StdRng};
    /// # use tiedw_core::{AttentionMask, Init, Module, Tensor, layers::MultiHeadAttention};
    /// # let mut rng = StdRng::seed_from_u64(0);
    /// let attention = MultiHeadAttention::<4, 2> { rotary: Some(10_000.0), ..Init::init(&mut rng) };
    /// let x = Tensor::from_vec([1, 5], (0..20).map(|i| (i * 7 % 5) as f32).collect());
    /// let all = attention.view().masked(&x, &AttentionMask::causal());
    /// let mask = AttentionMask::causal().queries_from(3);
    /// let last = attention.view().cross(&x.narrow(1, 3, 2), &x, &mask);
    /// assert!((&last - &all.narrow(1, 3, 2)).abs().sum() < 1e-5);
    /// ```
    ///
    /// # Panics
    /// If the shapes do not match each other or the mask. If the mask is causal or `rotary` is set, the
    /// numbers of queries and keys differ, and the mask does not contain the position of the first query.
    #[track_caller]
    pub fn cross(&self, x: &Tensor<D, E>, context: &Tensor<D, E>, mask: &AttentionMask) -> Tensor<D, E> {
        self.attend(x, context, mask, None)
    }

    #[track_caller]
    pub(super) fn attend(
        &self,
        x: &Tensor<D, E>,
        context: &Tensor<D, E>,
        mask: &AttentionMask,
        dropout: Option<Zeros>,
    ) -> Tensor<D, E> {
        let (mut q, mut k) = (self.query.forward(x), self.key.forward(context));
        let heads = self.heads();
        if let Some(base) = self.rotary {
            let (first, width) = (first_place(&q, &k, mask), q.features() / heads);
            (q, k) = (rotated(q, width, base, first, false), rotated(k, width, base, 0, false));
        }
        let y = q.attend_dropping(heads, &k, &self.value.forward(context), mask, dropout);
        self.out_proj.forward(&y)
    }

    /// Returns the number of heads.
    ///
    /// # Panics
    /// If it is not known: the type does not say it, and the layer was opened from a file.
    #[track_caller]
    fn heads(&self) -> usize {
        self.heads.said("an attention whose number of heads is not set", "attention.heads")
    }

    /// [`forward`](MultiHeadAttentionView::forward) with its pullback.
    #[track_caller]
    pub fn forward_vjp(
        &self,
        x: &Tensor<D, E>,
    ) -> (
        Tensor<D, E>,
        impl FnOnce(
            Tensor<D, E>,
            MultiHeadAttentionView<'_, D, HEADS, KV, E, Gradient, B>,
            [bool; 1],
        ) -> (Option<Tensor<D, E>>,)
        + use<'v, D, HEADS, KV, E, B>,
    ) {
        let (y, pullback) = self.masked_vjp(x, &AttentionMask::none());
        (
            y,
            move |d: Tensor<D, E>,
                  gradient: MultiHeadAttentionView<'_, D, HEADS, KV, E, Gradient, B>,
                  [wanted]: [bool; 1]| {
                let (dx, _) = pullback(d, gradient, [wanted, false]);
                (dx,)
            },
        )
    }

    /// [`masked`](MultiHeadAttentionView::masked) with its pullback.
    #[track_caller]
    pub fn masked_vjp(
        &self,
        x: &Tensor<D, E>,
        mask: &AttentionMask,
    ) -> (
        Tensor<D, E>,
        impl FnOnce(
            Tensor<D, E>,
            MultiHeadAttentionView<'_, D, HEADS, KV, E, Gradient, B>,
            [bool; 2],
        ) -> (Option<Tensor<D, E>>, Option<NoGradient>)
        + use<'v, D, HEADS, KV, E, B>,
    ) {
        let (y, pullback) = self.cross_vjp(x, x, mask);
        (
            y,
            move |d: Tensor<D, E>,
                  gradient: MultiHeadAttentionView<'_, D, HEADS, KV, E, Gradient, B>,
                  [wanted, _]: [bool; 2]| {
                let (mut dx, dcontext, _) = pullback(d, gradient, [wanted, wanted, false]);
                AddTo::add(&mut dx, dcontext);
                (dx, None)
            },
        )
    }

    /// [`cross`](MultiHeadAttentionView::cross) with its pullback.
    #[track_caller]
    pub fn cross_vjp(
        &self,
        x: &Tensor<D, E>,
        context: &Tensor<D, E>,
        mask: &AttentionMask,
    ) -> (
        Tensor<D, E>,
        impl FnOnce(
            Tensor<D, E>,
            MultiHeadAttentionView<'_, D, HEADS, KV, E, Gradient, B>,
            [bool; 3],
        ) -> (Option<Tensor<D, E>>, Option<Tensor<D, E>>, Option<NoGradient>)
        + use<'v, D, HEADS, KV, E, B>,
    ) {
        self.attend_vjp(x, context, mask, None)
    }

    #[track_caller]
    pub(super) fn attend_vjp(
        &self,
        x: &Tensor<D, E>,
        context: &Tensor<D, E>,
        mask: &AttentionMask,
        dropout: Option<Zeros>,
    ) -> (
        Tensor<D, E>,
        impl FnOnce(
            Tensor<D, E>,
            MultiHeadAttentionView<'_, D, HEADS, KV, E, Gradient, B>,
            [bool; 3],
        ) -> (Option<Tensor<D, E>>, Option<Tensor<D, E>>, Option<NoGradient>)
        + use<'v, D, HEADS, KV, E, B>,
    ) {
        let (mut q, query) = self.query.forward_vjp(x);
        let (mut k, key) = self.key.forward_vjp(context);
        let (v, value) = self.value.forward_vjp(context);
        let (mut rotary, heads) = (None, self.heads());
        let width = q.features() / heads;
        if let Some(base) = self.rotary {
            let first = first_place(&q, &k, mask);
            rotary = Some((base, first));
            (q, k) = (rotated(q, width, base, first, false), rotated(k, width, base, 0, false));
        }
        let (y, attention) = q.attend_dropping_vjp(heads, &k, &v, mask, dropout);
        let (z, out_proj) = self.out_proj.forward_vjp(&y);
        let pullback = move |d: Tensor<D, E>,
                             gradient: MultiHeadAttentionView<'_, D, HEADS, KV, E, Gradient, B>,
                             [x_wanted, context_wanted, _]: [bool; 3]| {
            let (Some(dy),) = out_proj(d, gradient.out_proj, [true]) else { return (None, None, None) };
            let (Some(mut dq), Some(mut dk), Some(dv), _) = attention(dy, [true, true, true, false]) else {
                return (None, None, None);
            };
            if let Some((base, first)) = rotary {
                dq = rotated(dq, width, base, first, true);
                dk = rotated(dk, width, base, 0, true);
            }
            let (dx,) = query(dq, gradient.query, [x_wanted]);
            let (mut dcontext,) = key(dk, gradient.key, [context_wanted]);
            let (more,) = value(dv, gradient.value, [context_wanted]);
            AddTo::add(&mut dcontext, more);
            (dx, dcontext, None)
        };
        (z, pullback)
    }
}

/// Returns the position of the first query, relative to the first key.
#[track_caller]
fn first_place<const D: usize, const KV: usize, E: Element>(
    q: &Tensor<D, E>,
    k: &Tensor<KV, E>,
    mask: &AttentionMask,
) -> usize {
    match (q.axes().leading(), k.axes().leading()) {
        ([.., queries], [.., keys]) => mask.first(*queries, *keys, "rotary"),
        _ => 0,
    }
}

/// Creates a layer with weights of this shape from U(-`bound`, `bound`) and biases 0.
fn linear<const I: usize, const O: usize, B: BiasStorage, E: Element>(
    rng: &mut (impl Rng + ?Sized),
    shape: [usize; 2],
    bound: f64,
) -> Linear<I, O, Own, B, E> {
    let mut number = uniform(rng, bound);
    Linear {
        weight: Matrix::of_shape_fn(shape, |_, _| number()),
        bias: B::store(|| Vector::zeros_of([shape[0]])),
    }
}
