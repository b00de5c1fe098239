//! Copies from images to a matrix of patches (im2col), and back.

use std::ops::Range;

use super::Convolution;
use crate::Element;
use crate::kernels::simd::vectorized;

/// The maximum number of elements copied or added at once. A copy of the end of a run may write that far beyond it.
pub(super) const BLOCK: usize = 16;

impl Convolution {
    /// Whether the matrix of patches is column-major, which keeps the longer runs of an image contiguous.
    fn in_columns(&self) -> bool {
        self.channels == 1 && self.stride.1 == 1 && self.output().1 > self.kernel.1
    }

    /// The row and the column stride of a matrix of `patches` patches.
    pub(super) fn strides(&self, patches: usize) -> (usize, usize) {
        if self.is_direct() {
            (self.patch(), 1)
        } else if self.in_columns() {
            // An odd number of cache lines: else the columns may map to few cache sets.
            (1, ((patches + BLOCK - 1).div_ceil(BLOCK) | 1) * BLOCK)
        } else {
            (self.patch().next_multiple_of(BLOCK), 1)
        }
    }

    /// For each output row in `places`: its first position relative to `places.start`, the start of its patch in the
    /// padded images, and the number of its positions.
    #[inline(always)]
    pub(super) fn lines(
        &self,
        places: Range<usize>,
    ) -> impl Iterator<Item = (usize, usize, usize)> + use<'_> {
        let (height, width) = self.output();
        let rows = places.start / width..places.end.div_ceil(width);
        let (mut image, mut y) = (rows.start / height * self.padded_image(), rows.start % height);
        rows.map(move |row| {
            let start = image + y * self.stride.0 * self.padded_row();
            y += 1;
            if y == height {
                (image, y) = (image + self.padded_image(), 0);
            }
            let (first, end) = (places.start.max(row * width), places.end.min((row + 1) * width));
            let x = (first - row * width) * self.stride.1 * self.channels;
            (first - places.start, start + x, end - first)
        })
    }

    /// Visits each run of contiguous elements in the patches at `places`.
    #[inline(always)]
    fn for_each_run<const IN_COLUMNS: bool>(&self, places: Range<usize>, mut visit: impl Visit) {
        let (pitch, column_pitch) = self.strides(places.len());
        let (row, padded_row) = (self.kernel.1 * self.channels, self.padded_row());
        let (columns, rows) = if IN_COLUMNS { (self.patch(), 1) } else { (1, self.kernel.0) };
        for column in 0..columns {
            let offset = column / row * padded_row + column % row;
            for (index, start, count) in self.lines(places.clone()) {
                let (length, count) = if IN_COLUMNS { (count, 1) } else { (row, count) };
                for x in 0..count {
                    for y in 0..rows {
                        let in_images = start + offset + x * self.stride.1 * self.channels + y * padded_row;
                        let in_patches = column * column_pitch + (index + x) * pitch + y * row;
                        visit.run(in_images, in_patches, length);
                    }
                }
            }
        }
    }
}

vectorized! {
    /// Copies the patches at `places` from padded images.
    pub(super) fn copy_patches[E: Element](sizes: &Convolution, images: &[E], places: Range<usize>, patches: &mut [E]) {
        match (sizes.in_columns(), sizes.kernel.1 * sizes.channels) {
            (true, _) => sizes.for_each_run::<true>(places, Copy::<E, BLOCK> { images, patches }),
            (_, ..=4) => sizes.for_each_run::<false>(places, Copy::<E, 4> { images, patches }),
            (_, ..=8) => sizes.for_each_run::<false>(places, Copy::<E, 8> { images, patches }),
            _ => sizes.for_each_run::<false>(places, Copy::<E, BLOCK> { images, patches }),
        }
    }
}

vectorized! {
    /// Accumulates the patches at `places` into padded images.
    pub(super) fn add_patches[E: Element](sizes: &Convolution, patches: &[E], places: Range<usize>, images: &mut [E]) {
        if sizes.in_columns() {
            sizes.for_each_run::<true>(places, Add { images, patches });
        } else {
            sizes.for_each_run::<false>(places, Add { images, patches });
        }
    }
}

/// An operation on runs that are contiguous both in the padded images and in the matrix of patches. It is a trait,
/// since a closure that is not inlined is compiled for the baseline ISA.
trait Visit {
    fn run(&mut self, in_images: usize, in_patches: usize, count: usize);
}

/// Copies runs of images, `B` elements at a time. What is written beyond a run is overwritten by the next.
struct Copy<'a, E, const B: usize> {
    images: &'a [E],
    patches: &'a mut [E],
}

impl<E: Element, const B: usize> Visit for Copy<'_, E, B> {
    #[inline(always)]
    fn run(&mut self, in_images: usize, in_patches: usize, count: usize) {
        for at in (0..count).step_by(B) {
            self.patches[in_patches + at..][..B].copy_from_slice(&self.images[in_images + at..][..B]);
        }
    }
}

/// Accumulates runs of patches.
struct Add<'a, E> {
    images: &'a mut [E],
    patches: &'a [E],
}

impl<E: Element> Visit for Add<'_, E> {
    #[inline(always)]
    fn run(&mut self, in_images: usize, in_patches: usize, count: usize) {
        let (to, from) = (&mut self.images[in_images..][..count], &self.patches[in_patches..][..count]);
        let whole = count - count % BLOCK;
        for at in (0..whole).step_by(BLOCK) {
            add::<E, BLOCK>(to, from, at);
        }
        if count & 8 != 0 {
            add::<E, 8>(to, from, whole);
        }
        if count & 4 != 0 {
            add::<E, 4>(to, from, whole + (count & 8));
        }
        if count & 2 != 0 {
            add::<E, 2>(to, from, whole + (count & 12));
        }
        if count & 1 != 0 {
            add::<E, 1>(to, from, count - 1);
        }
    }
}

/// Adds `N` elements.
#[inline(always)]
fn add<E: Element, const N: usize>(to: &mut [E], from: &[E], at: usize) {
    for (to, &from) in to[at..][..N].iter_mut().zip(&from[at..][..N]) {
        *to += from;
    }
}
