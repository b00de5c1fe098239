//! Convolutions with the channels last, as matrix products with the patches of the input.

use std::ops::Range;

use super::simd::vectorized;
use super::{MatMut, MatRef, gemm};
use crate::Element;
use crate::buffer::Buffer;
use crate::parallel::{chunks, pieces_of};
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

/// Numbers that are copied or added at once: patches are so far apart that each begins a new block, and whoever reads or
/// writes the last block of a row may reach so far beyond it.
const BLOCK: usize = 16;
/// The patches of one matrix product stay in the second cache.
const ROOM: usize = 1 << 16;
/// Fewer patches than this are not worth a matrix product of their own.
const FEWEST: usize = 128;
/// More patches than this in one matrix product gain nothing.
const MOST: usize = 1024;
/// Fewer multiplications than this are not worth another thread.
const LEAST: usize = 1 << 19;
/// The sums over parts of the batch that make up the cotangent of the weight: at most so many, and so many numbers.
const SUMS: usize = 16;
const ROOM_OF_SUMS: usize = 1 << 20;

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

    fn places(&self) -> usize {
        let (height, width) = self.output();
        height * width
    }

    /// The numbers of an image.
    fn image(&self) -> usize {
        self.input.0 * self.input.1 * self.channels
    }

    /// The numbers of a row of an image with its padding.
    fn padded_row(&self) -> usize {
        (self.input.1 + 2 * self.padding.1) * self.channels
    }

    fn padded_image(&self) -> usize {
        (self.input.0 + 2 * self.padding.0) * self.padded_row()
    }

    /// The numbers of the result of an image.
    fn result(&self) -> usize {
        self.places() * self.outputs
    }

    fn patch(&self) -> usize {
        self.kernel.0 * self.kernel.1 * self.channels
    }

    /// From patch to patch.
    fn pitch(&self) -> usize {
        if self.is_direct() { self.patch() } else { self.patch().next_multiple_of(BLOCK) }
    }

    /// Whether the input is its own matrix of patches.
    fn is_direct(&self) -> bool {
        self.kernel == (1, 1) && self.stride == (1, 1) && self.padding == (0, 0)
    }

    /// How many patches one matrix product takes, where there are as many.
    fn most(&self) -> usize {
        (ROOM / self.pitch()).clamp(FEWEST, MOST)
    }

    /// How many images are taken at once. It does not depend on the threads, so that no result does.
    fn group(&self) -> usize {
        (self.most() / self.places()).clamp(1, self.batch.max(1))
    }

    /// In how many pieces threads take the groups.
    fn pieces(&self) -> usize {
        let groups = self.batch.div_ceil(self.group()).max(1);
        pieces_of(self.batch * self.result() * self.patch(), LEAST).min(groups)
    }

    /// How many images each of `parts` parts of the batch has, in whole groups.
    fn images_of_part(&self, parts: usize) -> usize {
        self.batch.div_ceil(self.group()).div_ceil(parts).max(1) * self.group()
    }

    /// The patches of each matrix product of some images that are taken at once.
    fn products(&self, images: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let places = images * self.places();
        let count = if images > 1 { 1 } else { places.div_ceil(self.most()) };
        let step = places.div_ceil(count.max(1)).max(1);
        (0..places).step_by(step).map(move |start| start..(start + step).min(places))
    }

    /// Room for images with their padding.
    fn room_for_images<E: Element>(&self) -> Buffer<E> {
        let count = if self.is_direct() { 0 } else { self.group() * self.padded_image() + BLOCK };
        Buffer::zeros(count)
    }

    /// Room for the patches of one matrix product.
    fn room_for_patches<E: Element>(&self) -> Buffer<E> {
        let most = self.products(self.group()).next().map_or(0, |places| places.len());
        Buffer::unset(if self.is_direct() { 0 } else { most * self.pitch() + BLOCK })
    }

    /// For each of some places, calls `f` with its number among them and where its patch begins in the padded images.
    #[inline(always)]
    fn for_each_place(&self, places: Range<usize>, mut f: impl FnMut(usize, usize)) {
        let (height, width) = self.output();
        for row in places.start / width..places.end.div_ceil(width) {
            let start = row / height * self.padded_image() + row % height * self.stride.0 * self.padded_row();
            let first = row * width;
            for place in places.start.max(first)..places.end.min(first + width) {
                f(place - places.start, start + (place - first) * self.stride.1 * self.channels);
            }
        }
    }

    /// For each row of some images, calls `f` with where it begins there, and where with padding around the images.
    fn for_each_row(&self, images: usize, mut f: impl FnMut(usize, usize)) {
        let row = self.input.1 * self.channels;
        for image in 0..images {
            for y in 0..self.input.0 {
                let padded = image * self.padded_image() + (y + self.padding.0) * self.padded_row();
                f(image * self.image() + y * row, padded + self.padding.1 * self.channels);
            }
        }
    }

    /// Calls `f` with some places and their patches, for each matrix product of some images.
    fn for_each_product<E: Element>(&self, x: &[E], mut f: impl FnMut(Range<usize>, &[E])) {
        let (mut padded, mut patches) = (self.room_for_images(), self.room_for_patches());
        let (places, row) = (self.places(), self.input.1 * self.channels);
        for (group, x) in x.chunks(self.group() * self.image()).enumerate() {
            let images = x.len() / self.image();
            let before = group * self.group() * places;
            if self.is_direct() {
                f(before..before + images * places, x);
                continue;
            }
            self.for_each_row(images, |from, to| padded[to..to + row].copy_from_slice(&x[from..from + row]));
            for places in self.products(images) {
                copy_patches(self, &padded, places.clone(), &mut patches);
                let count = places.len() * self.pitch();
                f(before + places.start..before + places.end, &patches[..count]);
            }
        }
    }

    /// Calls `each` for each part, on several threads where there are several pieces of work.
    fn share<P: Send>(&self, parts: impl Iterator<Item = P>, each: impl Fn(P) + Sync) {
        if self.pieces() > 1 { chunks(parts, each) } else { parts.for_each(each) }
    }

    /// The convolution of `x` with `weight`, and `bias`.
    ///
    /// * `x`: [batch, height, width, channels]; `weight`: [outputs, kernel, channels]; `bias`: [outputs]; the result:
    ///   [batch, output, outputs].
    pub(crate) fn forward<E: Element>(&self, x: &[E], weight: &[E], bias: &[E]) -> Buffer<E> {
        let (patch, outputs) = (self.patch(), self.outputs);
        let weight = transposed(weight, outputs, patch);
        let mut y = Buffer::unset(self.batch * self.result());
        let images = self.images_of_part(self.pieces());
        let parts = x.chunks(images * self.image()).zip(y.chunks_mut(images * self.result()));
        self.share(parts, |(x, y)| {
            self.for_each_product(x, |places, patches| {
                let rows = places.len();
                let y = &mut y[places.start * outputs..places.end * outputs];
                fill_rows(y, bias);
                let patches = MatRef::with_strides(patches, rows, patch, self.pitch(), 1);
                gemm(
                    E::ONE,
                    patches,
                    MatRef::new(&weight, patch, outputs),
                    E::ONE,
                    MatMut::new(y, rows, outputs),
                );
            });
        });
        y
    }

    /// Adds the cotangent of the weight, and returns that of the bias.
    pub(crate) fn vjp_of_weight<E: Element>(
        &self,
        x: &[E],
        d: &[E],
        dweight: Accumulator<'_, E>,
    ) -> Buffer<E> {
        let (patch, pitch, outputs) = (self.patch(), self.pitch(), self.outputs);
        let dweight = dweight.cells_and_beta();
        let one = [E::ONE];
        let count = if dweight.is_some() { outputs * pitch } else { 0 };
        let size = count + outputs;
        let images = self.images_of_part((ROOM_OF_SUMS / size).clamp(1, SUMS));
        // Each part sums up memory of its own: the weight's cotangent, then the bias's.
        let mut sums = Buffer::zeros(self.batch.div_ceil(images).max(1) * size);
        let parts = x.chunks(images * self.image()).zip(d.chunks(images * self.result()));
        self.share(parts.zip(sums.chunks_exact_mut(size)), |((x, d), sums)| {
            let (dweight, dbias) = sums.split_at_mut(count);
            let mut add = |d: MatRef<'_, E>, patches: &[E]| {
                let ones = MatRef::with_strides(&one, 1, d.rows, 0, 0);
                gemm(E::ONE, ones, d, E::ONE, MatMut::new(dbias, 1, outputs));
                if count > 0 {
                    let patches = MatRef::new(patches, d.rows, pitch);
                    gemm(E::ONE, d.t(), patches, E::ONE, MatMut::new(dweight, outputs, pitch));
                }
            };
            self.for_each_product(x, |places, patches| {
                let d = &d[places.start * outputs..places.end * outputs];
                add(MatRef::new(d, places.len(), outputs), patches);
            });
        });
        let (total, others) = sums.split_at_mut(size);
        for others in others.chunks_exact(size) {
            total.iter_mut().zip(others).for_each(|(total, &other)| *total += other);
        }
        if let Some((cells, beta)) = dweight {
            for (cells, total) in cells.chunks_exact(patch).zip(total.chunks_exact(pitch)) {
                for (cell, &total) in cells.iter().zip(total) {
                    cell.set(if beta == E::ZERO { total } else { beta * cell.get() + total });
                }
            }
        }
        Buffer::copy(&total[count..])
    }

    /// The cotangent of the input.
    pub(crate) fn vjp_of_input<E: Element>(&self, weight: &[E], d: &[E]) -> Buffer<E> {
        let (pitch, outputs, row) = (self.pitch(), self.outputs, self.input.1 * self.channels);
        let mut spread = Buffer::zeros(outputs * pitch);
        for (spread, weight) in spread.chunks_exact_mut(pitch).zip(weight.chunks_exact(self.patch())) {
            spread[..weight.len()].copy_from_slice(weight);
        }
        let weight = MatRef::new(&spread, outputs, pitch);
        let mut dx = Buffer::unset(self.batch * self.image());
        let images = self.images_of_part(self.pieces());
        let parts = d.chunks(images * self.result()).zip(dx.chunks_mut(images * self.image()));
        self.share(parts, |(d, dx)| {
            let (mut padded, mut patches) = (self.room_for_images(), self.room_for_patches());
            let groups =
                d.chunks(self.group() * self.result()).zip(dx.chunks_mut(self.group() * self.image()));
            for (d, dx) in groups {
                if self.is_direct() {
                    let rows = d.len() / outputs;
                    gemm(
                        E::ONE,
                        MatRef::new(d, rows, outputs),
                        weight,
                        E::ZERO,
                        MatMut::new(dx, rows, pitch),
                    );
                    continue;
                }
                let images = d.len() / self.result();
                padded.fill(E::ZERO);
                for places in self.products(images) {
                    let rows = places.len();
                    let d = MatRef::new(&d[places.start * outputs..places.end * outputs], rows, outputs);
                    let room = MatMut::new(&mut patches[..rows * pitch], rows, pitch);
                    gemm(E::ONE, d, weight, E::ZERO, room);
                    add_patches(self, &patches, places, &mut padded);
                }
                self.for_each_row(images, |to, from| {
                    dx[to..to + row].copy_from_slice(&padded[from..from + row])
                });
            }
        });
        dx
    }
}

vectorized! {
    /// Writes the patches at some places of padded images.
    fn copy_patches[E: Element](sizes: &Convolution, images: &[E], places: Range<usize>, patches: &mut [E]) {
        let (row, pitch, padded_row) = (sizes.kernel.1 * sizes.channels, sizes.pitch(), sizes.padded_row());
        sizes.for_each_place(places, |index, start| {
            for y in 0..sizes.kernel.0 {
                let (from, to) = (start + y * padded_row, index * pitch + y * row);
                // What lies beyond the row is written over by the next one.
                for at in (0..row).step_by(BLOCK) {
                    patches[to + at..][..BLOCK].copy_from_slice(&images[from + at..][..BLOCK]);
                }
            }
        });
    }
}

vectorized! {
    /// Adds the patches at some places to padded images.
    fn add_patches[E: Element](sizes: &Convolution, patches: &[E], places: Range<usize>, images: &mut [E]) {
        let (row, pitch, padded_row) = (sizes.kernel.1 * sizes.channels, sizes.pitch(), sizes.padded_row());
        sizes.for_each_place(places, |index, start| {
            for y in 0..sizes.kernel.0 {
                let (to, from) = (start + y * padded_row, index * pitch + y * row);
                for at in (0..row).step_by(BLOCK) {
                    let (to, from) = (&mut images[to + at..][..BLOCK], &patches[from + at..][..BLOCK]);
                    for (lane, (to, &from)) in to.iter_mut().zip(from).enumerate() {
                        *to += if lane < row - at { from } else { E::ZERO };
                    }
                }
            }
        });
    }
}

/// The transposed matrix.
fn transposed<E: Element>(matrix: &[E], rows: usize, columns: usize) -> Buffer<E> {
    let mut transposed = Buffer::unset(rows * columns);
    for first in (0..rows).step_by(BLOCK) {
        for column in 0..columns {
            for row in first..rows.min(first + BLOCK) {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }
    }
    transposed
}

/// Fills `y` with the same row.
fn fill_rows<E: Element>(y: &mut [E], row: &[E]) {
    y[..row.len()].copy_from_slice(row);
    let mut filled = row.len();
    while filled < y.len() {
        let more = filled.min(y.len() - filled);
        y.copy_within(..more, filled);
        filled += more;
    }
}
