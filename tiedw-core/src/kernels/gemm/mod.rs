//! GEMM: C <- alpha A B + beta C. The module `plan` decides how, and the others compute it.

#[cfg(target_arch = "x86_64")]
mod amx;
mod batch;
#[cfg(target_arch = "x86_64")]
mod dispatch;
#[cfg(target_arch = "x86_64")]
mod dots;
mod dual;
mod library;
mod mat;
mod packed;
mod plan;
#[cfg(target_arch = "x86_64")]
mod product;
#[cfg(target_arch = "x86_64")]
mod register;
#[cfg(target_arch = "x86_64")]
mod rows;
mod small;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod tile;
#[cfg(target_arch = "x86_64")]
mod tiled;
#[cfg(target_arch = "x86_64")]
mod transpose;

#[cfg(target_arch = "x86_64")]
pub(super) use amx::has_tiles;
pub(crate) use batch::gemm_of_batch;
pub use mat::{MatMut, MatRef};
use packed::Pack;
pub(crate) use packed::Packed;
pub(super) use plan::{is_small, is_unrolled};

use std::convert::Infallible;

use crate::Element;
use crate::kernels::Vectors;
use crate::kernels::rows::sum_in_blocks;
use crate::kernels::threads::available_threads;
use plan::{Float, Plan, Shape};
pub(super) use small::dot;
use small::small;

/// Matrix products of one element type.
pub trait Gemm: Sized {
    /// The packed form of a matrix that several products use.
    #[doc(hidden)]
    type Strips: Pack<Self>;

    /// C <- alpha A B + beta C without packing or threads. Rows of A and columns of B must be contiguous, the sizes
    /// must agree, and k must be nonzero.
    #[doc(hidden)]
    fn dots(alpha: Self, a: MatRef<'_, Self>, b: MatRef<'_, Self>, beta: Self, c: MatMut<'_, Self>);

    /// C <- alpha A B + beta C, packed and on threads if that pays. The sizes must agree and be nonzero.
    #[doc(hidden)]
    fn large(alpha: Self, a: &MatRef<'_, Self>, b: &MatRef<'_, Self>, beta: Self, c: &MatMut<'_, Self>);
}

impl Gemm for f32 {
    #[cfg(target_arch = "x86_64")]
    type Strips = amx::Strips;
    #[cfg(not(target_arch = "x86_64"))]
    type Strips = Infallible;

    #[inline]
    fn dots(alpha: f32, a: MatRef<'_, f32>, b: MatRef<'_, f32>, beta: f32, c: MatMut<'_, f32>) {
        #[cfg(target_arch = "x86_64")]
        dispatch::few_dots(alpha, a, b, beta, c);
        #[cfg(not(target_arch = "x86_64"))]
        small::dots(alpha, a, b, beta, c);
    }

    #[inline]
    fn large(alpha: f32, a: &MatRef<'_, f32>, b: &MatRef<'_, f32>, beta: f32, c: &MatMut<'_, f32>) {
        #[cfg(target_arch = "x86_64")]
        dispatch::gemm(alpha, a, b, beta, c);
        #[cfg(not(target_arch = "x86_64"))]
        library::sgemm(alpha, *a, *b, beta, *c);
    }
}

impl Gemm for f64 {
    type Strips = Infallible;

    #[inline]
    fn dots(alpha: f64, a: MatRef<'_, f64>, b: MatRef<'_, f64>, beta: f64, c: MatMut<'_, f64>) {
        small::dots(alpha, a, b, beta, c);
    }

    #[inline]
    fn large(alpha: f64, a: &MatRef<'_, f64>, b: &MatRef<'_, f64>, beta: f64, c: &MatMut<'_, f64>) {
        let plan = || Plan::new(&Shape::new(a, b, c), Float::F64, Vectors::in_use(), available_threads());
        debug_assert_eq!(plan(), Plan::Library);
        library::dgemm(alpha, *a, *b, beta, *c);
    }
}

/// General matrix multiply: C <- alpha A B + beta C; if beta is 0, C is not read.
///
/// * `a`: m by k; `b`: k by n; `c`: m by n, each with any strides.
///
/// ```
/// use tiedw_core::kernels::{MatMut, MatRef, gemm};
///
/// let (a, b, mut c) = ([1.0, 2.0], [10.0, 100.0], [7.0]);
/// gemm(1.0, MatRef::new(&a, 1, 2), MatRef::new(&b, 2, 1), 1.0, MatMut::new(&mut c, 1, 1));
/// assert_eq!(c, [7.0 + 210.0]);
/// ```
///
/// # Panics
/// If the sizes disagree.
#[inline]
pub fn gemm<E: Element>(alpha: E, a: MatRef<'_, E>, b: MatRef<'_, E>, beta: E, c: MatMut<'_, E>) {
    assert!(
        a.columns == b.rows && a.rows == c.rows && b.columns == c.columns,
        "a matrix product of {}x{} and {}x{} into {}x{}",
        a.rows,
        a.columns,
        b.rows,
        b.columns,
        c.rows,
        c.columns
    );
    if plan::is_small(a.rows, a.columns, b.columns) {
        small(alpha, a, b, beta, c);
    } else if plan::sums_in_blocks(a.rows, a.columns, b.columns) {
        in_blocks(alpha, a, b, beta, c);
    } else {
        E::large(alpha, &a, &b, beta, &c);
    }
}

/// C <- alpha A B + beta C in blocks along k. The sizes must agree.
#[cold]
fn in_blocks<E: Element>(alpha: E, a: MatRef<'_, E>, b: MatRef<'_, E>, beta: E, c: MatMut<'_, E>) {
    let (m, n) = (a.rows, b.columns);
    let sums = sum_in_blocks(a.columns, plan::BLOCK, m * n, |terms, sums| {
        let (a, b) = (a.columns(terms.clone()), b.t().columns(terms).t());
        gemm(alpha, a, b, E::ZERO, MatMut::new(sums, m, n));
    });
    for (i, sums) in sums.chunks_exact(n.max(1)).enumerate() {
        for (j, &sum) in sums.iter().enumerate() {
            let c = &c.data[i * c.row_stride + j * c.column_stride];
            c.set(if beta == E::ZERO { sum } else { sum + beta * c.get() });
        }
    }
}
