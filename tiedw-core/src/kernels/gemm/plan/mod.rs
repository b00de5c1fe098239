//! How a product is computed: pure functions of sizes, strides, element type, ISA and number of threads, with every
//! cost and threshold.
//!
//! [`Plan::new`] plans a product. Parts and blocks at the edges of C are smaller than the others, so the loops around
//! the micro-kernels plan each of them: [`Blocks`] and [`Panels`] for vectors, [`AmxBlocks`] for AMX.
//!
//! Costs are in multiply-adds of `f32` by vectors. A quotation is from the experiment in `benches/NOTEBOOK.md` that
//! measured the value.
#![cfg_attr(
    not(target_arch = "x86_64"),
    allow(dead_code, unused_imports, reason = "the kernels for f32 are written for x86-64")
)]

mod amx;
#[cfg(test)]
mod tests;
mod vectors;

use super::mat::{MatMut, MatRef};
use crate::kernels::Vectors;
use crate::size::are_fixed;

pub(super) use amx::{AmxBlocks, KEPT, SIDE, STEP, packs_once, strips_per_task};
pub(super) use vectors::{AVX2, AVX512, Blocks, Panels, Registers, dots_height, stores_lines, tile_height};

/// Multiply-adds from which on a product may be packed or split.
const SMALL: usize = 256;
/// Multiply-adds that are worth a task.
pub(super) const TASK: usize = 1 << 20;

/// Terms of a dot product that few accumulators add one by one; the sums of such blocks are added pairwise.
pub(super) const BLOCK: usize = 2048;
/// Terms up to which blocks gain less in accuracy than the second pass over C costs: layers have fewer inputs.
const UNDIVIDED: usize = 8192;
/// Rows or columns of C up to which a product is computed by dot products, or by sums of rows of B. Tiles have blocks of
/// their own along k.
const FEW: usize = 8;

/// The strides of a matrix, in elements.
#[derive(Clone, Copy)]
pub(super) struct Strides {
    pub(super) row: usize,
    pub(super) column: usize,
}

/// The sizes and strides of a product: A is m by k, B k by n, and C m by n.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) m: usize,
    pub(super) k: usize,
    pub(super) n: usize,
    pub(super) a: Strides,
    pub(super) b: Strides,
    pub(super) c: Strides,
}

/// The type of the elements.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Float {
    F32,
    F64,
}

/// How a product is computed; if `transposed`, as Cᵀ = Bᵀ Aᵀ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// Without packing or threads, for every element type.
    Small(Small),
    /// By the crate `matrixmultiply`, on one thread.
    Library,
    /// By AMX.
    Amx { transposed: bool, split: Split },
    /// By the registers of `isa`, AVX2 or AVX-512.
    Vectors { isa: Vectors, transposed: bool, kernel: Kernel, split: Split },
}

/// The kernels for small products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Small {
    /// Dot products; rows of A and columns of B are contiguous.
    Dots,
    /// Multiples of the only row of B.
    Outer,
    /// Sums of scaled rows of B.
    Sums,
}

/// The kernels by vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kernel {
    /// Dot products of `mr` rows of A and `nr` columns of B at a time; both are contiguous.
    Dots { mr: usize, nr: usize },
    /// Sums of scaled rows of B, which are contiguous.
    Rows,
    /// Tiles of a single panel of B, which is read in place.
    Panel(Panels),
    /// Tiles, in [`Blocks`]; or those of the transposed product, whose blocks of MC by NC are then transposed into C.
    Tiles { transposed: Option<[usize; 2]> },
}

/// How C is split into tasks: ranges of `step` columns, or rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) tasks: usize,
    pub(super) by_columns: bool,
    pub(super) step: usize,
}

impl Plan {
    // Inlined, as is what it calls: a plan that is returned through memory costs 10 ns.
    #[inline(always)]
    pub(super) fn new(shape: &Shape, float: Float, isa: Vectors, threads: usize) -> Self {
        if is_small(shape.m, shape.k, shape.n) {
            return Plan::Small(Small::new(shape));
        }
        if float == Float::F64 || isa == Vectors::Portable {
            return Plan::Library;
        }
        if contiguous(shape.n, shape.c.column) {
            Self::of_rows(shape, false, isa, threads)
        } else if contiguous(shape.m, shape.c.row) {
            Self::of_rows(&shape.t(), true, isa, threads)
        } else {
            Plan::Library
        }
    }

    /// The plan of a product whose C has contiguous rows.
    #[inline(always)]
    fn of_rows(shape: &Shape, transposed: bool, isa: Vectors, threads: usize) -> Self {
        match isa {
            Vectors::Amx if amx::pays(shape) => {
                Self::Amx { transposed, split: Split::amx(shape.m, shape.k, shape.n, threads) }
            }
            Vectors::Avx2 => AVX2.plan(shape, transposed, threads),
            _ => AVX512.plan(shape, transposed, threads),
        }
    }
}

impl Small {
    #[inline]
    pub(super) fn new(shape: &Shape) -> Self {
        match shape.k {
            1.. if shape.a.column == 1 && shape.b.row == 1 => Small::Dots,
            1 => Small::Outer,
            _ => Small::Sums,
        }
    }
}

/// Whether a product is too small for packing or threads.
#[inline]
pub(in crate::kernels) fn is_small(m: usize, k: usize, n: usize) -> bool {
    m * k * n < SMALL
}

/// Whether a product is computed in blocks along k, since rounding errors would grow with k.
#[inline]
pub(super) fn sums_in_blocks(m: usize, k: usize, n: usize) -> bool {
    k > UNDIVIDED && m.min(n) <= FEW
}

/// Whether products with a matrix of these sizes are unrolled if they are small, since a call would cost more: "products of
/// small layers unrolled for the width in their type". With sizes that are known at run time, they sum in the same order.
pub(in crate::kernels) const fn is_unrolled(inputs: usize, outputs: usize) -> bool {
    are_fixed([inputs, outputs]) && 0 < inputs * outputs && inputs * outputs < SMALL
}

impl Split {
    /// Splits an m by n matrix that costs `work` into ranges of a multiple of `multiple` columns, or rows.
    #[inline(always)]
    fn new(work: usize, by_columns: bool, [m, n]: [usize; 2], multiple: usize, threads: usize) -> Self {
        let size = if by_columns { n } else { m };
        match tasks(work, threads) {
            1 => Split { tasks: 1, by_columns, step: size },
            tasks => {
                let step = size.div_ceil(tasks).next_multiple_of(multiple);
                Split { tasks: size.div_ceil(step), by_columns, step }
            }
        }
    }
}

/// The number of tasks for this much work.
#[inline]
fn tasks(work: usize, threads: usize) -> usize {
    if work < 2 * TASK { 1 } else { threads.min(work / TASK) }
}

/// Whether `count` elements with this stride are contiguous.
#[inline]
pub(super) fn contiguous(count: usize, stride: usize) -> bool {
    stride == 1 || count == 1
}

impl Strides {
    #[inline]
    pub(super) fn of<E>(mat: &MatRef<'_, E>) -> Self {
        Strides { row: mat.row_stride, column: mat.column_stride }
    }

    /// Whether rows or columns are contiguous.
    pub(super) fn is_dense(self) -> bool {
        self.row == 1 || self.column == 1
    }

    #[inline(always)]
    fn t(self) -> Self {
        Strides { row: self.column, column: self.row }
    }
}

impl Shape {
    #[inline]
    pub(super) fn new<E>(a: &MatRef<'_, E>, b: &MatRef<'_, E>, c: &MatMut<'_, E>) -> Self {
        let (m, k, n) = (a.rows, a.columns, b.columns);
        let c = Strides { row: c.row_stride, column: c.column_stride };
        Shape { m, k, n, a: Strides::of(a), b: Strides::of(b), c }
    }

    /// The shape of the transposed product.
    #[inline(always)]
    fn t(self) -> Self {
        Shape { m: self.n, k: self.k, n: self.m, a: self.b.t(), b: self.a.t(), c: self.c.t() }
    }
}
