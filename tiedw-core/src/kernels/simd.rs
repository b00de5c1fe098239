//! Loops compiled several times: for every machine, and for wide vectors where the machine has them.

/// The widest vectors of this machine that [`vectorized`] compiles for.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vectors {
    Portable,
    Avx2,
    Avx512,
}

#[cfg(target_arch = "x86_64")]
impl Vectors {
    /// What the machine has.
    #[inline]
    pub(crate) fn detect() -> Self {
        use std::sync::atomic::{AtomicU8, Ordering};

        static FOUND: AtomicU8 = AtomicU8::new(u8::MAX);
        match FOUND.load(Ordering::Relaxed) {
            0 => Vectors::Portable,
            1 => Vectors::Avx2,
            2 => Vectors::Avx512,
            _ => {
                let found = Self::ask();
                FOUND.store(found as u8, Ordering::Relaxed);
                found
            }
        }
    }

    #[cold]
    fn ask() -> Self {
        if !(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")) {
            Vectors::Portable
        } else if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
        {
            Vectors::Avx512
        } else {
            Vectors::Avx2
        }
    }
}

/// Defines a function whose body is compiled for wide vectors too, which it uses where the machine has them.
macro_rules! vectorized {
    (
        $(#[$meta:meta])*
        $vis:vis fn $name:ident[$($generics:tt)*]($($argument:ident: $type:ty),* $(,)?) $(-> $output:ty)? $body:block
    ) => {
        $(#[$meta])*
        #[inline]
        $vis fn $name<$($generics)*>($($argument: $type),*) $(-> $output)? {
            #[inline(always)]
            fn portable<$($generics)*>($($argument: $type),*) $(-> $output)? $body

            #[cfg(target_arch = "x86_64")]
            {
                use crate::kernels::simd::Vectors;

                #[target_feature(enable = "avx2,fma")]
                fn avx2<$($generics)*>($($argument: $type),*) $(-> $output)? {
                    portable($($argument),*)
                }
                #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
                fn avx512<$($generics)*>($($argument: $type),*) $(-> $output)? {
                    portable($($argument),*)
                }
                match Vectors::detect() {
                    // SAFETY: `detect` found all that `avx512` enables.
                    Vectors::Avx512 => return unsafe { avx512($($argument),*) },
                    // SAFETY: `detect` found all that `avx2` enables.
                    Vectors::Avx2 => return unsafe { avx2($($argument),*) },
                    Vectors::Portable => {}
                }
            }
            portable($($argument),*)
        }
    };
}
pub(crate) use vectorized;
