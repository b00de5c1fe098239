use crate::kernels::{Attention, Zeros};
use crate::size::are_fixed;
use crate::value::NoGradient;
use crate::{AttentionMask, DYN, Element, Tensor};

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
        let () = const { check_types(D, HEADS, KV) };
        self.attend(HEADS, key, value, mask)
    }

    /// As [`scaled_dot_product_attention`](Tensor::scaled_dot_product_attention), with a number of heads that is known at run
    /// time.
    ///
    /// ```
    /// # use tiedw_core::{AttentionMask, DYN, Tensor};
    /// let (heads, width) = (2, 3);
    /// let x = Tensor::<DYN>::full([5, heads * width], 1.0);
    /// assert_eq!(x.attend(heads, &x, &x, &AttentionMask::causal()), x);
    /// ```
    ///
    /// # Panics
    /// As there, and if the heads do not divide the features.
    #[track_caller]
    pub fn attend<const KV: usize>(
        &self,
        heads: usize,
        key: &Tensor<KV, E>,
        value: &Tensor<KV, E>,
        mask: &AttentionMask,
    ) -> Self {
        self.attend_dropping(heads, key, value, mask, None)
    }

    /// As [`attend`](Tensor::attend), with dropout on the attention weights.
    #[track_caller]
    pub(crate) fn attend_dropping<const KV: usize>(
        &self,
        heads: usize,
        key: &Tensor<KV, E>,
        value: &Tensor<KV, E>,
        mask: &AttentionMask,
        dropout: Option<Zeros>,
    ) -> Self {
        let sizes = sizes(self, heads, key, value, mask, dropout);
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
        let () = const { check_types(D, HEADS, KV) };
        self.attend_dropping_vjp(HEADS, key, value, mask, None)
    }

    /// [`attend`](Tensor::attend) with its pullback.
    #[track_caller]
    pub fn attend_vjp<const KV: usize>(
        &self,
        heads: usize,
        key: &Tensor<KV, E>,
        value: &Tensor<KV, E>,
        mask: &AttentionMask,
    ) -> (
        Self,
        impl FnOnce(
            Self,
            [bool; 5],
        ) -> (
            Option<Self>,
            Option<NoGradient>,
            Option<Tensor<KV, E>>,
            Option<Tensor<KV, E>>,
            Option<NoGradient>,
        ) + use<D, KV, E>,
    ) {
        let (y, pullback) = self.attend_dropping_vjp(heads, key, value, mask, None);
        (y, |d: Self, [wanted, _, key_wanted, value_wanted, _]: [bool; 5]| {
            let (dx, dkey, dvalue, _) = pullback(d, [wanted, key_wanted, value_wanted, false]);
            (dx, None, dkey, dvalue, None)
        })
    }

    /// [`attend_dropping`](Tensor::attend_dropping) with its pullback.
    #[track_caller]
    pub(crate) fn attend_dropping_vjp<const KV: usize>(
        &self,
        heads: usize,
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
        + use<D, KV, E>,
    ) {
        let sizes = sizes(self, heads, key, value, mask, dropout);
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
    if let Some(problem) = problem_of_heads(features, heads, key_features) {
        panic!("{}", problem);
    }
}

const fn problem_of_heads(features: usize, heads: usize, key_features: usize) -> Option<&'static str> {
    if heads == 0 || !features.is_multiple_of(heads) {
        return Some("heads of equal width share the features: D is a multiple of HEADS");
    }
    let width = features / heads;
    if width == 0 || key_features == 0 || !key_features.is_multiple_of(width) {
        return Some("a head of the keys is as wide as one of the queries: KV is a multiple of D / HEADS");
    }
    if !heads.is_multiple_of(key_features / width) {
        return Some(
            "each head of the keys serves as many of the queries: HEADS is a multiple of KV / (D / HEADS)",
        );
    }
    None
}

/// The same for numbers that are known at run time.
#[track_caller]
pub(crate) fn check_heads_at_run_time(features: usize, heads: usize, key_features: usize) {
    if let Some(problem) = problem_of_heads(features, heads, key_features) {
        panic!("attention with D = {features}, HEADS = {heads}, KV = {key_features}: {problem}");
    }
}

/// The same as [`check_heads`] for the sizes of types, as far as they say them.
#[track_caller]
pub(crate) const fn check_types(features: usize, heads: usize, key_features: usize) {
    assert!(heads != DYN, "the number of heads is not in the type: write `attend(heads, ..)`");
    if are_fixed([features, heads, key_features]) {
        check_heads(features, heads, key_features);
    }
}

#[track_caller]
fn sizes<const D: usize, const KV: usize, E: Element>(
    query: &Tensor<D, E>,
    heads: usize,
    key: &Tensor<KV, E>,
    value: &Tensor<KV, E>,
    mask: &AttentionMask,
    dropout: Option<Zeros>,
) -> Attention {
    check_heads_at_run_time(query.features(), heads, key.features());
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
        heads,
        key_heads: key.features() / (query.features() / heads),
        width: query.features() / heads,
        causal: mask.causal_from(queries, keys),
        dropout,
    }
}
