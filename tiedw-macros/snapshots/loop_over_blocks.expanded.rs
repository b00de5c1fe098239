impl NetView<'_> {
    #[allow(dead_code, unreachable_pub)]
    fn forward(&self, x: &Tensor<4>) -> Tensor<4> {
        let mut h = x.clone();
        for block in &self.blocks {
            h += block.forward(&h);
        }
        h
    }
}
impl<'view> NetView<'view> {
    #[doc(hidden)]
    #[allow(
        non_upper_case_globals,
        unused,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    const __forward: ::core::primitive::usize = {
        let _ = |__self: &NetView<'_>, x: &Tensor<4>| -> Tensor<4> {
            let mut h = x.clone();
            for block in &__self.blocks {
                h += block.forward(&h);
            }
            h
        };
        0
    };
    ///[`forward`](Self::forward) with its pullback.
    #[allow(unused, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery)]
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
        type __Body = __tiedw::Body<{ <NetView<'static>>::__forward }>;
        let __self: <__Body as __tiedw::Checked<&Self>>::Type = self;
        let x: <__Body as __tiedw::Checked<&Tensor<4>>>::Type = x;
        let slot0 = __tiedw::Slot::<
            <Tensor<4> as ::tiedw::__private::Value>::Cotangent,
        >::new();
        let mut h = x.clone();
        let slot1 = __slot(&h);
        let mut kept4 = __tiedw::Stack::new();
        let mut iteration4 = __tiedw::iteration();
        for (index1, block) in __self.blocks.iter().enumerate() {
            let value4 = iteration4;
            let (value2, pullback2) = block.forward_vjp(&h);
            let slot2 = __slot(&value2);
            let (value3, pullback3) = __tiedw::AddVjp::add_vjp(
                __Value::by_ref(&(h)),
                __Value::by_ref(&(value2)),
            );
            let slot3 = __slot(&value3);
            h = value3;
            let () = ();
            kept4.push((index1, pullback2, slot2, pullback3, slot3));
            iteration4 = value4;
        }
        iteration4.ended();
        let _ = ();
        (
            h,
            move |
                cotangent,
                gradient: NetView<'_, ::tiedw::__private::Gradient>,
                wanted: [::core::primitive::bool; 1usize]|
            {
                let gradient: <__Body as __tiedw::Checked<_>>::Type = gradient;
                let mut cotangent0 = slot0.empty();
                let mut cotangent1 = slot1.empty();
                __AddTo::add(&mut cotangent1, __Some(cotangent));
                for (index1, pullback2, slot2, pullback3, slot3) in kept4 {
                    let mut cotangent2 = slot2.empty();
                    let mut cotangent3 = slot3.empty();
                    let assigned = cotangent1.take();
                    __AddTo::add(&mut cotangent3, assigned);
                    if let __Some(cotangent) = cotangent3.take() {
                        let (part0, part1) = pullback3(cotangent, [true, true]);
                        __AddTo::add(&mut cotangent1, part0);
                        __AddTo::add(&mut cotangent2, part1);
                    }
                    if let __Some(cotangent) = cotangent2.take() {
                        let (part0,) = pullback2(
                            cotangent,
                            __Clone::clone(&gradient.blocks[index1]),
                            [true],
                        );
                        __AddTo::add(&mut cotangent1, part0);
                    }
                }
                __AddTo::add(&mut cotangent0, cotangent1.take());
                (if wanted[0usize] { cotangent0 } else { __None },)
            },
        )
    }
}
impl Net {
    #[allow(unused, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery)]
    #[inline]
    fn forward(&self, x: &Tensor<4>) -> Tensor<4>
    where
        for<'closed> Self: ::tiedw::__private::Closed,
    {
        ::tiedw::__private::Module::view(self).forward(x)
    }
    ///[`forward`](Self::forward) with its pullback, which adds to a gradient.
    #[allow(unused, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery)]
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
        for<'closed> Self: ::tiedw::__private::Closed,
    {
        let (value, pullback) = ::tiedw::__private::Module::view(self).forward_vjp(x);
        (
            value,
            move |
                cotangent,
                gradient: &mut Net,
                wanted: [::core::primitive::bool; 1usize]|
            {
                ::tiedw::__private::assert_fits(self, gradient);
                pullback(
                    cotangent,
                    ::tiedw::__private::Module::view_mut(gradient),
                    wanted,
                )
            },
        )
    }
}
