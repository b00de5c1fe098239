//! Sizes that are known at run time.

use std::fmt;

/// In place of a size: it is known at run time, and checked there.
///
/// A number as a size is checked by the compiler. Where only the data tell, such as the columns of a file, `DYN` stands for
/// it, and operations compare sizes when they run. In the messages of rustc it is its number, 1099511627776. A tensor changes
/// from one kind to the other by [`fixed`](crate::Tensor::fixed) and [`dynamic`](crate::Tensor::dynamic).
///
/// ```
/// use tiedw_core::{DYN, Tensor};
///
/// let x = Tensor::<DYN>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// assert_eq!((x.features(), x.shape()), (3, &[2, 3][..]));
/// let scores: Tensor<DYN> = x.matmul_t(&x);
/// assert_eq!(scores.softmax().shape(), [2, 2]);
/// ```
// No tensor has as many features, and an array of that type in code that never runs still has a size.
pub const DYN: usize = 1 << 40;

/// The size that a type says, or else the one that is known at run time.
#[inline]
pub(crate) const fn size<const N: usize>(run_time: usize) -> usize {
    if N == DYN { run_time } else { N }
}

/// Whether all sizes are known at compile time.
pub(crate) const fn are_fixed<const N: usize>(sizes: [usize; N]) -> bool {
    let mut at = 0;
    while at < N {
        if sizes[at] == DYN {
            return false;
        }
        at += 1;
    }
    true
}

/// The sizes of `count` elements in the shape that a type says: at most one of its sizes may be known at run time only.
pub(crate) const fn of_count<const N: usize>(sizes: [usize; N], count: usize) -> Option<[usize; N]> {
    let (mut found, mut unknown, mut known, mut at) = (sizes, None, 1_usize, 0);
    while at < N {
        if sizes[at] != DYN {
            match known.checked_mul(sizes[at]) {
                Some(product) => known = product,
                None => return None,
            }
        } else if unknown.is_some() {
            return None;
        } else {
            unknown = Some(at);
        }
        at += 1;
    }
    match unknown {
        None if known == count => Some(found),
        Some(at) if known > 0 && count.is_multiple_of(known) => {
            found[at] = count / known;
            Some(found)
        }
        _ => None,
    }
}

/// The sizes of a type, with 0 for those that it does not say.
pub(crate) const fn smallest<const N: usize>(mut sizes: [usize; N]) -> [usize; N] {
    let mut at = 0;
    while at < N {
        if sizes[at] == DYN {
            sizes[at] = 0;
        }
        at += 1;
    }
    sizes
}

/// Whether a size is the one that a type says, if it does.
pub(crate) const fn allows(of_type: usize, size: usize) -> bool {
    of_type == DYN || of_type == size
}

/// Whether sizes are those that a type says, as far as it does.
pub(crate) const fn agree<const N: usize>(types: [usize; N], sizes: [usize; N]) -> bool {
    let mut at = 0;
    while at < N {
        if !allows(types[at], sizes[at]) {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether one parameter can have both shapes, of which each may have sizes that are `DYN`.
pub(crate) const fn are_fit(first: &[usize], second: &[usize]) -> bool {
    let (mut fit, mut at) = (first.len() == second.len(), 0);
    while fit && at < first.len() {
        fit = first[at] == DYN || allows(second[at], first[at]);
        at += 1;
    }
    fit
}

/// Checks the sizes that a constructor of a layer is given, each with its name and what the type says.
#[inline]
#[track_caller]
pub(crate) fn check_sizes<const N: usize>(layer: &str, sizes: [(&str, usize, usize); N]) {
    for (name, of_type, size) in sizes {
        assert!(allows(of_type, size), "{layer}::new with {size} {name}: its type has {of_type}");
    }
}

/// The sizes of a type in a message.
pub(crate) struct Sizes<'s>(pub(crate) &'s [usize]);

impl fmt::Debug for Sizes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|&size| Size(size))).finish()
    }
}

/// A size in a message.
pub(crate) struct Size(pub(crate) usize);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == DYN { f.write_str("DYN") } else { self.0.fmt(f) }
    }
}

impl fmt::Debug for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
