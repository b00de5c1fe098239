//! Products of `f32` on x86-64: carries out the plan.

use std::arch::x86_64::{__m128, __m256, __m512};

use super::mat::{MatMut, MatRef};
use super::plan::{Float, Kernel, Plan, Shape, Split, contiguous};
use super::product::Product;
use super::register::Kernels;
use super::{amx, library};
use crate::kernels::Vectors;
use crate::kernels::threads::available_threads;

/// C <- alpha A B + beta C for products that are not small. The sizes must agree.
pub(super) fn gemm(alpha: f32, a: &MatRef<'_, f32>, b: &MatRef<'_, f32>, beta: f32, c: &MatMut<'_, f32>) {
    assert!(a.columns == b.rows && a.rows == c.rows && b.columns == c.columns);
    let mut product = Product::new(alpha, *a, *b, beta, *c);
    match Plan::new(&product.shape(), Float::F32, Vectors::in_use(), available_threads()) {
        Plan::Small(_) => unreachable!("`gemm` computes small products itself"),
        Plan::Library => library::sgemm(alpha, *a, *b, beta, *c),
        Plan::Amx { transposed, split } => {
            if transposed {
                product.transpose();
            }
            let Shape { a, b, c, n, .. } = product.shape();
            assert!(a.is_dense() && b.is_dense() && contiguous(n, c.column));
            assert!(Vectors::in_use() == Vectors::Amx);
            // SAFETY: the constructors of the operands checked that every index is in bounds of their slices, and that
            // the elements of C are disjoint; the sizes agree. So all reads and writes that each type lists are
            // allowed. C may be written through its cells, and no `&[f32]` can overlap them. The rest of the contract
            // was just checked.
            unsafe { amx::compute(&product, split, None) }
        }
        Plan::Vectors { isa, transposed, kernel, split } => {
            if transposed {
                product.transpose();
            }
            assert!(isa <= Vectors::in_use());
            // SAFETY: as above for the operands; the CPU has this ISA, or `in_use` would return less.
            unsafe {
                match isa {
                    Vectors::Avx512 => by_vectors::<__m512>(&product, kernel, split),
                    Vectors::Avx2 => by_vectors::<__m256>(&product, kernel, split),
                    _ => unreachable!("no kernel by vectors has the ISA {isa:?}"),
                }
            }
        }
    }
}

/// Computes a product with a kernel for the ISA of `R`, whose layout is checked.
///
/// # Safety
/// As for [`Product`], and the CPU has the ISA of `R`.
#[inline(always)]
unsafe fn by_vectors<R: Kernels>(product: &Product, kernel: Kernel, split: Split) {
    let Shape { m, k, n, a, b, c } = product.shape();
    assert!(m > 0 && k > 0 && n > 0);
    // SAFETY: the caller upholds the contract, which holds for each part too; the layout that each kernel requires is
    // checked.
    unsafe {
        match kernel {
            Kernel::Dots { mr, nr } => {
                assert!(contiguous(k, a.column) && contiguous(k, b.row));
                let compute = R::dots(mr, nr);
                product.on_threads(split, |part, _| compute(part));
            }
            Kernel::Rows => {
                assert!(contiguous(n, b.column) && contiguous(n, c.column));
                let compute = R::rows();
                product.on_threads(split, |part, _| compute(part));
            }
            Kernel::Panel(panels) => {
                assert!(
                    contiguous(n, c.column) && b.column == 1 && n.is_multiple_of(R::LANES) && !panels.packs_a
                );
                product.panel::<R>(&panels);
            }
            Kernel::Tiles { transposed } => {
                assert!(contiguous(n, c.column));
                product.on_threads(split, |part, _| part.by_tiles::<R>(transposed));
            }
        }
    }
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
