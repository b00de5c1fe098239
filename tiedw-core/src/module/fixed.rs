//! Ties between parameters, or modules, of which one has a size in its type that the other has at run time.

use std::borrow::Cow;
use std::marker::PhantomData;

use super::{Module, Role, Source, Wanted};
use crate::const_text::ConstText;
use crate::param::Shape;
use crate::size::{Sizes, allows, are_fit};
use crate::{Count, DYN};

/// The sizes in the types of a module and of the source of its tie, if those differ.
#[doc(hidden)]
pub type Differing = Option<[&'static [usize]; 2]>;

/// A module whose view can be that of a `Source`, which differs from it in sizes.
#[doc(hidden)]
pub trait ResizedFrom<Source: Module>: Module {
    /// The sizes in the types of both that cannot be the same.
    const DIFFERING: Differing;

    /// Returns the same view with the type of this module, or a part that has not its sizes.
    fn resized<'a, Use: Role>(view: Source::View<'a, Use>) -> Result<Self::View<'a, Use>, Misfit>;
}

#[diagnostic::do_not_recommend]
impl<M: Resizable, Source: Resizable<Dynamic = M::Dynamic>> ResizedFrom<Source> for M {
    const DIFFERING: Differing = differing(M::SIZES, Source::SIZES);

    #[inline]
    fn resized<'a, Use: Role>(view: Source::View<'a, Use>) -> Result<M::View<'a, Use>, Misfit> {
        let view = Source::dynamic(view);
        if Use::READS
            && let Some(misfit) = M::misfit(&view)
        {
            return Err(misfit);
        }
        Ok(M::fixed(view))
    }
}

/// Returns both if no module can have both.
#[doc(hidden)]
pub const fn differing(sizes: &'static [usize], of_source: &'static [usize]) -> Differing {
    if are_fit(sizes, of_source) { None } else { Some([sizes, of_source]) }
}

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
    path: Vec<Cow<'static, str>>,
    sizes: Unlike,
}

enum Unlike {
    Shapes(&'static [usize], Shape),
    Counts(usize, usize),
}

impl Misfit {
    #[inline]
    pub(crate) fn of_shape(of_type: &'static [usize], found: &[usize]) -> Option<Self> {
        let differ = || Misfit { path: Vec::new(), sizes: Unlike::Shapes(of_type, Shape::new(found)) };
        (!are_fit(of_type, found)).then(differ)
    }

    pub(crate) fn of_count(of_type: usize, found: usize) -> Self {
        Misfit { path: Vec::new(), sizes: Unlike::Counts(of_type, found) }
    }

    /// The same within a module.
    #[must_use]
    pub fn within(mut self, field: &'static str) -> Self {
        self.path.push(field.into());
        self
    }

    /// The same within a list.
    pub(crate) fn at(mut self, index: usize) -> Self {
        self.path.push(index.to_string().into());
        self
    }

    #[cold]
    #[track_caller]
    fn panic(self, tie: &str) -> ! {
        let part = self.path.iter().rev().map(|name| &**name).collect::<Vec<_>>().join(".");
        match self.sizes {
            Unlike::Shapes(of_type, found) if part.is_empty() => {
                panic!(
                    "{tie}: the type of the hole has shape {:?}, and the source has shape {found:?}",
                    Sizes(of_type)
                )
            }
            Unlike::Shapes(of_type, found) => {
                panic!(
                    "{tie}: `{part}` has shape {:?} in the type of the hole, and {found:?} in the source",
                    Sizes(of_type)
                )
            }
            Unlike::Counts(of_type, found) => {
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

/// A module to which a hole of type `Hole` can be tied by `.fixed()`: the two differ in sizes.
#[diagnostic::on_unimplemented(
    message = "a `{Hole}` cannot be tied to a `{Self}`",
    label = "this is a `{Self}`, the tied field wants a `{Hole}`",
    note = "`.fixed()` changes the sizes of parameters, of layers and of structs of them, and nothing else; \
            where a struct or a part of it has a type parameter, or a `#[module(skip)]` field that is no number, \
            tie its fields one by one"
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

impl<M: Module, Hole: ResizedFrom<M>, Tie: TieName> Pair<M, Hole, Tie> {
    const FIT: () = if let Some([of_hole, of_source]) = Hole::DIFFERING {
        let message = ConstText::new()
            .with(Tie::NAME)
            .with(", and their types say different sizes: the hole ")
            .with_sizes(of_hole)
            .with(", the source ")
            .with_sizes(of_source);
        panic!("{}", message.as_str());
    };
}

#[diagnostic::do_not_recommend]
impl<M: Module, Hole: ResizedFrom<M>> FillsFixed<Hole> for M {
    #[inline]
    #[track_caller]
    fn fill_fixed<'a, Use: Role, Tie: TieName>(
        _: Wanted<Hole>,
        source: Source<'a, Use, M>,
        _: Tie,
    ) -> Hole::View<'a, Use> {
        const { Pair::<M, Hole, Tie>::FIT };
        match Hole::resized(source.into_view()) {
            Ok(view) => view,
            Err(misfit) => misfit.panic(Tie::NAME),
        }
    }
}
