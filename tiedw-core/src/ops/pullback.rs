//! Pullbacks of functions of one tensor that save one tensor: the argument or the value.

use crate::kernels::Along;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Returns a pullback that saves this tensor: `f` of each element of the cotangent and the saved one.
    ///
    /// `f` should be a function that is generic over `E` only. A closure in an impl with `F` would be compiled, with
    /// its loop, for each number of features.
    pub(super) fn pullback<G: Fn(E, E) -> E + Sync>(
        self,
        f: G,
    ) -> impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E, G> {
        move |d: Self, [wanted]: [bool; 1]| (wanted.then(|| d.zip_into(&self, "a pullback", f)),)
    }

    /// Returns a pullback that saves this tensor: `f` replaces the rows of the cotangent, given those of the saved
    /// tensor and the number of features.
    pub(super) fn pullback_of_rows<G: FnOnce(&mut [E], &[E], usize)>(
        self,
        f: G,
    ) -> impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E, G> {
        move |mut d: Self, [wanted]: [bool; 1]| {
            let dx = wanted.then(|| {
                d.same_shape(&self, "a pullback");
                f(d.as_mut_slice(), self.as_slice(), self.features());
                d
            });
            (dx,)
        }
    }

    /// The same for the elements along an axis.
    pub(super) fn pullback_along<G: FnOnce(&mut [E], &[E], Along)>(
        self,
        along: Along,
        f: G,
    ) -> impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E, G> {
        move |mut d: Self, [wanted, _]: [bool; 2]| {
            let dx = wanted.then(|| {
                d.same_shape(&self, "a pullback");
                f(d.as_mut_slice(), self.as_slice(), along);
                d
            });
            (dx, None)
        }
    }
}
