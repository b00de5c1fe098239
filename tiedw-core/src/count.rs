use std::fmt;

use crate::DYN;
use crate::size::{Size, allows};

/// A setting of a layer that is a number in its type, or is known at run time if the type says [`DYN`](crate::DYN), such as a
/// number of heads or a stride.
///
/// ```
/// use tiedw_core::{Count, DYN};
///
/// assert_eq!(Count::<8>::default().get(), Some(8));
/// let mut heads = Count::<DYN>::default();
/// assert_eq!(heads.get(), None);
/// heads = Count::new(12);
/// assert_eq!(heads.get(), Some(12));
/// let padding = Count::<DYN>::new(0);
/// assert_eq!(padding.get(), Some(0));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Count<const N: usize>(
    /// One more than the number if the type does not say it, and 0 if it is not set.
    u32,
);

impl<const N: usize> Count<N> {
    /// Creates it from the number.
    ///
    /// # Panics
    /// If the type says another number, or it is not below `u32::MAX`.
    #[track_caller]
    pub fn new(count: usize) -> Self {
        Self::named("a count", count)
    }

    /// [`new`](Count::new) with what the number is, for messages.
    #[track_caller]
    pub(crate) fn named(what: &str, count: usize) -> Self {
        assert!(allows(N, count), "{what} of {count}, where the type says {}", Size(N));
        match u32::try_from(count) {
            _ if N != DYN => Self::UNSET,
            Ok(count) if count < u32::MAX => Count(count + 1),
            _ => panic!("{what} of {count} is not below {}", u32::MAX),
        }
    }

    /// Returns the number of a layer, which neither a default nor a file says.
    #[inline]
    #[track_caller]
    pub(crate) fn said(self, of_layer: &str, field: &str) -> usize {
        match self.get() {
            Some(count) => count,
            None => panic!("{of_layer}, as no file says it: write `{field} = Count::new(..)`"),
        }
    }

    /// The number of the type, or a number that is not set.
    pub(crate) const UNSET: Self = Count(0);

    /// The same number in another type, which has it or `DYN`.
    #[inline]
    pub(crate) fn resized<const M: usize>(self) -> Count<M> {
        match self.get() {
            Some(count) if M == DYN => Count(count as u32 + 1),
            _ => Count::UNSET,
        }
    }

    /// Returns the number, or `None` if it is not set: neither the type nor the program has said it.
    #[inline]
    pub const fn get(self) -> Option<usize> {
        match (N, self.0) {
            (DYN, 0) => None,
            (DYN, above) => Some(above as usize - 1),
            _ => Some(N),
        }
    }
}

/// The number of the type, or a number that is not set.
impl<const N: usize> Default for Count<N> {
    fn default() -> Self {
        Self::UNSET
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
