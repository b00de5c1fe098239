//! The `Resizable` impl that the layers share.

/// Implements [`Resizable`](crate::module::Resizable) for a layer by that of its parameters, so that it can be tied as a whole to
/// one with other sizes in its type.
macro_rules! resizable {
    (
        impl[$($generics:tt)*] $layer:ty => $dynamic:ty;
        sizes $sizes:expr;
        $view:ident {
            parameters { $($field:ident: $type:ty),* $(,)? }
            $(bias $of_bias:ident { $bias:ident: $bias_type:ty })?
            settings { $($setting:ident: $setting_type:ty),* $(,)? }
        }
    ) => {
        #[allow(unused_variables, reason = "a layer may have no parameters")]
        impl<$($generics)*> crate::module::Resizable for $layer {
            type Dynamic = $dynamic;
            const SIZES: &'static [usize] = $sizes;

            #[inline]
            fn misfit<Use: crate::module::Role>(
                view: &<Self::Dynamic as crate::Module>::View<'_, Use>,
            ) -> Option<crate::module::Misfit> {
                None
                    $(.or_else(|| Some(<$type as crate::module::Resizable>::misfit(&view.$field)?.within(stringify!($field)))))*
                    $(.or_else(|| Some(<$of_bias::Canonical as crate::module::BiasStorage>::misfit::<$bias_type, Use>(&view.$bias)?.within(stringify!($bias)))))?
                    $(.or_else(|| Some(<$setting_type as crate::module::Setting>::misfit(view.$setting)?.within(stringify!($setting)))))*
            }

            #[inline]
            fn dynamic<'a, Use: crate::module::Role>(
                view: Self::View<'a, Use>,
            ) -> <Self::Dynamic as crate::Module>::View<'a, Use> {
                $view {
                    $($field: <$type as crate::module::Resizable>::dynamic(view.$field),)*
                    $($bias: <$of_bias::Canonical as crate::module::BiasStorage>::dynamic::<$bias_type, Use>(view.$bias),)?
                    $($setting: <$setting_type as crate::module::Setting>::dynamic(view.$setting),)*
                }
            }

            #[inline]
            fn fixed<'a, Use: crate::module::Role>(
                view: <Self::Dynamic as crate::Module>::View<'a, Use>,
            ) -> Self::View<'a, Use> {
                $view {
                    $($field: <$type as crate::module::Resizable>::fixed(view.$field),)*
                    $($bias: <$of_bias::Canonical as crate::module::BiasStorage>::fixed::<$bias_type, Use>(view.$bias),)?
                    $($setting: <$setting_type as crate::module::Setting>::fixed(view.$setting),)*
                }
            }
        }
    };
}
pub(crate) use resizable;
