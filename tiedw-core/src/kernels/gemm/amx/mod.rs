//! Products of `f32` on CPUs with AMX, whose tiles multiply bf16 sixteen times as fast as vectors multiply `f32`.
//!
//! An `f32` is the sum of three bf16 parts, and a product the sum of the six largest products of these; what is left
//! out is smaller than the rounding error. Henry, Tang and Heinecke, "Leveraging the bfloat16 Artificial Intelligence
//! Datatype For Higher-Precision Computations", 2019.
//!
//! Tiles flush values and products below 2⁻¹²⁶ to zero. Below 2⁻¹⁰² this may affect some of the three parts, or of the
//! six products, which loses precision.

mod block;
mod machine;
mod pack;
mod strips;
#[cfg(test)]
mod tests;

use std::arch::x86_64::__m512;
use std::cell::RefCell;

use super::plan::{AmxBlocks, KEPT, SIDE, STEP, Split};
use super::product::Product;
use super::tiled::room;
use machine::Tiles;
use pack::{Form, pack, packed_len};

pub(in crate::kernels) use machine::has_tiles;
pub(super) use strips::Strips;

/// A strip of a block: `SIDE` rows of A or columns of B, or fewer at the end.
#[derive(Clone, Copy)]
struct Strip {
    first: usize,
    count: usize,
    /// In the layout that [`pack`] writes.
    packed: *const f32,
    /// Whether all values are finite. Splitting into bf16 parts does not preserve infinities and NaN.
    finite: bool,
}

/// Packing buffers of a thread, reused from call to call.
struct Scratch {
    kept: Vec<f32>,
    passing: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = const { RefCell::new(Scratch { kept: Vec::new(), passing: Vec::new() }) };
}

/// Computes a product; `strips` is the packed form of its B, if there is one.
///
/// # Safety
/// As for [`Product`]; the columns of C are adjacent in memory, A and B each have contiguous rows or columns, and the
/// CPU has AMX.
pub(super) unsafe fn compute(product: &Product, split: Split, strips: Option<&Strips>) {
    // SAFETY: the caller upholds the contract, which holds for each part too; `first_column` is that of the part in B.
    unsafe {
        product.on_threads(split, |part, first_column| {
            SCRATCH.with_borrow_mut(|scratch| {
                alone(part, strips.map(|strips| (strips, first_column)), scratch);
            });
        });
    }
}

/// Computes a product on this thread; its B begins at the given column of the strips.
///
/// # Safety
/// As [`compute`].
unsafe fn alone(product: &Product, strips: Option<(&Strips, usize)>, scratch: &mut Scratch) {
    let Product { m, k, n, .. } = *product;
    // SAFETY: the caller guarantees AMX; it has borrowed `SCRATCH`, so no other call on this thread has `Tiles`.
    let _tiles = unsafe { Tiles::configure() };
    let AmxBlocks { kc, keeps_a } = AmxBlocks::new(m, k, n, strips.is_some());
    // Packed strips are of B, and of whole steps.
    assert!(strips.is_none() || keeps_a && kc.is_multiple_of(STEP));
    let (kept_form, passing_form) =
        if keeps_a { (Form::Rows, Form::Columns) } else { (Form::Columns, Form::Rows) };
    let size = |form: Form| if form == Form::Rows { m } else { n };
    for p in (0..k).step_by(kc) {
        let depth = kc.min(k - p);
        let block = Product {
            k: depth,
            // SAFETY: `p` is below k, so the block is inside A and B.
            a: unsafe { product.a.from(0, p) },
            // SAFETY: as above.
            b: unsafe { product.b.from(p, 0) },
            beta: if p == 0 { product.beta } else { 1.0 },
            ..*product
        };
        let len = packed_len(depth);
        for from in (0..size(kept_form)).step_by(KEPT * SIDE) {
            let count = (size(kept_form) - from).div_ceil(SIDE).min(KEPT);
            let kept = room(&mut scratch.kept, count * len);
            let mut of_kept = [None; KEPT];
            for (i, strip) in of_kept.iter_mut().enumerate().take(count) {
                // SAFETY: the strip begins inside its operand, and `kept` has room for it.
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
                        // SAFETY: the strip begins inside its operand, and `room` has room for it.
                        unsafe { packed(&block, passing_form, first, room) }
                    }
                };
                for kept in of_kept.into_iter().flatten() {
                    let (rows, columns) =
                        if kept_form == Form::Rows { (kept, passing) } else { (passing, kept) };
                    // SAFETY: the caller upholds the contract; both strips are packed to the depth of the block.
                    unsafe { multiply(&block, rows, columns) };
                }
            }
        }
    }
}

/// # Safety
/// As [`compute`]; the operand has a row or column `first`, and `to` has room for [`packed_len`] elements.
unsafe fn packed(block: &Product, form: Form, first: usize, to: *mut f32) -> Strip {
    // SAFETY: the caller guarantees the operands, row or column `first`, and room for the packed strip.
    unsafe {
        let (from, size) = match form {
            Form::Rows => (block.a.from(first, 0), block.m),
            Form::Columns => (block.b.from(0, first).t(), block.n),
        };
        let count = SIDE.min(size - first);
        Strip { first, count, packed: to, finite: pack(form, from, count, block.k, to) }
    }
}

/// Computes the block of C where these rows and columns intersect.
///
/// # Safety
/// As [`compute`]; the strips are of the block's operands, and tiles are configured.
unsafe fn multiply(block: &Product, rows: Strip, columns: Strip) {
    // SAFETY: the caller guarantees that the strips are inside the operands and packed, and that tiles are configured.
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
            part.by_tiles::<__m512>(None);
        }
    }
}
