//! Ties between parameters, or layers, of which one has a size in its type that the other has at run time.

use std::marker::PhantomData;

use super::{Module, Role, Source, Wanted};
use crate::const_text::ConstText;
use crate::param::Shape;
use crate::size::{Sizes, allows, are_fit};
use crate::{Count, DYN};

/// A parameter or a layer, whose view can have other sizes in its type.
#[doc(hidden)]
pub trait Resizable: Module {
    /// The module with all sizes known at run time.
    type Dynamic: Module;
    /// The sizes in the type: the shape of a parameter, or all that are written in the type of a layer.
    const SIZES: &'static [usize];

    /// Returns where a view differs from the sizes of this type, if it does.
    fn misfit<Use: Role>(view: &<Self::Dynamic as Module>::View<'_, Use>) -> Option<Misfit>;

    /// Returns the same view without sizes in its type.
    fn dynamic<'a, Use: Role>(view: Self::View<'a, Use>) -> <Self::Dynamic as Module>::View<'a, Use>;

    /// Returns the same view with the sizes of this type, which it has.
    fn fixed<'a, Use: Role>(view: <Self::Dynamic as Module>::View<'a, Use>) -> Self::View<'a, Use>;
}

/// A part of a source that has not the sizes of the hole.
#[doc(hidden)]
pub struct Misfit {
    /// The innermost first; empty for a parameter on its own.
    path: Vec<&'static str>,
    sizes: Differing,
}

enum Differing {
    Shapes(&'static [usize], Shape),
    Counts(usize, usize),
}

impl Misfit {
    #[inline]
    pub(crate) fn of_shape(of_type: &'static [usize], found: &[usize]) -> Option<Self> {
        let differ = || Misfit { path: Vec::new(), sizes: Differing::Shapes(of_type, Shape::new(found)) };
        (!are_fit(of_type, found)).then(differ)
    }

    pub(crate) fn of_count(of_type: usize, found: usize) -> Self {
        Misfit { path: Vec::new(), sizes: Differing::Counts(of_type, found) }
    }

    /// The same within a layer.
    pub(crate) fn within(mut self, field: &'static str) -> Self {
        self.path.push(field);
        self
    }

    #[cold]
    #[track_caller]
    fn panic(self, tie: &str) -> ! {
        let part = self.path.iter().rev().copied().collect::<Vec<_>>().join(".");
        match self.sizes {
            Differing::Shapes(of_type, found) if part.is_empty() => {
                panic!(
                    "{tie}: the type of the hole has shape {:?}, and the source has shape {found:?}",
                    Sizes(of_type)
                )
            }
            Differing::Shapes(of_type, found) => {
                panic!(
                    "{tie}: `{part}` has shape {:?} in the type of the hole, and {found:?} in the source",
                    Sizes(of_type)
                )
            }
            Differing::Counts(of_type, found) => {
                panic!("{tie}: `{part}` is {of_type} in the type of the hole, and {found} in the source")
            }
        }
    }
}

/// A setting of a layer, which may be a number in its type.
pub(crate) trait Setting: Copy {
    /// The setting of a layer with all sizes known at run time.
    type Dynamic: Copy;

    /// Returns how the setting differs from this type, if it does.
    fn misfit(_: Self::Dynamic) -> Option<Misfit> {
        None
    }

    fn dynamic(self) -> Self::Dynamic;
    fn fixed(setting: Self::Dynamic) -> Self;
}

macro_rules! without_sizes {
    ($($(#[$element:tt])? $setting:ty),+) => {$(
        impl$(<$element: crate::Element>)? Setting for $setting {
            type Dynamic = Self;

            #[inline]
            fn dynamic(self) -> Self {
                self
            }

            #[inline]
            fn fixed(setting: Self) -> Self {
                setting
            }
        }
    )+};
}
without_sizes!(#[E] E, #[E] PhantomData<E>, Option<f64>, Option<u32>);

impl<const N: usize> Setting for Count<N> {
    type Dynamic = Count<DYN>;

    /// A number that is not set, as in a layer from a file, is that of the type.
    #[inline]
    fn misfit(setting: Count<DYN>) -> Option<Misfit> {
        setting.get().filter(|&found| !allows(N, found)).map(|found| Misfit::of_count(N, found))
    }

    #[inline]
    fn dynamic(self) -> Count<DYN> {
        self.resized()
    }

    #[inline]
    fn fixed(setting: Count<DYN>) -> Self {
        setting.resized()
    }
}

/// A module to which a hole of type `Hole` can be tied by `.fixed()`: the two are parameters or layers that differ in sizes.
#[diagnostic::on_unimplemented(
    message = "a `{Hole}` cannot be tied to a `{Self}`",
    label = "this is a `{Self}`, the tied field wants a `{Hole}`",
    note = "`.fixed()` changes the sizes of a parameter or of a layer, and nothing else: tie the fields of a struct one by one"
)]
pub trait FillsFixed<Hole: Module>: Module {
    /// Returns the same view, with the type of the hole.
    fn fill_fixed<'a, Use: Role, Tie: TieName>(
        hole: Wanted<Hole>,
        source: Source<'a, Use, Self>,
        tie: Tie,
    ) -> Hole::View<'a, Use>;
}

/// Names a tie in messages.
#[doc(hidden)]
pub trait TieName {
    /// The hole and the source.
    const NAME: &'static str;
}

/// A source and a hole, checked once for weights and gradients.
struct Pair<M, Hole, Tie>(PhantomData<(M, Hole, Tie)>);

impl<M: Resizable, Hole: Resizable, Tie: TieName> Pair<M, Hole, Tie> {
    const FIT: () = if !are_fit(Hole::SIZES, M::SIZES) {
        let message = ConstText::new()
            .with(Tie::NAME)
            .with(", and their types say different sizes: the hole ")
            .with_sizes(Hole::SIZES)
            .with(", the source ")
            .with_sizes(M::SIZES);
        panic!("{}", message.as_str());
    };
}

#[diagnostic::do_not_recommend]
impl<M: Resizable, Hole: Resizable<Dynamic = M::Dynamic>> FillsFixed<Hole> for M {
    #[inline]
    #[track_caller]
    fn fill_fixed<'a, Use: Role, Tie: TieName>(
        _: Wanted<Hole>,
        source: Source<'a, Use, M>,
        _: Tie,
    ) -> Hole::View<'a, Use> {
        const { Pair::<M, Hole, Tie>::FIT };
        let view = M::dynamic(source.into_view());
        if Use::READS
            && let Some(misfit) = Hole::misfit(&view)
        {
            misfit.panic(Tie::NAME);
        }
        Hole::fixed(view)
    }
}
