//! Tuples of modules, with fields named `0`, `1` and so on.

use rand::Rng;

use super::{
    Closed, Differing, Field, Fingerprint, FromShapes, Gradient, Init, Kind, Misfit, Module, NoTies, Path,
    ResizedFrom, Role, Shapes, Spec, TiedField, ViewOf, Visitor, VisitorMut, Weight, of_each,
};
use crate::param::{Fill, StateMut};

macro_rules! tuple {
    ($first:ident $of_first:ident $first_index:tt $(, $rest:ident $of_rest:ident $index:tt)*) => {
        tuple!(
            @all $first $of_first, $first $of_first $first_index $(, $rest $of_rest $index)*;
            $($rest $of_rest),*
        );
    };
    (
        @all $first:ident $of_first:ident, $($module:ident $source:ident $index:tt),+;
        $($rest:ident $of_rest:ident),*
    ) => {
        #[diagnostic::do_not_recommend]
        impl<$first: Module, $($rest: Module<Elem = $first::Elem>),*> Module for ($($module,)+) {
            type Elem = $first::Elem;
            type Ties<'a, Use: Role> = ($($module::Ties<'a, Use>,)+);
            type View<'a, Use: Role> = ($($module::View<'a, Use>,)+);
            const SPEC: Spec = Spec::Module {
                name: "tuple",
                fields: &[$(Field { name: stringify!($index), spec: &$module::SPEC }),+],
                ties: &[],
            };

            #[inline]
            fn bind<'a>(&'a self, ties: Self::Ties<'a, Weight>) -> Self::View<'a, Weight> {
                ($(self.$index.bind(ties.$index),)+)
            }
            #[inline]
            fn bind_mut<'a>(&'a mut self, ties: Self::Ties<'a, Gradient>) -> Self::View<'a, Gradient> {
                ($(self.$index.bind_mut(ties.$index),)+)
            }
            #[inline]
            fn borrowed<'a>(view: Self::View<'a, Gradient>) -> Self::View<'a, Gradient> {
                ($($module::borrowed(view.$index),)+)
            }
            fn gradient_like(&self, fill: Fill) -> Self {
                ($(self.$index.gradient_like(fill),)+)
            }
            #[inline]
            fn assert_fits(&self, gradient: &Self, path: &mut Path) {
                $(path.field(stringify!($index), |path| self.$index.assert_fits(&gradient.$index, path));)+
            }
            #[inline]
            fn measure(&self, fingerprint: &mut Fingerprint) {
                $(self.$index.measure(fingerprint);)+
            }
            fn for_each_part(&mut self, visitor: &mut dyn FnMut(&mut dyn std::any::Any)) {
                visitor(self);
                $(self.$index.for_each_part(visitor);)+
            }
            #[inline]
            fn finish(&mut self) {
                $(self.$index.finish();)+
            }
            fn visit<'a>(&'a self, kind: Kind, path: &mut Path, visitor: Visitor<'_, 'a, Self::Elem>) {
                $(path.field(stringify!($index), |path| self.$index.visit(kind, path, visitor));)+
            }
            fn visit_mut<'a>(&'a mut self, kind: Kind, path: &mut Path, visitor: VisitorMut<'_, 'a, Self::Elem>) {
                $(path.field(stringify!($index), |path| self.$index.visit_mut(kind, path, visitor));)+
            }
            #[inline]
            fn update<const S: usize>(
                &mut self,
                gradient: &Self,
                mut state: [&mut Self; S],
                rule: &mut impl FnMut(&mut [Self::Elem], &[Self::Elem], [StateMut<'_, Self::Elem>; S]),
            ) {
                $(
                    let states = of_each(&mut state, |state| &mut state.$index);
                    self.$index.update(&gradient.$index, states, rule);
                )+
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$first: Module + Closed, $($rest: Module<Elem = $first::Elem> + Closed),*> Closed for ($($module,)+) {
            fn no_ties<'a, Use: Role>() -> <Self as Module>::Ties<'a, Use> {
                ($($module::no_ties(),)+)
            }
        }

        impl<$first: Init, $($rest: Init + Module<Elem = $first::Elem>),*> Init for ($($module,)+) {
            fn init<R: Rng + ?Sized>(rng: &mut R) -> Self {
                ($($module::init(rng),)+)
            }
            fn init_part<R: Rng + ?Sized>(rng: &mut R) -> Self {
                ($($module::init_part(rng),)+)
            }
        }

        impl<$first: FromShapes, $($rest: FromShapes + Module<Elem = $first::Elem>),*> FromShapes for ($($module,)+) {
            fn from_shapes(shapes: &mut Shapes, path: &mut Path) -> Self {
                ($(path.field(stringify!($index), |path| $module::from_shapes(shapes, path)),)+)
            }
        }

        impl<$($module: NoTies),+> NoTies for ($($module,)+) {
            const NONE: Self = ($($module::NONE,)+);
        }

        #[diagnostic::do_not_recommend]
        impl<$first: TiedField, $($rest),*> TiedField for ($($module,)+)
        where
            $($rest: TiedField<Elem = $first::Elem, Source: Module<Elem = <$first::Source as Module>::Elem>>,)*
        {
            type Source = ($($module::Source,)+);

            #[inline]
            fn ties<'a, Use: Role>(source: <Self::Source as Module>::View<'a, Use>) -> Self::Ties<'a, Use> {
                ($($module::ties(source.$index),)+)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<
            $first: ResizedFrom<$of_first>, $($rest: ResizedFrom<$of_rest> + Module<Elem = $first::Elem>,)*
            $of_first: Module, $($of_rest: Module<Elem = $of_first::Elem>,)*
        > ResizedFrom<($($source,)+)> for ($($module,)+) {
            const DIFFERING: Differing = {
                let mut found = None;
                $(if found.is_none() {
                    found = $module::DIFFERING;
                })+
                found
            };

            #[inline]
            fn resized<'a, Use: Role>(
                view: ($($source::View<'a, Use>,)+),
            ) -> Result<($($module::View<'a, Use>,)+), Misfit> {
                Ok(($($module::resized(view.$index).map_err(|misfit| misfit.within(stringify!($index)))?,)+))
            }
        }

        impl<'a, Use: Role, $first: ViewOf<'a, Use>, $($rest),*> ViewOf<'a, Use> for ($($module,)+)
        where
            $($rest: ViewOf<'a, Use, Module: Module<Elem = <$first::Module as Module>::Elem>>,)*
        {
            type Module = ($($module::Module,)+);

            #[inline]
            fn freeze(self) -> Self {
                ($(self.$index.freeze(),)+)
            }
        }
    };
}

tuple!(A OfA 0);
tuple!(A OfA 0, B OfB 1);
tuple!(A OfA 0, B OfB 1, C OfC 2);
tuple!(A OfA 0, B OfB 1, C OfC 2, D OfD 3);
tuple!(A OfA 0, B OfB 1, C OfC 2, D OfD 3, F OfF 4);
tuple!(A OfA 0, B OfB 1, C OfC 2, D OfD 3, F OfF 4, G OfG 5);
