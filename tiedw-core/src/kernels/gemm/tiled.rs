//! C <- alpha A B + beta C by register tiles; operands are packed if that pays.

use std::cell::RefCell;

use super::plan::{Blocks, Panels, tile_height};
use super::product::{Product, Strided};
use super::register::Kernels;
use super::tile::Tile;
use super::transpose::{transpose, transpose_add};

/// Packing buffers of a thread, reused from call to call.
struct Scratch {
    a: Vec<f32>,
    b: Vec<f32>,
    c: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = const { RefCell::new(Scratch { a: Vec::new(), b: Vec::new(), c: Vec::new() }) };
}

impl Product {
    /// Computes the product on this thread, or the transposed product in blocks of `transposed`, MC by NC.
    ///
    /// # Safety
    /// As for [`Product`]; the columns of C are adjacent in memory, and the CPU has the ISA of `R`.
    pub(super) unsafe fn by_tiles<R: Kernels>(&self, transposed: Option<[usize; 2]>) {
        SCRATCH.with_borrow_mut(|scratch| {
            // SAFETY: the contract is that of both callees.
            unsafe {
                match transposed {
                    Some(block) => self.transposed_tiles::<R>(block, scratch),
                    None => self.tiles::<R>(&mut scratch.a, &mut scratch.b),
                }
            }
        });
    }

    /// Computes blocks of the transposed product into a scratch buffer, and transposes each into C.
    ///
    /// # Safety
    /// As [`Product::by_tiles`].
    unsafe fn transposed_tiles<R: Kernels>(&self, [mc, nc]: [usize; 2], scratch: &mut Scratch) {
        for i in (0..self.m).step_by(nc) {
            let rows = nc.min(self.m - i);
            for j in (0..self.n).step_by(mc) {
                let columns = mc.min(self.n - j);
                let c = room(&mut scratch.c, rows * columns);
                // SAFETY: the caller upholds the contract; `i` and `j` are inside the matrices, and `c` has room for
                // the result.
                unsafe {
                    let part = Product {
                        m: columns,
                        n: rows,
                        a: self.b.from(0, j).t(),
                        b: self.a.from(i, 0).t(),
                        beta: 0.0,
                        c,
                        c_row: rows,
                        c_column: 1,
                        ..*self
                    };
                    part.tiles::<R>(&mut scratch.a, &mut scratch.b);
                    let to = self.c.add(i * self.c_row + j);
                    match self.beta {
                        0.0 => transpose(c, rows, to, self.c_row, columns, rows),
                        beta => transpose_add(c, rows, beta, to, self.c_row, columns, rows),
                    }
                }
            }
        }
    }

    /// # Safety
    /// As [`Product::by_tiles`].
    unsafe fn tiles<R: Kernels>(&self, packed_a: &mut Vec<f32>, packed_b: &mut Vec<f32>) {
        let Blocks { kc, mc } = R::REGISTERS.blocks(&self.shape());
        if self.k == kc && self.m <= mc {
            // SAFETY: the caller upholds the contract of `by_tiles`.
            return unsafe { self.panels::<R>(packed_a, packed_b) };
        }
        for p in (0..self.k).step_by(kc) {
            for i in (0..self.m).step_by(mc) {
                // SAFETY: the caller upholds the contract; the block is inside the product.
                unsafe {
                    let block = Product {
                        m: mc.min(self.m - i),
                        k: kc.min(self.k - p),
                        a: self.a.from(i, p),
                        b: self.b.from(p, 0),
                        beta: if p == 0 { self.beta } else { 1.0 },
                        c: self.c.add(i * self.c_row),
                        ..*self
                    };
                    block.panels::<R>(packed_a, packed_b);
                }
            }
        }
    }

    /// Computes a product whose operands, or their packed panels, stay in cache.
    ///
    /// # Safety
    /// As [`Product::by_tiles`].
    unsafe fn panels<R: Kernels>(&self, packed_a: &mut Vec<f32>, packed_b: &mut Vec<f32>) {
        let panels = R::REGISTERS.panels(&self.shape());
        let a = if panels.packs_a {
            let to = room(packed_a, self.m * self.k);
            // SAFETY: `to` has room for `m * k` elements; the caller guarantees that A has m rows and k columns.
            unsafe { pack_rows(self.a, self.m, self.k, panels.mr, to) };
            Strided { pointer: to, row: 1, column: panels.mr }
        } else {
            self.a
        };
        let mut j = 0;
        while j < self.n {
            let columns = panels.nr.min(self.n - j);
            let width = columns.next_multiple_of(R::LANES);
            // SAFETY: the caller upholds the contract; the panel begins inside B, since `j < n`.
            let mut b = unsafe { self.b.from(0, j) };
            if panels.packs_b || columns < width {
                let to = room(packed_b, self.k * width);
                // SAFETY: the panel is inside B, and `to` has room for `k * width` elements.
                unsafe { pack_columns(b, self.k, columns, width, to) };
                b = Strided { pointer: to, row: width, column: 1 };
            }
            // SAFETY: the caller upholds the contract; the columns are inside C, and the operands are laid out as
            // `panel` requires.
            unsafe {
                let c = self.c.add(j);
                Product { n: columns, a, b, c, ..*self }.panel::<R>(&panels);
            }
            j += columns;
        }
    }

    /// Macro-kernel: computes a product at most as wide as the widest tile, tile by tile.
    ///
    /// # Safety
    /// As [`Product::by_tiles`]; rows of B are contiguous and padded to whole registers; A is packed if `packs_a`.
    #[inline(always)]
    pub(super) unsafe fn panel<R: Kernels>(&self, panels: &Panels) {
        let Panels { mr, packs_a, prefetches_c, .. } = *panels;
        let wide = self.n.div_ceil(R::LANES);
        let mut tile = Tile {
            depth: self.k,
            alpha: self.alpha,
            a: self.a.pointer,
            a_row: self.a.row,
            a_step: self.a.column,
            b: self.b.pointer,
            b_step: self.b.row,
            beta: self.beta,
            c: self.c,
            c_row: self.c_row,
            last: self.n - (wide - 1) * R::LANES,
            prefetches_c,
        };
        let mut left = self.m;
        while left > 0 {
            let height = tile_height(left, mr);
            let a_next = if packs_a { height * tile.depth } else { height * tile.a_row };
            if packs_a {
                tile.a_step = height;
            }
            let compute = R::tile(height, wide);
            while tile_height(left, mr) == height {
                // SAFETY: the caller upholds the contract; `tile` points to `height` rows that are not computed yet.
                unsafe { compute(&tile) };
                tile.a = tile.a.wrapping_add(a_next);
                tile.c = tile.c.wrapping_add(height * tile.c_row);
                left -= height;
            }
        }
    }
}

/// Returns `count` elements of scratch memory, aligned to a cache line.
pub(super) fn room(scratch: &mut Vec<f32>, count: usize) -> *mut f32 {
    const LINE: usize = 64;
    if scratch.len() < count + LINE / 4 {
        scratch.resize(count + LINE / 4, 0.0);
    }
    let start = scratch.as_ptr().align_offset(LINE);
    scratch[start..][..count].as_mut_ptr()
}

/// Packs A tile by tile; within a tile, column by column.
///
/// # Safety
/// `a` has `rows` rows and `columns` columns, `to` has room for all of them, and the two do not overlap.
#[inline(never)]
unsafe fn pack_rows(a: Strided, rows: usize, columns: usize, mr: usize, to: *mut f32) {
    // Few columns at a time: the rest of a cache line is still in cache when the next tile reads it.
    const COLUMNS: usize = 16;
    for p in (0..columns).step_by(COLUMNS) {
        let count = COLUMNS.min(columns - p);
        let mut first = 0;
        while first < rows {
            let height = tile_height(rows - first, mr);
            // SAFETY: the tile is inside A. In `to`, all tiles above it and its own first `p` columns precede this
            // position.
            let (a, to) = unsafe { (a.from(first, p), to.add(first * columns + p * height)) };
            // SAFETY: the caller guarantees that A and `to` have room for a tile of `height` rows and `count` columns
            // here.
            unsafe {
                match height {
                    8 => pack_tile::<8>(a, count, to),
                    6 => pack_tile::<6>(a, count, to),
                    4 => pack_tile::<4>(a, count, to),
                    2 => pack_tile::<2>(a, count, to),
                    _ => pack_tile::<1>(a, count, to),
                }
            }
            first += height;
        }
    }
}

/// # Safety
/// As [`pack_rows`], for a tile of `HEIGHT` rows.
unsafe fn pack_tile<const HEIGHT: usize>(a: Strided, columns: usize, to: *mut f32) {
    for p in 0..columns {
        // SAFETY: the caller guarantees that these elements are in A, and that `to` has room for them.
        unsafe {
            let (from, to) = (a.pointer.add(p * a.column), to.add(p * HEIGHT));
            if a.row == 1 {
                to.cast::<[f32; HEIGHT]>().write_unaligned(from.cast::<[f32; HEIGHT]>().read_unaligned());
            } else {
                for i in 0..HEIGHT {
                    *to.add(i) = *from.add(i * a.row);
                }
            }
        }
    }
}

/// Packs the columns of B row by row, each row `width` wide and zero-padded after the last column.
///
/// # Safety
/// `b` has `rows` rows and `columns` columns, `to` has room for `rows * width` elements, and the two do not overlap;
/// `columns <= width`; the CPU has AVX2 and FMA.
#[inline(never)]
unsafe fn pack_columns(b: Strided, rows: usize, columns: usize, width: usize, to: *mut f32) {
    const CHUNK: usize = 16;
    // SAFETY: the caller guarantees all of that: reads stay inside `b`, and writes inside the `rows * width` elements
    // of `to`.
    unsafe {
        if b.row == 1 && b.column != 1 {
            transpose(b.pointer, b.column, to, width, columns, rows);
        } else {
            let chunks = if b.column == 1 { columns - columns % CHUNK } else { 0 };
            for p in 0..rows {
                let (from, to) = (b.pointer.add(p * b.row), to.add(p * width));
                for j in (0..chunks).step_by(CHUNK) {
                    let chunk = from.add(j).cast::<[f32; CHUNK]>().read_unaligned();
                    to.add(j).cast::<[f32; CHUNK]>().write_unaligned(chunk);
                }
                for j in chunks..columns {
                    *to.add(j) = *from.add(j * b.column);
                }
            }
        }
        if columns < width {
            for p in 0..rows {
                to.add(p * width + columns).write_bytes(0, width - columns);
            }
        }
    }
}
