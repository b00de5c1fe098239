//! Relations of numbers of features that are checked at compile time, unless one is only known at run time.
//!
//! An operation and its companion name the same constant, so that a mistake is reported once, at the line that calls one of them.

use crate::size::are_fixed;

/// `A` features and `B` features, of `F`.
pub(super) struct Features<const A: usize, const B: usize, const F: usize>;

impl<const A: usize, const B: usize, const F: usize> Features<A, B, F> {
    pub(super) const OF_CAT: () =
        assert!(!are_fixed([A, B, F]) || A + B == F, "`cat` of A and B features gives A + B features");
    pub(super) const OF_GLU: () = assert!(
        !are_fixed([A, B, F]) || A + B == F,
        "`glu::<H>`, `swiglu::<H>` or `geglu::<H>` of F features has H + H = F"
    );
    pub(super) const OF_SPLIT: () =
        assert!(!are_fixed([A, B, F]) || A + B == F, "`split::<A, B>` of F features has A + B = F");
    pub(super) const OF_SLICE: () =
        assert!(!are_fixed([A, B, F]) || A + B <= F, "`slice::<A, B>` of F features has A + B <= F");
}
