//! Operations as layers, for `#[module(sequential)]`.

/// Defines a layer without parameters from an operation.
///
/// The braces after the sizes hold fields for numbers that are in the type or known at run time; such a layer has a constructor
/// of its own. The arguments of the operation are methods of the view.
macro_rules! function_layer {
    (
        $(#[$meta:meta])*
        $layer:ident, $(#[$view_meta:meta])* $view:ident [$($size:ident $(= $default:tt)?),+]
        $({ $($(#[$count_meta:meta])* $count:ident: $of_type:ident),+ $(,)? })?;
        $input:ty => $output:ty;
        $operation:ident, $operation_vjp:ident $(::<$($argument:ident),*>)? $(($($number:ident),*))?
    ) => {
        $(#[$meta])*
        pub struct $layer<$(const $size: usize $(= $default)?,)+ E: crate::Element = f32> {
            $($($(#[$count_meta])* pub $count: crate::Count<$of_type>,)+)?
            element: std::marker::PhantomData<E>,
        }

        #[doc = concat!("A [`", stringify!($layer), "`] in its module.")]
        $(#[$view_meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $view<$(const $size: usize,)+ E: crate::Element = f32> {
            $($(pub(super) $count: crate::Count<$of_type>,)+)?
            element: std::marker::PhantomData<E>,
        }

        const _: () = {
            use crate::layers::Layer;
            use crate::layers::support::{ElemVariants, forward_by_methods, layer_module};
            use crate::module::{Init, Role, ViewOf};
            use crate::{Element, Tensor};
            use std::marker::PhantomData;

            layer_module! {
                impl[$(const $size: usize,)+ E: Element] $layer<$($size,)+ E> {}
                settings { $($($count: crate::Count<$of_type>,)+)? element: PhantomData<E> }
                elem E;
                ties Nothing;
                view $view = $view<$($size,)+ E>;
            }

            $crate::layers::support::resizable! {
                impl[$(const $size: usize,)+ E: Element]
                    $layer<$($size,)+ E> => $layer<$({ $crate::layers::support::function_layer!(@dynamic $size) },)+ E>;
                sizes &[$($size),+];
                $view {
                    parameters {}
                    settings { $($($count: crate::Count<$of_type>,)+)? element: PhantomData<E> }
                }
            }

            impl<$(const $size: usize,)+ E: Element> $layer<$($size,)+ E> {
                /// The layer with the numbers of the type.
                pub(super) const OF_TYPE: Self =
                    $layer { $($($count: crate::Count::UNSET,)+)? element: PhantomData };
            }

            $crate::layers::support::function_layer! { @new [$($($count)+)?] impl[$(const $size: usize,)+] $layer<$($size,)+ E> }

            impl<$(const $size: usize,)+ E: Element> Default for $layer<$($size,)+ E> {
                fn default() -> Self {
                    Self::OF_TYPE
                }
            }

            impl<Use: Role, $(const $size: usize,)+ E: Element> ViewOf<'_, Use> for $view<$($size,)+ E> {
                type Module = $layer<$($size,)+ E>;

                #[inline]
                fn freeze(self) -> Self {
                    self
                }
            }

            impl<$(const $size: usize,)+ E: Element> $view<$($size,)+ E> {
                /// Applies the operation.
                #[track_caller]
                pub fn forward(&self, x: &$input) -> $output {
                    x.$operation $(::<$($argument),*>)? ($($(self.$number()),*)?)
                }

                /// [`forward`](Self::forward) with its pullback.
                #[track_caller]
                pub fn forward_vjp(
                    &self,
                    x: &$input,
                ) -> ($output, impl FnOnce($output, Self, [bool; 1]) -> (Option<$input>,) + use<$($size,)+ E>) {
                    let (y, pullback) = x.$operation_vjp $(::<$($argument),*>)? ($($(self.$number()),*)?);
                    (y, move |d: $output, _: Self, [wanted]: [bool; 1]| {
                        let (dx, ..) = pullback(
                            d,
                            [wanted $($(, $crate::layers::support::function_layer!(@no_gradient $number))*)?],
                        );
                        (dx,)
                    })
                }
            }

            forward_by_methods! {
                impl[$(const $size: usize,)+ E: Element] $view<$($size,)+ E>;
                input $input;
                output $output;
                gradient['g] $view<$($size,)+ E>;
                use[$($size,)+ E];
            }

            impl<$(const $size: usize,)+ E: Element> Layer for $layer<$($size,)+ E> {
                type Input = $input;
                type Output = $output;
            }

            crate::init::start_by_init! { impl[$(const $size: usize,)+ E: Element] $layer<$($size,)+ E> }

            impl<$(const $size: usize,)+ E: Element> ElemVariants for $layer<$($size,)+ E> {
                type With<Elem: Element> = $layer<$($size,)+ Elem>;
            }

            impl<$(const $size: usize,)+ E: Element> crate::Lift for $layer<$($size,)+ E> {
                type Dual = $layer<$($size,)+ crate::Dual<E>>;

                fn lift(&self, _: Option<&Self>) -> Self::Dual {
                    $layer { $($($count: self.$count,)+)? element: PhantomData }
                }
                fn parts(dual: Self::Dual) -> (Self, Self) {
                    let layer = || {
                        let _ = &dual;
                        $layer { $($($count: dual.$count,)+)? element: PhantomData }
                    };
                    (layer(), layer())
                }
            }

            impl<$(const $size: usize,)+ E: Element> crate::module::FromShapes for $layer<$($size,)+ E> {
                fn from_shapes(_: &mut crate::module::Shapes, _: &mut crate::module::Path) -> Self {
                    Self::OF_TYPE
                }
            }

            impl<$(const $size: usize,)+ E: Element> Init for $layer<$($size,)+ E> {
                fn init<R: rand::Rng + ?Sized>(_: &mut R) -> Self {
                    $(const {
                        assert!(
                            crate::size::are_fixed([$($of_type),+]),
                            concat!("`init` of a layer with a size that is `DYN`: write `", stringify!($layer), "::new(kernel)`")
                        )
                    };)?
                    Self::OF_TYPE
                }
            }
        };
    };
    (@no_gradient $number:ident) => { false };
    (@dynamic $size:ident) => { crate::DYN };
    (@new [] impl[$($generics:tt)*] $layer:ty) => {
        impl<$($generics)* E: Element> $layer {
            /// Creates the layer.
            pub const fn new() -> Self {
                Self::OF_TYPE
            }
        }
    };
    (@new [$($count:ident)+] $($rest:tt)*) => {};
}
pub(crate) use function_layer;
