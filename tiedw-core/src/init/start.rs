//! What a field with an initializer starts from.

use rand::Rng;

use super::Initializer;
use crate::param::{GateBias, Gates, Kernel, Kernel1d, Matrix, Vector};
use crate::{Element, Init, Module};

/// A module that can be made to be initialized: one with a default, or a parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be initialized",
    label = "has no default number of modules, or a field without an initializer",
    note = "write `#[module(init = zeros)]`, for example, above a parameter; use an array `[M; N]` instead of a `Vec`; or build \
            the module as a struct literal"
)]
pub trait Start: Module {
    /// The module before its parameters are filled.
    fn before<R: Rng + ?Sized>(rng: &mut R) -> Self;
}

impl<M: Init> Start for M {
    /// The module before its parameters are filled.
    fn before<R: Rng + ?Sized>(rng: &mut R) -> Self {
        M::init(rng)
    }
}

macro_rules! parameters {
    ($($parameter:ident<$($size:ident),+>)+) => {$(
        impl<$(const $size: usize,)+ E: Element> Start for $parameter<$($size,)+ E> {
            /// The module before its parameters are filled.
    fn before<R: Rng + ?Sized>(_: &mut R) -> Self {
                Self::zeros()
            }
        }
    )+};
}

parameters! { Vector<N> Matrix<O, I> Kernel<O, H, W, I> Kernel1d<O, K, I> Gates<G, O, I> GateBias<G, O> }

/// A new module whose parameters an initializer fills.
pub fn start<M: Start, R: Rng + ?Sized>(initializer: &impl Initializer, rng: &mut R) -> M {
    let mut module = M::before(rng);
    initializer.apply(&mut module, rng);
    module
}
