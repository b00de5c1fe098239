//! The micro-kernel: 2 by 2 AMX tiles of C.

use std::arch::asm;
use std::arch::x86_64::__m512;

use super::super::product::Product;
use super::super::register::Register;
use super::super::tile::put;
use super::{SIDE, STEP};

/// C <- alpha A B + beta C for up to `SIDE` rows and columns.
///
/// # Safety
/// As for [`Product`]; `a` and `b` are its packed operands, k is nonzero, and tiles are configured.
pub(super) unsafe fn multiply(product: &Product, a: *const f32, b: *const f32) {
    let Product { m, k, n, alpha, beta, c, c_row, .. } = *product;
    let steps = k.div_ceil(STEP);
    let whole = m == SIDE && n == SIDE;
    // SAFETY: the caller upholds the contract; C has `SIDE` rows and columns if it is accumulated in place, as `sums`
    // has.
    unsafe {
        if whole && alpha == 1.0 && (beta == 0.0 || beta == 1.0) {
            accumulate(steps, a, b, beta == 1.0, c, c_row);
        } else {
            let mut sums = [0.0; SIDE * SIDE];
            accumulate(steps, a, b, false, sums.as_mut_ptr(), SIDE);
            add(&sums, product);
        }
    }
}

/// C <- A B, or C <- A B + C if `adds`; C is `SIDE` by `SIDE`.
///
/// # Safety
/// `a` and `b` are packed with `steps` steps, of which there is at least one; `c` may be written, and read if `adds`;
/// tiles are configured.
unsafe fn accumulate(steps: usize, a: *const f32, b: *const f32, adds: bool, c: *mut f32, c_row: usize) {
    debug_assert!(steps > 0);
    /// Multiplies tiles 4 and 5 by tiles 6 and 7, and accumulates into tiles 0 to 3.
    macro_rules! multiply {
        () => {
            "tdpbf16ps tmm0, tmm4, tmm6
             tdpbf16ps tmm1, tmm4, tmm7
             tdpbf16ps tmm2, tmm5, tmm6
             tdpbf16ps tmm3, tmm5, tmm7"
        };
    }
    /// Loads the two tiles of one bf16 part.
    macro_rules! load {
        ($first:literal, $second:literal, $from:literal, $part:literal) => {
            concat!(
                "tileloadd tmm",
                $first,
                ", [{",
                $from,
                "} + {line} + 64 * ",
                $part,
                "]\n",
                "tileloadd tmm",
                $second,
                ", [{",
                $from,
                "} + {line} + 64 * ",
                $part,
                " + 3072]",
            )
        };
    }
    macro_rules! rows {
        ($part:literal) => {
            load!(4, 5, "a", $part)
        };
    }
    macro_rules! columns {
        ($part:literal) => {
            load!(6, 7, "b", $part)
        };
    }
    // SAFETY: each tile that is read is inside the packed operands, which have 6,144 bytes per step, or inside C; each
    // tile that is written is inside C. The compiler itself uses no tiles.
    unsafe {
        asm!(
            "test {adds}, {adds}",
            "jnz 2f",
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "jmp 3f",
            "2:",
            "tileloadd tmm0, [{c} + {row}]",
            "tileloadd tmm1, [{c} + {row} + 64]",
            "tileloadd tmm2, [{below} + {row}]",
            "tileloadd tmm3, [{below} + {row} + 64]",
            "3:",
            // Each pair of parts shares one part with the pair before. The largest product comes last.
            rows!(0), columns!(2), multiply!(),
            columns!(1), multiply!(),
            rows!(1), multiply!(),
            columns!(0), multiply!(),
            rows!(2), multiply!(),
            rows!(0), multiply!(),
            "add {a}, 6144",
            "add {b}, 6144",
            "dec {steps}",
            "jnz 3b",
            "tilestored [{c} + {row}], tmm0",
            "tilestored [{c} + {row} + 64], tmm1",
            "tilestored [{below} + {row}], tmm2",
            "tilestored [{below} + {row} + 64], tmm3",
            adds = in(reg) usize::from(adds),
            steps = inout(reg) steps => _,
            a = inout(reg) a => _,
            b = inout(reg) b => _,
            c = in(reg) c,
            below = in(reg) c.wrapping_add(16 * c_row),
            row = in(reg) 4 * c_row,
            line = in(reg) 192_usize,
            options(nostack),
        );
    }
}

/// C <- alpha times the sums + beta C.
///
/// # Safety
/// As for C of [`Product`], with at most `SIDE` rows and columns; and the CPU has these target features.
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
unsafe fn add(sums: &[f32; SIDE * SIDE], product: &Product) {
    let Product { m, n, alpha, beta, c, c_row, .. } = *product;
    for (i, sums) in sums.chunks_exact(SIDE).enumerate().take(m) {
        for j in (0..n).step_by(__m512::LANES) {
            let count = __m512::LANES.min(n - j);
            // SAFETY: the caller guarantees that C has `count` columns from `j` on, and `sums` has a whole register
            // there.
            unsafe { put(__m512::load(sums[j..].as_ptr()), alpha, beta, c.add(i * c_row + j), count) };
        }
    }
}
