//! Loops compiled several times: for every machine, and for wide vectors where the machine has them.

use std::sync::atomic::{AtomicU8, Ordering};

use super::Elementary;
use crate::environment::variable;

/// The widest vectors that the loops of this program use.
///
/// The environment variable `TIEDW_VECTORS`, read once, asks for less than the machine has: `portable`, `avx2` or `avx512`
/// (`amx` is all that it has). Any other value is an error, which the first computation panics with.
///
/// ```
/// use tiedw_core::kernels::Vectors;
///
/// assert!(Vectors::Portable <= Vectors::in_use() && Vectors::in_use() <= Vectors::of_machine());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vectors {
    /// Those that every machine of this architecture has.
    Portable,
    /// AVX2 and FMA: 256 bits.
    Avx2,
    /// AVX-512: 512 bits.
    Avx512,
    /// AVX-512, and AMX for matrix products: tiles of 16 rows of 512 bits. Their sums are as exact as those of `f32`, but
    /// numbers and products below 2⁻¹²⁶ count as zero there, and below 2⁻¹⁰² have fewer digits.
    Amx,
}

impl Vectors {
    /// Those in use.
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

    /// Those that the machine has.
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

/// How a number is multiplied and added to: in one instruction, which rounds once, where the vectors in use have it.
#[derive(Clone, Copy, Debug)]
pub struct MulAdd {
    fused: bool,
}

impl MulAdd {
    /// In one instruction: for code that is compiled for vectors that have it, since others call a slow function.
    #[cfg(target_arch = "x86_64")]
    pub(crate) const FUSED: MulAdd = MulAdd { fused: true };
    /// As every machine of this architecture does best.
    pub(crate) const PORTABLE: MulAdd =
        MulAdd { fused: cfg!(any(target_feature = "fma", target_arch = "aarch64")) };

    /// a b + c.
    #[inline(always)]
    pub(crate) fn of<E: Elementary>(self, a: E, b: E, c: E) -> E {
        if self.fused { a.fused_mul_add(b, c) } else { a * b + c }
    }

    /// What a² lacks where it is rounded to `square`.
    #[inline(always)]
    pub(crate) fn lost_of_square<E: Elementary>(self, a: E, square: E) -> E {
        if self.fused {
            return a.fused_mul_add(a, -square);
        }
        // Dekker, "A Floating-Point Technique for Extending the Available Precision", 1971: products of halves are exact.
        let high = a.high_digits();
        let low = a - high;
        ((high * high - square) + (high + high) * low) + low * low
    }
}

/// Defines a function whose body is compiled for wide vectors too, which it uses where the machine has them.
///
/// A name after the arguments stands for the [`MulAdd`] of those vectors.
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

            #[cfg(target_arch = "x86_64")]
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
                    // SAFETY: the machine has all that `avx512` enables, or `in_use` would be less.
                    Vectors::Amx | Vectors::Avx512 => return unsafe { avx512($($argument),*) },
                    // SAFETY: the machine has all that `avx2` enables, or `in_use` would be less.
                    Vectors::Avx2 => return unsafe { avx2($($argument),*) },
                    Vectors::Portable => {}
                }
            }
            compiled($($argument,)* $({ let $mul_add = crate::kernels::simd::MulAdd::PORTABLE; $mul_add })?)
        }
    };
}
pub(crate) use vectorized;
