use std::fmt;

use crate::DYN;
use crate::size::{Size, allows};

/// A setting of a layer that is a number in its type, or is known at run time if the type says [`DYN`](crate::DYN), such as a
/// number of heads.
///
/// ```
/// use tiedw_core::{Count, DYN};
///
/// assert_eq!(Count::<8>::default().get(), Some(8));
/// let mut heads = Count::<DYN>::default();
/// assert_eq!(heads.get(), None);
/// heads = Count::new(12);
/// assert_eq!(heads.get(), Some(12));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Count<const N: usize>(
    /// The number if the type does not say it, and 0 if it is not set.
    u32,
);

impl<const N: usize> Count<N> {
    /// Creates it from the number.
    ///
    /// # Panics
    /// If the type says another number, or it exceeds `u32::MAX`.
    #[track_caller]
    pub fn new(count: usize) -> Self {
        assert!(allows(N, count), "a count of {count}, where the type says {}", Size(N));
        match u32::try_from(count) {
            Ok(count) if N == DYN => Count(count),
            Ok(_) => Count(0),
            Err(_) => panic!("a count of {count} is larger than {}", u32::MAX),
        }
    }

    /// Returns the number, or `None` if it is not set: neither the type nor the program has said it.
    #[inline]
    pub const fn get(self) -> Option<usize> {
        match (N, self.0) {
            (DYN, 0) => None,
            (DYN, count) => Some(count as usize),
            _ => Some(N),
        }
    }
}

/// The number of the type, or a number that is not set.
impl<const N: usize> Default for Count<N> {
    fn default() -> Self {
        Count(0)
    }
}

impl<const N: usize> fmt::Debug for Count<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Some(count) => count.fmt(f),
            None => f.write_str("not set"),
        }
    }
}
