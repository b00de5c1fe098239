use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use rand::Rng;

use super::container::owns_nothing;
use super::{
    Differing, FromShapes, Gradient, Init, Kind, Misfit, Module, Path, ResizedFrom, Role, Shapes, Spec,
    ViewOf, Visitor, VisitorMut, Wanted, Weight,
};

/// A field that is tied as a whole. It owns nothing and is zero-sized.
///
/// As the type of a field, it stands for a borrowed `M`. As the storage of a layer, as in `Linear<64, 784,
/// Tied>`, it makes the layer borrow its weight.
///
/// ```
/// use tiedw_core::{Tied, layers::Linear};
///
/// assert_eq!(size_of::<Tied<Linear<10, 5>>>(), 0);
/// ```
///
/// Where a size is a number in the type of one of the two, and [`DYN`](crate::DYN) in that of the other, `.fixed()` follows the
/// source: `#[tie(weight = embed.weight.fixed())]`, or `#[tie(fc1.fixed())]` for a whole layer, or a
/// struct of layers. The number is checked when a file is opened, or at the first call.
pub struct Tied<M = ()>(PhantomData<fn() -> M>);

impl<M> Tied<M> {
    /// Creates a hole, for struct literals.
    pub const fn new() -> Self {
        Tied(PhantomData)
    }
}

impl<M> Clone for Tied<M> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<M> Copy for Tied<M> {}
impl<M> Default for Tied<M> {
    fn default() -> Self {
        Tied::new()
    }
}
impl<M> PartialEq for Tied<M> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl<M> Eq for Tied<M> {}
impl<M> Hash for Tied<M> {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
impl<M> fmt::Debug for Tied<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tied")
    }
}

#[diagnostic::do_not_recommend]
impl<M: Module> Module for Tied<M> {
    type Elem = M::Elem;
    type Ties<'a, Use: Role> = M::View<'a, Use>;
    type View<'a, Use: Role> = M::View<'a, Use>;
    const SPEC: Spec = Spec::Tied(&M::SPEC);

    #[inline]
    fn bind<'a>(&'a self, source: M::View<'a, Weight>) -> M::View<'a, Weight> {
        source
    }
    #[inline]
    fn bind_mut<'a>(&'a mut self, source: M::View<'a, Gradient>) -> M::View<'a, Gradient> {
        M::borrowed(source)
    }
    #[inline]
    fn borrowed<'a>(view: Self::View<'a, Gradient>) -> Self::View<'a, Gradient> {
        M::borrowed(view)
    }
    owns_nothing!(M::Elem);
}

impl<M: Module> Init for Tied<M> {
    fn init<R: Rng + ?Sized>(_: &mut R) -> Self {
        Tied::new()
    }
}

impl<M: Module> FromShapes for Tied<M> {
    fn from_shapes(shapes: &mut Shapes, path: &mut Path) -> Self {
        shapes.check_ties(path, &M::SPEC);
        Tied::new()
    }
}

#[diagnostic::do_not_recommend]
impl<M: ResizedFrom<S>, S: Module> ResizedFrom<Tied<S>> for Tied<M> {
    const DIFFERING: Differing = M::DIFFERING;

    #[inline]
    fn resized<'a, Use: Role>(view: S::View<'a, Use>) -> Result<M::View<'a, Use>, Misfit> {
        M::resized(view)
    }
}

/// A field that `#[tie(source)]` can fill: `Tied<M>`, or an array, `Vec` or `Option` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be tied as a whole",
    label = "declare this field `Tied<{Self}>`",
    note = "to borrow only what a struct leaves open, or one weight of a layer, name it: \
            `#[tie(weight = source.weight)]`"
)]
pub trait TiedField: Module {
    /// The borrowed module.
    type Source: Module;

    /// Returns the type of source that the hole accepts.
    #[inline]
    fn wanted<'a, Use: Role>() -> Wanted<<<Self::Source as Module>::View<'a, Use> as ViewOf<'a, Use>>::Module>
    {
        Wanted::new()
    }

    /// Creates the ties of the field from its source.
    fn ties<'a, Use: Role>(source: <Self::Source as Module>::View<'a, Use>) -> Self::Ties<'a, Use>;
}

#[diagnostic::do_not_recommend]
impl<M: Module> TiedField for Tied<M> {
    type Source = M;

    #[inline]
    fn ties<'a, Use: Role>(source: M::View<'a, Use>) -> M::View<'a, Use> {
        source
    }
}
