//! Variances and standard deviations, with their pullbacks.

use super::norm::root;
use crate::kernels::{Along, is_far, sum, sum_zip};
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
            wanted.then(|| match mean {
                [mean, rest] if rest.vanishes() => x.map(difference_from(mean, factor)),
                [mean, rest] => x.map(exact_difference_from(mean, rest, factor)),
            })
        })
    }

    /// The moment, with the mean and its rounding error if that matters.
    fn of_all_with_mean<const F: usize, E: Element>(self, x: &Tensor<F, E>) -> (E, [E; 2]) {
        let x = x.as_slice();
        let count = E::from_count(x.len());
        let (mean, mut rest) = (sum(x) / count, E::ZERO);
        let mut squares = sum_zip(x, x, square_of_difference(mean));
        if is_far(mean, squares, count) {
            rest = sum_zip(x, x, difference(mean)) / count;
            squares = sum_zip(x, x, square_of_exact_difference(mean, rest));
        }
        (self.of_squares(squares, x.len(), || x.iter().copied()), [mean, rest])
    }

    /// The moments along an axis.
    pub(super) fn along<const F: usize, const G: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        (along, axes): (Along, Axes),
    ) -> Tensor<G, E> {
        let [.., squares] = E::moments(x.as_slice(), along);
        self.finished(x.as_slice(), squares, along, axes)
    }

    /// [`along`](Self::along) with its pullback.
    pub(super) fn along_vjp<const F: usize, const G: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        (along, axes): (Along, Axes),
    ) -> (Tensor<G, E>, impl FnOnce(Tensor<G, E>, bool) -> Option<Tensor<F, E>> + use<F, G, E>) {
        let [means, rests, squares] = E::moments(x.as_slice(), along);
        let (y, x): (Tensor<G, E>, _) = (self.finished(x.as_slice(), squares, along, axes), x.clone());
        (y.clone(), move |mut d: Tensor<G, E>, wanted: bool| {
            wanted.then(|| {
                for (d, &y) in d.as_mut_slice().iter_mut().zip(y.as_slice()) {
                    *d = self.factor(*d, y, along.size);
                }
                let dx = E::moments_vjp(x.as_slice(), along, &means, &rests, d.as_slice());
                Tensor::with_axes(x.axes(), dx)
            })
        })
    }

    fn finished<const G: usize, E: Element>(
        self,
        x: &[E],
        mut squares: PooledVec<E>,
        along: Along,
        axes: Axes,
    ) -> Tensor<G, E> {
        for (at, square) in squares.iter_mut().enumerate() {
            let start = at / along.inner * along.size * along.inner + at % along.inner;
            let elements = || (0..along.size).map(|next| x[start + next * along.inner]);
            *square = self.of_squares(*square, along.size, elements);
        }
        Tensor::with_axes(axes, squares)
    }

    /// The moment of `count` elements, given the sum of their squared differences from the mean.
    fn of_squares<E: Element, I: Iterator<Item = E>>(
        self,
        squares: E,
        count: usize,
        elements: impl Fn() -> I,
    ) -> E {
        let divisor = self.divisor(count);
        if const { E::HAS_TANGENT } && squares == E::ZERO && divisor == E::ZERO {
            // Of one element the derivative is NaN, as the value is.
            let nan = squares / divisor;
            return elements().sum::<E>().with_slope(nan, nan);
        }
        if !self.root {
            return squares / divisor;
        }
        let first = elements().next();
        if is_out_of_range(squares, count) && elements().any(|x| Some(x) != first) {
            return self.of_wide(count, || elements().map(E::widen));
        }
        root(squares / divisor)
    }

    /// The root of the moment, where the squares of the differences are out of the range of `E`.
    #[cold]
    fn of_wide<E: Element, I: Iterator<Item = E::Wide>>(self, count: usize, elements: impl Fn() -> I) -> E {
        let mean = elements().sum::<E::Wide>() / E::Wide::from_count(count);
        let squares = elements().map(|x| (x - mean) * (x - mean)).sum::<E::Wide>();
        E::narrow(root(squares / self.divisor(count)))
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
            d / divisor / y
        }
    }
}

/// Whether the squares of small differences are rounded to 0, or a sum of squares overflows, and a wider type would help.
fn is_out_of_range<E: Element>(squares: E, count: usize) -> bool {
    let is_widened = size_of::<E::Wide>() > size_of::<E>();
    is_widened && (squares < E::from_f64(1e-30) * E::from_count(count) || squares.is_infinite())
}

fn difference<E: Element>(mean: E) -> impl Fn(E, E) -> E + Copy + Sync {
    move |x, _| x - mean
}

fn square_of_difference<E: Element>(mean: E) -> impl Fn(E, E) -> E + Copy + Sync {
    move |x, _| (x - mean) * (x - mean)
}

fn square_of_exact_difference<E: Element>(mean: E, rest: E) -> impl Fn(E, E) -> E + Copy + Sync {
    move |x, _| ((x - mean) - rest) * ((x - mean) - rest)
}

fn difference_from<E: Element>(mean: E, factor: E) -> impl Fn(E) -> E + Sync {
    move |x| factor * (x - mean)
}

fn exact_difference_from<E: Element>(mean: E, rest: E, factor: E) -> impl Fn(E) -> E + Sync {
    move |x| factor * ((x - mean) - rest)
}
