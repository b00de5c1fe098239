use crate::kernels::{Attention, Zeros};
use crate::size::are_fixed;
use crate::value::NoGradient;
use crate::{AttentionMask, Element, Tensor};

impl<const D: usize, E: Element> Tensor<D, E> {
    /// Computes scaled dot-product attention, softmax(q kᵀ / √width) v, for each head, with the queries in
    /// `self`.
    ///
    /// * `self`: `[batch, queries, D]`, or `[queries, D]` for one sequence: `HEADS` heads with D / HEADS
    ///   features each, concatenated;
    /// * `key` and `value`: `[batch, keys, KV]`: KV / width heads of the same width. If they are fewer than
    ///   `HEADS`, each serves a group of neighbouring query heads (grouped-query attention).
    ///
    /// A causal mask aligns the first query with the first key if there are as many queries as keys.
    /// Otherwise the mask must contain the position of the first query: [`AttentionMask::queries_from`]. A
    /// query that attends to no key gives 0. Vaswani et al., "Attention Is All You Need", 2017, equation 1;
    /// Ainslie et al., "GQA", 2023.
    ///
    /// ```
    /// # use tiedw_core::{AttentionMask, Tensor};
    /// let q = Tensor::<2>::zeros([2]);
    /// let v = Tensor::<2>::from_vec([2], vec![1.0, 10.0, 3.0, 30.0]);
    /// let y = q.scaled_dot_product_attention::<2, _>(&q, &v, &AttentionMask::causal());
    /// assert_eq!(y.as_slice(), [1.0, 10.0, 2.0, 20.0]);
    /// ```
    ///
    /// Heads that do not divide the features do not compile:
    ///
    /// ```compile_fail,E0080
    /// # use tiedw_core::{AttentionMask, Tensor};
    /// let q = Tensor::<3>::zeros([2]);
    /// q.scaled_dot_product_attention::<2, _>(&q, &q, &AttentionMask::none());
    /// ```
    ///
    /// # Panics
    /// If the shapes do not match each other or the mask. If the mask is causal, the numbers of queries and
    /// keys differ, and the mask does not contain the position of the first query.
    #[track_caller]
    pub fn scaled_dot_product_attention<const HEADS: usize, const KV: usize>(
        &self,
        key: &Tensor<KV, E>,
        value: &Tensor<KV, E>,
        mask: &AttentionMask,
    ) -> Self {
        self.attend::<HEADS, KV>(key, value, mask, None)
    }

    /// As [`scaled_dot_product_attention`](Tensor::scaled_dot_product_attention), with dropout on the
    /// attention weights.
    #[track_caller]
    pub(crate) fn attend<const HEADS: usize, const KV: usize>(
        &self,
        key: &Tensor<KV, E>,
        value: &Tensor<KV, E>,
        mask: &AttentionMask,
        dropout: Option<Zeros>,
    ) -> Self {
        let sizes = sizes::<D, HEADS, KV, E>(self, key, value, mask, dropout);
        let operands = [self.as_slice(), key.as_slice(), value.as_slice()];
        let (y, _) = E::attention(sizes, operands, mask.ignored(sizes.batch, sizes.keys), false);
        Tensor::with_axes_of(self, y)
    }

    /// [`scaled_dot_product_attention`](Tensor::scaled_dot_product_attention) with its pullback. The softmax
    /// is saved for up to 4 D / HEADS keys, and recomputed for more.
    #[track_caller]
    pub fn scaled_dot_product_attention_vjp<const HEADS: usize, const KV: usize>(
        &self,
        key: &Tensor<KV, E>,
        value: &Tensor<KV, E>,
        mask: &AttentionMask,
    ) -> (
        Self,
        impl FnOnce(
            Self,
            [bool; 4],
        ) -> (Option<Self>, Option<Tensor<KV, E>>, Option<Tensor<KV, E>>, Option<NoGradient>)
        + use<D, HEADS, KV, E>,
    ) {
        self.attend_vjp::<HEADS, KV>(key, value, mask, None)
    }

    /// [`attend`](Tensor::attend) with its pullback.
    #[track_caller]
    pub(crate) fn attend_vjp<const HEADS: usize, const KV: usize>(
        &self,
        key: &Tensor<KV, E>,
        value: &Tensor<KV, E>,
        mask: &AttentionMask,
        dropout: Option<Zeros>,
    ) -> (
        Self,
        impl FnOnce(
            Self,
            [bool; 4],
        ) -> (Option<Self>, Option<Tensor<KV, E>>, Option<Tensor<KV, E>>, Option<NoGradient>)
        + use<D, HEADS, KV, E>,
    ) {
        let sizes = sizes::<D, HEADS, KV, E>(self, key, value, mask, dropout);
        let (q, k, v) = (self.clone(), key.clone(), value.clone());
        let operands = [self.as_slice(), key.as_slice(), value.as_slice()];
        let mask = mask.clone();
        let (y, softmax) = E::attention(sizes, operands, mask.ignored(sizes.batch, sizes.keys), true);
        (Tensor::with_axes_of(self, y), move |d: Self, [q_wanted, k_wanted, v_wanted, _]: [bool; 4]| {
            d.same_shape(&q, "a pullback");
            let operands = [q.as_slice(), k.as_slice(), v.as_slice()];
            let ignored = mask.ignored(sizes.batch, sizes.keys);
            let [dq, dk, dv] = E::attention_vjp(sizes, operands, ignored, &softmax, d.as_slice());
            let dq = q_wanted.then(|| Tensor::with_axes_of(&q, dq));
            let dk = k_wanted.then(|| Tensor::with_axes_of(&k, dk));
            let dv = v_wanted.then(|| Tensor::with_axes_of(&v, dv));
            (dq, dk, dv, None)
        })
    }
}

/// Panics at compile time if the heads do not match the features.
#[track_caller]
pub(crate) const fn check_heads(features: usize, heads: usize, key_features: usize) {
    assert!(
        heads > 0 && features.is_multiple_of(heads),
        "heads of equal width share the features: D is a multiple of HEADS"
    );
    let width = features / heads;
    assert!(
        width > 0 && key_features > 0 && key_features.is_multiple_of(width),
        "a head of the keys is as wide as one of the queries: KV is a multiple of D / HEADS"
    );
    assert!(
        heads.is_multiple_of(key_features / width),
        "each head of the keys serves as many of the queries: HEADS is a multiple of KV / (D / HEADS)"
    );
}

#[track_caller]
fn sizes<const D: usize, const HEADS: usize, const KV: usize, E: Element>(
    query: &Tensor<D, E>,
    key: &Tensor<KV, E>,
    value: &Tensor<KV, E>,
    mask: &AttentionMask,
    dropout: Option<Zeros>,
) -> Attention {
    const {
        if are_fixed([D, HEADS, KV]) {
            check_heads(D, HEADS, KV);
        }
    }
    if !are_fixed([D, HEADS, KV]) {
        check_heads(query.features(), HEADS, key.features());
    }
    let (q, k, v) = (query.axes(), key.axes(), value.axes());
    let (batch, queries, keys) = match (q.leading(), k.leading()) {
        ([batch @ .., queries], [key_batch @ .., keys]) if batch == key_batch && k == v => {
            (batch, *queries, *keys)
        }
        _ => panic!("attention of queries of shape {q:?}, keys of shape {k:?} and values of shape {v:?}"),
    };
    Attention {
        batch: batch.iter().product(),
        queries,
        keys,
        heads: HEADS,
        key_heads: key.features() / (query.features() / HEADS),
        width: query.features() / HEADS,
        causal: mask.causal_from(queries, keys),
        dropout,
    }
}
