use std::sync::Arc;

/// A mask of the keys that each query of an attention may attend to.
///
/// ```
/// use tiedw_core::AttentionMask;
///
/// let all = AttentionMask::none();
/// let past = AttentionMask::causal();
/// // A batch of two sequences; the second is one key shorter.
/// let padded = AttentionMask::causal().key_padding(vec![false, false, false, true]);
/// assert!(all != past && past != padded);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttentionMask {
    causal: bool,
    /// The position of the first query among the keys, if set.
    first: Option<usize>,
    ignored: Arc<Vec<bool>>,
}

impl AttentionMask {
    /// Allows every query to attend to every key.
    pub fn none() -> Self {
        Self::default()
    }

    /// Allows the query at position i to attend to the keys at positions up to i.
    ///
    /// If there are as many queries as keys, the first query has the position of the first key. Otherwise,
    /// [`queries_from`](AttentionMask::queries_from) must set its position.
    pub fn causal() -> Self {
        AttentionMask { causal: true, ..Self::default() }
    }

    /// Sets the position of the first query to that of the key with index `key`; the others follow.
    ///
    /// With a KV cache, this is the number of cached keys: with 3 keys cached, 2 new queries attend to 4 and
    /// 5 of the 5 keys. It is also the position by which a rotary embedding rotates the first query.
    ///
    /// ```
    /// # use tiedw_core::{AttentionMask, Tensor};
    /// let (q, k) = (Tensor::<2>::zeros([2]), Tensor::<2>::zeros([5]));
    /// let v = Tensor::<2>::from_vec([5], vec![0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 3.0, 0.0, 4.0, 5.0]);
    /// let y = q.scaled_dot_product_attention::<1, 2>(&k, &v, &AttentionMask::causal().queries_from(3));
    /// // The means of the first 4 values and of all 5.
    /// assert_eq!(y.as_slice(), [1.5, 0.0, 2.0, 1.0]);
    /// ```
    pub fn queries_from(mut self, key: usize) -> Self {
        self.first = Some(key);
        self
    }

    /// Masks out the keys whose flag is `true`, with one flag for each of `[batch, keys]`, as PyTorch's
    /// `key_padding_mask`.
    pub fn key_padding(mut self, ignored: Vec<bool>) -> Self {
        self.ignored = Arc::new(ignored);
        self
    }

    /// Returns the position of the first query if the mask is causal, and `None` otherwise.
    ///
    /// # Panics
    /// If the mask is causal and the position is neither set nor implied.
    #[track_caller]
    pub(crate) fn causal_from(&self, queries: usize, keys: usize) -> Option<usize> {
        if self.causal { Some(self.first(queries, keys, "causal")) } else { None }
    }

    /// Returns the position of the first query among the keys.
    ///
    /// # Panics
    /// If it is not set, and the numbers of queries and keys differ.
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

    /// Returns the flags; empty if no key is masked out.
    ///
    /// # Panics
    /// If there are flags, but not `batch * keys` of them.
    #[track_caller]
    pub(crate) fn ignored(&self, batch: usize, keys: usize) -> &[bool] {
        let count = self.ignored.len();
        assert!(
            count == 0 || count == batch * keys,
            "a key padding mask of {count} flags for {batch} sequences of {keys} keys"
        );
        &self.ignored
    }
}
