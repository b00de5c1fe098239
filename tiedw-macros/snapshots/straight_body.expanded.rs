impl NetView<'_> {
    #[allow(dead_code, unreachable_pub)]
    fn loss(&self, x: &Tensor<4>, target: &Tensor<4>) -> f32 {
        (Self::__body_of_loss.1)(self, x, target)
    }
}
impl<'view> NetView<'view> {
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
        fn(&NetView<'_>, &Tensor<4>, &Tensor<4>) -> f32,
    ) = {
        (
            0,
            |this: &NetView<'_>, x: &Tensor<4>, target: &Tensor<4>| -> f32 {
                let y = this.fc.forward(x).tanh();
                mse_loss(&y, target) + y.mean() * 0.5
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
        target: &Tensor<4>,
    ) -> (
        f32,
        impl ::core::ops::FnOnce(
            <f32 as ::tiedw::__private::Value>::Cotangent,
            NetView<'_, ::tiedw::__private::Gradient>,
            [::core::primitive::bool; 2usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >,
                ::core::option::Option<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >,
            ) + use<'view>,
    ) {
        use ::tiedw::__private::{self as __tiedw, short::*};
        fn __named0<__A0, __A1>(_: __A0, _: __A1) {
            ::core::panic!()
        }
        fn __companion0<__A0, __A1>(
            _: __A0,
            _: __A1,
        ) -> __tiedw::NoCompanion<(__A0, __A1)> {
            ::core::panic!()
        }
        {
            #[allow(non_camel_case_types, unused_imports)]
            use ::core::primitive::u8 as mse_loss;
            #[allow(unused_imports)]
            use mse_loss as __named0;
            #[allow(non_camel_case_types, unused_imports)]
            use ::core::primitive::u8 as mse_loss_vjp;
            #[allow(unused_imports)]
            use mse_loss_vjp as __companion0;
            static __PAIRED0: __tiedw::Paired = __tiedw::Paired::new();
            #[allow(dead_code, unused_imports)]
            fn check() {
                use __tiedw::HiddenOperation as _;
                __tiedw::any_tensor()
                    .tanh()
                    .tanh()
                    .tanh()
                    .tanh()
                    .tanh()
                    .tanh()
                    .tanh()
                    .tanh()
                    .tanh()
                    .tanh()
                    .tanh()
                    .tanh()
                    .tanh();
                __tiedw::any_tensor()
                    .mean()
                    .mean()
                    .mean()
                    .mean()
                    .mean()
                    .mean()
                    .mean()
                    .mean()
                    .mean()
                    .mean()
                    .mean()
                    .mean()
                    .mean();
            }
            type __Body = __tiedw::Body<{ <NetView<'static>>::__body_of_loss.0 }>;
            let __self: <__Body as __tiedw::Checked<&Self>>::Type = self;
            let x: <__Body as __tiedw::Checked<&Tensor<4>>>::Type = x;
            let target: <__Body as __tiedw::Checked<&Tensor<4>>>::Type = target;
            let slot0 = __tiedw::Slot::<
                <__Body as __tiedw::Checked<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >>::Type,
            >::new();
            let slot1 = __tiedw::Slot::<
                <__Body as __tiedw::Checked<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >>::Type,
            >::new();
            let (value3, pullback3) = __self.fc.forward_vjp(x);
            let slot3 = __Value::slot(&value3);
            let (y, pullback4) = value3.tanh_vjp();
            let slot5 = __Value::slot(&y);
            let (value6, pullback6) = {
                let __called = __Body::value(
                    __Body::value(&__PAIRED0).of_2(__named0, __companion0)(&y, target),
                );
                __tiedw::FunctionWithCompanion::<_, _>::of(__called)
            };
            let slot6 = __Value::slot(&value6);
            let (value7, pullback7) = y.mean_vjp();
            let slot7 = __Value::slot(&value7);
            let (value8, pullback8) = __tiedw::MulVjp::mul_vjp(&value7, &(0.5));
            let slot8 = __Value::slot(&value8);
            let (value9, pullback9) = __tiedw::AddVjp::add_vjp(&value6, &value8);
            let slot9 = __Value::slot(&value9);
            (
                __Body::value(value9),
                move |
                    cotangent,
                    gradient: NetView<'_, ::tiedw::__private::Gradient>,
                    wanted: [::core::primitive::bool; 2usize]|
                {
                    let cotangent: <__Body as __tiedw::Checked<_>>::Type = cotangent;
                    let gradient: <__Body as __tiedw::Checked<_>>::Type = gradient;
                    let mut cotangent0 = slot0.empty();
                    let mut cotangent1 = slot1.empty();
                    let mut cotangent3 = slot3.empty();
                    let mut cotangent5 = slot5.empty();
                    let mut cotangent6 = slot6.empty();
                    let mut cotangent7 = slot7.empty();
                    let mut cotangent8 = slot8.empty();
                    let mut cotangent9 = slot9.empty();
                    __AddTo::add(&mut cotangent9, __Some(cotangent));
                    __tiedw::back_to_both(
                        pullback9,
                        &mut cotangent9,
                        [true, true],
                        &mut cotangent6,
                        &mut cotangent8,
                    );
                    __tiedw::back_to_first(
                        pullback8,
                        &mut cotangent8,
                        [true, false],
                        &mut cotangent7,
                    );
                    __tiedw::back_to_only(
                        pullback7,
                        &mut cotangent7,
                        [true],
                        &mut cotangent5,
                    );
                    if let __Some(cotangent) = cotangent6.take() {
                        let (part0, part1) = pullback6(
                            cotangent,
                            [true, wanted[1usize]],
                        );
                        __AddTo::add(&mut cotangent5, part0);
                        __AddTo::add(&mut cotangent1, part1);
                    }
                    __tiedw::back_to_only(
                        pullback4,
                        &mut cotangent5,
                        [true],
                        &mut cotangent3,
                    );
                    __tiedw::back_of_field_to_only(
                        pullback3,
                        &mut cotangent3,
                        &gradient.fc,
                        [wanted[0usize]],
                        &mut cotangent0,
                    );
                    (
                        if wanted[0usize] { cotangent0 } else { __None },
                        if wanted[1usize] { cotangent1 } else { __None },
                    )
                },
            )
        }
    }
}
impl Net {
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn loss(&self, x: &Tensor<4>, target: &Tensor<4>) -> f32
    where
        for<'closed> ::tiedw::__private::ModuleOf<
            'closed,
            NetView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, NetView<'_>> = self;
        <NetView<'_>>::loss(&::tiedw::__private::Module::view(__module), x, target)
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
        target: &Tensor<4>,
    ) -> (
        f32,
        impl ::core::ops::FnOnce(
            <f32 as ::tiedw::__private::Value>::Cotangent,
            &mut Net,
            [::core::primitive::bool; 2usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >,
                ::core::option::Option<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >,
            ) + use<'view>,
    )
    where
        for<'closed> ::tiedw::__private::ModuleOf<
            'closed,
            NetView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, NetView<'_>> = self;
        let (value, pullback) = <NetView<
            '_,
        >>::loss_vjp(&::tiedw::__private::Module::view(__module), x, target);
        (
            value,
            (move |
                cotangent,
                gradient: &mut Net,
                wanted: [::core::primitive::bool; 2usize]|
            {
                let gradient: &mut ::tiedw::__private::ModuleOf<'_, NetView<'_>> = gradient;
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
    fn loss_and_accumulate(
        &self,
        gradient: &mut Self,
        x: &Tensor<4>,
        target: &Tensor<4>,
    ) -> f32
    where
        for<'closed> ::tiedw::__private::ModuleOf<
            'closed,
            NetView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, NetView<'_>> = self;
        let gradient: &mut ::tiedw::__private::ModuleOf<'_, NetView<'_>> = gradient;
        ::tiedw::__private::assert_fits(__module, gradient);
        let (value, pullback) = <NetView<
            '_,
        >>::loss_vjp(&::tiedw::__private::Module::view(__module), x, target);
        pullback(
            <f32 as ::tiedw::__private::Element>::ONE,
            ::tiedw::__private::Module::view_mut(gradient),
            [false; 2usize],
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
    fn loss_and_grad(&self, x: &Tensor<4>, target: &Tensor<4>) -> (f32, Self)
    where
        for<'closed> ::tiedw::__private::ModuleOf<
            'closed,
            NetView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, NetView<'_>> = self;
        let mut gradient = ::tiedw::__private::Module::gradient_like(
            __module,
            ::tiedw::__private::Fill::Anything,
        );
        let value = self.loss_and_accumulate(&mut gradient, x, target);
        ::tiedw::__private::Module::finish(&mut gradient);
        (value, gradient)
    }
}
