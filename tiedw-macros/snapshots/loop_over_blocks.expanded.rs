impl NetView<'_> {
    #[allow(dead_code, unreachable_pub)]
    fn forward(&self, x: &Tensor<4>) -> Tensor<4> {
        (Self::__body_of_forward.1)(self, x)
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
        fn(&NetView<'_>, &Tensor<4>) -> Tensor<4>,
    ) = {
        (
            0,
            |this: &NetView<'_>, x: &Tensor<4>| -> Tensor<4> {
                let mut h = x.clone();
                for block in &this.blocks {
                    h += block.forward(&h);
                }
                h
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
    ) -> (
        Tensor<4>,
        impl ::core::ops::FnOnce(
            <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
            NetView<'_, ::tiedw::__private::Gradient>,
            [::core::primitive::bool; 1usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
                >,
            ) + use<'view>,
    ) {
        use ::tiedw::__private::{self as __tiedw, short::*};
        type __Body = __tiedw::Body<{ <NetView<'static>>::__body_of_forward.0 }>;
        let __self: <__Body as __tiedw::Checked<&Self>>::Type = self;
        let x: <__Body as __tiedw::Checked<&Tensor<4>>>::Type = x;
        let slot0 = __tiedw::Slot::<
            <__Body as __tiedw::Checked<
                <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
            >>::Type,
        >::new();
        let mut h = x.clone();
        let slot2 = __Value::slot(&h);
        let mut kept3 = __tiedw::Stack::new();
        let mut iteration3 = __tiedw::iteration();
        for (index1, block) in __self.blocks.iter().enumerate() {
            let value3 = iteration3;
            let (value4, pullback4) = block.forward_vjp(&h);
            let slot4 = __Value::slot(&value4);
            if false {
                __tiedw::assigns_result(__Body::value(__Value::by_ref(&(h))));
            }
            let (value5, pullback5) = __tiedw::AddVjp::add_vjp(
                __Body::value(__Value::by_ref(&(h))),
                &value4,
            );
            let slot5 = __Value::slot(&value5);
            h = value5;
            let () = ();
            kept3.push((index1, pullback4, slot4, pullback5, slot5));
            iteration3 = value3;
        }
        iteration3.ended();
        let _ = ();
        (
            __Body::value(h),
            move |
                cotangent,
                gradient: NetView<'_, ::tiedw::__private::Gradient>,
                wanted: [::core::primitive::bool; 1usize]|
            {
                let cotangent: <__Body as __tiedw::Checked<_>>::Type = cotangent;
                let gradient: <__Body as __tiedw::Checked<_>>::Type = gradient;
                let mut cotangent0 = slot0.empty();
                let mut cotangent2 = slot2.empty();
                __AddTo::add(&mut cotangent2, __Some(cotangent));
                for (index1, pullback4, slot4, pullback5, slot5) in kept3 {
                    let mut cotangent4 = slot4.empty();
                    let mut cotangent5 = slot5.empty();
                    let assigned = (&mut cotangent2).take();
                    __AddTo::add(&mut cotangent5, assigned);
                    __tiedw::back_to_both(
                        pullback5,
                        &mut cotangent5,
                        [true, true],
                        &mut cotangent2,
                        &mut cotangent4,
                    );
                    if let __Some(cotangent) = cotangent4.take() {
                        let (part0,) = __tiedw::PullbackOfField::pull(
                            pullback4,
                            cotangent,
                            __tiedw::IndexedGradient::indexed(&gradient.blocks[index1]),
                            [true],
                        );
                        __AddTo::add(&mut cotangent2, part0);
                    }
                }
                __AddTo::add(&mut cotangent0, cotangent2.take());
                (if wanted[0usize] { cotangent0 } else { __None },)
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
    fn forward(&self, x: &Tensor<4>) -> Tensor<4>
    where
        for<'closed> ::tiedw::__private::ModuleOf<
            'closed,
            NetView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, NetView<'_>> = self;
        <NetView<'_>>::forward(&::tiedw::__private::Module::view(__module), x)
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
    ) -> (
        Tensor<4>,
        impl ::core::ops::FnOnce(
            <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
            &mut Net,
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
            NetView<'closed>,
        >: ::tiedw::__private::Closed,
    {
        let __module: &::tiedw::__private::ModuleOf<'_, NetView<'_>> = self;
        let (value, pullback) = <NetView<
            '_,
        >>::forward_vjp(&::tiedw::__private::Module::view(__module), x);
        (
            value,
            (move |
                cotangent,
                gradient: &mut Net,
                wanted: [::core::primitive::bool; 1usize]|
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
