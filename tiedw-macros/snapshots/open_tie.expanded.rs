///The view of [`Side`]: itself with its ties in place.
#[allow(dead_code, private_bounds, private_interfaces)]
struct SideView<'a, Use: ::tiedw::__private::Role = ::tiedw::__private::Weight> {
    ///The view of `embed`.
    embed: <Tied<Linear<8, 8>> as ::tiedw::__private::Module>::View<'a, Use>,
    ///The view of `own`.
    own: <Linear<8, 8> as ::tiedw::__private::Module>::View<'a, Use>,
}
///What [`Side`] borrows.
#[allow(private_bounds, private_interfaces)]
struct SideTies<
    'a,
    Use: ::tiedw::__private::Role = ::tiedw::__private::Weight,
    Hole0: ::tiedw::__private::State = ::tiedw::__private::FilledState,
> {
    ///The source of `embed`.
    pub embed: <Hole0 as ::tiedw::__private::State>::Of<
        <Tied<Linear<8, 8>> as ::tiedw::__private::Module>::Ties<'a, Use>,
    >,
    #[doc(hidden)]
    pub __of: ::core::marker::PhantomData<(&'a (), fn() -> (Use, Side))>,
}
#[allow(private_bounds, private_interfaces)]
const _: () = {
    use ::tiedw::__private::{self as __tiedw, short::*};
    #[automatically_derived]
    impl<'a, Use: __tiedw::Role> ::core::clone::Clone for SideTies<'a, Use> {
        #[inline]
        fn clone(&self) -> Self {
            SideTies {
                embed: ::core::clone::Clone::clone(&self.embed),
                __of: ::core::marker::PhantomData,
            }
        }
    }
    #[automatically_derived]
    impl<'a, Use: __tiedw::Role> __tiedw::Holes for SideTies<'a, Use> {
        type Open = SideTies<'a, Use, __tiedw::OpenState>;
        #[inline]
        fn open() -> Self::Open {
            SideTies {
                embed: __tiedw::Open::new(),
                __of: ::core::marker::PhantomData,
            }
        }
    }
    #[automatically_derived]
    impl<'a, Use: __tiedw::Role> __tiedw::NoTies for SideTies<'a, Use>
    where
        <Tied<Linear<8, 8>> as __tiedw::Module>::Ties<'a, Use>: __tiedw::NoTies,
    {
        const NONE: Self = SideTies {
            embed: <<Tied<
                Linear<8, 8>,
            > as __tiedw::Module>::Ties<'a, Use> as __tiedw::NoTies>::NONE,
            __of: ::core::marker::PhantomData,
        };
    }
    #[automatically_derived]
    impl<
        'a,
        Use: __tiedw::Role,
        Hole0: __tiedw::FinishHole<
                <Tied<Linear<8, 8>> as __tiedw::Module>::Ties<'a, Use>,
            >,
    > __tiedw::Finish for SideTies<'a, Use, Hole0> {
        type Finished = SideTies<'a, Use>;
        #[inline]
        fn finish(self) -> Self::Finished {
            SideTies {
                embed: <Hole0 as __tiedw::FinishHole<
                    <Tied<Linear<8, 8>> as __tiedw::Module>::Ties<'a, Use>,
                >>::finish_hole(self.embed),
                __of: ::core::marker::PhantomData,
            }
        }
    }
    impl<'a, Use: __tiedw::Role> SideTies<'a, Use, __tiedw::OpenState> {
        ///Ties `embed`.
        #[inline]
        pub fn embed(
            self,
            fill: impl ::core::ops::FnOnce(
                __tiedw::Open<<Tied<Linear<8, 8>> as __tiedw::Module>::Ties<'a, Use>>,
            ) -> <Tied<Linear<8, 8>> as __tiedw::Module>::Ties<'a, Use>,
        ) -> SideTies<'a, Use, __tiedw::FilledState> {
            SideTies {
                embed: fill(self.embed),
                __of: ::core::marker::PhantomData,
            }
        }
    }
};
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
        [] [] [] SideView { embed own } { Tied < Linear < 8, 8 > >, Linear < 8, 8 >, }
    }
    #[automatically_derived]
    impl<'a, Use: __Role> __tiedw::ViewOf<'a, Use> for SideView<'a, Use> {
        type Module = Side;
        #[inline]
        fn freeze(self) -> Self {
            SideView {
                embed: __tiedw::ViewOf::<'a, Use>::freeze(self.embed),
                own: __tiedw::ViewOf::<'a, Use>::freeze(self.own),
            }
        }
    }
    __tiedw::visits! {
        [] [] Side < >, < Tied < Linear < 8, 8 > > as __Module > ::Elem { "embed" embed :
        Tied < Linear < 8, 8 > >, "own" own : Linear < 8, 8 >, }
    }
    #[automatically_derived]
    impl __Module for Side {
        type Elem = <Tied<Linear<8, 8>> as __Module>::Elem;
        type Ties<'a, Use: __Role> = SideTies<'a, Use>;
        type View<'a, Use: __Role> = SideView<'a, Use>;
        const SPEC: __tiedw::Spec = __tiedw::Spec::Module {
            name: "Side",
            fields: &[
                __tiedw::Field {
                    name: "embed",
                    spec: &<Tied<Linear<8, 8>> as __Module>::SPEC,
                },
                __tiedw::Field {
                    name: "own",
                    spec: &<Linear<8, 8> as __Module>::SPEC,
                },
            ],
            ties: &[("embed", "")],
        };
        #[inline]
        fn bind<'a>(
            &'a self,
            ties: Self::Ties<'a, __Weight>,
        ) -> Self::View<'a, __Weight> {
            let __open = ties;
            let Side { embed, own } = self;
            let embed = <Tied<Linear<8, 8>> as __Module>::bind(embed, __open.embed);
            let own = <Linear<8, 8> as __Closed>::bind_closed(own);
            SideView { embed, own }
        }
        #[inline]
        fn bind_mut<'a>(
            &'a mut self,
            ties: Self::Ties<'a, __Gradient>,
        ) -> Self::View<'a, __Gradient> {
            let __open = ties;
            let Side { embed, own } = self;
            let embed = <Tied<Linear<8, 8>> as __Module>::bind_mut(embed, __open.embed);
            let own = <Linear<8, 8> as __Closed>::bind_closed_mut(own);
            SideView { embed, own }
        }
        fn gradient_like(&self, fill: __tiedw::Fill) -> Self {
            Side {
                embed: <Tied<
                    Linear<8, 8>,
                > as __Module>::gradient_like(&self.embed, fill),
                own: <Linear<8, 8> as __Module>::gradient_like(&self.own, fill),
            }
        }
        __tiedw::walks!(
            "embed" embed : Tied < Linear < 8, 8 > >, "own" own : Linear < 8, 8 >,
        );
    }
    const _: __tiedw::Spec = <Side as __Module>::SPEC;
    #[automatically_derived]
    impl __Init for Side
    where
        for<'init> Tied<Linear<8, 8>>: __Init,
        for<'init> Linear<8, 8>: __Init,
    {
        fn init<__Rng: __tiedw::Rng + ?::core::marker::Sized>(rng: &mut __Rng) -> Self {
            Side {
                embed: __Init::init_part(rng),
                own: __Init::init_part(rng),
            }
        }
    }
    #[automatically_derived]
    impl __Start for Side
    where
        for<'init> Tied<Linear<8, 8>>: __Init,
        for<'init> Linear<8, 8>: __Init,
    {
        fn before<__Rng: __tiedw::Rng + ?::core::marker::Sized>(
            rng: &mut __Rng,
        ) -> Self {
            __Init::init(rng)
        }
    }
    #[automatically_derived]
    impl __tiedw::FromShapes for Side
    where
        for<'init> Tied<Linear<8, 8>>: __tiedw::FromShapes,
        for<'init> Linear<8, 8>: __tiedw::FromShapes,
    {
        fn from_shapes(
            __shapes: &mut __tiedw::Shapes,
            __path: &mut __tiedw::Path,
        ) -> Self {
            Side {
                embed: __tiedw::field_from_shapes::<
                    Tied<Linear<8, 8>>,
                >("embed", __shapes, __path),
                own: __tiedw::field_from_shapes::<Linear<8, 8>>("own", __shapes, __path),
            }
        }
    }
};
