///The view of [`Block`]: itself with its ties in place.
#[allow(dead_code, private_bounds, private_interfaces)]
struct BlockView<'a, Use: ::tiedw::__private::Role = ::tiedw::__private::Weight> {
    ///The view of `fc`.
    fc: <Linear<4, 4> as ::tiedw::__private::Module>::View<'a, Use>,
    ///The view of `steps`.
    steps: usize,
    #[doc(hidden)]
    pub settings: __BlockSettings<'a>,
}
#[doc(hidden)]
#[allow(dead_code, private_bounds, private_interfaces)]
struct __BlockSettings<'a> {
    __module: ::core::option::Option<&'a Block>,
    mode: &'a Mode,
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
        [] [] [] BlockView { fc steps settings } { Linear < 4, 4 >, }
    }
    #[automatically_derived]
    impl<'a, Use: __Role> __tiedw::ViewOf<'a, Use> for BlockView<'a, Use> {
        type Module = Block;
        #[inline]
        fn freeze(self) -> Self {
            BlockView {
                fc: __tiedw::ViewOf::<'a, Use>::freeze(self.fc),
                steps: self.steps,
                settings: self.settings,
            }
        }
    }
    __tiedw::settings! {
        [] [] [] Block BlockView __BlockSettings settings
    }
    __tiedw::visits! {
        [] [] Block < >, < Linear < 4, 4 > as __Module > ::Elem { "fc" fc : Linear < 4, 4
        >, }
    }
    #[automatically_derived]
    impl __Module for Block {
        type Elem = <Linear<4, 4> as __Module>::Elem;
        type Ties<'a, Use: __Role> = ();
        type View<'a, Use: __Role> = BlockView<'a, Use>;
        const SPEC: __tiedw::Spec = __tiedw::Spec::Module {
            name: "Block",
            fields: &[
                __tiedw::Field {
                    name: "fc",
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
            let Block { fc, mode, steps } = self;
            let fc = <Linear<4, 4> as __Closed>::bind_closed(fc);
            BlockView {
                fc,
                steps: *steps,
                settings: __BlockSettings {
                    __module: __Some(self),
                    mode,
                },
            }
        }
        #[inline]
        fn bind_mut<'a>(
            &'a mut self,
            ties: Self::Ties<'a, __Gradient>,
        ) -> Self::View<'a, __Gradient> {
            let __open = ties;
            let Block { fc, mode, steps } = self;
            let fc = <Linear<4, 4> as __Closed>::bind_closed_mut(fc);
            BlockView {
                fc,
                steps: *steps,
                settings: __BlockSettings {
                    __module: __None,
                    mode,
                },
            }
        }
        fn gradient_like(&self, fill: __tiedw::Fill) -> Self {
            Block {
                fc: <Linear<4, 4> as __Module>::gradient_like(&self.fc, fill),
                mode: __Clone::clone(&self.mode),
                steps: __Clone::clone(&self.steps),
            }
        }
        __tiedw::walks!("fc" fc : Linear < 4, 4 >,);
    }
    const _: __tiedw::Spec = <Block as __Module>::SPEC;
    #[automatically_derived]
    impl __Closed for Block {
        fn no_ties<'a, Use: __Role>() -> <Self as __Module>::Ties<'a, Use> {}
    }
    #[automatically_derived]
    impl __Init for Block
    where
        for<'init> Linear<4, 4>: __Init,
        for<'init> Mode: ::core::default::Default,
        for<'init> usize: ::core::default::Default,
    {
        fn init<__Rng: __tiedw::Rng + ?::core::marker::Sized>(rng: &mut __Rng) -> Self {
            Block {
                fc: __Init::init_part(rng),
                mode: ::core::default::Default::default(),
                steps: ::core::default::Default::default(),
            }
        }
    }
    #[automatically_derived]
    impl __Start for Block
    where
        for<'init> Linear<4, 4>: __Init,
        for<'init> Mode: ::core::default::Default,
        for<'init> usize: ::core::default::Default,
    {
        fn before<__Rng: __tiedw::Rng + ?::core::marker::Sized>(
            rng: &mut __Rng,
        ) -> Self {
            __Init::init(rng)
        }
    }
    #[automatically_derived]
    impl __tiedw::FromShapes for Block
    where
        for<'init> Linear<4, 4>: __tiedw::FromShapes,
        for<'init> Mode: ::core::default::Default,
        for<'init> usize: ::core::default::Default,
    {
        fn from_shapes(
            __shapes: &mut __tiedw::Shapes,
            __path: &mut __tiedw::Path,
        ) -> Self {
            Block {
                fc: __tiedw::field_from_shapes::<Linear<4, 4>>("fc", __shapes, __path),
                mode: ::core::default::Default::default(),
                steps: ::core::default::Default::default(),
            }
        }
    }
};
impl BlockView<'_> {
    #[allow(dead_code, unreachable_pub)]
    fn loss(&self, x: &Tensor<4>) -> f32 {
        (Self::__body_of_loss.1)(self, x)
    }
}
impl<'view> BlockView<'view> {
    #[doc(hidden)]
    #[allow(
        non_upper_case_globals,
        dead_code,
        clippy::op_ref,
        clippy::type_complexity,
        clippy::unused_unit,
        clippy::used_underscore_binding
    )]
    const __body_of_loss: (
        ::core::primitive::usize,
        fn(&BlockView<'_>, &Tensor<4>) -> f32,
    ) = {
        (
            0,
            |this: &BlockView<'_>, x: &Tensor<4>| -> f32 {
                if this.mode == Mode::Full {
                    this.fc.forward(x).sum()
                } else {
                    scale(this.mode)
                }
            },
        )
    };
    ///[`loss`](Self::loss) with its pullback.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn loss_vjp(
        &self,
        x: &Tensor<4>,
    ) -> (
        f32,
        impl ::core::ops::FnOnce(
            <f32 as ::tiedw::__private::Value>::Cotangent,
            BlockView<'_, ::tiedw::__private::Gradient>,
            [::core::primitive::bool; 1usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >,
            ) + use<'view>,
    ) {
        use ::tiedw::__private::{self as __tiedw, short::*};
        fn __named0<__A0>(_: __A0) {
            ::core::panic!()
        }
        fn __companion0<__A0>(_: __A0) -> __tiedw::NoCompanion<(__A0,)> {
            ::core::panic!()
        }
        {
            #[allow(non_camel_case_types, unused_imports)]
            use ::core::primitive::u8 as scale;
            #[allow(unused_imports)]
            use scale as __named0;
            #[allow(non_camel_case_types, unused_imports)]
            use ::core::primitive::u8 as scale_vjp;
            #[allow(unused_imports)]
            use scale_vjp as __companion0;
            static __PAIRED0: __tiedw::Paired = __tiedw::Paired::new();
            #[allow(dead_code, unused_imports)]
            fn check() {
                use __tiedw::HiddenOperation as _;
                __tiedw::any_tensor()
                    .sum()
                    .sum()
                    .sum()
                    .sum()
                    .sum()
                    .sum()
                    .sum()
                    .sum()
                    .sum()
                    .sum()
                    .sum()
                    .sum()
                    .sum();
            }
            type __Body = __tiedw::Body<{ <BlockView<'static>>::__body_of_loss.0 }>;
            let __self: <__Body as __tiedw::Checked<&Self>>::Type = self;
            let x: <__Body as __tiedw::Checked<&Tensor<4>>>::Type = x;
            let slot0 = __tiedw::Slot::<
                <__Body as __tiedw::Checked<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >>::Type,
            >::new();
            let (value5, kept5) = if __self.mode == Mode::Full {
                let (value2, pullback2) = __self.fc.forward_vjp(x);
                let slot2 = __Value::slot(&value2);
                let (value3, pullback3) = value2.sum_vjp();
                let slot3 = __Value::slot(&value3);
                let value = __Body::value(value3);
                (value, __tiedw::Either::Left((pullback2, slot2, pullback3, slot3)))
            } else {
                let (value4, pullback4) = {
                    let __called = __Body::value({
                        use __tiedw::{
                            BehindReference as _, Itself as _, PartReceiver as _,
                            SettingReceiver as _,
                        };
                        match (__self.mode,) {
                            (__argument0,) => {
                                let __all = __tiedw::Setting;
                                let __all = (&(&(&(&__tiedw::Part(&__argument0)).behind())
                                    .behind())
                                    .behind())
                                    .and(__all);
                                let (mut __companion, mut __written) = (__None, __None);
                                if __tiedw::FieldReceiver::is_part(&__all) {
                                    __companion = __Some(
                                        __Body::value(
                                            __Body::value(&__PAIRED0)
                                                .of_1(__named0, __companion0)(__argument0),
                                        ),
                                    );
                                } else {
                                    __written = __Some({
                                        use __tiedw::OfAnything as _;
                                        __tiedw::Written(scale(__Body::value(__argument0)))
                                            .of_data::<_, 1usize>((__None::<__tiedw::NoGradient>,))
                                    });
                                }
                                __tiedw::FieldReceiver::called(
                                    __all,
                                    __companion,
                                    __written,
                                )
                            }
                        }
                    });
                    __tiedw::FunctionWithCompanion::<_, _>::of(__called)
                };
                let slot4 = __Value::slot(&value4);
                let value = __Body::value(value4);
                (value, __tiedw::Either::Right((pullback4, slot4)))
            };
            let slot5 = __Value::slot(&value5);
            (
                __Body::value(value5),
                move |
                    cotangent,
                    gradient: BlockView<'_, ::tiedw::__private::Gradient>,
                    wanted: [::core::primitive::bool; 1usize]|
                {
                    let cotangent: <__Body as __tiedw::Checked<_>>::Type = cotangent;
                    let gradient: <__Body as __tiedw::Checked<_>>::Type = gradient;
                    let mut cotangent0 = slot0.empty();
                    let mut cotangent5 = slot5.empty();
                    __AddTo::add(&mut cotangent5, __Some(cotangent));
                    match kept5 {
                        __tiedw::Either::Left((pullback2, slot2, pullback3, slot3)) => {
                            let mut cotangent2 = slot2.empty();
                            let mut cotangent3 = slot3.empty();
                            __AddTo::add(&mut cotangent3, cotangent5.take());
                            __tiedw::back_to_only(
                                pullback3,
                                &mut cotangent3,
                                [true],
                                &mut cotangent2,
                            );
                            __tiedw::back_of_field_to_only(
                                pullback2,
                                &mut cotangent2,
                                &gradient.fc,
                                [wanted[0usize]],
                                &mut cotangent0,
                            );
                        }
                        __tiedw::Either::Right((pullback4, slot4)) => {
                            let mut cotangent4 = slot4.empty();
                            __AddTo::add(&mut cotangent4, cotangent5.take());
                            if let __Some(cotangent) = cotangent4.take() {
                                let (part0,) = pullback4(cotangent, [true]);
                                (&__Place(&gradient.mode)).collect(part0);
                            }
                        }
                    }
                    (if wanted[0usize] { cotangent0 } else { __None },)
                },
            )
        }
    }
}
impl Block {
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn loss(&self, x: &Tensor<4>) -> f32
    where
        for<'closed> ::tiedw::__private::ModuleOf<
            'closed,
            BlockView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, BlockView<'_>> = self;
        <BlockView<'_>>::loss(&::tiedw::__private::Module::view(__module), x)
    }
    ///[`loss`](Self::loss) with its pullback, which adds to a gradient.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn loss_vjp<'view>(
        &'view self,
        x: &Tensor<4>,
    ) -> (
        f32,
        impl ::core::ops::FnOnce(
            <f32 as ::tiedw::__private::Value>::Cotangent,
            &mut Block,
            [::core::primitive::bool; 1usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >,
            ) + use<'view>,
    )
    where
        for<'closed> ::tiedw::__private::ModuleOf<
            'closed,
            BlockView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, BlockView<'_>> = self;
        let (value, pullback) = <BlockView<
            '_,
        >>::loss_vjp(&::tiedw::__private::Module::view(__module), x);
        (
            value,
            (move |
                cotangent,
                gradient: &mut Block,
                wanted: [::core::primitive::bool; 1usize]|
            {
                let gradient: &mut ::tiedw::__private::ModuleOf<'_, BlockView<'_>> = gradient;
                ::tiedw::__private::assert_fits(__module, gradient);
                pullback(
                    cotangent,
                    ::tiedw::__private::Module::view_mut(gradient),
                    wanted,
                )
            }),
        )
    }
    ///[`loss`](Self::loss) whose gradient is added to `gradient`.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn loss_and_accumulate(&self, gradient: &mut Self, x: &Tensor<4>) -> f32
    where
        for<'closed> ::tiedw::__private::ModuleOf<
            'closed,
            BlockView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, BlockView<'_>> = self;
        let gradient: &mut ::tiedw::__private::ModuleOf<'_, BlockView<'_>> = gradient;
        ::tiedw::__private::assert_fits(__module, gradient);
        let (value, pullback) = <BlockView<
            '_,
        >>::loss_vjp(&::tiedw::__private::Module::view(__module), x);
        pullback(
            <f32 as ::tiedw::__private::Element>::ONE,
            ::tiedw::__private::Module::view_mut(gradient),
            [false; 1usize],
        );
        value
    }
    ///[`loss`](Self::loss) and its gradient.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn loss_and_grad(&self, x: &Tensor<4>) -> (f32, Self)
    where
        for<'closed> ::tiedw::__private::ModuleOf<
            'closed,
            BlockView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, BlockView<'_>> = self;
        let mut gradient = ::tiedw::__private::Module::gradient_like(
            __module,
            ::tiedw::__private::Fill::Anything,
        );
        let value = self.loss_and_accumulate(&mut gradient, x);
        ::tiedw::__private::Module::finish(&mut gradient);
        (value, gradient)
    }
}
