//! Steps of a backward pass, one call each: the statements that they stand for would take rustc much longer to check.

use super::{AddTo, PullbackOfField};

macro_rules! steps {
    ($(
        $(#[$doc:meta])*
        $step:ident, $step_of_field:ident<$($T:ident),*>: ($($part:tt: $Part:ty),*) { $($sum:ident: $Sum:ident += $added:ident: $Added:ident),* }
    )*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $step<P, C, W, $($T),*>(
            pullback: P,
            cotangent: &mut Option<C>,
            wanted: W,
            $($sum: &mut Option<$Sum>,)*
        ) where
            P: FnOnce(C, W) -> ($($Part,)*),
            $($Added: AddTo<$Sum>,)*
        {
            if let Some(cotangent) = cotangent.take() {
                let ($($part,)*) = pullback(cotangent, wanted);
                $(AddTo::add($sum, $added);)*
            }
        }

        #[doc = concat!("As [`", stringify!($step), "`], for a method that is called on a field with the gradient `gradient`.")]
        #[inline]
        pub fn $step_of_field<P, C, G, W, K, $($T),*>(
            pullback: P,
            cotangent: &mut Option<C>,
            gradient: &G,
            wanted: W,
            $($sum: &mut Option<$Sum>,)*
        ) where
            G: Clone,
            P: PullbackOfField<C, G, W, K, Arguments = ($($Part,)*)>,
            $($Added: AddTo<$Sum>,)*
        {
            if let Some(cotangent) = cotangent.take() {
                let ($($part,)*) = pullback.pull(cotangent, gradient.clone(), wanted);
                $(AddTo::add($sum, $added);)*
            }
        }
    )*};
}

steps! {
    /// Pulls back the cotangent of a result, if there is one, and adds that of the only argument to its sum.
    back_to_only, back_of_field_to_only<A, S>: (part: Option<A>) { sum: S += part: A }
    /// As [`back_to_only`], of two arguments.
    back_to_both, back_of_field_to_both<A, B, S, T>:
        (part0: Option<A>, part1: Option<B>) { sum0: S += part0: A, sum1: T += part1: B }
    /// As [`back_to_only`], of two arguments, of which only the first has a sum.
    back_to_first, back_of_field_to_first<A, B, S>: (part: Option<A>, _: B) { sum: S += part: A }
    /// As [`back_to_only`], of two arguments, of which only the second has a sum.
    back_to_second, back_of_field_to_second<A, B, S>: (_: B, part: Option<A>) { sum: S += part: A }
}
