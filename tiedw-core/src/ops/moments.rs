//! Variances and standard deviations, with their pullbacks.

use super::norm::root;
use crate::kernels::{Along, sum, sum_zip};
use crate::pooled_vec::PooledVec;
use crate::{Axes, Element, Tensor};

/// The correction of a variance that is an estimate from a sample, PyTorch's default.
pub(super) const SAMPLE: usize = 1;

/// What is computed from the sum of squared differences from the mean.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    /// What is subtracted from the number of elements, by which the sum is divided.
    pub(super) correction: usize,
    /// Whether the square root is taken.
    pub(super) root: bool,
}

impl Moment {
    /// The moment of all elements.
    pub(super) fn of_all<const F: usize, E: Element>(self, x: &Tensor<F, E>) -> E {
        self.of_all_with_mean(x).0
    }

    /// [`of_all`](Self::of_all) with its pullback.
    pub(super) fn of_all_vjp<const F: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
    ) -> (E, impl FnOnce(E, bool) -> Option<Tensor<F, E>> + use<F, E>) {
        let ((y, mean), x) = (self.of_all_with_mean(x), x.clone());
        (y, move |d: E, wanted: bool| {
            let factor = self.factor(d, y, x.as_slice().len());
            wanted.then(|| x.map(difference_from(mean, factor)))
        })
    }

    fn of_all_with_mean<const F: usize, E: Element>(self, x: &Tensor<F, E>) -> (E, E) {
        let x = x.as_slice();
        let mean = sum(x) / E::from_count(x.len());
        (self.of_squares(sum_zip(x, x, square_of_difference(mean)), x.len()), mean)
    }

    /// The moments along an axis.
    pub(super) fn along<const F: usize, const G: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        (along, axes): (Along, Axes),
    ) -> Tensor<G, E> {
        let [_, squares] = E::moments(x.as_slice(), along);
        self.finished(squares, along, axes)
    }

    /// [`along`](Self::along) with its pullback.
    pub(super) fn along_vjp<const F: usize, const G: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        (along, axes): (Along, Axes),
    ) -> (Tensor<G, E>, impl FnOnce(Tensor<G, E>, bool) -> Option<Tensor<F, E>> + use<F, G, E>) {
        let [means, squares] = E::moments(x.as_slice(), along);
        let (y, x): (Tensor<G, E>, _) = (self.finished(squares, along, axes), x.clone());
        (y.clone(), move |mut d: Tensor<G, E>, wanted: bool| {
            wanted.then(|| {
                for (d, &y) in d.as_mut_slice().iter_mut().zip(y.as_slice()) {
                    *d = self.factor(*d, y, along.size);
                }
                Tensor::with_axes(x.axes(), E::moments_vjp(x.as_slice(), along, &means, d.as_slice()))
            })
        })
    }

    fn finished<const G: usize, E: Element>(
        self,
        mut squares: PooledVec<E>,
        along: Along,
        axes: Axes,
    ) -> Tensor<G, E> {
        squares.iter_mut().for_each(|square| *square = self.of_squares(*square, along.size));
        Tensor::with_axes(axes, squares)
    }

    /// The moment of `count` elements, given the sum of their squared differences from the mean.
    fn of_squares<E: Element>(self, squares: E, count: usize) -> E {
        let variance = squares / self.divisor(count);
        if self.root { root(variance) } else { variance }
    }

    fn divisor<E: Element>(self, count: usize) -> E {
        E::from_count(count.saturating_sub(self.correction))
    }

    /// What the differences from the mean are multiplied by for the cotangent `d` of the moment `y`.
    fn factor<E: Element>(self, d: E, y: E, count: usize) -> E {
        let divisor = self.divisor::<E>(count);
        if !self.root {
            (d + d) / divisor
        } else if y == E::ZERO {
            E::ZERO
        } else {
            d / (divisor * y)
        }
    }
}

fn square_of_difference<E: Element>(mean: E) -> impl Fn(E, E) -> E + Copy + Sync {
    move |x, _| (x - mean) * (x - mean)
}

fn difference_from<E: Element>(mean: E, factor: E) -> impl Fn(E) -> E + Sync {
    move |x| factor * (x - mean)
}
