///The view of [`Twins`]: itself with its ties in place.
#[allow(dead_code, private_bounds, private_interfaces)]
struct TwinsView<'a, Use: ::tiedw::__private::Role = ::tiedw::__private::Weight> {
    ///The view of `left`.
    left: <Linear<10, 5> as ::tiedw::__private::Module>::View<'a, Use>,
    ///The view of `right`.
    right: <Tied<Linear<10, 5>> as ::tiedw::__private::Module>::View<'a, Use>,
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
        [] [] [] TwinsView { left right } { Linear < 10, 5 >, Tied < Linear < 10, 5 > >,
        }
    }
    #[automatically_derived]
    impl<'a, Use: __Role> __tiedw::ViewOf<'a, Use> for TwinsView<'a, Use> {
        type Module = Twins;
        #[inline]
        fn freeze(self) -> Self {
            TwinsView {
                left: __tiedw::ViewOf::<'a, Use>::freeze(self.left),
                right: __tiedw::ViewOf::<'a, Use>::freeze(self.right),
            }
        }
    }
    #[inline]
    fn __ties_of_right<'a, Use: __Role>(
        left: <Linear<10, 5> as __Module>::View<'a, Use>,
    ) -> <Tied<Linear<10, 5>> as __Module>::Ties<'a, Use> {
        <Tied<
            Linear<10, 5>,
        > as __tiedw::TiedField>::ties::<
            Use,
        >(
            ::core::convert::identity(
                __tiedw::Fills::fill(
                    __tiedw::ViewOf::<'_, Use>::source(&left),
                    <Tied<Linear<10, 5>> as __tiedw::TiedField>::wanted::<Use>(),
                ),
            ),
        )
    }
    __tiedw::visits! {
        [] [] Twins < >, < Linear < 10, 5 > as __Module > ::Elem { "left" left : Linear <
        10, 5 >, "right" right : Tied < Linear < 10, 5 > >, }
    }
    #[automatically_derived]
    impl __Module for Twins {
        type Elem = <Linear<10, 5> as __Module>::Elem;
        type Ties<'a, Use: __Role> = ();
        type View<'a, Use: __Role> = TwinsView<'a, Use>;
        const SPEC: __tiedw::Spec = __tiedw::Spec::Module {
            name: "Twins",
            fields: &[
                __tiedw::Field {
                    name: "left",
                    spec: &<Linear<10, 5> as __Module>::SPEC,
                },
                __tiedw::Field {
                    name: "right",
                    spec: &<Tied<Linear<10, 5>> as __Module>::SPEC,
                },
            ],
            ties: &[("right", "left")],
        };
        #[inline]
        fn bind<'a>(
            &'a self,
            ties: Self::Ties<'a, __Weight>,
        ) -> Self::View<'a, __Weight> {
            let __open = ties;
            let Twins { left, right } = self;
            let left = <Linear<10, 5> as __Closed>::bind_closed(left);
            let right = <Tied<
                Linear<10, 5>,
            > as __Module>::bind(
                right,
                __ties_of_right::<__Weight>(__Clone::clone(&left)),
            );
            TwinsView { left, right }
        }
        #[inline]
        fn bind_mut<'a>(
            &'a mut self,
            ties: Self::Ties<'a, __Gradient>,
        ) -> Self::View<'a, __Gradient> {
            let __open = ties;
            let Twins { left, right } = self;
            let left = <Linear<10, 5> as __Closed>::bind_closed_mut(left);
            let right = <Tied<
                Linear<10, 5>,
            > as __Module>::bind_mut(
                right,
                __ties_of_right::<__Gradient>(__Clone::clone(&left)),
            );
            TwinsView { left, right }
        }
        fn gradient_like(&self, fill: __tiedw::Fill) -> Self {
            Twins {
                left: <Linear<10, 5> as __Module>::gradient_like(&self.left, fill),
                right: <Tied<
                    Linear<10, 5>,
                > as __Module>::gradient_like(&self.right, fill),
            }
        }
        __tiedw::walks!(
            "left" left : Linear < 10, 5 >, "right" right : Tied < Linear < 10, 5 > >,
        );
    }
    const _: __tiedw::Spec = <Twins as __Module>::SPEC;
    #[automatically_derived]
    impl __Closed for Twins {
        fn no_ties<'a, Use: __Role>() -> <Self as __Module>::Ties<'a, Use> {}
    }
    #[automatically_derived]
    impl __Init for Twins
    where
        for<'init> Linear<10, 5>: __Init,
        for<'init> Tied<Linear<10, 5>>: __Init,
    {
        fn init<__Rng: __tiedw::Rng + ?::core::marker::Sized>(rng: &mut __Rng) -> Self {
            Twins {
                left: __Init::init_part(rng),
                right: __Init::init_part(rng),
            }
        }
    }
    #[automatically_derived]
    impl __Start for Twins
    where
        for<'init> Linear<10, 5>: __Init,
        for<'init> Tied<Linear<10, 5>>: __Init,
    {
        fn before<__Rng: __tiedw::Rng + ?::core::marker::Sized>(
            rng: &mut __Rng,
        ) -> Self {
            __Init::init(rng)
        }
    }
    #[automatically_derived]
    impl __tiedw::FromShapes for Twins
    where
        for<'init> Linear<10, 5>: __tiedw::FromShapes,
        for<'init> Tied<Linear<10, 5>>: __tiedw::FromShapes,
    {
        fn from_shapes(
            __shapes: &mut __tiedw::Shapes,
            __path: &mut __tiedw::Path,
        ) -> Self {
            Twins {
                left: __tiedw::field_from_shapes::<
                    Linear<10, 5>,
                >("left", __shapes, __path),
                right: __tiedw::field_from_shapes::<
                    Tied<Linear<10, 5>>,
                >("right", __shapes, __path),
            }
        }
    }
};
