//! C <- alpha A B + beta C by register tiles; operands are packed if that pays.

use std::cell::RefCell;

use super::product::{Product, Strided};
use super::register::Kernels;
use super::tile::Tile;
use super::transpose::{transpose, transpose_add};

/// KC, the depth of a block: C is read and written once per block. The rows of A of a tile stay in L1, and a panel of
/// B, KC deep and as wide as the widest tile, in L2.
const DEPTH: usize = 512;
/// A block of this depth or less stays in L1 without packing.
const SHALLOW: usize = 16;
/// A panel of B of this depth or less stays in L1 from one row of tiles to the next.
const TWICE: usize = 128;
/// A is packed only if it is read more than this many times, once per panel of B.
const FEW_PANELS: usize = 4;
/// MC, the rows of A in a block: few enough to stay in L2 beside a panel of B.
const ROWS: usize = 256;
/// Rows of B whose stride is a multiple of this many elements map to the same cache sets and evict each other. Such a B
/// is packed if more than `SERVED` rows of A use it; a block then has as many rows of A as fit into `ROWS * DEPTH`
/// elements.
const CROWDED: usize = 1024;
const SERVED: usize = 64;

/// Packing buffers of a thread, reused from call to call.
struct Scratch {
    a: Vec<f32>,
    b: Vec<f32>,
    c: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = const { RefCell::new(Scratch { a: Vec::new(), b: Vec::new(), c: Vec::new() }) };
}

/// The cost of transposing one element, in multiplications; an element of C costs three times as much.
pub(super) const TRANSPOSED: usize = 6;
/// A multiple of both maximum tile heights, 6 and 8.
const HEIGHTS: usize = 24;

impl Product {
    /// Computes the product by tiles, on several threads if that pays.
    ///
    /// # Safety
    /// As for [`Product`]; the columns of C are adjacent in memory, m, k and n are nonzero, and the CPU has the ISA of
    /// `R`.
    pub(super) unsafe fn by_tiles<R: Kernels>(&self) {
        if self.is_near::<R>() {
            // SAFETY: the caller guarantees the contract; `is_near` that rows of B are contiguous and whole registers
            // wide.
            return unsafe { self.panel::<R>(false, highest::<R>(self.n.div_ceil(R::LANES))) };
        }
        let exchanged = self.is_cheaper_exchanged::<R>();
        // The longer side of C is split. The transposed product has its SIMD lanes along the rows of C, so it splits
        // those.
        let by_columns = exchanged || self.n > self.m;
        let multiple = if by_columns { R::LANES } else { HEIGHTS };
        // SAFETY: the caller upholds the contract, which holds for each part of the product too.
        unsafe {
            self.on_threads(self.m * self.k * self.n, by_columns, multiple, |part, _| {
                part.alone::<R>(exchanged)
            })
        };
    }

    /// Computes the product on this thread.
    ///
    /// # Safety
    /// As [`Product::by_tiles`].
    pub(super) unsafe fn alone<R: Kernels>(&self, exchanged: bool) {
        SCRATCH.with_borrow_mut(|scratch| {
            if exchanged {
                // SAFETY: the caller upholds the contract of `by_tiles`.
                unsafe { self.exchanged::<R>(scratch) };
            } else {
                // SAFETY: the caller upholds the contract of `by_tiles`.
                unsafe { self.tiles::<R>(&mut scratch.a, &mut scratch.b) };
            }
        });
    }

    /// Whether the transposed product costs less.
    ///
    /// SIMD lanes run along rows of B, so a column-major B has to be transposed. The alternative transposes A and C,
    /// and the lanes beyond the last row of A are idle.
    fn is_cheaper_exchanged<R: Kernels>(&self) -> bool {
        let Product { m, k, n, .. } = *self;
        let idle = m.next_multiple_of(R::LANES) - m;
        let exchanged = TRANSPOSED * (m * k + 3 * m * n) + idle * k * n;
        self.b.row == 1 && self.b.column != 1 && exchanged < TRANSPOSED * k * n
    }

    /// Computes the transposed product into a scratch buffer, and transposes that into C.
    ///
    /// # Safety
    /// As [`Product::by_tiles`].
    unsafe fn exchanged<R: Kernels>(&self, scratch: &mut Scratch) {
        let widest = R::WIDEST * R::LANES;
        for i in (0..self.m).step_by(widest) {
            let rows = widest.min(self.m - i);
            for j in (0..self.n).step_by(ROWS) {
                let columns = ROWS.min(self.n - j);
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
        let crowded = self.is_crowded::<R>();
        let most_depth = equal_parts(self.k, self.k.div_ceil(DEPTH));
        let most_rows = if crowded && self.m * most_depth > ROWS * DEPTH {
            equal_parts(self.m, (self.m * most_depth).div_ceil(ROWS * DEPTH)).next_multiple_of(HEIGHTS)
        } else if crowded {
            self.m
        } else {
            ROWS
        };
        if self.k == most_depth && self.m <= most_rows {
            // SAFETY: the caller upholds the contract of `by_tiles`.
            return unsafe { self.panels::<R>(packed_a, packed_b) };
        }
        for p in (0..self.k).step_by(most_depth) {
            for i in (0..self.m).step_by(most_rows) {
                // SAFETY: the caller upholds the contract; the block is inside the product.
                unsafe {
                    let block = Product {
                        m: most_rows.min(self.m - i),
                        k: most_depth.min(self.k - p),
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

    /// Whether rows of B map to the same cache sets and evict each other.
    fn is_crowded<R: Kernels>(&self) -> bool {
        R::READS_LINES && self.b.column == 1 && self.b.row.is_multiple_of(CROWDED)
    }

    /// Computes a product whose operands, or their packed panels, stay in cache.
    ///
    /// # Safety
    /// As [`Product::by_tiles`].
    unsafe fn panels<R: Kernels>(&self, packed_a: &mut Vec<f32>, packed_b: &mut Vec<f32>) {
        let registers = self.n.div_ceil(R::LANES);
        // 8-row tiles leave room for one register less. If B stays in L1, reading it twice for 4-row tiles is faster.
        let near = registers <= R::WIDEST && self.k <= TWICE;
        let count = if self.m > 8 || near {
            registers.div_ceil(R::WIDEST)
        } else {
            registers.div_ceil(R::WIDEST - 1)
        };
        let widest = equal_parts(registers, count);
        let highest = highest::<R>(widest);
        let packed = self.a.column != 1 && self.k > SHALLOW && count > FEW_PANELS;
        let a = if packed {
            let to = room(packed_a, self.m * self.k);
            // SAFETY: `to` has room for `m * k` elements; the caller guarantees that A has m rows and k columns.
            unsafe { pack_rows(self.a, self.m, self.k, highest, to) };
            Strided { pointer: to, row: 1, column: highest }
        } else {
            self.a
        };
        let read = R::READS_LINES && !(self.m > SERVED && self.is_crowded::<R>());
        let may_lie = self.b.column == 1 && (read || self.m <= highest || self.k <= SHALLOW);
        let mut j = 0;
        while j < self.n {
            let columns = (widest * R::LANES).min(self.n - j);
            let width = columns.next_multiple_of(R::LANES);
            // SAFETY: the caller upholds the contract; the panel begins inside B, since `j < n`.
            let mut b = unsafe { self.b.from(0, j) };
            if !(may_lie && columns == width) {
                let to = room(packed_b, self.k * width);
                // SAFETY: the panel is inside B, and `to` has room for `k * width` elements.
                unsafe { pack_columns(b, self.k, columns, width, to) };
                b = Strided { pointer: to, row: width, column: 1 };
            }
            // SAFETY: the caller upholds the contract; the columns are inside C, and the operands are laid out as
            // `panel` requires.
            unsafe {
                let c = self.c.add(j);
                Product { n: columns, a, b, c, ..*self }.panel::<R>(packed, highest);
            }
            j += columns;
        }
    }

    /// Whether B is one panel that stays in L1 without packing, and few rows of A use it.
    fn is_near<R: Kernels>(&self) -> bool {
        let panel = self.n <= R::WIDEST * R::LANES && self.n.is_multiple_of(R::LANES);
        R::READS_LINES && panel && self.b.column == 1 && self.k <= TWICE && self.m <= SERVED
    }

    /// Macro-kernel: computes a product at most as wide as the widest tile, tile by tile.
    ///
    /// # Safety
    /// As [`Product::by_tiles`]; rows of B are contiguous and padded to whole registers; if `packed`, A is packed for
    /// tiles of height `highest`.
    #[inline]
    unsafe fn panel<R: Kernels>(&self, packed: bool, highest: usize) {
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
        };
        let mut left = self.m;
        while left > 0 {
            let height = height(left, highest);
            let a_next = if packed { height * tile.depth } else { height * tile.a_row };
            if packed {
                tile.a_step = height;
            }
            let compute = R::tile(height, wide);
            while self::height(left, highest) == height {
                // SAFETY: the caller upholds the contract; `tile` points to `height` rows that are not computed yet.
                unsafe { compute(&tile) };
                tile.a = tile.a.wrapping_add(a_next);
                tile.c = tile.c.wrapping_add(height * tile.c_row);
                left -= height;
            }
        }
    }
}

/// The size of the largest part if `size` is split as evenly as possible into `parts`.
pub(super) fn equal_parts(size: usize, parts: usize) -> usize {
    // A division costs as much as twenty multiplications.
    if parts == 1 { size } else { size.div_ceil(parts) }
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

/// The maximum height MR of a tile that is `wide` registers wide.
fn highest<R: Kernels>(wide: usize) -> usize {
    if wide == R::WIDEST { 6 } else { 8 }
}

/// The height of the next row of tiles: `highest`, then 4, 2 and 1 for the remaining rows; 0 if none remain.
fn height(left: usize, highest: usize) -> usize {
    match left {
        // Two tiles of 4 rows have a higher throughput than 6 and 2.
        8 if highest < 8 => 4,
        _ if left >= highest => highest,
        4.. => 4,
        2.. => 2,
        _ => left,
    }
}

/// Packs A tile by tile; within a tile, column by column.
///
/// # Safety
/// `a` has `rows` rows and `columns` columns, `to` has room for all of them, and the two do not overlap.
#[inline(never)]
unsafe fn pack_rows(a: Strided, rows: usize, columns: usize, highest: usize, to: *mut f32) {
    // Few columns at a time: the rest of a cache line is still in cache when the next tile reads it.
    const COLUMNS: usize = 16;
    for p in (0..columns).step_by(COLUMNS) {
        let count = COLUMNS.min(columns - p);
        let mut first = 0;
        while first < rows {
            let height = height(rows - first, highest);
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
