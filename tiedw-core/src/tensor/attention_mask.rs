use std::sync::Arc;

/// Which keys an attention may see.
///
/// ```
/// use tiedw_core::AttentionMask;
///
/// let all = AttentionMask::none();
/// let past = AttentionMask::causal();
/// // Of a batch of two sequences, the second is one key shorter.
/// let padded = AttentionMask::causal().key_padding(vec![false, false, false, true]);
/// assert!(all != past && past != padded);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttentionMask {
    causal: bool,
    /// The place of the first query among the keys, where it is said.
    first: Option<usize>,
    ignored: Arc<Vec<bool>>,
}

impl AttentionMask {
    /// Every query sees every key.
    pub fn none() -> Self {
        Self::default()
    }

    /// The query at place i sees the keys at places up to i.
    ///
    /// The first query stands at the place of the first key where there are as many queries as keys; where there are not,
    /// [`queries_from`](AttentionMask::queries_from) has to say where it stands.
    pub fn causal() -> Self {
        AttentionMask { causal: true, ..Self::default() }
    }

    /// The first query stands at the place of this key, the next one at the next.
    ///
    /// For queries that follow keys which were kept, it is how many were: with 3 keys kept, 2 new queries see 4 and 5 of the
    /// 5 keys. Where an attention turns queries and keys by their place, this is the place of the first query too.
    ///
    /// ```
    /// # use tiedw_core::{AttentionMask, Tensor};
    /// let (q, k) = (Tensor::<2>::zeros([2]), Tensor::<2>::zeros([5]));
    /// let v = Tensor::<2>::from_vec([5], vec![0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 3.0, 0.0, 4.0, 5.0]);
    /// let y = q.scaled_dot_product_attention::<1, 2>(&k, &v, &AttentionMask::causal().queries_from(3));
    /// // The means of the first 4 values, and of all 5.
    /// assert_eq!(y.as_slice(), [1.5, 0.0, 2.0, 1.0]);
    /// ```
    pub fn queries_from(mut self, key: usize) -> Self {
        self.first = Some(key);
        self
    }

    /// Leaves out the keys whose flag is `true`: a flag for each of [batch, keys], as PyTorch's
    /// `key_padding_mask`.
    pub fn key_padding(mut self, ignored: Vec<bool>) -> Self {
        self.ignored = Arc::new(ignored);
        self
    }

    /// The place of the first query, where a query sees only the keys up to its place.
    ///
    /// # Panics
    /// If nothing says where the queries stand.
    #[track_caller]
    pub(crate) fn causal_from(&self, queries: usize, keys: usize) -> Option<usize> {
        self.causal.then(|| self.first(queries, keys, "causal"))
    }

    /// The place of the first query among the keys.
    ///
    /// # Panics
    /// If nothing says where it is.
    #[track_caller]
    pub(crate) fn first(&self, queries: usize, keys: usize, attention: &str) -> usize {
        match self.first {
            Some(first) => first,
            None if queries == keys => 0,
            None => self.no_first(queries, keys, attention),
        }
    }

    #[cold]
    #[track_caller]
    fn no_first(&self, queries: usize, keys: usize, attention: &str) -> ! {
        let mask = if self.causal { "causal" } else { "none" };
        let after = match keys.checked_sub(queries) {
            Some(kept) if kept > 0 => {
                format!(
                    "`AttentionMask::{mask}().queries_from({kept})` where the queries follow {kept} earlier keys, or "
                )
            }
            _ => String::new(),
        };
        panic!(
            "{attention} attention of {queries} queries and {keys} keys, of which nothing says at which key the first \
             query stands: write {after}`AttentionMask::{mask}().queries_from(0)` where both begin at the same place"
        )
    }

    /// The flags; none where every key counts.
    ///
    /// # Panics
    /// Where there are flags, but not one for each of `batch` times `keys`.
    pub(crate) fn ignored(&self, batch: usize, keys: usize) -> &[bool] {
        let count = self.ignored.len();
        assert!(
            count == 0 || count == batch * keys,
            "a key padding mask of {count} flags for {batch} sequences of {keys} keys"
        );
        &self.ignored
    }
}
