//! Plans for AVX2 and AVX-512.

use super::{Kernel, Plan, Shape, Split, Strides, contiguous};
use crate::kernels::Vectors;

/// The cost of an element that is loaded or stored for a single multiply-add.
const FETCHED: usize = 6;
/// The cost of transposing an element; an element of C costs three times as much.
const TRANSPOSED: usize = 6;
/// The cost of the horizontal sum of a dot product.
const SUMMED: usize = 40;
/// Rows of A up to which dot products always pay: "dot products for up to eight rows".
const FEW_ROWS: usize = 8;
/// Elements of A that stay in L2 while dot products read them repeatedly: "dot products for more rows".
const NEAR: usize = 40 << 10;
/// Columns of C that the parts of dot products are a multiple of: else sums would be rounded differently.
const DOTS: usize = 8;
/// Registers in a row of C from which on an outer product is stored in whole cache lines: "outer product stored".
const LINES: usize = 4;
/// KC, in elements: C is read and written once per block. The rows of A of a tile stay in L1, and a panel of B in L2.
/// "KC doubled, MC halved".
const KC: usize = 512;
/// MC, in rows of A: few enough to stay in L2 beside a panel of B.
const MC: usize = 256;
/// Rows of C that blocks and parts are a multiple of: so are both maximum heights of a tile, 6 and 8.
const HEIGHTS: usize = 24;
/// The depth up to which a block stays in L1 without packing, in elements.
const SHALLOW: usize = 16;
/// The depth up to which a panel of B stays in L1 from one row of tiles to the next, in elements.
const TWICE: usize = 128;
/// The depth from which on tiles of C are prefetched, in elements: "C prefetched in every tile".
const FAR: usize = 128;
/// Panels of B up to which A is read in place: "A never packed".
const FEW_PANELS: usize = 4;
/// Rows of B whose stride is a multiple of this many elements map to the same cache sets and evict each other.
const CROWDED: usize = 1024;
/// Rows of A up to which such a B is read in place: "B with rows a page apart packed from 65 rows of A".
const SERVED: usize = 64;

/// What a plan depends on in an ISA.
#[derive(Clone, Copy)]
pub(crate) struct Registers {
    isa: Vectors,
    /// The elements of a register.
    lanes: usize,
    /// The maximum width of a tile, in registers.
    widest: usize,
    /// The dot products of several rows of A that are computed at a time: rows of A and columns of B.
    dots: (usize, usize),
    /// Whether a row of the widest tile spans so many cache lines that reading B in place is as fast as reading it
    /// packed: "B read in place, with the widest AVX-512 tile".
    reads_lines: bool,
}

pub(crate) const AVX2: Registers =
    Registers { isa: Vectors::Avx2, lanes: 8, widest: 2, dots: (3, 4), reads_lines: false };
pub(crate) const AVX512: Registers =
    Registers { isa: Vectors::Avx512, lanes: 16, widest: 4, dots: (4, 4), reads_lines: true };

/// The blocking of a part that one thread computes by tiles.
pub(crate) struct Blocks {
    pub(crate) kc: usize,
    pub(crate) mc: usize,
}

/// How a block is computed, panel of B by panel of B.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Panels {
    /// The maximum height of a tile.
    pub(crate) mr: usize,
    /// The width of a panel, in elements.
    pub(crate) nr: usize,
    pub(crate) packs_a: bool,
    /// Whether panels are packed if they are whole registers wide; others always are.
    pub(crate) packs_b: bool,
    /// Whether tiles of C are prefetched: they may be far away, and arrive while a deep tile is computed.
    pub(crate) prefetches_c: bool,
}

// Inlined where `self` is a constant, so that divisions become shifts.
impl Registers {
    #[inline(always)]
    pub(super) fn plan(self, shape: &Shape, transposed: bool, threads: usize) -> Plan {
        let Shape { m, k, n, a, b, .. } = *shape;
        let in_rows = contiguous(k, a.column) && contiguous(k, b.row);
        if in_rows && self.dots_pay(m, k, n) {
            self.dots(m, k, n, transposed, threads)
        } else if in_rows && self.dots_pay(n, k, m) {
            self.dots(n, k, m, !transposed, threads)
        } else if (m == 1 || k == 1) && contiguous(n, b.column) {
            let by_columns = m == 1;
            let multiple = if by_columns { self.lanes } else { 1 };
            let split = Split::new(FETCHED * m * k * n, by_columns, [m, n], multiple, threads);
            Plan::Vectors { isa: self.isa, transposed, kernel: Kernel::Rows, split }
        } else if n <= AVX2.lanes {
            // Half of a wider register would be idle.
            AVX2.tiles(shape, transposed, threads)
        } else {
            self.tiles(shape, transposed, threads)
        }
    }

    /// Whether dot products cost less than tiles, which transpose A or B and may leave lanes idle.
    #[inline(always)]
    fn dots_pay(self, m: usize, k: usize, n: usize) -> bool {
        m <= FEW_ROWS
            || m * k <= NEAR && {
                let lanes = |count: usize| count.next_multiple_of(self.lanes);
                let by_columns = TRANSPOSED * k * n + m * k * lanes(n);
                let by_rows = TRANSPOSED * (m * k + 3 * m * n) + lanes(m) * k * n;
                (k + SUMMED) * m * n < by_columns.min(by_rows)
            }
    }

    #[inline(always)]
    fn dots(self, m: usize, k: usize, n: usize, transposed: bool, threads: usize) -> Plan {
        let (mr, nr) = if m == 1 { (1, 8) } else { self.dots };
        let split = Split::new(m.max(FETCHED) * k * n, true, [m, n], DOTS, threads);
        Plan::Vectors { isa: self.isa, transposed, kernel: Kernel::Dots { mr, nr }, split }
    }

    #[inline(always)]
    fn tiles(self, shape: &Shape, transposed: bool, threads: usize) -> Plan {
        let Shape { m, k, n, b, .. } = *shape;
        let nr = self.widest * self.lanes;
        let is_panel = n <= nr && n.is_multiple_of(self.lanes);
        if self.reads_lines && is_panel && b.column == 1 && k <= TWICE && m <= SERVED {
            let mr = self.highest(n.div_ceil(self.lanes));
            let panels = Panels { mr, nr: n, packs_a: false, packs_b: false, prefetches_c: k >= FAR };
            let split = Split { tasks: 1, by_columns: false, step: m };
            return Plan::Vectors { isa: self.isa, transposed, kernel: Kernel::Panel(panels), split };
        }
        // SIMD lanes run along rows of B, so a column-major B has to be transposed. The alternative transposes A and
        // C, and the lanes beyond the last row of A are idle.
        let idle = m.next_multiple_of(self.lanes) - m;
        let alternative = TRANSPOSED * (m * k + 3 * m * n) + idle * k * n;
        let pays = b.row == 1 && b.column != 1 && alternative < TRANSPOSED * k * n;
        let kernel = Kernel::Tiles { transposed: pays.then_some([MC, nr]) };
        // The longer side of C is split, or the side along which the lanes run.
        let by_columns = pays || n > m;
        let multiple = if by_columns { self.lanes } else { HEIGHTS };
        let split = Split::new(m * k * n, by_columns, [m, n], multiple, threads);
        Plan::Vectors { isa: self.isa, transposed, kernel, split }
    }

    /// The blocking of a part.
    #[inline(always)]
    pub(crate) fn blocks(self, part: &Shape) -> Blocks {
        let Shape { m, k, b, .. } = *part;
        let kc = equal_parts(k, k.div_ceil(KC));
        let mc = if !self.is_crowded(b) {
            MC
        } else if m * kc > MC * KC {
            // B is packed once per block, so a block has as many rows of A as fit.
            equal_parts(m, (m * kc).div_ceil(MC * KC)).next_multiple_of(HEIGHTS)
        } else {
            m
        };
        Blocks { kc, mc }
    }

    /// The panels of a block.
    #[inline(always)]
    pub(crate) fn panels(self, block: &Shape) -> Panels {
        let Shape { m, k, n, a, b, .. } = *block;
        let registers = n.div_ceil(self.lanes);
        // 8-row tiles leave room for one register less. If B stays in L1, reading it twice for 4-row tiles is faster.
        let near = registers <= self.widest && k <= TWICE;
        let count =
            if m > 8 || near { registers.div_ceil(self.widest) } else { registers.div_ceil(self.widest - 1) };
        let wide = equal_parts(registers, count);
        let mr = self.highest(wide);
        let in_place = self.reads_lines && !(m > SERVED && self.is_crowded(b));
        Panels {
            mr,
            nr: wide * self.lanes,
            packs_a: a.column != 1 && k > SHALLOW && count > FEW_PANELS,
            packs_b: b.column != 1 || !(in_place || m <= mr || k <= SHALLOW),
            prefetches_c: k >= FAR,
        }
    }

    /// Whether rows of B map to the same cache sets and evict each other.
    #[inline(always)]
    fn is_crowded(self, b: Strides) -> bool {
        self.reads_lines && b.column == 1 && b.row.is_multiple_of(CROWDED)
    }

    /// The maximum height of a tile that is `wide` registers wide.
    #[inline(always)]
    fn highest(self, wide: usize) -> usize {
        if wide == self.widest { 6 } else { 8 }
    }
}

/// The height of the next tile, at most `left`: `mr`, then 4, 2 and 1 for the remaining rows.
#[inline]
pub(crate) fn tile_height(left: usize, mr: usize) -> usize {
    match left {
        // Two tiles of 4 rows have a higher throughput than 6 and 2.
        8 if mr < 8 => 4,
        _ if left >= mr => mr,
        4.. => 4,
        2.. => 2,
        _ => left,
    }
}

/// The rows of A in the next dot products, at most `left`.
#[inline(always)]
pub(crate) fn dots_height(left: usize, mr: usize) -> usize {
    // A single row costs almost as much as two: avoid a remainder of one by taking one row less now.
    if mr > 2 && left > mr && left % mr == 1 { mr - 1 } else { mr.min(left) }
}

/// Whether a product that does not read C is stored in whole cache lines.
#[inline(always)]
pub(crate) fn stores_lines(k: usize, n: usize, lanes: usize) -> bool {
    k == 1 && n >= LINES * lanes
}

/// The size of the largest part if `size` is split as evenly as possible into `parts`.
#[inline]
fn equal_parts(size: usize, parts: usize) -> usize {
    // A division costs as much as twenty multiplications.
    if parts == 1 { size } else { size.div_ceil(parts) }
}
