//! Convolutions with the channels last, as matrix products with the patches of the input.

use std::borrow::Cow;

use super::{MatMut, MatRef, gemm};
use crate::Element;
use crate::buffer::Buffer;
use crate::param::Accumulator;

/// The sizes of a convolution; each pair is (along the height, along the width).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Convolution {
    pub(crate) batch: usize,
    pub(crate) input: (usize, usize),
    pub(crate) channels: usize,
    pub(crate) outputs: usize,
    pub(crate) kernel: (usize, usize),
    pub(crate) stride: (usize, usize),
    pub(crate) padding: (usize, usize),
}

/// How many patches one matrix product takes, if there are as many.
const PATCHES: usize = 512;

impl Convolution {
    /// The places of the output.
    pub(crate) fn output(&self) -> (usize, usize) {
        let along = |input: usize, kernel: usize, stride: usize, padding: usize| {
            (input + 2 * padding).checked_sub(kernel).map_or(0, |room| room / stride + 1)
        };
        (
            along(self.input.0, self.kernel.0, self.stride.0, self.padding.0),
            along(self.input.1, self.kernel.1, self.stride.1, self.padding.1),
        )
    }

    fn patch(&self) -> usize {
        self.kernel.0 * self.kernel.1 * self.channels
    }

    fn places(&self) -> usize {
        let (height, width) = self.output();
        height * width
    }

    fn image(&self) -> usize {
        self.input.0 * self.input.1 * self.channels
    }

    /// Whether the input is its own matrix of patches.
    fn is_direct(&self) -> bool {
        self.kernel == (1, 1) && self.stride == (1, 1) && self.padding == (0, 0)
    }

    /// How many images one matrix product takes.
    fn chunk(&self) -> usize {
        if self.is_direct() { self.batch } else { (PATCHES / self.places().max(1)).max(1).min(self.batch) }
    }

    /// Room for the patches of one matrix product.
    fn room<E: Element>(&self) -> Buffer<E> {
        let images = if self.is_direct() { 0 } else { self.chunk() };
        Buffer::unset(images * self.places() * self.patch())
    }

    /// Calls `f` with the images of each matrix product.
    fn for_each_chunk(&self, mut f: impl FnMut(std::ops::Range<usize>)) {
        let chunk = self.chunk();
        let mut start = 0;
        while start < self.batch {
            let end = (start + chunk).min(self.batch);
            f(start..end);
            start = end;
        }
    }

    /// For each row of each patch, calls `f` with its place in the patches, its place in the image, and its length;
    /// what of it lies outside the image is left out.
    fn for_each_run(&self, mut f: impl FnMut(usize, usize, usize)) {
        let ((height, width), (rows, columns)) = (self.output(), self.kernel);
        let channels = self.channels;
        for y in 0..height {
            for x in 0..width {
                let patch = (y * width + x) * self.patch();
                let left = (x * self.stride.1) as isize - self.padding.1 as isize;
                let skipped = (-left).clamp(0, columns as isize) as usize;
                let end = (self.input.1 as isize - left).clamp(0, columns as isize) as usize;
                if skipped >= end {
                    continue;
                }
                for row in 0..rows {
                    let Some(source) = (y * self.stride.0 + row).checked_sub(self.padding.0) else {
                        continue;
                    };
                    if source >= self.input.0 {
                        break;
                    }
                    let column = (left + skipped as isize) as usize;
                    f(
                        patch + (row * columns + skipped) * channels,
                        (source * self.input.1 + column) * channels,
                        (end - skipped) * channels,
                    );
                }
            }
        }
    }

    /// The patches of some images, a row each; `buffer` is reused from chunk to chunk.
    fn patches<'a, E: Element>(&self, x: &'a [E], images: usize, buffer: &'a mut [E]) -> Cow<'a, [E]> {
        if self.is_direct() {
            return Cow::Borrowed(x);
        }
        let of_image = self.places() * self.patch();
        let buffer = &mut buffer[..images * of_image];
        if self.padding != (0, 0) {
            buffer.fill(E::ZERO);
        }
        for (x, patches) in x.chunks_exact(self.image().max(1)).zip(buffer.chunks_exact_mut(of_image.max(1)))
        {
            self.for_each_run(|to, from, count| {
                patches[to..to + count].copy_from_slice(&x[from..from + count]);
            });
        }
        Cow::Borrowed(buffer)
    }

    /// y <- the convolution of `x` with `weight` + beta y.
    ///
    /// * `x`: [batch, height, width, channels]; `weight`: [outputs, kernel, channels]; `y`: [batch, output, outputs].
    pub(crate) fn forward<E: Element>(&self, x: &[E], weight: &[E], beta: E, y: &mut [E]) {
        let (of_image, patch) = (self.places() * self.outputs, self.patch());
        let weight = MatRef::new(weight, self.outputs, patch);
        let mut buffer = self.room();
        self.for_each_chunk(|images| {
            let rows = images.len() * self.places();
            let y = &mut y[images.start * of_image..images.end * of_image];
            let x = &x[images.start * self.image()..images.end * self.image()];
            let patches = self.patches(x, images.len(), &mut buffer);
            let y = MatMut::new(y, rows, self.outputs);
            gemm(E::ONE, MatRef::new(&patches, rows, patch), weight.t(), beta, y);
        });
    }

    /// The pullback of [`forward`](Convolution::forward): adds the cotangent of the weight, and returns that of x
    /// if wanted.
    pub(crate) fn vjp<E: Element>(
        &self,
        x: &[E],
        weight: &[E],
        d: &[E],
        dweight: Accumulator<'_, E>,
        wanted: bool,
    ) -> Option<Buffer<E>> {
        let (of_image, patch) = (self.places() * self.outputs, self.patch());
        let weight = MatRef::new(weight, self.outputs, patch);
        let direct = self.is_direct();
        let mut dx = wanted.then(|| if direct { Buffer::unset(x.len()) } else { Buffer::zeros(x.len()) });
        let (mut buffer, mut dpatches) = (self.room(), self.room());
        self.for_each_chunk(|images| {
            let rows = images.len() * self.places();
            let of_x = images.start * self.image()..images.end * self.image();
            let d = MatRef::new(&d[images.start * of_image..images.end * of_image], rows, self.outputs);
            let patches = self.patches(&x[of_x.clone()], images.len(), &mut buffer);
            if let Some((dweight, beta)) = dweight.cells_and_beta() {
                let dweight = MatMut::with_strides(dweight, self.outputs, patch, patch, 1);
                gemm(E::ONE, d.t(), MatRef::new(&patches, rows, patch), beta, dweight);
            }
            let Some(dx) = &mut dx else { return };
            let dx = &mut dx[of_x];
            if direct {
                gemm(E::ONE, d, weight, E::ZERO, MatMut::new(dx, rows, patch));
                return;
            }
            gemm(E::ONE, d, weight, E::ZERO, MatMut::new(&mut dpatches[..rows * patch], rows, patch));
            let dpatches = dpatches.chunks_exact((self.places() * patch).max(1));
            for (dx, dpatches) in dx.chunks_exact_mut(self.image().max(1)).zip(dpatches) {
                self.for_each_run(|from, to, count| {
                    for (dx, &d) in dx[to..to + count].iter_mut().zip(&dpatches[from..from + count]) {
                        *dx += d;
                    }
                });
            }
        });
        dx
    }
}
