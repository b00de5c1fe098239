//! Detection and configuration of AMX.

use std::arch::asm;
#[cfg(target_os = "linux")]
use std::arch::x86_64::__cpuid_count;

/// Whether this process may use bf16 tiles. Requests permission from Linux, which grants it for the rest of the
/// process.
pub(in crate::kernels) fn has_tiles() -> bool {
    #[cfg(target_os = "linux")]
    return is_made_with_tiles() && is_permitted();
    #[cfg(not(target_os = "linux"))]
    false
}

#[cfg(target_os = "linux")]
fn is_made_with_tiles() -> bool {
    const BF16: u32 = 1 << 22;
    const TILES: u32 = 1 << 24;
    // Leaf 7 exists: AVX-512 was detected from it.
    __cpuid_count(7, 0).edx & (BF16 | TILES) == BF16 | TILES
}

#[cfg(target_os = "linux")]
fn is_permitted() -> bool {
    const ARCH_PRCTL: isize = 158;
    const ARCH_REQ_XCOMP_PERM: usize = 0x1023;
    const XTILEDATA: usize = 18;
    let mut result = ARCH_PRCTL;
    // SAFETY: the system call accesses no memory of this process; an operating system that does not know it returns an
    // error.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") result,
            in("rdi") ARCH_REQ_XCOMP_PERM,
            in("rsi") XTILEDATA,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result == 0
}

/// The tile configuration of this thread, sixteen rows of 64 bytes per tile, until it is dropped.
pub(super) struct Tiles(());

impl Tiles {
    /// # Safety
    /// The CPU has AMX, and no other `Tiles` of this thread exists.
    pub(super) unsafe fn configure() -> Self {
        /// The operand of `ldtilecfg`.
        #[repr(C)]
        struct Configuration {
            palette: u8,
            start_row: u8,
            reserved: [u8; 14],
            bytes_of_row: [u16; 16],
            rows: [u8; 16],
        }
        const ALL: Configuration = {
            let mut all = Configuration {
                palette: 1,
                start_row: 0,
                reserved: [0; 14],
                bytes_of_row: [0; 16],
                rows: [0; 16],
            };
            let mut tile = 0;
            while tile < 8 {
                all.bytes_of_row[tile] = 64;
                all.rows[tile] = 16;
                tile += 1;
            }
            all
        };
        static CONFIGURATION: Configuration = ALL;
        // SAFETY: the caller guarantees AMX; the instruction reads the 64 bytes of the configuration. The compiler
        // itself uses no tiles.
        unsafe {
            asm!("ldtilecfg [{}]", in(reg) &CONFIGURATION, options(nostack, readonly, preserves_flags))
        };
        Tiles(())
    }
}

impl Drop for Tiles {
    fn drop(&mut self) {
        // SAFETY: the CPU has AMX: else there would be no `Tiles` to drop.
        unsafe { asm!("tilerelease", options(nostack, nomem, preserves_flags)) };
    }
}
