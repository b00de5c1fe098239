//! Operators in a crate where that of a type of values may lack `#[differentiable(value)]`.
//!
//! rustc would report a missing impl of `AddVjp` several times: at the call, and for each type that the impl would name. Here
//! it reports the operator alone, as a call of a function without a companion.

use super::{AddVjp, DivVjp, MulVjp, NegVjp, SubVjp};
use crate::Value;
use crate::value::NoCompanion;

/// References to the operands of an operator.
#[derive(Debug)]
pub struct Operands<O>(pub O);

/// The result of an operator's companion.
#[diagnostic::on_unimplemented(
    message = "this operator has no companion, so its operands would lose their gradient",
    label = "has no companion",
    note = "write `#[differentiable(value)]` above its impl, such as `impl Add for State`",
    note = "if no gradient should flow through it, use it on `stop_gradient(..)` of the values"
)]
pub trait OperatorWithCompanion<V, P> {
    /// Returns the value and its pullback.
    fn of(self) -> (V, P);
}

#[diagnostic::do_not_recommend]
impl<V, P> OperatorWithCompanion<V, P> for (V, P) {
    #[inline(always)]
    fn of(self) -> (V, P) {
        self
    }
}

macro_rules! binary {
    ($($vjp:ident $method:ident),*) => {
        impl<L: ?Sized, R: ?Sized> Operands<(&L, &R)> {
            $(
                #[doc = concat!("Calls [`", stringify!($vjp), "`].")]
                #[track_caller]
                #[inline(always)]
                pub fn $method(
                    self,
                ) -> (
                    <L as $vjp<R>>::Output,
                    impl FnOnce(
                        <<L as $vjp<R>>::Output as Value>::Cotangent,
                        [bool; 2],
                    ) -> (Option<L::Cotangent>, Option<R::Cotangent>)
                    + use<L, R>,
                )
                where
                    L: $vjp<R>,
                    R: Value,
                {
                    self.0.0.$method(self.0.1)
                }
            )*
        }

        /// The operators that have no companion.
        pub trait WithoutOperator {
            $(
                #[doc = concat!("Stands for [`", stringify!($vjp), "`].")]
                fn $method(&self) -> NoCompanion<Self>
                where
                    Self: Sized,
                {
                    unreachable!()
                }
            )*
            /// Stands for [`NegVjp`].
            fn neg_vjp(&self) -> NoCompanion<Self>
            where
                Self: Sized,
            {
                unreachable!()
            }
        }
    };
}
binary! { AddVjp add_vjp, SubVjp sub_vjp, MulVjp mul_vjp, DivVjp div_vjp }

impl<O> WithoutOperator for Operands<O> {}

impl<O: ?Sized> Operands<(&O,)> {
    /// Calls [`NegVjp`].
    #[inline(always)]
    pub fn neg_vjp(
        self,
    ) -> (
        <O as NegVjp>::Output,
        impl FnOnce(<<O as NegVjp>::Output as Value>::Cotangent, [bool; 1]) -> (Option<O::Cotangent>,) + use<O>,
    )
    where
        O: NegVjp,
    {
        self.0.0.neg_vjp()
    }
}
