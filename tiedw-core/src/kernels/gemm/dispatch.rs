//! Dispatch of `f32` products on CPUs with AVX2, AVX-512 or AMX.

use std::arch::x86_64::{__m128, __m256, __m512};

use super::amx;
use super::mat::{MatMut, MatRef};
use super::product::Product;
use super::register::{Kernels, Register};
use super::tiled::TRANSPOSED;
use crate::kernels::Vectors;

/// Up to this many rows always use dot products, if rows of A and columns of B are contiguous.
const FEW_ROWS: usize = 8;
/// This many elements of A stay in L2 while dot products read them repeatedly.
const NEAR: usize = 40 << 10;

/// C <- alpha A B + beta C. Returns false if the CPU has no such ISA, or if neither rows nor columns of C are
/// contiguous.
///
/// The sizes must agree, and be nonzero.
pub(super) fn gemm(
    alpha: f32,
    a: &MatRef<'_, f32>,
    b: &MatRef<'_, f32>,
    beta: f32,
    c: &MatMut<'_, f32>,
) -> bool {
    assert!(a.columns == b.rows && a.rows == c.rows && b.columns == c.columns);
    // If only the columns of C are contiguous, compute the transposed product: Cᵀ = Bᵀ Aᵀ.
    let (a, b, c) = if together(c.columns, c.column_stride) { (*a, *b, *c) } else { (b.t(), a.t(), c.t()) };
    if !together(c.columns, c.column_stride) {
        return false;
    }
    match Vectors::in_use() {
        // SAFETY: the CPU has this ISA, or `in_use` would return less; the sizes agree.
        Vectors::Amx | Vectors::Avx512 => unsafe { dispatch::<__m512>(alpha, a, b, beta, c) },
        // SAFETY: as above.
        Vectors::Avx2 => unsafe { dispatch::<__m256>(alpha, a, b, beta, c) },
        Vectors::Portable => return false,
    }
    true
}

/// C <- alpha A B + beta C for small products; rows of A and columns of B must be contiguous, and k nonzero.
#[inline]
pub(super) fn few_dots(alpha: f32, a: MatRef<'_, f32>, b: MatRef<'_, f32>, beta: f32, c: MatMut<'_, f32>) {
    assert!(a.columns == b.rows && a.rows == c.rows && b.columns == c.columns);
    assert!(a.columns > 0 && a.column_stride == 1 && b.row_stride == 1);
    // SAFETY: the constructors of the operands checked that every index is in bounds of their slices, and that the
    // elements of C are disjoint; the sizes agree. So all reads and writes that the type lists are allowed. C may be
    // written through its cells, and no `&[f32]` can overlap them. Every x86-64 CPU has SSE2.
    unsafe { Product::new(alpha, a, b, beta, c).dots::<__m128, 1, 4>() };
}

/// Whether dot products for this many rows cost less than tiles, which transpose A or B and may leave lanes idle.
fn few_enough<R: Kernels>(rows: usize, depth: usize, columns: usize) -> bool {
    /// The cost of the horizontal sum of a dot product, in multiplications.
    const SUMMED: usize = 40;
    let dots = (depth + SUMMED) * rows * columns;
    rows <= FEW_ROWS
        || rows * depth <= NEAR && {
            let lanes = |count: usize| count.next_multiple_of(R::LANES);
            let by_columns = TRANSPOSED * depth * columns + rows * depth * lanes(columns);
            let by_rows = TRANSPOSED * (rows * depth + 3 * rows * columns) + lanes(rows) * depth * columns;
            dots < by_columns.min(by_rows)
        }
}

/// Whether `count` elements with this stride are contiguous.
fn together(count: usize, stride: usize) -> bool {
    stride == 1 || count == 1
}

/// # Safety
/// The CPU has the ISA of `R`; the sizes agree and are nonzero; the columns of C are adjacent in memory.
unsafe fn dispatch<R: Kernels>(
    alpha: f32,
    a: MatRef<'_, f32>,
    b: MatRef<'_, f32>,
    beta: f32,
    c: MatMut<'_, f32>,
) {
    let (m, k, n) = (a.rows, a.columns, b.columns);
    let in_rows = together(k, a.column_stride) && together(k, b.row_stride);
    // SAFETY: the constructors of the operands checked that every index is in bounds of their slices, and that the
    // elements of C are disjoint; the sizes agree. So all reads and writes that each type lists are allowed. C may be
    // written through its cells, and no `&[f32]` can overlap them.
    unsafe {
        let product = Product::new(alpha, a, b, beta, c);
        if Vectors::in_use() == Vectors::Amx
            && product.a.is_dense()
            && product.b.is_dense()
            && amx::are_cheaper(m, k, n, 1)
        {
            amx::compute(&product, None);
        } else if in_rows && few_enough::<R>(m, k, n) {
            product.by_dots::<R>();
        } else if in_rows && few_enough::<R>(n, k, m) {
            product.t().by_dots::<R>();
        } else if (m == 1 || k == 1) && together(n, b.column_stride) {
            product.by_rows::<R>();
        } else if n <= <__m256 as Register>::LANES {
            // Half of a wider register would be idle.
            product.by_tiles::<__m256>();
        } else {
            product.by_tiles::<R>();
        }
    }
}
