//! Products of `f32` on machines with AMX, whose tiles multiply sixteen times as fast as vectors do, but only bf16.
//!
//! A number is the sum of three bf16, and a product the sum of the six largest products of these; what is left out is less
//! than what rounding loses. Henry, Tang and Heinecke, "Leveraging the bfloat16 Artificial Intelligence Datatype For
//! Higher-Precision Computations", 2019.
//!
//! Tiles take numbers and products below 2⁻¹²⁶ for zero. From 2⁻¹⁰² down that may be some of the three, or of the six, so
//! that fewer digits are left.

mod block;
mod machine;
mod pack;
mod strips;
#[cfg(test)]
mod tests;

use std::arch::x86_64::__m512;
use std::cell::RefCell;

use super::product::Product;
use super::tiled::{equal_parts, room};
use machine::Tiles;
use pack::{Form, pack, packed_len};

pub(in crate::kernels) use machine::has_tiles;
pub(super) use strips::Strips;

/// How many rows of A and how many columns of B are multiplied at a time: two tiles of each.
const SIDE: usize = 32;
/// How deep a tile is.
const STEP: usize = 32;
/// How deep a block is: C is read and written once for each.
const DEPTH: usize = 16 * STEP;
/// So many strips of one operand stay in the second cache while the other passes by.
const KEPT: usize = 8;

/// Some rows of A, or some columns of B, of a block: `SIDE` or, at the end, less.
#[derive(Clone, Copy)]
struct Strip {
    first: usize,
    count: usize,
    /// As [`pack`] leaves them.
    packed: *const f32,
    /// Whether none is infinite or NaN, of which tiles make nothing.
    finite: bool,
}

/// Memory that products use from call to call.
struct Scratch {
    kept: Vec<f32>,
    passing: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = const { RefCell::new(Scratch { kept: Vec::new(), passing: Vec::new() }) };
}

/// To pack a number takes as long as so many multiplications by vectors.
const PACKED: usize = 16;

/// Whether tiles compute so many products of these sizes sooner than vectors, if B is packed once.
pub(super) fn are_cheaper(m: usize, k: usize, n: usize, products: usize) -> bool {
    /// Tiles take this part of the time that vectors do.
    const FASTER: usize = 3;
    /// To write a number takes as long as so many multiplications by vectors, and to set up tiles as long as so many.
    const WRITTEN: usize = 6;
    const SET_UP: usize = 10_000;
    // Fewer fill so little of their tiles that vectors are as fast.
    if m.min(n) <= SIDE / FASTER {
        return false;
    }
    let whole = m.next_multiple_of(SIDE) * n.next_multiple_of(SIDE) * k.next_multiple_of(STEP);
    let packed = PACKED * (m * k + k * n / products);
    whole / FASTER + packed + WRITTEN * m * n + SET_UP < m * k * n
}

/// Computes a product, on several threads where that pays; `strips` are those of its B, if it is packed.
///
/// # Safety
/// As [`Product::by_tiles`]; rows or columns of A and of B lie together, and the machine has tiles.
pub(super) unsafe fn compute(product: &Product, strips: Option<&Strips>) {
    let Product { m, k, n, .. } = *product;
    // SAFETY: the caller's.
    unsafe {
        product.on_threads(m * k * n, n > m, SIDE, |part, first_column| {
            SCRATCH.with_borrow_mut(|scratch| {
                alone(part, strips.map(|strips| (strips, first_column)), scratch);
            });
        });
    }
}

/// Computes a product on this thread, with strips of its B from a column on.
///
/// # Safety
/// As [`compute`].
unsafe fn alone(product: Product, strips: Option<(&Strips, usize)>, scratch: &mut Scratch) {
    let Product { m, k, n, .. } = product;
    // SAFETY: the machine has tiles.
    let _tiles = unsafe { Tiles::configure() };
    let most_depth = equal_parts(k, k.div_ceil(DEPTH)).next_multiple_of(STEP);
    // The operand that has fewer strips stays, or the one that has to be packed.
    let (kept_form, passing_form) =
        if m <= n || strips.is_some() { (Form::Rows, Form::Columns) } else { (Form::Columns, Form::Rows) };
    let size = |form: Form| if form == Form::Rows { m } else { n };
    for p in (0..k).step_by(most_depth) {
        let depth = most_depth.min(k - p);
        let block = Product {
            k: depth,
            // SAFETY: the block lies in A and in B.
            a: unsafe { product.a.from(0, p) },
            // SAFETY: as above.
            b: unsafe { product.b.from(p, 0) },
            beta: if p == 0 { product.beta } else { 1.0 },
            ..product
        };
        let len = packed_len(depth);
        for from in (0..size(kept_form)).step_by(KEPT * SIDE) {
            let count = (size(kept_form) - from).div_ceil(SIDE).min(KEPT);
            let kept = room(&mut scratch.kept, count * len);
            let mut of_kept = [None; KEPT];
            for (i, strip) in of_kept.iter_mut().enumerate().take(count) {
                // SAFETY: the strip begins in its operand, and there is room for it.
                *strip = Some(unsafe { packed(&block, kept_form, from + i * SIDE, kept.add(i * len)) });
            }
            for first in (0..size(passing_form)).step_by(SIDE) {
                let passing = match strips {
                    Some((strips, before)) => Strip {
                        first,
                        count: SIDE.min(n - first),
                        packed: strips.packed(before + first, p),
                        finite: true,
                    },
                    None => {
                        let room = room(&mut scratch.passing, len);
                        // SAFETY: as above.
                        unsafe { packed(&block, passing_form, first, room) }
                    }
                };
                for kept in of_kept.into_iter().flatten() {
                    let (rows, columns) =
                        if kept_form == Form::Rows { (kept, passing) } else { (passing, kept) };
                    // SAFETY: the caller's; both are packed to the depth of the block.
                    unsafe { multiply(&block, rows, columns) };
                }
            }
        }
    }
}

/// # Safety
/// As [`compute`]; the operand has a row or column `first`, and `to` room for [`packed_len`] numbers.
unsafe fn packed(block: &Product, form: Form, first: usize, to: *mut f32) -> Strip {
    // SAFETY: the caller's.
    unsafe {
        let (from, size) = match form {
            Form::Rows => (block.a.from(first, 0), block.m),
            Form::Columns => (block.b.from(0, first).t(), block.n),
        };
        let count = SIDE.min(size - first);
        Strip { first, count, packed: to, finite: pack(form, from, count, block.k, to) }
    }
}

/// Computes what some rows and some columns have in common.
///
/// # Safety
/// As [`compute`]; the strips are of the block's operands, and tiles are configured.
unsafe fn multiply(block: &Product, rows: Strip, columns: Strip) {
    // SAFETY: the caller's.
    unsafe {
        let part = Product {
            m: rows.count,
            n: columns.count,
            a: block.a.from(rows.first, 0),
            b: block.b.from(0, columns.first),
            c: block.c.add(rows.first * block.c_row + columns.first),
            ..*block
        };
        if rows.finite && columns.finite {
            block::multiply(&part, rows.packed, columns.packed);
        } else {
            part.alone::<__m512>(false);
        }
    }
}
