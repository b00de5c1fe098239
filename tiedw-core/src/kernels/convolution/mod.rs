//! Convolutions in channels-last layout, as matrix products with the patches of the input (im2col).

mod patches;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::ops::Range;

use super::{MatMut, MatRef, gemm};
use crate::Element;
use crate::kernels::threads::{num_tasks, parallel_for_each};
use crate::pooled_vec::PooledVec;
use patches::{BLOCK, add_patches, copy_patches};

/// The sizes of a convolution; each pair is (height, width).
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

/// The elements of the patches of one matrix product, few enough to stay in L2.
const ROOM: usize = 1 << 16;
/// The minimum number of patches per matrix product.
const FEWEST: usize = 128;
/// The maximum number of patches per matrix product: more gain nothing.
const MOST: usize = 1024;
/// Fewer multiplications than this are not worth another thread.
const MIN_TASK_SIZE: usize = 1 << 19;
/// The cotangent of the weight is a sum over parts of the batch: the maximum number of parts, and of elements of all
/// sums.
const SUMS: usize = 16;
const ROOM_OF_SUMS: usize = 1 << 20;

impl Convolution {
    /// The height and width of the output.
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

    /// The number of elements of an image.
    fn image(&self) -> usize {
        self.input.0 * self.input.1 * self.channels
    }

    /// The number of elements in a row of a padded image.
    fn padded_row(&self) -> usize {
        (self.input.1 + 2 * self.padding.1) * self.channels
    }

    fn padded_image(&self) -> usize {
        (self.input.0 + 2 * self.padding.0) * self.padded_row()
    }

    /// The number of elements of the output of an image.
    fn result(&self) -> usize {
        self.places() * self.outputs
    }

    fn patch(&self) -> usize {
        self.kernel.0 * self.kernel.1 * self.channels
    }

    /// Whether the input already is the matrix of patches.
    fn is_direct(&self) -> bool {
        self.kernel == (1, 1) && self.stride == (1, 1) && self.padding == (0, 0)
    }

    /// Whether the forward products are large enough if each reads a single row of one image. Then no patch is copied.
    /// A batch of a single group is left to larger products, which use several threads.
    fn reads_in_place(&self) -> bool {
        const DEEP: usize = 64;
        const ROWS: usize = 24;
        !self.is_direct()
            && self.batch > self.group()
            && self.kernel.1 * self.channels >= DEEP
            && self.output().1 >= ROWS
            && self.outputs.is_multiple_of(BLOCK)
    }

    /// The maximum number of patches per matrix product.
    fn most(&self) -> usize {
        (ROOM / self.patch()).clamp(FEWEST, MOST)
    }

    /// The number of images processed at once. It does not depend on the number of threads, so that no result does.
    fn group(&self) -> usize {
        (self.most() / self.places()).clamp(1, self.batch.max(1))
    }

    /// The number of parallel tasks that the groups of images are split into.
    fn pieces(&self) -> usize {
        let groups = self.batch.div_ceil(self.group()).max(1);
        num_tasks(self.batch * self.result() * self.patch(), MIN_TASK_SIZE).min(groups)
    }

    /// The number of images in each of `parts` parts of the batch, a multiple of the group size.
    fn images_of_part(&self, parts: usize) -> usize {
        self.batch.div_ceil(self.group()).div_ceil(parts).max(1) * self.group()
    }

    /// The range of patches of each matrix product for `images` images that are processed at once.
    fn products(&self, images: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let places = images * self.places();
        let count = if images > 1 { 1 } else { places.div_ceil(self.most()) };
        let step = places.div_ceil(count.max(1)).max(1);
        (0..places).step_by(step).map(move |start| start..(start + step).min(places))
    }

    /// Scratch memory for a group of padded images.
    fn room_for_images<E: Element>(&self) -> PooledVec<E> {
        let count = if self.is_direct() { 0 } else { self.group() * self.padded_image() + BLOCK };
        PooledVec::zeros(count)
    }

    /// Scratch memory for the patches of one matrix product.
    fn room_for_patches<E: Element>(&self) -> PooledVec<E> {
        let most = self.products(self.group()).next().map_or(0, |places| places.len());
        let (row, column) = self.strides(most);
        PooledVec::unset(if self.is_direct() { 0 } else { most * row + self.patch() * column + BLOCK })
    }

    /// For each row of the images, calls `f` with its start in the images, and in the padded images.
    fn for_each_row(&self, images: usize, mut f: impl FnMut(usize, usize)) {
        let row = self.input.1 * self.channels;
        for image in 0..if self.is_direct() { 0 } else { images } {
            for y in 0..self.input.0 {
                let padded = image * self.padded_image() + (y + self.padding.0) * self.padded_row();
                f(image * self.image() + y * row, padded + self.padding.1 * self.channels);
            }
        }
    }

    /// For each matrix product of the images in `x`, calls `f` with a range of output positions, a range of columns of
    /// the patch matrix, and that part of the matrix. The columns are all at once, or if `in_place` one kernel row,
    /// whose values are contiguous in the padded images.
    fn for_each_product<E: Element>(
        &self,
        x: &[E],
        in_place: bool,
        mut f: impl FnMut(Range<usize>, Range<usize>, MatRef<'_, E>),
    ) {
        let (mut padded, mut room) = (self.room_for_images(), self.room_for_patches());
        let (places, row) = (self.places(), self.input.1 * self.channels);
        for (group, x) in x.chunks(self.group() * self.image()).enumerate() {
            let images = x.len() / self.image();
            let before = group * self.group() * places;
            self.for_each_row(images, |from, to| padded[to..to + row].copy_from_slice(&x[from..from + row]));
            if in_place {
                let (run, step) = (self.kernel.1 * self.channels, self.stride.1 * self.channels);
                for (first, start, count) in self.lines(0..images * places) {
                    for y in 0..self.kernel.0 {
                        let patches = &padded[start + y * self.padded_row()..];
                        let patches = MatRef::with_strides(patches, count, run, step, 1);
                        f(before + first..before + first + count, y * run..(y + 1) * run, patches);
                    }
                }
                continue;
            }
            for places in self.products(images) {
                let room = if self.is_direct() {
                    &x[places.start * self.patch()..]
                } else {
                    copy_patches(self, &padded, places.clone(), &mut room);
                    &room[..]
                };
                let (row, column) = self.strides(places.len());
                let patches = MatRef::with_strides(room, places.len(), self.patch(), row, column);
                f(before + places.start..before + places.end, 0..self.patch(), patches);
            }
        }
    }

    /// Calls `each` for each part, in parallel if there are several tasks.
    fn share<P: Send>(&self, parts: impl Iterator<Item = P>, each: impl Fn(P) + Sync) {
        if self.pieces() > 1 { parallel_for_each(parts, each) } else { parts.for_each(each) }
    }

    /// The convolution of `x` with `weight`, plus `bias`.
    ///
    /// * `x`: [batch, height, width, channels]; `weight`: [outputs, kernel, channels]; `bias`: [outputs]; the result:
    ///   [batch, output, outputs].
    pub(crate) fn convolve<E: Element>(&self, x: &[E], weight: &[E], bias: &[E]) -> PooledVec<E> {
        let (patch, outputs) = (self.patch(), self.outputs);
        let weight = transposed(weight, outputs, patch);
        let mut y = PooledVec::unset(self.batch * self.result());
        let images = self.images_of_part(self.pieces());
        let parts = x.chunks(images * self.image()).zip(y.chunks_mut(images * self.result()));
        self.share(parts, |(x, y)| {
            self.for_each_product(x, self.reads_in_place(), |places, columns, patches| {
                let y = &mut y[places.start * outputs..places.end * outputs];
                if columns.start == 0 {
                    fill_rows(y, bias);
                }
                let weight = &weight[columns.start * outputs..columns.end * outputs];
                let weight = MatRef::new(weight, columns.len(), outputs);
                gemm(E::ONE, patches, weight, E::ONE, MatMut::new(y, places.len(), outputs));
            });
        });
        y
    }

    /// Accumulates the cotangent of the weight in cells, whose beta is given as in GEMM, and returns that of the bias.
    pub(crate) fn convolve_vjp_of_weight<E: Element>(
        &self,
        x: &[E],
        d: &[E],
        dweight: Option<(&[Cell<E>], E)>,
    ) -> PooledVec<E> {
        let (patch, outputs) = (self.patch(), self.outputs);
        let one = [E::ONE];
        // Each part of the batch has sums of its own: the cotangent of the weight, then that of the bias.
        let count = if dweight.is_some() { patch * outputs } else { 0 };
        let size = count + outputs;
        let images = self.images_of_part((ROOM_OF_SUMS / size).clamp(1, SUMS));
        let mut sums = match self.batch {
            0 => PooledVec::zeros(size),
            batch => PooledVec::unset(batch.div_ceil(images) * size),
        };
        let parts = x.chunks(images * self.image()).zip(d.chunks(images * self.result()));
        self.share(parts.zip(sums.chunks_exact_mut(size)), |((x, d), sums)| {
            let (dweight, dbias) = sums.split_at_mut(count);
            let rows = d.len() / outputs;
            let ones = MatRef::with_strides(&one, 1, rows, 0, 0);
            gemm(E::ONE, ones, MatRef::new(d, rows, outputs), E::ZERO, MatMut::new(dbias, 1, outputs));
            if count == 0 {
                return;
            }
            let mut beta = E::ZERO;
            self.for_each_product(x, false, |places, _, patches| {
                let d = &d[places.start * outputs..places.end * outputs];
                let d = MatRef::new(d, places.len(), outputs);
                gemm(E::ONE, patches.t(), d, beta, MatMut::new(dweight, patch, outputs));
                beta = E::ONE;
            });
            if beta == E::ZERO {
                dweight.fill(E::ZERO);
            }
        });
        let (total, others) = sums.split_at_mut(size);
        for others in others.chunks_exact(size) {
            total.iter_mut().zip(others).for_each(|(total, &other)| *total += other);
        }
        if let Some((cells, beta)) = dweight {
            let total = transposed(&total[..count], patch, outputs);
            for (cell, &total) in cells.iter().zip(&total) {
                cell.set(if beta == E::ZERO { total } else { beta * cell.get() + total });
            }
        }
        PooledVec::copy(&total[count..])
    }

    /// The cotangent of the input.
    pub(crate) fn convolve_vjp_of_input<E: Element>(&self, weight: &[E], d: &[E]) -> PooledVec<E> {
        let (patch, outputs, row) = (self.patch(), self.outputs, self.input.1 * self.channels);
        let weight = MatRef::new(weight, outputs, patch);
        let mut dx = PooledVec::unset(self.batch * self.image());
        let images = self.images_of_part(self.pieces());
        let parts = d.chunks(images * self.result()).zip(dx.chunks_mut(images * self.image()));
        self.share(parts, |(d, dx)| {
            let (mut padded, mut room) = (self.room_for_images(), self.room_for_patches());
            let groups =
                d.chunks(self.group() * self.result()).zip(dx.chunks_mut(self.group() * self.image()));
            for (d, dx) in groups {
                let images = d.len() / self.result();
                padded.fill(E::ZERO);
                for places in self.products(images) {
                    let rows = places.len();
                    let d = MatRef::new(&d[places.start * outputs..places.end * outputs], rows, outputs);
                    let room = if self.is_direct() { &mut dx[places.start * patch..] } else { &mut room[..] };
                    let (row, column) = self.strides(rows);
                    let cells = Cell::from_mut(&mut *room).as_slice_of_cells();
                    gemm(E::ONE, d, weight, E::ZERO, MatMut::with_strides(cells, rows, patch, row, column));
                    if !self.is_direct() {
                        add_patches(self, room, places, &mut padded);
                    }
                }
                self.for_each_row(images, |to, from| {
                    dx[to..to + row].copy_from_slice(&padded[from..from + row])
                });
            }
        });
        dx
    }
}

/// The transpose of a matrix of `rows` x `columns`, row by row.
pub(crate) fn transposed<E: Element>(matrix: &[E], rows: usize, columns: usize) -> PooledVec<E> {
    let mut transposed = PooledVec::unset(rows * columns);
    for first in (0..rows).step_by(BLOCK) {
        for column in 0..columns {
            for row in first..rows.min(first + BLOCK) {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }
    }
    transposed
}

/// Fills `y` with copies of `row`.
fn fill_rows<E: Element>(y: &mut [E], row: &[E]) {
    y[..row.len()].copy_from_slice(row);
    let mut filled = row.len();
    while filled < y.len() {
        let more = filled.min(y.len() - filled);
        y.copy_within(..more, filled);
        filled += more;
    }
}
