use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

/// Batches of examples, shuffled in each epoch.
///
/// The order depends only on the seed and the number of the epoch, so a resumed run continues with the same
/// batches.
///
/// ```
/// use tiedw_core::data::Batches;
///
/// let batches = Batches::new(0..10, 4).seed(7);
/// assert_eq!(batches.len(), 3);
/// assert_eq!(batches.epoch(0).map(|batch| batch.len()).collect::<Vec<_>>(), [4, 4, 2]);
/// assert!(batches.epoch(5).eq(batches.epoch(5)));
///
/// assert_eq!(batches.drop_last(true).epoch(0).map(|batch| batch.len()).collect::<Vec<_>>(), [4, 4]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batches {
    indices: Vec<usize>,
    size: usize,
    seed: u64,
    drop_last: bool,
}

impl Batches {
    /// Creates batches of `size` examples; the last one of an epoch may be smaller.
    ///
    /// # Panics
    /// If `size` is 0.
    #[track_caller]
    pub fn new(indices: impl IntoIterator<Item = usize>, size: usize) -> Self {
        assert!(size > 0, "a batch has at least one example");
        Batches { indices: indices.into_iter().collect(), size, seed: 0, drop_last: false }
    }

    /// Sets the seed of the shuffling; the default is 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets whether to drop a smaller last batch. The dropped examples differ from epoch to epoch.
    pub fn drop_last(mut self, drop: bool) -> Self {
        self.drop_last = drop;
        self
    }

    /// Returns the number of batches per epoch.
    pub fn len(&self) -> usize {
        let (count, size) = (self.indices.len(), self.size);
        if self.drop_last { count / size } else { count.div_ceil(size) }
    }

    /// Returns whether an epoch has no batches.
    ///
    /// ```
    /// # use tiedw_core::data::Batches;
    /// let few = Batches::new(0..3, 4);
    /// assert!(!few.is_empty() && few.drop_last(true).is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the batches of one epoch, with each example once, in the order of that epoch.
    pub fn epoch(&self, epoch: u64) -> std::vec::IntoIter<Vec<usize>> {
        let first = Xoshiro256PlusPlus::seed_from_u64(self.seed).next_u64();
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(first.wrapping_add(epoch));
        let mut indices = self.indices.clone();
        indices.shuffle(&mut rng);
        let batches: Vec<_> = indices.chunks(self.size).take(self.len()).map(<[usize]>::to_vec).collect();
        batches.into_iter()
    }
}
