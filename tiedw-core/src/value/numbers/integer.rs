//! Methods of integers, which pass no gradient on.

use crate::value::NoGradient;

/// Methods of integers: each is the method of the same name, with a pullback that does nothing.
#[allow(missing_docs, clippy::type_complexity)]
pub trait IntegerVjp: Copy {
    fn max_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>));
    fn min_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>));
    fn saturating_sub_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>));
    fn saturating_add_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>));
    fn wrapping_add_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>));
    fn wrapping_mul_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>));
    fn wrapping_sub_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>));
    fn rem_euclid_vjp(
        self,
        other: Self,
    ) -> (Self, impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>));
    fn pow_vjp(
        self,
        other: u32,
    ) -> (Self, impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>));
    fn clamp_vjp(
        self,
        min: Self,
        max: Self,
    ) -> (
        Self,
        impl FnOnce(NoGradient, [bool; 3]) -> (Option<NoGradient>, Option<NoGradient>, Option<NoGradient>),
    );
}

macro_rules! integers {
    ($($integer:ident)+) => {$(
        impl IntegerVjp for $integer {
            integers!{ two $integer:
                max max_vjp Self;
                min min_vjp Self;
                saturating_sub saturating_sub_vjp Self;
                saturating_add saturating_add_vjp Self;
                wrapping_add wrapping_add_vjp Self;
                wrapping_mul wrapping_mul_vjp Self;
                wrapping_sub wrapping_sub_vjp Self;
                rem_euclid rem_euclid_vjp Self;
                pow pow_vjp u32;
            }

            #[inline]
            #[track_caller]
            fn clamp_vjp(
                self,
                min: Self,
                max: Self,
            ) -> (Self, impl FnOnce(NoGradient, [bool; 3]) -> (Option<NoGradient>, Option<NoGradient>, Option<NoGradient>))
            {
                (Ord::clamp(self, min, max), |_, _| (None, None, None))
            }
        }
    )+};
    (two $integer:ident: $($name:ident $vjp:ident $other:ident;)+) => {$(
        #[inline]
        #[track_caller]
        fn $vjp(
            self,
            other: $other,
        ) -> (Self, impl FnOnce(NoGradient, [bool; 2]) -> (Option<NoGradient>, Option<NoGradient>)) {
            (self.$name(other), |_, _| (None, None))
        }
    )+};
}
integers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
