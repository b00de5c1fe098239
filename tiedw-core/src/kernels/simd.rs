//! Loops that are compiled for several ISAs, with dispatch at run time.

use std::sync::atomic::{AtomicU8, Ordering};

use super::Elementary;
use super::elementary::Digits;
use crate::environment::variable;

/// The ISA that the kernels of this process use.
///
/// The environment variable `TIEDW_VECTORS`, read once, limits it: `portable`, `avx2`, `avx512` or `amx` (no limit).
/// With any other value the first computation panics.
///
/// ```
/// use tiedw_core::kernels::Vectors;
///
/// assert!(Vectors::Portable <= Vectors::in_use() && Vectors::in_use() <= Vectors::of_machine());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vectors {
    /// The baseline of the target architecture.
    Portable,
    /// AVX2 and FMA: 256 bits.
    Avx2,
    /// AVX-512: 512 bits.
    Avx512,
    /// AVX-512, and AMX for matrix products: tiles of 16 rows of 512 bits. Sums are as accurate as those of `f32`, but
    /// values and products below 2⁻¹²⁶ are flushed to zero, and those below 2⁻¹⁰² lose precision.
    Amx,
}

impl Vectors {
    /// The ISA in use.
    #[inline]
    pub fn in_use() -> Self {
        static FOUND: AtomicU8 = AtomicU8::new(u8::MAX);
        match FOUND.load(Ordering::Relaxed) {
            0 => Vectors::Portable,
            1 => Vectors::Avx2,
            2 => Vectors::Avx512,
            3 => Vectors::Amx,
            _ => {
                let found = Self::of_machine().min(Self::asked_for());
                FOUND.store(found as u8, Ordering::Relaxed);
                found
            }
        }
    }

    /// The widest ISA that the CPU supports.
    #[cold]
    pub fn of_machine() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            let wider = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vl");
            return match wider {
                true if crate::kernels::gemm::has_tiles() => Vectors::Amx,
                true => Vectors::Avx512,
                false => Vectors::Avx2,
            };
        }
        Vectors::Portable
    }

    fn asked_for() -> Self {
        let parse = |text: &str| match text {
            "portable" => Some(Vectors::Portable),
            "avx2" => Some(Vectors::Avx2),
            "avx512" => Some(Vectors::Avx512),
            "amx" => Some(Vectors::Amx),
            _ => None,
        };
        variable("TIEDW_VECTORS", "`portable`, `avx2`, `avx512` or `amx`", parse).unwrap_or(Vectors::Amx)
    }
}

/// How to compute a multiply-add: fused, with a single rounding, if the ISA in use has such an instruction.
#[derive(Clone, Copy, Debug)]
pub struct MulAdd {
    fused: bool,
}

impl MulAdd {
    /// Fused: only for code that is compiled for an ISA with FMA, since it is a slow function call otherwise.
    #[cfg(all(target_arch = "x86_64", any(test, not(unoptimized))))]
    pub(crate) const FUSED: MulAdd = MulAdd { fused: true };
    /// The best choice for the baseline of the target architecture.
    pub(crate) const PORTABLE: MulAdd =
        MulAdd { fused: cfg!(any(target_feature = "fma", target_arch = "aarch64")) };

    /// Whether it is fused.
    #[inline(always)]
    pub(crate) fn is_fused(self) -> bool {
        self.fused
    }

    /// a b + c.
    #[inline(always)]
    pub(crate) fn of<E: Elementary>(self, a: E, b: E, c: E) -> E {
        if self.fused { a.fused_mul_add(b, c) } else { a * b + c }
    }

    /// The rounding error of a b: a b - `product`, where `product` is a b rounded.
    #[inline(always)]
    pub(crate) fn lost_of_product<E: Digits>(self, a: E, b: E, product: E) -> E {
        if self.fused {
            return a.fused_mul_add(b, -product);
        }
        // As below.
        let (high, high_b) = (a.high_digits(), b.high_digits());
        let (low, low_b) = (a - high, b - high_b);
        ((high * high_b - product) + high * low_b + low * high_b) + low * low_b
    }

    /// The rounding error of a²: a² - `square`, where `square` is a² rounded.
    #[inline(always)]
    pub(crate) fn lost_of_square<E: Digits>(self, a: E, square: E) -> E {
        if self.fused {
            return a.fused_mul_add(a, -square);
        }
        // Dekker, "A Floating-Point Technique for Extending the Available Precision", 1971: products of elements
        // with half the digits are exact.
        let high = a.high_digits();
        let low = a - high;
        ((high * high - square) + (high + high) * low) + low * low
    }
}

/// Brings a cache line into L1, to be written. There need be no memory at that place.
#[inline(always)]
pub(crate) fn prefetch_to_write<T>(place: *const T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_ET0, _mm_prefetch};
        // SAFETY: a prefetch reads and writes nothing, and ignores places that are not mapped.
        unsafe { _mm_prefetch::<_MM_HINT_ET0>(place.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = place;
}

/// Defines a function whose body is also compiled for AVX2 and AVX-512, and dispatches to the ISA in use.
///
/// Without optimization the other two would be as slow and a quarter of the crate's compile time, and are left out.
///
/// An identifier after the arguments is bound to the [`MulAdd`] of that ISA.
macro_rules! vectorized {
    (
        $(#[$meta:meta])*
        $vis:vis fn $name:ident[$($generics:tt)*](
            $($argument:ident: $type:ty),* $(,)? $(; $mul_add:ident)?
        ) $(-> $output:ty)? $body:block
    ) => {
        $(#[$meta])*
        #[inline]
        $vis fn $name<$($generics)*>($($argument: $type),*) $(-> $output)? {
            #[inline(always)]
            fn compiled<$($generics)*>(
                $($argument: $type,)* $($mul_add: crate::kernels::simd::MulAdd)?
            ) $(-> $output)? $body

            #[cfg(all(target_arch = "x86_64", not(unoptimized)))]
            {
                use crate::kernels::simd::Vectors;

                #[target_feature(enable = "avx2,fma")]
                fn avx2<$($generics)*>($($argument: $type),*) $(-> $output)? {
                    compiled($($argument,)* $({ let $mul_add = crate::kernels::simd::MulAdd::FUSED; $mul_add })?)
                }
                #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
                fn avx512<$($generics)*>($($argument: $type),*) $(-> $output)? {
                    compiled($($argument,)* $({ let $mul_add = crate::kernels::simd::MulAdd::FUSED; $mul_add })?)
                }
                match Vectors::in_use() {
                    // SAFETY: the CPU has all features that `avx512` enables, or `in_use` would return less.
                    Vectors::Amx | Vectors::Avx512 => return unsafe { avx512($($argument),*) },
                    // SAFETY: the CPU has all features that `avx2` enables, or `in_use` would return less.
                    Vectors::Avx2 => return unsafe { avx2($($argument),*) },
                    Vectors::Portable => {}
                }
            }
            compiled($($argument,)* $({ let $mul_add = crate::kernels::simd::MulAdd::PORTABLE; $mul_add })?)
        }
    };
}
pub(crate) use vectorized;
