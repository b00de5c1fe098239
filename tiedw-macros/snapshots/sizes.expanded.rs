///The view of [`Block`]: itself with its ties in place.
#[allow(dead_code, private_bounds, private_interfaces)]
struct BlockView<
    'a,
    const D: usize,
    Use: ::tiedw::__private::Role = ::tiedw::__private::Weight,
> {
    ///The view of `fc`.
    fc: <Linear<D, 4> as ::tiedw::__private::Module>::View<'a, Use>,
    ///The view of `layers`.
    layers: <Vec<Linear<D, D>> as ::tiedw::__private::Module>::View<'a, Use>,
    ///The view of `last`.
    last: <Linear<4, 4> as ::tiedw::__private::Module>::View<'a, Use>,
    ///The view of `steps`.
    steps: usize,
}
#[doc(hidden)]
#[allow(
    trivial_bounds,
    private_bounds,
    private_interfaces,
    unreachable_code,
    unused_variables,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
const _: () = {
    use ::tiedw::__private::{self as __tiedw, short::*};
    __tiedw::views! {
        [const D : usize,] [D,] [] BlockView { fc layers last steps } { Linear < D, 4 >,
        Vec < Linear < D, D > >, Linear < 4, 4 >, }
    }
    #[automatically_derived]
    impl<'a, const D: usize, Use: __Role> __tiedw::ViewOf<'a, Use>
    for BlockView<'a, D, Use> {
        type Module = Block<D>;
        #[inline]
        fn freeze(self) -> Self {
            BlockView {
                fc: __tiedw::ViewOf::<'a, Use>::freeze(self.fc),
                layers: __tiedw::ViewOf::<'a, Use>::freeze(self.layers),
                last: __tiedw::ViewOf::<'a, Use>::freeze(self.last),
                steps: self.steps,
            }
        }
    }
    __tiedw::visits! {
        [const D : usize,] [] Block < D >, < Linear < D, 4 > as __Module > ::Elem { "fc"
        fc : Linear < D, 4 >, "layers" layers : Vec < Linear < D, D > >, "last" last :
        Linear < 4, 4 >, }
    }
    #[automatically_derived]
    impl<const D: usize> __Module for Block<D> {
        type Elem = <Linear<D, 4> as __Module>::Elem;
        type Ties<'a, Use: __Role> = ();
        type View<'a, Use: __Role> = BlockView<'a, D, Use>;
        const SPEC: __tiedw::Spec = __tiedw::Spec::Module {
            name: "Block",
            fields: &[
                __tiedw::Field {
                    name: "fc",
                    spec: &<Linear<D, 4> as __Module>::SPEC,
                },
                __tiedw::Field {
                    name: "layers",
                    spec: &<Vec<Linear<D, D>> as __Module>::SPEC,
                },
                __tiedw::Field {
                    name: "last",
                    spec: &<Linear<4, 4> as __Module>::SPEC,
                },
            ],
            ties: &[],
        };
        #[inline]
        fn bind<'a>(
            &'a self,
            ties: Self::Ties<'a, __Weight>,
        ) -> Self::View<'a, __Weight> {
            let __open = ties;
            let Block { fc, layers, last, steps } = self;
            let fc = <Linear<D, 4> as __Closed>::bind_closed(fc);
            let layers = <Vec<Linear<D, D>> as __Closed>::bind_closed(layers);
            let last = <Linear<4, 4> as __Closed>::bind_closed(last);
            BlockView {
                fc,
                layers,
                last,
                steps: *steps,
            }
        }
        #[inline]
        fn bind_mut<'a>(
            &'a mut self,
            ties: Self::Ties<'a, __Gradient>,
        ) -> Self::View<'a, __Gradient> {
            let __open = ties;
            let Block { fc, layers, last, steps } = self;
            let fc = <Linear<D, 4> as __Closed>::bind_closed_mut(fc);
            let layers = <Vec<Linear<D, D>> as __Closed>::bind_closed_mut(layers);
            let last = <Linear<4, 4> as __Closed>::bind_closed_mut(last);
            BlockView {
                fc,
                layers,
                last,
                steps: *steps,
            }
        }
        fn gradient_like(&self, fill: __tiedw::Fill) -> Self {
            Block {
                fc: <Linear<D, 4> as __Module>::gradient_like(&self.fc, fill),
                layers: <Vec<
                    Linear<D, D>,
                > as __Module>::gradient_like(&self.layers, fill),
                last: <Linear<4, 4> as __Module>::gradient_like(&self.last, fill),
                steps: __Clone::clone(&self.steps),
            }
        }
        __tiedw::walks!(
            "fc" fc : Linear < D, 4 >, "layers" layers : Vec < Linear < D, D > >, "last"
            last : Linear < 4, 4 >,
        );
    }
    #[automatically_derived]
    impl<const D: usize> __Closed for Block<D> {
        fn no_ties<'a, Use: __Role>() -> <Self as __Module>::Ties<'a, Use> {}
    }
    #[automatically_derived]
    impl<const D: usize> __tiedw::StartOfField<1usize, Vec<Linear<D, D>>> for Block<D>
    where
        for<'init> Vec<Linear<D, D>>: __Init,
    {
        fn start<__Rng: __tiedw::Rng + ?::core::marker::Sized>(
            rng: &mut __Rng,
        ) -> Vec<Linear<D, D>> {
            __Init::init_part(rng)
        }
    }
    #[automatically_derived]
    impl<const D: usize> __Init for Block<D>
    where
        for<'init> Block<D>: __tiedw::StartOfField<1usize, Vec<Linear<D, D>>>,
        for<'init> Linear<D, 4>: __Init,
        for<'init> Linear<4, 4>: __Init,
        for<'init> usize: ::core::default::Default,
    {
        fn init<__Rng: __tiedw::Rng + ?::core::marker::Sized>(rng: &mut __Rng) -> Self {
            const {
                <Linear<D, 4> as __Module>::SPEC
                    .assert_says_all_sizes(
                        "`fc` of `Block` has a size that is `DYN`, which `init` cannot know: write a function that makes the module from its parts, as `Block { fc: Linear::new(..), .. }`, or `#[module(init = |rng| Linear::new(..))]` above the field",
                    )
            };
            const {
                <Vec<Linear<D, D>> as __Module>::SPEC
                    .assert_says_all_sizes(
                        "`layers` of `Block` has a size that is `DYN`, which `init` cannot know: write a function that makes the module from its parts, as `Block { layers: Vec::new(..), .. }`, or `#[module(init = |rng| Vec::new(..))]` above the field",
                    )
            };
            __Init::init_part(rng)
        }
        fn init_part<__Rng: __tiedw::Rng + ?::core::marker::Sized>(
            rng: &mut __Rng,
        ) -> Self {
            Block {
                fc: __Init::init_part(rng),
                layers: <Self as __tiedw::StartOfField<
                    1usize,
                    Vec<Linear<D, D>>,
                >>::start(rng),
                last: __Init::init_part(rng),
                steps: ::core::default::Default::default(),
            }
        }
    }
    #[automatically_derived]
    impl<const D: usize> __Start for Block<D>
    where
        for<'init> Block<D>: __tiedw::StartOfField<1usize, Vec<Linear<D, D>>>,
        for<'init> Linear<D, 4>: __Init,
        for<'init> Linear<4, 4>: __Init,
        for<'init> usize: ::core::default::Default,
    {
        fn before<__Rng: __tiedw::Rng + ?::core::marker::Sized>(
            rng: &mut __Rng,
        ) -> Self {
            __Init::init(rng)
        }
    }
    #[automatically_derived]
    impl<const D: usize> __tiedw::FromShapes for Block<D>
    where
        for<'init> Linear<D, 4>: __tiedw::FromShapes,
        for<'init> Vec<Linear<D, D>>: __tiedw::FromShapes,
        for<'init> Linear<4, 4>: __tiedw::FromShapes,
        for<'init> usize: ::core::default::Default,
    {
        fn from_shapes(
            __shapes: &mut __tiedw::Shapes,
            __path: &mut __tiedw::Path,
        ) -> Self {
            Block {
                fc: __tiedw::field_from_shapes::<Linear<D, 4>>("fc", __shapes, __path),
                layers: __tiedw::field_from_shapes::<
                    Vec<Linear<D, D>>,
                >("layers", __shapes, __path),
                last: __tiedw::field_from_shapes::<
                    Linear<4, 4>,
                >("last", __shapes, __path),
                steps: ::core::default::Default::default(),
            }
        }
    }
    __tiedw::resizes! {
        [const D : usize, const __SOURCE0 : usize,] [Linear < D, 4 > :
        __tiedw::ResizedFrom < Linear < __SOURCE0, 4 > >, Vec < Linear < D, D > > :
        __tiedw::ResizedFrom < Vec < Linear < __SOURCE0, __SOURCE0 > > >,] Block < D >,
        Block < __SOURCE0 >, [D] [__SOURCE0] BlockView { "fc" fc : Linear < D, 4 > as
        Linear < __SOURCE0, 4 >, "layers" layers : Vec < Linear < D, D > > as Vec <
        Linear < __SOURCE0, __SOURCE0 > >, } { last steps }
    }
};
