impl NetView<'_> {
    #[allow(dead_code, unreachable_pub)]
    fn forward(&self, x: &Tensor<4>, deep: bool) -> Tensor<4> {
        (Self::__body_of_forward.1)(self, x, deep)
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
    const __body_of_forward: (
        ::core::primitive::usize,
        fn(&NetView<'_>, &Tensor<4>, bool) -> Tensor<4>,
    ) = {
        (
            0,
            |this: &NetView<'_>, x: &Tensor<4>, deep: bool| -> Tensor<4> {
                if deep { this.fc.forward(x).relu() } else { x * &this.scale }
            },
        )
    };
    ///[`forward`](Self::forward) with its pullback.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn forward_vjp(
        &self,
        x: &Tensor<4>,
        deep: bool,
    ) -> (
        Tensor<4>,
        impl ::core::ops::FnOnce(
            <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
            NetView<'_, ::tiedw::__private::Gradient>,
            [::core::primitive::bool; 2usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >,
                ::core::option::Option<::tiedw::__private::NoGradient>,
            ) + use<'view>,
    ) {
        use ::tiedw::__private::{self as __tiedw, short::*};
        #[allow(dead_code, unused_imports)]
        fn check() {
            use __tiedw::HiddenOperation as _;
            __tiedw::any_tensor()
                .relu()
                .relu()
                .relu()
                .relu()
                .relu()
                .relu()
                .relu()
                .relu()
                .relu()
                .relu()
                .relu()
                .relu()
                .relu();
        }
        type __Body = __tiedw::Body<{ <NetView<'static>>::__body_of_forward.0 }>;
        let __self: <__Body as __tiedw::Checked<&Self>>::Type = self;
        let x: <__Body as __tiedw::Checked<&Tensor<4>>>::Type = x;
        let deep: <__Body as __tiedw::Checked<bool>>::Type = deep;
        let slot0 = __tiedw::Slot::<
            <__Body as __tiedw::Checked<
                <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
            >>::Type,
        >::new();
        __tiedw::Discrete::assert_discrete(&deep);
        let (value6, kept6) = if deep {
            let (value3, pullback3) = __self.fc.forward_vjp(x);
            let slot3 = __Value::slot(&value3);
            let (value4, pullback4) = value3.relu_vjp();
            let slot4 = __Value::slot(&value4);
            let value = __Body::value(value4);
            (value, __tiedw::Either::Left((pullback3, slot3, pullback4, slot4)))
        } else {
            let (value5, pullback5) = __tiedw::MulVjp::mul_vjp(
                __Value::by_ref(&(x)),
                __Value::by_ref(&(&__self.scale)),
            );
            let slot5 = __Value::slot(&value5);
            let value = __Body::value(value5);
            (value, __tiedw::Either::Right((pullback5, slot5)))
        };
        let slot6 = __Value::slot(&value6);
        (
            __Body::value(value6),
            move |
                cotangent,
                gradient: NetView<'_, ::tiedw::__private::Gradient>,
                wanted: [::core::primitive::bool; 2usize]|
            {
                let cotangent: <__Body as __tiedw::Checked<_>>::Type = cotangent;
                let gradient: <__Body as __tiedw::Checked<_>>::Type = gradient;
                let mut cotangent0 = slot0.empty();
                let mut cotangent6 = slot6.empty();
                __AddTo::add(&mut cotangent6, __Some(cotangent));
                match kept6 {
                    __tiedw::Either::Left((pullback3, slot3, pullback4, slot4)) => {
                        let mut cotangent3 = slot3.empty();
                        let mut cotangent4 = slot4.empty();
                        __AddTo::add(&mut cotangent4, cotangent6.take());
                        __tiedw::back_to_only(
                            pullback4,
                            &mut cotangent4,
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
                    }
                    __tiedw::Either::Right((pullback5, slot5)) => {
                        let mut cotangent5 = slot5.empty();
                        __AddTo::add(&mut cotangent5, cotangent6.take());
                        if let __Some(cotangent) = cotangent5.take() {
                            let (part0, part1) = pullback5(
                                cotangent,
                                [wanted[0usize], true],
                            );
                            __AddTo::add(&mut cotangent0, part0);
                            (&__Place(&gradient.scale)).collect(part1);
                        }
                    }
                }
                (if wanted[0usize] { cotangent0 } else { __None }, __None)
            },
        )
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
    fn forward(&self, x: &Tensor<4>, deep: bool) -> Tensor<4>
    where
        for<'closed> ::tiedw::__private::ModuleOf<
            'closed,
            NetView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, NetView<'_>> = self;
        <NetView<'_>>::forward(&::tiedw::__private::Module::view(__module), x, deep)
    }
    ///[`forward`](Self::forward) with its pullback, which adds to a gradient.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn forward_vjp<'view>(
        &'view self,
        x: &Tensor<4>,
        deep: bool,
    ) -> (
        Tensor<4>,
        impl ::core::ops::FnOnce(
            <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
            &mut Net,
            [::core::primitive::bool; 2usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >,
                ::core::option::Option<::tiedw::__private::NoGradient>,
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
        >>::forward_vjp(&::tiedw::__private::Module::view(__module), x, deep);
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
}
