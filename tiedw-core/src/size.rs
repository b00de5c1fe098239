//! Sizes that are known at run time.

use std::fmt;

/// In place of a size: it is known at run time, and checked there.
///
/// A number as a size is checked by the compiler. Where only the data tell, such as the columns of a file, `DYN` stands for
/// it, and operations compare sizes when they run. A tensor changes from one kind to the other by
/// [`fixed`](crate::Tensor::fixed) and [`dynamic`](crate::Tensor::dynamic).
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

/// A size in a message.
pub(crate) struct Size(pub(crate) usize);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == DYN { f.write_str("DYN") } else { self.0.fmt(f) }
    }
}
