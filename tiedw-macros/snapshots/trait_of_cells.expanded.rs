#[diagnostic::on_unimplemented(
    note = "implement `Cell` for a module as in `#[differentiable] impl Cell for Net`"
)]
pub trait Cell<
    const H: usize,
>: for<'view, 'gradient> ::tiedw::__private::Module<
        View<
            'view,
            ::tiedw::__private::Weight,
        >: CellView<
                H,
                State = <Self as Cell<H>>::State,
                Gradient<
                    'gradient,
                > = <Self as ::tiedw::__private::Module>::View<
                    'gradient,
                    ::tiedw::__private::Gradient,
                >,
            >,
    > {
    type State: Value;
    /// Returns the next state.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn step(&self, x: &Tensor<H>, state: &Self::State) -> Self::State
    where
        for<'closed> Self: ::tiedw::__private::Closed,
    {
        let __module: &Self = self;
        ::tiedw::__private::Module::view(__module).step(x, state)
    }
    ///[`step`](Self::step) with its pullback, which adds to a gradient.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn step_vjp<'view>(
        &'view self,
        x: &Tensor<H>,
        state: &Self::State,
    ) -> (
        Self::State,
        impl ::core::ops::FnOnce(
            <Self::State as ::tiedw::__private::Value>::Cotangent,
            &mut Self,
            [::core::primitive::bool; 2usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<H> as ::tiedw::__private::Value>::Cotangent,
                >,
                ::core::option::Option<
                    <Self::State as ::tiedw::__private::Value>::Cotangent,
                >,
            ) + use<'view, Self, H>,
    )
    where
        for<'closed> Self: ::tiedw::__private::Closed,
    {
        let __module: &Self = self;
        let (value, pullback) = ::tiedw::__private::Module::view(__module)
            .step_vjp(x, state);
        (
            value,
            (move |
                cotangent,
                gradient: &mut Self,
                wanted: [::core::primitive::bool; 2usize]|
            {
                let gradient: &mut Self = gradient;
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
///The companion of [`Cell`], implemented by the views of modules.
#[diagnostic::on_unimplemented(
    message = "this module has no companions of `Cell`: write `#[differentiable]` above its impl",
    label = "lacks the attribute"
)]
pub trait CellView<const H: usize>: ::core::clone::Clone {
    /// The view of the gradient.
    type Gradient<'gradient>: ::core::clone::Clone;
    type State: Value;
    /// Returns the next state.
    #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
    fn step(&self, x: &Tensor<H>, state: &Self::State) -> Self::State;
    ///[`step`](Self::step) with its pullback.
    #[allow(clippy::all, clippy::pedantic, clippy::nursery)]
    fn step_vjp(
        &self,
        x: &Tensor<H>,
        state: &Self::State,
    ) -> (
        Self::State,
        impl ::core::ops::FnOnce(
            <Self::State as ::tiedw::__private::Value>::Cotangent,
            Self::Gradient<'_>,
            [::core::primitive::bool; 2usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<H> as ::tiedw::__private::Value>::Cotangent,
                >,
                ::core::option::Option<
                    <Self::State as ::tiedw::__private::Value>::Cotangent,
                >,
            ) + use<Self, H>,
    );
}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl<const H: usize, TiedModule: Cell<H>> Cell<H> for ::tiedw::Tied<TiedModule> {
    type State = TiedModule::State;
}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl<const H: usize, TiedModule: Cell<H>> Cell<H> for ::tiedw::Frozen<TiedModule> {
    type State = TiedModule::State;
}
#[automatically_derived]
#[doc(hidden)]
#[diagnostic::do_not_recommend]
impl<const H: usize, TiedElem: ::tiedw::__private::Element> Cell<H>
for ::tiedw::__private::StandIn<
    ::core::primitive::f32,
    ::core::primitive::f32,
    TiedElem,
> {
    type State = ::core::primitive::f32;
}
#[automatically_derived]
#[doc(hidden)]
#[diagnostic::do_not_recommend]
impl<const H: usize, TiedElem: ::tiedw::__private::Element> CellView<H>
for ::tiedw::__private::StandInView<
    ::core::primitive::f32,
    ::core::primitive::f32,
    TiedElem,
> {
    type Gradient<'gradient> = Self;
    type State = ::core::primitive::f32;
    /// Returns the next state.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn step(&self, x: &Tensor<H>, state: &Self::State) -> Self::State {
        ::core::panic!()
    }
    ///[`step`](Self::step) with its pullback.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn step_vjp(
        &self,
        x: &Tensor<H>,
        state: &Self::State,
    ) -> (
        Self::State,
        impl ::core::ops::FnOnce(
            <Self::State as ::tiedw::__private::Value>::Cotangent,
            Self::Gradient<'_>,
            [::core::primitive::bool; 2usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<H> as ::tiedw::__private::Value>::Cotangent,
                >,
                ::core::option::Option<
                    <Self::State as ::tiedw::__private::Value>::Cotangent,
                >,
            ) + use<TiedElem, H>,
    ) {
        use ::tiedw::__private::{self as __tiedw, short::*};
        (::core::panic!(), |_, _, _| ::core::panic!())
    }
}
impl NetView<'_> {
    #[allow(dead_code, unreachable_pub)]
    #[allow(missing_docs)]
    pub fn step(&self, x: &Tensor<3>, state: &Tensor<3>) -> Tensor<3> {
        (Self::__body_of_step.1)(self, x, state)
    }
}
impl<'view> NetView<'view> {
    #[allow(missing_docs)]
    #[doc(hidden)]
    #[allow(
        non_upper_case_globals,
        dead_code,
        clippy::op_ref,
        clippy::type_complexity,
        clippy::unused_unit,
        clippy::used_underscore_binding
    )]
    const __body_of_step: (
        ::core::primitive::usize,
        fn(&NetView<'_>, &Tensor<3>, &Tensor<3>) -> Tensor<3>,
    ) = {
        (
            0,
            |this: &NetView<'_>, x: &Tensor<3>, state: &Tensor<3>| -> Tensor<3> {
                this.fc.forward(state)
            },
        )
    };
    ///[`step`](Self::step) with its pullback.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    pub fn step_vjp(
        &self,
        x: &Tensor<3>,
        state: &Tensor<3>,
    ) -> (
        Tensor<3>,
        impl ::core::ops::FnOnce(
            <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
            NetView<'_, ::tiedw::__private::Gradient>,
            [::core::primitive::bool; 2usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
                >,
                ::core::option::Option<
                    <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
                >,
            ) + use<'view>,
    ) {
        use ::tiedw::__private::{self as __tiedw, short::*};
        type __Body = __tiedw::Body<{ <NetView<'static>>::__body_of_step.0 }>;
        let __self: <__Body as __tiedw::Checked<&Self>>::Type = self;
        let x: <__Body as __tiedw::Checked<&Tensor<3>>>::Type = x;
        let state: <__Body as __tiedw::Checked<&Tensor<3>>>::Type = state;
        let slot0 = __tiedw::Slot::<
            <__Body as __tiedw::Checked<
                <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
            >>::Type,
        >::new();
        let slot1 = __tiedw::Slot::<
            <__Body as __tiedw::Checked<
                <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
            >>::Type,
        >::new();
        let (value3, pullback3) = __self.fc.forward_vjp(state);
        let slot3 = __Value::slot(&value3);
        (
            __Body::value(value3),
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
                __AddTo::add(&mut cotangent3, __Some(cotangent));
                __tiedw::back_of_field_to_only(
                    pullback3,
                    &mut cotangent3,
                    &gradient.fc,
                    [wanted[1usize]],
                    &mut cotangent1,
                );
                (
                    if wanted[0usize] { cotangent0 } else { __None },
                    if wanted[1usize] { cotangent1 } else { __None },
                )
            },
        )
    }
}
impl Net {
    ///[`step`](Self::step) with its pullback, which adds to a gradient.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    pub fn step_vjp<'view>(
        &'view self,
        x: &Tensor<3>,
        state: &Tensor<3>,
    ) -> (
        Tensor<3>,
        impl ::core::ops::FnOnce(
            <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
            &mut Net,
            [::core::primitive::bool; 2usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
                >,
                ::core::option::Option<
                    <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
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
        >>::step_vjp(&::tiedw::__private::Module::view(__module), x, state);
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
impl Cell<3> for Net
where
    for<'of_view, 'gradient> NetView<
        'of_view,
    >: CellView<
        3,
        State = Tensor<3>,
        Gradient<'gradient> = NetView<'gradient, ::tiedw::__private::Gradient>,
    >,
{
    type State = Tensor<3>;
}
impl<'view> CellView<3> for NetView<'view> {
    type Gradient<'gradient> = NetView<'gradient, ::tiedw::__private::Gradient>;
    type State = Tensor<3>;
    #[allow(missing_docs)]
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn step(&self, x: &Tensor<3>, state: &Tensor<3>) -> Tensor<3> {
        <NetView<'view>>::step(self, x, state)
    }
    ///[`step`](Self::step) with its pullback.
    #[allow(
        unused,
        unreachable_pub,
        non_shorthand_field_patterns,
        clippy::all,
        clippy::pedantic,
        clippy::nursery
    )]
    #[inline]
    fn step_vjp(
        &self,
        x: &Tensor<3>,
        state: &Tensor<3>,
    ) -> (
        Tensor<3>,
        impl ::core::ops::FnOnce(
            <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
            NetView<'_, ::tiedw::__private::Gradient>,
            [::core::primitive::bool; 2usize],
        ) -> (
                ::core::option::Option<
                    <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
                >,
                ::core::option::Option<
                    <Tensor<3> as ::tiedw::__private::Value>::Cotangent,
                >,
            ) + use<'view>,
    ) {
        <NetView<'view>>::step_vjp(self, x, state)
    }
}
