//! Loops compiled twice: for every machine, and for wide vectors where the machine has them.

/// Whether this machine has the wide vectors that [`vectorized`] compiles for.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn wide() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")
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
                #[target_feature(enable = "avx2,fma")]
                fn wide<$($generics)*>($($argument: $type),*) $(-> $output)? {
                    portable($($argument),*)
                }
                if crate::kernels::simd::wide() {
                    // SAFETY: the machine has the features, as the line above asks.
                    return unsafe { wide($($argument),*) };
                }
            }
            portable($($argument),*)
        }
    };
}
pub(crate) use vectorized;
