//! Ties between parameters of which one has a size in its type that the other has at run time.

use std::marker::PhantomData;

use super::{Module, Role, Source, Wanted};
use crate::const_text::ConstText;
use crate::param::Shape;
use crate::size::{Sizes, are_fit};

/// A parameter, whose view can have other sizes in its type.
#[doc(hidden)]
pub trait Resizable: Module {
    /// The parameter with all sizes known at run time.
    type Dynamic: Module;

    /// Returns the shape of a view.
    fn shape_of<Use: Role>(view: &Self::View<'_, Use>) -> Shape;

    /// Returns the same view without sizes in its type.
    fn dynamic<'a, Use: Role>(view: Self::View<'a, Use>) -> <Self::Dynamic as Module>::View<'a, Use>;

    /// Returns the same view with the sizes of this type, which it has.
    fn fixed<'a, Use: Role>(view: <Self::Dynamic as Module>::View<'a, Use>) -> Self::View<'a, Use>;
}

/// A module to which a hole of type `Hole` can be tied by `.fixed()`: the two are parameters that differ in sizes.
#[diagnostic::on_unimplemented(
    message = "a `{Hole}` cannot be tied to a `{Self}`",
    label = "this is a `{Self}`, the tied field wants a `{Hole}`",
    note = "`.fixed()` changes the sizes of a parameter, and nothing else: tie the parameters of a layer one by one"
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

impl<M: Module, Hole: Module, Tie: TieName> Pair<M, Hole, Tie> {
    const FIT: () = {
        let (Some(hole), Some(of_source)) = (Hole::SPEC.shape(), M::SPEC.shape()) else {
            panic!("a parameter has a shape")
        };
        if !are_fit(hole, of_source) {
            let message = ConstText::new()
                .with(Tie::NAME)
                .with(", and their types say different sizes: the hole ")
                .with_sizes(hole)
                .with(", the source ")
                .with_sizes(of_source);
            panic!("{}", message.as_str());
        }
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
        let view = source.into_view();
        if Use::READS {
            let found = M::shape_of(&view);
            if !Hole::SPEC.shape().is_some_and(|of_type| are_fit(of_type, &found)) {
                does_not_fit(Tie::NAME, Hole::SPEC.shape(), found);
            }
        }
        Hole::fixed(M::dynamic(view))
    }
}

#[cold]
#[track_caller]
fn does_not_fit(tie: &str, of_type: Option<&[usize]>, found: Shape) -> ! {
    panic!(
        "{tie}: the type of the hole has shape {:?}, and the source has shape {found:?}",
        Sizes(of_type.unwrap_or_default())
    )
}
