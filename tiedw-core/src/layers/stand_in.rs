//! A layer for the type parameters of a body that is only type checked.

use std::marker::PhantomData;

use super::support::layer_module;
use super::{Forward, Layer};
use crate::module::{Role, ViewOf};
use crate::value::{Cotangent, Receiver, Value};
use crate::{Dual, Element, Lift};

/// A layer from any value to any other. It never runs.
pub struct StandIn<I, O, E> {
    types: PhantomData<fn() -> (I, O, E)>,
}

/// A [`StandIn`] in its module.
#[derive(Debug)]
pub struct StandInView<I, O, E> {
    types: PhantomData<fn() -> (I, O, E)>,
}

layer_module! {
    impl[I: Value<Owned = I> + 'static, O: Value<Owned = O> + 'static, E: Element] StandIn<I, O, E> {}
    settings { types: PhantomData<fn() -> (I, O, E)> }
    elem E;
    ties Nothing;
    view StandInView = StandInView<I, O, E>;
}

impl<I, O, E> Clone for StandInView<I, O, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I, O, E> Copy for StandInView<I, O, E> {}

impl<I, O, E> Receiver for StandInView<I, O, E> {}

impl<I, O, E, Use: Role> ViewOf<'_, Use> for StandInView<I, O, E>
where
    I: Value<Owned = I> + 'static,
    O: Value<Owned = O> + 'static,
    E: Element,
{
    type Module = StandIn<I, O, E>;

    fn freeze(self) -> Self {
        self
    }
}

impl<I, O, E> Forward for StandInView<I, O, E>
where
    I: Value<Owned = I> + 'static,
    O: Value<Owned = O> + 'static,
    E: Element,
{
    type Input = I;
    type Output = O;
    type Gradient<'g> = Self;

    fn forward(&self, _: &I) -> O {
        unreachable!()
    }

    fn forward_vjp(
        &self,
        x: &I,
    ) -> (O, impl FnOnce(Cotangent<O>, Self, [bool; 1]) -> (Option<Cotangent<I>>,) + use<I, O, E>) {
        (self.forward(x), |_: Cotangent<O>, _: Self, _: [bool; 1]| (None,))
    }
}

impl<I, O, E> Lift for StandIn<I, O, E>
where
    I: Lift,
    O: Lift,
    E: Element,
{
    type Dual = StandIn<I::Dual, O::Dual, Dual<E>>;

    fn lift(&self, _: Option<&Self>) -> Self::Dual {
        unreachable!()
    }
    fn parts(_: Self::Dual) -> (Self, Self) {
        unreachable!()
    }
}

impl<I, O, E> Layer for StandIn<I, O, E>
where
    I: Value<Owned = I> + 'static,
    O: Value<Owned = O> + 'static,
    E: Element,
{
    type Input = I;
    type Output = O;
}
