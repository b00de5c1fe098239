//! Max pooling and average pooling of planes in channels-last layout.

use std::ops::Range;

use super::simd::vectorized;
use crate::Element;
use crate::pooled_vec::PooledVec;

/// The sizes of a pooling, the same for height and width.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pooling {
    pub(crate) batch: usize,
    pub(crate) input: (usize, usize),
    pub(crate) channels: usize,
    pub(crate) kernel: usize,
    pub(crate) stride: usize,
    pub(crate) padding: usize,
}

impl Pooling {
    /// The height and width of the output.
    pub(crate) fn output(&self) -> (usize, usize) {
        let along = |input: usize| {
            (input + 2 * self.padding).checked_sub(self.kernel).map_or(0, |room| room / self.stride + 1)
        };
        (along(self.input.0), along(self.input.1))
    }

    /// For each window, calls `f` with its index in the output, the index of the first pixel of its image, and the rows
    /// and columns of the input that it covers.
    #[inline(always)]
    fn for_each_window(&self, mut f: impl FnMut(usize, usize, Range<usize>, Range<usize>)) {
        let ((height, width), (rows, columns)) = (self.output(), self.input);
        let inside = |at: usize, size: usize| {
            let start = at * self.stride;
            start.max(self.padding) - self.padding
                ..(start + self.kernel).saturating_sub(self.padding).min(size)
        };
        for image in 0..self.batch {
            for y in 0..height {
                for x in 0..width {
                    let window = (image * height + y) * width + x;
                    f(window, image * rows * columns, inside(y, rows), inside(x, columns));
                }
            }
        }
    }
}

vectorized! {
    /// The maximum of each window, and its index in `x`: the first of equal elements, or the last NaN.
    pub(crate) fn max_pool[E: Element](sizes: Pooling, x: &[E]) -> (PooledVec<E>, PooledVec<u32>) {
        let (height, width) = sizes.output();
        let channels = sizes.channels;
        let count = sizes.batch * height * width * channels;
        let (mut y, mut at) = (PooledVec::full(count, E::NEG_INFINITY), PooledVec::zeros(count));
        sizes.for_each_window(|window, image, rows, columns| {
            let (y, at) = (&mut y[window * channels..][..channels], &mut at[window * channels..][..channels]);
            let mut first = true;
            for row in rows {
                for column in columns.clone() {
                    let start = (image + row * sizes.input.1 + column) * channels;
                    let x = &x[start..start + channels];
                    for (channel, ((y, at), &x)) in y.iter_mut().zip(at.iter_mut()).zip(x).enumerate() {
                        let larger = first | (x > *y) | x.is_nan();
                        *y = if larger { x } else { *y };
                        *at = if larger { (start + channel) as u32 } else { *at };
                    }
                    first = false;
                }
            }
        });
        (y, at)
    }
}

/// The mean of each window, with zero padding.
pub(crate) fn avg_pool<E: Element>(sizes: Pooling, x: &[E]) -> PooledVec<E> {
    let (height, width) = sizes.output();
    let channels = sizes.channels;
    let factor = E::ONE / E::from_count(sizes.kernel * sizes.kernel);
    let mut y = PooledVec::zeros(sizes.batch * height * width * channels);
    sizes.for_each_window(|window, image, rows, columns| {
        let y = &mut y[window * channels..][..channels];
        for row in rows {
            for column in columns.clone() {
                let start = (image + row * sizes.input.1 + column) * channels;
                for (y, &x) in y.iter_mut().zip(&x[start..start + channels]) {
                    *y += x;
                }
            }
        }
        y.iter_mut().for_each(|y| *y *= factor);
    });
    y
}

/// The pullback of [`avg_pool`].
pub(crate) fn avg_pool_vjp<E: Element>(sizes: Pooling, d: &[E]) -> PooledVec<E> {
    let channels = sizes.channels;
    let factor = E::ONE / E::from_count(sizes.kernel * sizes.kernel);
    let mut dx = PooledVec::zeros(sizes.batch * sizes.input.0 * sizes.input.1 * channels);
    sizes.for_each_window(|window, image, rows, columns| {
        let d = &d[window * channels..][..channels];
        for row in rows {
            for column in columns.clone() {
                let start = (image + row * sizes.input.1 + column) * channels;
                for (dx, &d) in dx[start..start + channels].iter_mut().zip(d) {
                    *dx += factor * d;
                }
            }
        }
    });
    dx
}
