///The view of [`Autoencoder`]: itself with its ties in place.
#[allow(dead_code, private_bounds, private_interfaces)]
struct AutoencoderView<'a, Use: ::tiedw::__private::Role = ::tiedw::__private::Weight> {
    ///The view of `encoder`.
    encoder: <Linear<784, 64> as ::tiedw::__private::Module>::View<'a, Use>,
    ///The view of `decoder`.
    decoder: <Linear<64, 784, Tied> as ::tiedw::__private::Module>::View<'a, Use>,
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
        [] [] [] AutoencoderView { encoder decoder } { Linear < 784, 64 >, Linear < 64,
        784, Tied >, }
    }
    #[automatically_derived]
    impl<'a, Use: __Role> __tiedw::ViewOf<'a, Use> for AutoencoderView<'a, Use> {
        type Module = Autoencoder;
        #[inline]
        fn freeze(self) -> Self {
            AutoencoderView {
                encoder: __tiedw::ViewOf::<'a, Use>::freeze(self.encoder),
                decoder: __tiedw::ViewOf::<'a, Use>::freeze(self.decoder),
            }
        }
    }
    #[inline]
    fn __ties_of_decoder<'a, Use: __Role>(
        encoder: <Linear<784, 64> as __Module>::View<'a, Use>,
    ) -> <Linear<64, 784, Tied> as __Module>::Ties<'a, Use> {
        __tiedw::Finish::finish(
            ::core::convert::identity(
                <__tiedw::TiesOf<
                    '_,
                    Linear<64, 784, Tied>,
                    Use,
                > as __tiedw::Holes>::open()
                    .weight(|__hole| __tiedw::Fills::fill(
                        __tiedw::ViewOf::<'_, Use>::source(&encoder.weight.t()),
                        __tiedw::Hole::<'_, Use>::wanted(__hole),
                    )),
            ),
        )
    }
    __tiedw::visits! {
        [] [] Autoencoder < >, < Linear < 784, 64 > as __Module > ::Elem { "encoder"
        encoder : Linear < 784, 64 >, "decoder" decoder : Linear < 64, 784, Tied >, }
    }
    #[automatically_derived]
    impl __Module for Autoencoder {
        type Elem = <Linear<784, 64> as __Module>::Elem;
        type Ties<'a, Use: __Role> = ();
        type View<'a, Use: __Role> = AutoencoderView<'a, Use>;
        const SPEC: __tiedw::Spec = __tiedw::Spec::Module {
            name: "Autoencoder",
            fields: &[
                __tiedw::Field {
                    name: "encoder",
                    spec: &<Linear<784, 64> as __Module>::SPEC,
                },
                __tiedw::Field {
                    name: "decoder",
                    spec: &<Linear<64, 784, Tied> as __Module>::SPEC,
                },
            ],
            ties: &[("decoder.weight", "encoder.weight.t()")],
        };
        #[inline]
        fn bind<'a>(
            &'a self,
            ties: Self::Ties<'a, __Weight>,
        ) -> Self::View<'a, __Weight> {
            let __open = ties;
            let Autoencoder { encoder, decoder } = self;
            let encoder = <Linear<784, 64> as __Closed>::bind_closed(encoder);
            let decoder = <Linear<
                64,
                784,
                Tied,
            > as __Module>::bind(
                decoder,
                __ties_of_decoder::<__Weight>(__Clone::clone(&encoder)),
            );
            AutoencoderView {
                encoder,
                decoder,
            }
        }
        #[inline]
        fn bind_mut<'a>(
            &'a mut self,
            ties: Self::Ties<'a, __Gradient>,
        ) -> Self::View<'a, __Gradient> {
            let __open = ties;
            let Autoencoder { encoder, decoder } = self;
            let encoder = <Linear<784, 64> as __Closed>::bind_closed_mut(encoder);
            let decoder = <Linear<
                64,
                784,
                Tied,
            > as __Module>::bind_mut(
                decoder,
                __ties_of_decoder::<__Gradient>(__Clone::clone(&encoder)),
            );
            AutoencoderView {
                encoder,
                decoder,
            }
        }
        fn gradient_like(&self, fill: __tiedw::Fill) -> Self {
            Autoencoder {
                encoder: <Linear<
                    784,
                    64,
                > as __Module>::gradient_like(&self.encoder, fill),
                decoder: <Linear<
                    64,
                    784,
                    Tied,
                > as __Module>::gradient_like(&self.decoder, fill),
            }
        }
        __tiedw::walks!(
            "encoder" encoder : Linear < 784, 64 >, "decoder" decoder : Linear < 64, 784,
            Tied >,
        );
    }
    const _: __tiedw::Spec = <Autoencoder as __Module>::SPEC;
    #[automatically_derived]
    impl __Closed for Autoencoder {
        fn no_ties<'a, Use: __Role>() -> <Self as __Module>::Ties<'a, Use> {}
    }
    #[automatically_derived]
    impl __Init for Autoencoder
    where
        for<'init> Linear<784, 64>: __Init,
        for<'init> Linear<64, 784, Tied>: __Init,
    {
        fn init<__Rng: __tiedw::Rng + ?::core::marker::Sized>(rng: &mut __Rng) -> Self {
            Autoencoder {
                encoder: __Init::init_part(rng),
                decoder: __Init::init_part(rng),
            }
        }
    }
    #[automatically_derived]
    impl __Start for Autoencoder
    where
        for<'init> Linear<784, 64>: __Init,
        for<'init> Linear<64, 784, Tied>: __Init,
    {
        fn before<__Rng: __tiedw::Rng + ?::core::marker::Sized>(
            rng: &mut __Rng,
        ) -> Self {
            __Init::init(rng)
        }
    }
    #[automatically_derived]
    impl __tiedw::FromShapes for Autoencoder
    where
        for<'init> Linear<784, 64>: __tiedw::FromShapes,
        for<'init> Linear<64, 784, Tied>: __tiedw::FromShapes,
    {
        fn from_shapes(
            __shapes: &mut __tiedw::Shapes,
            __path: &mut __tiedw::Path,
        ) -> Self {
            Autoencoder {
                encoder: __tiedw::field_from_shapes::<
                    Linear<784, 64>,
                >("encoder", __shapes, __path),
                decoder: __tiedw::field_from_shapes::<
                    Linear<64, 784, Tied>,
                >("decoder", __shapes, __path),
            }
        }
    }
};
