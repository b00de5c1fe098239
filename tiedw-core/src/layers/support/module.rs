//! The `Module` impl that all layers of this crate share.

/// Implements [`Module`](crate::Module) and related traits for a layer whose fields are modules: parameters
/// or other layers. `settings` are fields that are copied into the view. `buffers` are tensors that only
/// their owner changes: the view borrows them, checkpoints store them, and optimizers do not see them.
/// `check` is evaluated at compile time and panics if the sizes are invalid. `borrowed` overrides
/// `Module::borrowed`, for a layer that wraps any other.
macro_rules! layer_module {
    (
        impl[$($generics:tt)*] $layer:ident<$($argument:ident),* $(,)?> {
            $($field:ident: $type:ty),* $(,)?
        }
        $(settings { $($setting:ident: $setting_type:ty),+ $(,)? })?
        $(buffers { $($buffer:ident: $buffer_type:ty),+ $(,)? })?
        $(check $check:expr;)?
        $(borrowed $borrowed:expr;)?
        elem $elem:ty;
        ties $ties:ident;
        view $view:ident = $view_type:ty;
    ) => {
        const _: () = {
            use crate::module::{Closed, Gradient, Kind, Module, Path, Role, Spec, Visitor, VisitorMut, Weight};
            use crate::param::Fill;

            #[allow(unused_variables, unused_mut, reason = "a layer may have no parameters")]
            #[diagnostic::do_not_recommend]
            impl<$($generics)*> Module for $layer<$($argument),*> {
                type Elem = $elem;
                type Ties<'a, Use: Role> = $crate::layers::support::layer_module!(@ties $ties<$(<$type as Module>::Ties<'a, Use>),*>);
                type View<'a, Use: Role> = $view_type;
                const SPEC: Spec = {
                    $($check;)?
                    Spec::Module {
                        name: stringify!($layer),
                        fields: &[
                            $(crate::module::Field { name: stringify!($field), spec: &<$type as Module>::SPEC },)*
                            $($(crate::module::Field {
                                name: stringify!($buffer),
                                spec: &<$buffer_type as Module>::SPEC.as_buffer(),
                            }),+)?
                        ],
                        ties: &[],
                    }
                };

                #[inline]
                fn bind<'a>(&'a self, ties: Self::Ties<'a, Weight>) -> Self::View<'a, Weight> {
                    // Here too, since a layer on its own is used without its `SPEC`.
                    $(const { $check };)?
                    $view { $($field: self.$field.bind(ties.$field),)* $($($setting: self.$setting,)+)? $($($buffer: self.$buffer.view()),+)? }
                }
                #[inline]
                fn bind_mut<'a>(&'a mut self, ties: Self::Ties<'a, Gradient>) -> Self::View<'a, Gradient> {
                    $view { $($field: self.$field.bind_mut(ties.$field),)* $($($setting: self.$setting,)+)? $($($buffer: self.$buffer.view()),+)? }
                }
                $(
                    #[inline]
                    fn borrowed<'a>(view: Self::View<'a, Gradient>) -> Self::View<'a, Gradient> {
                        $borrowed(view)
                    }
                )?
                fn gradient_like(&self, fill: Fill) -> Self {
                    $layer { $($field: self.$field.gradient_like(fill),)* $($($setting: self.$setting,)+)? $($($buffer: self.$buffer.zeros_like()),+)? }
                }
                #[inline]
                fn assert_fits(&self, gradient: &Self, path: &mut Path) {
                    $(path.field(stringify!($field), |path| self.$field.assert_fits(&gradient.$field, path));)*
                }
                #[inline]
                fn measure(&self, fingerprint: &mut crate::module::Fingerprint) {
                    $(self.$field.measure(fingerprint);)*
                }
                fn for_each_part(&mut self, visitor: &mut dyn FnMut(&mut dyn std::any::Any)) {
                    visitor(self);
                    $(self.$field.for_each_part(visitor);)*
                }
                #[inline]
                fn finish(&mut self) {
                    $(self.$field.finish();)*
                }
                fn visit<'a>(&'a self, kind: Kind, path: &mut Path, visitor: Visitor<'_, 'a, $elem>) {
                    $(path.field(stringify!($field), |path| self.$field.visit(kind, path, visitor));)*
                    $(if kind == Kind::Buffer {
                        $(path.field(stringify!($buffer), |path| {
                            self.$buffer.visit(Kind::Parameter, path, visitor)
                        });)+
                    })?
                }
                fn visit_mut<'a>(&'a mut self, kind: Kind, path: &mut Path, visitor: VisitorMut<'_, 'a, $elem>) {
                    $(path.field(stringify!($field), |path| self.$field.visit_mut(kind, path, visitor));)*
                    $(if kind == Kind::Buffer {
                        $(path.field(stringify!($buffer), |path| {
                            self.$buffer.visit_mut(Kind::Parameter, path, visitor)
                        });)+
                    })?
                }
                #[inline]
                fn update<const STATES: usize>(
                    &mut self,
                    gradient: &Self,
                    mut state: [&mut Self; STATES],
                    rule: &mut impl FnMut(&mut [$elem], &[$elem], [$crate::__private::StateMut<'_, $elem>; STATES]),
                ) {
                    $(
                        let states = $crate::module::of_each(&mut state, |state| &mut state.$field);
                        self.$field.update(&gradient.$field, states, rule);
                    )*
                }
            }

            impl<$($generics)*> crate::module::OfView for $layer<$($argument),*>
            where
                $($type: crate::module::OfView),*
            {
                fn of_view(view: &Self::View<'_, Weight>) -> Self {
                    $layer {
                        $($field: <$type as crate::module::OfView>::of_view(&view.$field),)*
                        $($($setting: view.$setting.clone(),)+)?
                        $($($buffer: <$buffer_type as crate::module::OfView>::of_view(&view.$buffer),)+)?
                    }
                }
                #[allow(unused_variables, reason = "a layer may have no parameters")]
                fn add_to_view(self, gradient: Self::View<'_, Gradient>) {
                    $(self.$field.add_to_view(gradient.$field);)*
                }
            }

            #[diagnostic::do_not_recommend]
            impl<$($generics)*> Closed for $layer<$($argument),*>
            where
                $($type: Module + Closed),*
            {
                fn no_ties<'a, Use: Role>() -> <Self as Module>::Ties<'a, Use> {
                    $crate::layers::support::layer_module!(@no_ties $ties { $($field: <$type as Closed>::no_ties()),* })
                }
            }

            impl<$($generics)*> Clone for $layer<$($argument),*>
            where
                $($type: Clone),*
            {
                fn clone(&self) -> Self {
                    $layer { $($field: self.$field.clone(),)* $($($setting: self.$setting,)+)? $($($buffer: self.$buffer.clone()),+)? }
                }
            }

            impl<$($generics)*> PartialEq for $layer<$($argument),*>
            where
                $($type: PartialEq),*
            {
                fn eq(&self, other: &Self) -> bool {
                    true $(&& self.$field == other.$field)* $($(&& self.$setting == other.$setting)+)? $($(&& self.$buffer == other.$buffer)+)?
                }
            }

            impl<$($generics)*> std::fmt::Debug for $layer<$($argument),*>
            where
                $($type: std::fmt::Debug),*
            {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.debug_struct(stringify!($layer))
                        $(.field(stringify!($field), &self.$field))*
                        $($(.field(stringify!($setting), &self.$setting))+)?
                        $($(.field(stringify!($buffer), &self.$buffer))+)?
                        .finish()
                }
            }
        };
    };
    (@ties Nothing<>) => { () };
    (@ties $ties:ident<$($type:ty),+>) => { $ties<$($type),+> };
    (@no_ties Nothing {}) => { () };
    (@no_ties $ties:ident { $($field:ident: $value:expr),+ }) => { $ties { $($field: $value),+ } };
}
pub(crate) use layer_module;
