use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;

/// Splits the indices of `count` examples at random into a training set and a validation set, with `fraction`
/// of them, rounded, in the validation set.
///
/// ```
/// use tiedw_core::data::random_split;
///
/// let (train, validation) = random_split(10, 0.3, 0);
/// assert_eq!((train.len(), validation.len()), (7, 3));
/// assert!(validation.iter().all(|index| *index < 10 && !train.contains(index)));
/// ```
///
/// # Panics
/// If the fraction is not between 0 and 1.
#[track_caller]
pub fn random_split(count: usize, fraction: f64, seed: u64) -> (Vec<usize>, Vec<usize>) {
    assert!((0.0..=1.0).contains(&fraction), "a split keeps a fraction from 0 to 1 back, not {fraction}");
    let mut train: Vec<usize> = (0..count).collect();
    train.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    let validation = train.split_off(count - (count as f64 * fraction).round() as usize);
    (train, validation)
}
