//! Products that are too small for packing or threads.

use super::mat::{MatMut, MatRef};
use super::plan::{Shape, Small};
use crate::Element;

/// Elements that are accumulated independently: the compiler vectorizes them for every architecture.
const LANES: usize = 4;

/// C <- alpha A B + beta C. The sizes must agree.
#[inline]
pub(super) fn small<E: Element>(alpha: E, a: MatRef<'_, E>, b: MatRef<'_, E>, beta: E, c: MatMut<'_, E>) {
    let plan = Small::new(&Shape::new(&a, &b, &c));
    if plan == Small::Dots {
        return E::dots(alpha, a, b, beta, c);
    }
    assert!(a.columns == b.rows && a.rows == c.rows && b.columns == c.columns);
    let outer = plan == Small::Outer;
    assert!(a.columns == 1 || !outer);
    let (product, columns) = (Sums { alpha, a, b, beta, c, outer }, c.columns);
    let mut next = 0;
    // SAFETY: the sizes agree, and k is 1 if `outer`; columns before `next` are done, and at least as many columns as
    // each call computes are left.
    unsafe {
        if b.column_stride == 1 && c.column_stride == 1 {
            while next + 2 * LANES <= columns {
                next += product.columns::<{ 2 * LANES }>(next);
            }
            if columns & LANES != 0 {
                next += product.columns::<LANES>(next);
            }
            if columns & 2 != 0 {
                next += product.columns::<2>(next);
            }
        }
        while next < columns {
            next += product.columns::<1>(next);
        }
    }
}

/// C <- alpha A B + beta C.
///
/// # Safety
/// Whoever computes columns of it guarantees that the sizes of the three agree, that k is 1 if `outer`, that the
/// columns exist, and that several columns are adjacent in B and in C. Then each element that is read or written is
/// inside its slice, as the constructors of the operands have checked.
struct Sums<'a, E> {
    alpha: E,
    a: MatRef<'a, E>,
    b: MatRef<'a, E>,
    beta: E,
    c: MatMut<'a, E>,
    outer: bool,
}

impl<E: Element> Sums<'_, E> {
    /// Computes `N` columns from `first` on, and returns `N`.
    ///
    /// # Safety
    /// As for the type.
    #[inline(always)]
    unsafe fn columns<const N: usize>(&self, first: usize) -> usize {
        let Sums { a, b, .. } = *self;
        // SAFETY: see the type. Pointers may move past the last element, but are not read there.
        let row = |from: *const E| unsafe { from.cast::<[E; N]>().read_unaligned() };
        let (mut a_row, b_row) = (a.data.as_ptr(), b.data.as_ptr().wrapping_add(first * b.column_stride));
        if self.outer {
            let row = row(b_row);
            for i in 0..a.rows {
                // SAFETY: as above.
                unsafe { self.write(i, first, row.map(|number| *a_row * number)) };
                a_row = a_row.wrapping_add(a.row_stride);
            }
            return N;
        }
        for i in 0..a.rows {
            let (mut a_at, mut b_at, mut sums) = (a_row, b_row, [E::ZERO; N]);
            for _ in 0..a.columns {
                // SAFETY: as above.
                let (factor, row) = (unsafe { *a_at }, row(b_at));
                for (sum, number) in sums.iter_mut().zip(row) {
                    *sum += factor * number;
                }
                a_at = a_at.wrapping_add(a.column_stride);
                b_at = b_at.wrapping_add(b.row_stride);
            }
            // SAFETY: as above.
            unsafe { self.write(i, first, sums) };
            a_row = a_row.wrapping_add(a.row_stride);
        }
        N
    }

    /// # Safety
    /// As for the type.
    #[inline(always)]
    unsafe fn write<const N: usize>(&self, i: usize, first: usize, sums: [E; N]) {
        let Sums { alpha, beta, c, .. } = *self;
        for (lane, sum) in sums.into_iter().enumerate() {
            // SAFETY: see the type.
            let c = unsafe { &*c.data.as_ptr().add(i * c.row_stride + (first + lane) * c.column_stride) };
            c.set(if beta == E::ZERO { alpha * sum } else { alpha * sum + beta * c.get() });
        }
    }
}

/// C <- alpha A B + beta C by dot products; rows of A and columns of B must be contiguous.
#[inline]
pub(super) fn dots<E: Element>(alpha: E, a: MatRef<'_, E>, b: MatRef<'_, E>, beta: E, c: MatMut<'_, E>) {
    for i in 0..c.rows {
        let row = &a.data[i * a.row_stride..][..a.columns];
        for j in 0..c.columns {
            let sum = alpha * dot(row, &b.data[j * b.column_stride..][..a.columns]);
            let c = &c.data[i * c.row_stride + j * c.column_stride];
            c.set(if beta == E::ZERO { sum } else { sum + beta * c.get() });
        }
    }
}

/// The dot product.
#[inline]
pub(in crate::kernels) fn dot<E: Element>(x: &[E], y: &[E]) -> E {
    let (x_chunks, x_rest) = x.as_chunks::<LANES>();
    let (y_chunks, y_rest) = y.as_chunks::<LANES>();
    let mut sums = [E::ZERO; LANES];
    for (x, y) in x_chunks.iter().zip(y_chunks) {
        for ((sum, &x), &y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    let rest = x_rest.iter().zip(y_rest).fold(E::ZERO, |sum, (&x, &y)| sum + x * y);
    (sums[0] + sums[2]) + (sums[1] + sums[3]) + rest
}
