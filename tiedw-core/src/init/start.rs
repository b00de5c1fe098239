//! What a field with an initializer starts from.

use rand::Rng;

use super::{Initializer, about_axes, too_few_axes};
use crate::module::{Absent, Tied};
use crate::param::{Filter1d, Filter2d, GateBias, Gates, Matrix, Vector};
use crate::{Element, Frozen, Module};

/// A module that an initializer can fill: one with an [`Init`](crate::Init), a parameter, or an array or tuple of these.
///
/// It is a bound for generic fields with an initializer:
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::init::{Initializer, Start, ones};
/// use tiedw_core::{Module, Vector};
///
/// fn all_ones<M: Start>() -> M {
///     let rng = &mut StdRng::seed_from_u64(0);
///     let mut module = M::before(rng);
///     ones().apply(&mut module, rng);
///     module
/// }
/// assert_eq!(all_ones::<[Vector<2>; 2]>()[1].as_slice(), [1.0, 1.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be initialized",
    label = "has no default number of modules, or a field without an initializer",
    note = "write `#[module(init = zeros)]`, for example, above a parameter; `#[module(init = |rng| ..)]` makes a `Vec` or an \
            `Option`"
)]
pub trait Start: Module {
    /// The module before its parameters are filled.
    fn before<R: Rng + ?Sized>(rng: &mut R) -> Self;
}

/// A module whose field at this position, of type `M`, can start.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no `init`, because one of its fields, a `{M}`, has no default initialization",
    label = "a field of type `{M}` does not say how it starts",
    note = "write `#[module(init = zeros)]`, for example, above a parameter, and `#[module(init = |rng| ..)]` above a `Vec` or \
            an `Option`"
)]
pub trait StartOfField<const POSITION: usize, M> {
    /// Creates the value of the field.
    fn start<R: Rng + ?Sized>(rng: &mut R) -> M;
}

macro_rules! parameters {
    ($($parameter:ident<$($size:ident),+>)+) => {$(
        impl<$(const $size: usize,)+ E: Element> Start for $parameter<$($size,)+ E> {
            fn before<R: Rng + ?Sized>(_: &mut R) -> Self {
                Self::zeros()
            }
        }
    )+};
}

impl<M: Start, const N: usize> Start for [M; N] {
    fn before<R: Rng + ?Sized>(rng: &mut R) -> Self {
        std::array::from_fn(|_| M::before(rng))
    }
}

impl<M: Start> Start for Frozen<M> {
    fn before<R: Rng + ?Sized>(rng: &mut R) -> Self {
        Frozen::new(M::before(rng))
    }
}

macro_rules! tuples {
    ($($first:ident $($rest:ident)*;)+) => {$(
        impl<$first: Start, $($rest: Start + Module<Elem = $first::Elem>),*> Start for ($first, $($rest,)*) {
            fn before<R: Rng + ?Sized>(rng: &mut R) -> Self {
                ($first::before(rng), $($rest::before(rng),)*)
            }
        }
    )+};
}

tuples! { A; A B; A B C; A B C D; A B C D F; A B C D F G; }

parameters! { Vector<N> Matrix<O, I> Filter2d<O, H, W, I> Filter1d<O, K, I> Gates<G, O, I> GateBias<G, O> }

/// The value of a field whose initializer is a closure.
pub fn start_by<M, R: ?Sized>(rng: &mut R, make: impl FnOnce(&mut R) -> M) -> M {
    make(rng)
}

/// The value of the field `name`, whose parameters an initializer fills.
pub fn start<M: Start, R: Rng + ?Sized>(name: &str, initializer: &impl Initializer, rng: &mut R) -> M {
    let least = initializer.least_axes();
    if let Some(shape) = too_few_axes(&M::SPEC, least) {
        panic!("{}", about_axes(&format!("`{name}`: "), shape, least));
    }
    let mut module = M::before(rng);
    initializer.apply(&mut module, rng);
    module
}

/// Implements [`Start`] for modules with an `Init`.
macro_rules! start_by_init {
    (impl[$($generics:tt)*] $module:ty) => {
        impl<$($generics)*> crate::init::Start for $module {
            fn before<Random: rand::Rng + ?Sized>(rng: &mut Random) -> Self {
                crate::Init::init(rng)
            }
        }
    };
}
pub(crate) use start_by_init;

start_by_init! { impl[M: Module] Tied<M> }
start_by_init! { impl[P: Module] Absent<P> }
