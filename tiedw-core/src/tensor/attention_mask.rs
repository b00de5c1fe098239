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
    ignored: Arc<Vec<bool>>,
}

impl AttentionMask {
    /// Every query sees every key.
    pub fn none() -> Self {
        Self::default()
    }

    /// The query at place i sees the keys at places up to i.
    pub fn causal() -> Self {
        AttentionMask { causal: true, ..Self::default() }
    }

    /// Leaves out the keys whose flag is `true`: a flag for each of [batch, keys], as PyTorch's
    /// `key_padding_mask`.
    pub fn key_padding(mut self, ignored: Vec<bool>) -> Self {
        self.ignored = Arc::new(ignored);
        self
    }

    pub(crate) fn is_causal(&self) -> bool {
        self.causal
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
