//! Ownership of a layer's parameters.

use std::fmt::{self, Debug};
use std::marker::PhantomData;

use rand::Rng;

use super::container::owns_nothing;
use super::{
    Closed, FromShapes, Gradient, Init, Kind, Misfit, Module, Path, Resizable, Role, Shapes, Spec, Tied,
    ViewOf, Visitor, VisitorMut, Weight,
};
use crate::kernels::repeat_row;
use crate::param::{Vector, VectorView};
use crate::pooled_vec::PooledVec;
use crate::{DYN, Element, Lift};

/// The storage of a layer's weight: [`Own`] or [`Tied`].
///
/// The type of the layer's view is the same for both.
///
/// ```
/// use tiedw_core::module::{Own, Storage};
/// use tiedw_core::{Module, Tied, layers::Linear};
///
/// fn size<W: Storage>() -> usize {
///     Linear::<3, 2, W>::NUM_PARAMETERS
/// }
/// assert_eq!((size::<Own>(), size::<Tied>()), (8, 2));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how a layer stores its weights",
    label = "neither `Own` nor `Tied`",
    note = "other elements than `f32` are chosen by `WithElem`, as in `WithElem<Linear<4, 4>, f64>`"
)]
pub trait Storage: 'static {
    /// The type of the layer's field for a parameter `P`.
    type Of<P: Stored>: Stored
        + for<'a> Module<Elem = P::Elem, View<'a, Weight> = P::View<'a, Weight>>
        + for<'a> Module<View<'a, Gradient> = P::View<'a, Gradient>>;

    /// Creates the field. Calls `parameter` only if the parameter is owned.
    fn store<P: Stored>(parameter: impl FnOnce() -> P) -> Self::Of<P>;

    /// [`Lift::lift`] of the field.
    #[doc(hidden)]
    #[track_caller]
    fn lift<P: Stored + Lift<Dual: Stored>>(
        field: &Self::Of<P>,
        tangent: Option<&Self::Of<P>>,
    ) -> Self::Of<P::Dual>;
    /// [`Lift::parts`] of the field.
    #[doc(hidden)]
    fn parts<P: Stored + Lift<Dual: Stored>>(dual: Self::Of<P::Dual>) -> (Self::Of<P>, Self::Of<P>);
}

/// A parameter of a layer, or what is in its place.
pub trait Stored: FromShapes + Clone + Debug + PartialEq {}

impl<P: FromShapes + Clone + Debug + PartialEq> Stored for P {}

/// The storage of a layer's bias: [`Own`], [`Tied`] or [`NoBias`].
///
/// ```
/// use tiedw_core::module::BiasStorage;
/// use tiedw_core::{Module, NoBias, Own, Tied, layers::Linear};
///
/// fn size<B: BiasStorage>() -> usize {
///     Linear::<3, 2, Own, B>::NUM_PARAMETERS
/// }
/// assert_eq!((size::<Own>(), size::<Tied>(), size::<NoBias>()), (8, 6, 6));
/// ```
pub trait BiasStorage: 'static {
    /// The storage in the type of the view: [`Own`] for a borrowed bias, and otherwise the same.
    type Canonical: BiasStorage<Canonical = Self::Canonical>;
    /// The type of the bias in the layer's view, for a parameter `P`.
    type View<'a, P: Module, Use: Role>: Clone;
    /// The type of the layer's field for a parameter `P`.
    type Of<P: Stored>: Stored
        + for<'a> Module<
            Elem = P::Elem,
            View<'a, Weight> = <Self::Canonical as BiasStorage>::View<'a, P, Weight>,
        > + for<'a> Module<View<'a, Gradient> = <Self::Canonical as BiasStorage>::View<'a, P, Gradient>>;

    /// Creates the field. Calls `parameter` only if the parameter is owned.
    fn store<P: Stored>(parameter: impl FnOnce() -> P) -> Self::Of<P>;
    /// [`Lift::lift`] of the field.
    #[doc(hidden)]
    #[track_caller]
    fn lift<P: Stored + Lift<Dual: Stored>>(
        field: &Self::Of<P>,
        tangent: Option<&Self::Of<P>>,
    ) -> Self::Of<P::Dual>;
    /// [`Lift::parts`] of the field.
    #[doc(hidden)]
    fn parts<P: Stored + Lift<Dual: Stored>>(dual: Self::Of<P::Dual>) -> (Self::Of<P>, Self::Of<P>);
    /// Returns the bias, or zeros if there is none.
    #[track_caller]
    fn row<const N: usize, E: Element>(
        bias: &Self::View<'_, Vector<N, E>, Weight>,
        outputs: usize,
    ) -> PooledVec<E>;
    /// Returns a vector for `rows` results and beta, as in GEMM: the repeated bias and 1, or unspecified
    /// elements and 0 without a bias.
    #[track_caller]
    fn room<const N: usize, E: Element>(
        bias: &Self::View<'_, Vector<N, E>, Weight>,
        rows: usize,
        outputs: usize,
    ) -> (PooledVec<E>, E);
    /// Converts the view of a bias into one that receives no cotangents.
    #[doc(hidden)]
    fn freeze<'a, P: Module, Use: Role>(bias: Self::View<'a, P, Use>) -> Self::View<'a, P, Use>;
    /// [`Resizable::misfit`] of a bias.
    #[doc(hidden)]
    fn misfit<P: Resizable, Use: Role>(bias: &Self::View<'_, P::Dynamic, Use>) -> Option<Misfit>;
    /// [`Resizable::dynamic`] of a bias.
    #[doc(hidden)]
    fn dynamic<'a, P: Resizable, Use: Role>(bias: Self::View<'a, P, Use>) -> Self::View<'a, P::Dynamic, Use>;
    /// [`Resizable::fixed`] of a bias.
    #[doc(hidden)]
    fn fixed<'a, P: Resizable, Use: Role>(bias: Self::View<'a, P::Dynamic, Use>) -> Self::View<'a, P, Use>;
    /// Accumulates each of the contiguous `rows` into the gradient.
    fn add_rows<const N: usize, E: Element>(gradient: &Self::View<'_, Vector<N, E>, Gradient>, rows: &[E]);
}

/// The layer owns the parameter: the default storage.
///
/// ```
/// use tiedw_core::{Module, Own, layers::Linear};
///
/// // The default.
/// assert_eq!(Linear::<3, 2, Own, Own>::SPEC, Linear::<3, 2>::SPEC);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Own;

/// The layer has no bias.
///
/// ```
/// use tiedw_core::layers::{Layer, Linear};
/// use tiedw_core::{NoBias, Own, Tensor};
///
/// let layer = Linear::<2, 1, Own, NoBias> { weight: [[1.0, 2.0]].into(), bias: Default::default() };
/// assert_eq!(layer.forward(&Tensor::full([1], 1.0)).as_slice(), [3.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoBias;

impl Storage for Own {
    type Of<P: Stored> = P;

    fn store<P: Stored>(parameter: impl FnOnce() -> P) -> P {
        parameter()
    }
    fn lift<P: Stored + Lift<Dual: Stored>>(field: &P, tangent: Option<&P>) -> P::Dual {
        field.lift(tangent)
    }
    fn parts<P: Stored + Lift<Dual: Stored>>(dual: P::Dual) -> (P, P) {
        P::parts(dual)
    }
}
impl Storage for Tied {
    type Of<P: Stored> = Tied<P>;

    fn store<P: Stored>(_: impl FnOnce() -> P) -> Tied<P> {
        Tied::new()
    }
    fn lift<P: Stored + Lift<Dual: Stored>>(_: &Tied<P>, _: Option<&Tied<P>>) -> Tied<P::Dual> {
        Tied::new()
    }
    fn parts<P: Stored + Lift<Dual: Stored>>(_: Tied<P::Dual>) -> (Tied<P>, Tied<P>) {
        (Tied::new(), Tied::new())
    }
}

macro_rules! with_bias {
    ($storage:ty) => {
        impl BiasStorage for $storage {
            type Canonical = Own;
            type View<'a, P: Module, Use: Role> = P::View<'a, Use>;
            type Of<P: Stored> = <$storage as Storage>::Of<P>;

            fn store<P: Stored>(parameter: impl FnOnce() -> P) -> Self::Of<P> {
                <$storage as Storage>::store(parameter)
            }
            fn lift<P: Stored + Lift<Dual: Stored>>(
                field: &Self::Of<P>,
                tangent: Option<&Self::Of<P>>,
            ) -> Self::Of<P::Dual> {
                <$storage as Storage>::lift(field, tangent)
            }
            fn parts<P: Stored + Lift<Dual: Stored>>(dual: Self::Of<P::Dual>) -> (Self::Of<P>, Self::Of<P>) {
                <$storage as Storage>::parts::<P>(dual)
            }
            #[inline]
            fn row<const N: usize, E: Element>(bias: &VectorView<'_, N, E>, outputs: usize) -> PooledVec<E> {
                check_bias(bias, outputs);
                PooledVec::copy(bias.as_slice())
            }
            #[inline]
            fn room<const N: usize, E: Element>(
                bias: &VectorView<'_, N, E>,
                rows: usize,
                outputs: usize,
            ) -> (PooledVec<E>, E) {
                check_bias(bias, outputs);
                let bias = if N == DYN { bias.as_slice() } else { bias.as_array() };
                (repeat_row(bias, rows), E::ONE)
            }
            #[inline]
            fn freeze<'a, P: Module, Use: Role>(bias: Self::View<'a, P, Use>) -> Self::View<'a, P, Use> {
                bias.freeze()
            }
            #[inline]
            fn misfit<P: Resizable, Use: Role>(bias: &Self::View<'_, P::Dynamic, Use>) -> Option<Misfit> {
                P::misfit(bias)
            }
            #[inline]
            fn dynamic<'a, P: Resizable, Use: Role>(
                bias: Self::View<'a, P, Use>,
            ) -> Self::View<'a, P::Dynamic, Use> {
                P::dynamic(bias)
            }
            #[inline]
            fn fixed<'a, P: Resizable, Use: Role>(
                bias: Self::View<'a, P::Dynamic, Use>,
            ) -> Self::View<'a, P, Use> {
                P::fixed(bias)
            }
            #[inline]
            fn add_rows<const N: usize, E: Element>(gradient: &VectorView<'_, N, E, Gradient>, rows: &[E]) {
                gradient.add_rows(rows);
            }
        }
    };
}

/// Checks that there is a number for each output, unless the type says so: a tied weight may have another size.
#[inline]
#[track_caller]
fn check_bias<const N: usize, E: Element>(bias: &VectorView<'_, N, E>, outputs: usize) {
    if N == DYN {
        let count = bias.as_slice().len();
        assert!(count == outputs, "a bias of {count} numbers for {outputs} outputs");
    }
}

with_bias!(Own);
with_bias!(Tied);

impl BiasStorage for NoBias {
    type Canonical = NoBias;
    type View<'a, P: Module, Use: Role> = Absent<P>;
    type Of<P: Stored> = Absent<P>;

    fn store<P: Stored>(_: impl FnOnce() -> P) -> Absent<P> {
        Absent::new()
    }
    fn lift<P: Stored + Lift<Dual: Stored>>(_: &Absent<P>, _: Option<&Absent<P>>) -> Absent<P::Dual> {
        Absent::new()
    }
    fn parts<P: Stored + Lift<Dual: Stored>>(_: Absent<P::Dual>) -> (Absent<P>, Absent<P>) {
        (Absent::new(), Absent::new())
    }
    #[inline]
    fn row<const N: usize, E: Element>(_: &Absent<Vector<N, E>>, outputs: usize) -> PooledVec<E> {
        PooledVec::zeros(outputs)
    }
    #[inline]
    fn room<const N: usize, E: Element>(
        _: &Absent<Vector<N, E>>,
        rows: usize,
        outputs: usize,
    ) -> (PooledVec<E>, E) {
        (PooledVec::unset(rows * outputs), E::ZERO)
    }
    #[inline]
    fn freeze<'a, P: Module, Use: Role>(bias: Self::View<'a, P, Use>) -> Self::View<'a, P, Use> {
        bias
    }
    #[inline]
    fn misfit<P: Resizable, Use: Role>(_: &Absent<P::Dynamic>) -> Option<Misfit> {
        None
    }
    #[inline]
    fn dynamic<'a, P: Resizable, Use: Role>(_: Self::View<'a, P, Use>) -> Self::View<'a, P::Dynamic, Use> {
        Absent::new()
    }
    #[inline]
    fn fixed<'a, P: Resizable, Use: Role>(_: Self::View<'a, P::Dynamic, Use>) -> Self::View<'a, P, Use> {
        Absent::new()
    }
    #[inline]
    fn add_rows<const N: usize, E: Element>(_: &Absent<Vector<N, E>>, _: &[E]) {}
}

/// The field of an omitted parameter.
///
/// ```
/// use tiedw_core::module::Absent;
/// use tiedw_core::{Module, NoBias, Own, layers::Linear};
///
/// let layer = Linear::<2, 1, Own, NoBias> { weight: [[1.0, 2.0]].into(), bias: Absent::new() };
/// assert_eq!(layer.named_parameters().count(), 1);
/// assert_eq!(size_of_val(&layer.bias), 0);
/// ```
pub struct Absent<P>(PhantomData<fn() -> P>);

impl<P> Absent<P> {
    /// Creates the empty field.
    pub const fn new() -> Self {
        Absent(PhantomData)
    }
}

impl<P> Clone for Absent<P> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<P> Copy for Absent<P> {}
impl<P> Default for Absent<P> {
    fn default() -> Self {
        Absent::new()
    }
}
impl<P> PartialEq for Absent<P> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl<P> Eq for Absent<P> {}
impl<P> fmt::Debug for Absent<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Absent")
    }
}

#[diagnostic::do_not_recommend]
impl<P: Module> Module for Absent<P> {
    type Elem = P::Elem;
    type Ties<'a, Use: Role> = ();
    type View<'a, Use: Role> = Absent<P>;
    const SPEC: Spec = Spec::Absent;

    #[inline]
    fn bind(&self, (): ()) -> Absent<P> {
        *self
    }
    #[inline]
    fn bind_mut(&mut self, (): ()) -> Absent<P> {
        *self
    }
    owns_nothing!(P::Elem);
}
#[diagnostic::do_not_recommend]
impl<P: Module> Closed for Absent<P> {
    fn no_ties<'a, Use: Role>() -> <Self as Module>::Ties<'a, Use> {}
}
impl<P: Module> Init for Absent<P> {
    fn init<R: Rng + ?Sized>(_: &mut R) -> Self {
        Absent::new()
    }
}
impl<P: Module> FromShapes for Absent<P> {
    fn from_shapes(_: &mut Shapes, _: &mut Path) -> Self {
        Absent::new()
    }
}
impl<P: Module, Use: Role> ViewOf<'_, Use> for Absent<P> {
    type Module = Absent<P>;

    #[inline]
    fn freeze(self) -> Self {
        self
    }
}
