//! Casts of numbers to floats, as in `x as f64`, with their pullbacks.

use crate::value::{NoGradient, Value};

/// A number that is cast to `F`.
#[diagnostic::on_unimplemented(message = "`{Self}` is no number, so it cannot be cast", label = "no number")]
pub trait Cast<F>: Value {
    /// Returns it as another type.
    fn cast(self) -> F;
    /// Returns the cotangent of it, given that of the other.
    fn pulled(cotangent: F) -> Option<Self::Cotangent>;
}

macro_rules! casts {
    ($([$($from:ident)+] => $to:ident, |$cotangent:ident, $From:ident| $pulled:expr;)+) => {$($(
        impl Cast<$to> for $from {
            #[inline]
            #[allow(clippy::unnecessary_cast, clippy::cast_lossless)]
            fn cast(self) -> $to {
                self as $to
            }

            #[inline]
            #[allow(clippy::unnecessary_cast, clippy::cast_lossless)]
            fn pulled($cotangent: $to) -> Option<Self::Cotangent> {
                type $From = $from;
                $pulled
            }
        }
    )+)+};
}

casts! {
    [f32 f64] => f32, |cotangent, From| Some(cotangent as From);
    [f32 f64] => f64, |cotangent, From| Some(cotangent as From);
    [u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize] => f32, |_cotangent, _From| None::<NoGradient>;
    [u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize] => f64, |_cotangent, _From| None::<NoGradient>;
}

macro_rules! functions {
    ($($float:ident $cast:ident $vjp:ident;)+) => {$(
        /// Casts a number.
        #[inline]
        pub fn $cast<T: Cast<$float>>(number: T) -> $float {
            number.cast()
        }

        /// Casts a number, with its pullback.
        #[inline]
        pub fn $vjp<T: Cast<$float>>(
            number: T,
        ) -> ($float, impl FnOnce($float, [bool; 1]) -> (Option<T::Cotangent>,) + use<T>) {
            (number.cast(), |cotangent, [wanted]| (if wanted { T::pulled(cotangent) } else { None },))
        }
    )+};
}

functions! {
    f32 as_f32 as_f32_vjp;
    f64 as_f64 as_f64_vjp;
}
