//! Modules over dual numbers that own no weights, or whose weights carry no gradient.

use super::{Absent, Frozen, Tied};
use crate::Lift;

macro_rules! empty {
    ($($module:ident)+) => {$(
        impl<M: Lift> Lift for $module<M> {
            type Dual = $module<M::Dual>;

            #[inline]
            fn lift(&self, _: Option<&Self>) -> Self::Dual {
                $module::new()
            }
            #[inline]
            fn parts(_: Self::Dual) -> (Self, Self) {
                ($module::new(), $module::new())
            }
        }
    )+};
}
empty!(Tied Absent);

/// The tangents of its weights are 0.
impl<M: Lift> Lift for Frozen<M> {
    type Dual = Frozen<M::Dual>;

    #[track_caller]
    fn lift(&self, _: Option<&Self>) -> Frozen<M::Dual> {
        Frozen { module: self.module.lift(None), weights: self.weights }
    }
    fn parts(dual: Frozen<M::Dual>) -> (Self, Self) {
        let Frozen { module, weights } = dual;
        let (value, tangent) = M::parts(module);
        (Frozen { module: value, weights }, Frozen { module: tangent, weights })
    }
}
