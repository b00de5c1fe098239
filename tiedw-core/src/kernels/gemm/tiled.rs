//! Products that are cut into tiles, whose operands are packed where that pays.

use std::cell::RefCell;

use super::product::{Product, Strided};
use super::register::Kernels;
use super::tile::Tile;
use super::transpose::{transpose, transpose_add};

/// How deep a block is: C is read and written once for each. The rows of a tile stay in the first cache, and a panel of B,
/// the widest tile by this depth, in the second.
const DEPTH: usize = 512;
/// A block of this depth or less stays in the first cache as it lies in memory.
const SHALLOW: usize = 16;
/// A panel of B of this depth or less stays in the first cache from one row of tiles to the next.
const TWICE: usize = 128;
/// A is read so often, once for each panel of B, before it is worth packing.
const FEW_PANELS: usize = 4;
/// How many rows of A a block has: so many that they stay in the second cache beside a panel of B.
const ROWS: usize = 256;
/// Rows of B that are so many numbers apart, or a multiple, push each other out of the caches: they are packed where that
/// serves more than `SERVED` rows of A, of which a block then has as many as fit.
const CROWDED: usize = 1024;
const SERVED: usize = 64;

/// Memory that products use from call to call.
struct Scratch {
    a: Vec<f32>,
    b: Vec<f32>,
    c: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = const { RefCell::new(Scratch { a: Vec::new(), b: Vec::new(), c: Vec::new() }) };
}

/// A number that is transposed takes as long as so many that are multiplied; one of C three times as long.
pub(super) const TRANSPOSED: usize = 6;
/// A number of rows that tiles of either height fill.
const HEIGHTS: usize = 24;

impl Product {
    /// Computes the product by tiles, on several threads where that pays.
    ///
    /// # Safety
    /// As the type says; the columns of C lie together, none of m, k, n is 0, and the machine has the instructions of `R`.
    pub(super) unsafe fn by_tiles<R: Kernels>(&self) {
        if self.is_near::<R>() {
            // SAFETY: the caller's.
            return unsafe { self.panel::<R>(false, highest::<R>(self.n.div_ceil(R::LANES))) };
        }
        let exchanged = self.is_cheaper_exchanged::<R>();
        // Rows of C are cut where there are more of them; the exchanged product has its lanes there.
        let by_columns = exchanged || self.n > self.m;
        let multiple = if by_columns { R::LANES } else { HEIGHTS };
        // SAFETY: the caller's.
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
                // SAFETY: the caller's.
                unsafe { self.exchanged::<R>(scratch) };
            } else {
                // SAFETY: the caller's.
                unsafe { self.tiles::<R>(&mut scratch.a, &mut scratch.b) };
            }
        });
    }

    /// Whether the transposed product costs less.
    ///
    /// Lanes run along rows of B, so that a B whose columns lie together has to be transposed. The other way A and C
    /// are transposed, and lanes beyond the last row of A do nothing.
    fn is_cheaper_exchanged<R: Kernels>(&self) -> bool {
        let Product { m, k, n, .. } = *self;
        let idle = m.next_multiple_of(R::LANES) - m;
        let exchanged = TRANSPOSED * (m * k + 3 * m * n) + idle * k * n;
        self.b.row == 1 && self.b.column != 1 && exchanged < TRANSPOSED * k * n
    }

    /// Computes the transposed product, and transposes it.
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
                // SAFETY: the caller's: both parts lie in their matrices, and there is room for the result.
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
            // SAFETY: the caller's.
            return unsafe { self.panels::<R>(packed_a, packed_b) };
        }
        for p in (0..self.k).step_by(most_depth) {
            for i in (0..self.m).step_by(most_rows) {
                // SAFETY: the caller's: the block lies in the product.
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

    /// Whether rows of B push each other out of the caches.
    fn is_crowded<R: Kernels>(&self) -> bool {
        R::READS_LINES && self.b.column == 1 && self.b.row.is_multiple_of(CROWDED)
    }

    /// Computes a product whose operands, or what is packed of them, stay in the caches.
    ///
    /// # Safety
    /// As [`Product::by_tiles`].
    unsafe fn panels<R: Kernels>(&self, packed_a: &mut Vec<f32>, packed_b: &mut Vec<f32>) {
        let registers = self.n.div_ceil(R::LANES);
        // A tile of eight rows leaves room for one register less. What is near is rather read twice, for four rows each.
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
            // SAFETY: there is room for A.
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
            // SAFETY: the caller's: the panel lies in B.
            let mut b = unsafe { self.b.from(0, j) };
            if !(may_lie && columns == width) {
                let to = room(packed_b, self.k * width);
                // SAFETY: the panel lies in B, and there is room for it.
                unsafe { pack_columns(b, self.k, columns, width, to) };
                b = Strided { pointer: to, row: width, column: 1 };
            }
            // SAFETY: the caller's: the columns lie in C, and the operands are packed as `panel` needs them.
            unsafe {
                let c = self.c.add(j);
                Product { n: columns, a, b, c, ..*self }.panel::<R>(packed, highest);
            }
            j += columns;
        }
    }

    /// Whether B is a panel that stays in the first cache as it lies in memory, and few rows of A need it.
    fn is_near<R: Kernels>(&self) -> bool {
        let panel = self.n <= R::WIDEST * R::LANES && self.n.is_multiple_of(R::LANES);
        R::READS_LINES && panel && self.b.column == 1 && self.k <= TWICE && self.m <= SERVED
    }

    /// Computes a product of up to the widest tile's columns, tile by tile.
    ///
    /// # Safety
    /// As [`Product::by_tiles`]; rows of B lie together, whole registers of them; A may be packed for tiles of this height.
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
                // SAFETY: the caller's.
                unsafe { compute(&tile) };
                tile.a = tile.a.wrapping_add(a_next);
                tile.c = tile.c.wrapping_add(height * tile.c_row);
                left -= height;
            }
        }
    }
}

/// The size of the largest of so many parts that are as equal as can be.
pub(super) fn equal_parts(size: usize, parts: usize) -> usize {
    // To divide takes as long as twenty multiplications.
    if parts == 1 { size } else { size.div_ceil(parts) }
}

/// Memory for `count` numbers, at the beginning of a line of the cache.
pub(super) fn room(scratch: &mut Vec<f32>, count: usize) -> *mut f32 {
    const LINE: usize = 64;
    if scratch.len() < count + LINE / 4 {
        scratch.resize(count + LINE / 4, 0.0);
    }
    let start = scratch.as_ptr().align_offset(LINE);
    scratch[start..][..count].as_mut_ptr()
}

/// How high a tile of so many registers may be.
fn highest<R: Kernels>(wide: usize) -> usize {
    if wide == R::WIDEST { 6 } else { 8 }
}

/// How high the next row of tiles is: the highest, and what is left in fours, twos and ones; 0 where nothing is.
fn height(left: usize, highest: usize) -> usize {
    match left {
        // Twice four rows keep the machine busier than six and two.
        8 if highest < 8 => 4,
        _ if left >= highest => highest,
        4.. => 4,
        2.. => 2,
        _ => left,
    }
}

/// A's rows, a tile after the other, and in a tile column after column.
///
/// # Safety
/// `a` has so many rows and columns, and `to` room for them; they lie apart.
#[inline(never)]
unsafe fn pack_rows(a: Strided, rows: usize, columns: usize, highest: usize, to: *mut f32) {
    // Few columns at a time, so that what a tile leaves of a line is still near when the next one needs it.
    const COLUMNS: usize = 16;
    for p in (0..columns).step_by(COLUMNS) {
        let count = COLUMNS.min(columns - p);
        let mut first = 0;
        while first < rows {
            let height = height(rows - first, highest);
            // SAFETY: the tile lies in A, and before its column `p` in `to` are the tiles before it, and its first columns.
            let (a, to) = unsafe { (a.from(first, p), to.add(first * columns + p * height)) };
            // SAFETY: the caller's.
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
/// As [`pack_rows`], of a tile of `HEIGHT` rows.
unsafe fn pack_tile<const HEIGHT: usize>(a: Strided, columns: usize, to: *mut f32) {
    for p in 0..columns {
        // SAFETY: the caller's.
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

/// B's columns, row after row, each `width` wide, with zeros after the last.
///
/// # Safety
/// `b` has so many rows and columns, and `to` room for `rows * width`; they lie apart; `columns <= width`; the machine
/// has AVX2.
#[inline(never)]
unsafe fn pack_columns(b: Strided, rows: usize, columns: usize, width: usize, to: *mut f32) {
    const CHUNK: usize = 16;
    // SAFETY: the caller's.
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
