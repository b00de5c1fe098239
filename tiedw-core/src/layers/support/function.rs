//! Operations as layers, for `#[module(sequential)]`.

/// Defines a layer without parameters from an operation.
macro_rules! function_layer {
    (
        $(#[$meta:meta])*
        $layer:ident, $(#[$view_meta:meta])* $view:ident [$($size:ident $(= $default:tt)?),+];
        $input:ty => $output:ty;
        $operation:ident, $operation_vjp:ident $(::<$($argument:ident),*>)?
    ) => {
        $(#[$meta])*
        pub struct $layer<$(const $size: usize $(= $default)?,)+ E: crate::Element = f32> {
            element: std::marker::PhantomData<E>,
        }

        #[doc = concat!("A [`", stringify!($layer), "`] in its module.")]
        $(#[$view_meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $view<$(const $size: usize,)+ E: crate::Element = f32> {
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
                settings { element: PhantomData<E> }
                elem E;
                ties Nothing;
                view $view = $view<$($size,)+ E>;
            }

            impl<$(const $size: usize,)+ E: Element> $layer<$($size,)+ E> {
                /// Creates the layer.
                pub const fn new() -> Self {
                    $layer { element: PhantomData }
                }
            }

            impl<$(const $size: usize,)+ E: Element> Default for $layer<$($size,)+ E> {
                fn default() -> Self {
                    Self::new()
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
                    x.$operation $(::<$($argument),*>)? ()
                }

                /// [`forward`](Self::forward) with its pullback.
                #[track_caller]
                pub fn forward_vjp(
                    &self,
                    x: &$input,
                ) -> ($output, impl FnOnce($output, Self, [bool; 1]) -> (Option<$input>,) + use<$($size,)+ E>) {
                    let (y, pullback) = x.$operation_vjp $(::<$($argument),*>)? ();
                    (y, move |d: $output, _: Self, wanted: [bool; 1]| pullback(d, wanted))
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

            impl<$(const $size: usize,)+ E: Element> crate::module::FromShapes for $layer<$($size,)+ E> {
                fn from_shapes(_: &mut crate::module::Shapes, _: &mut crate::module::Path) -> Self {
                    Self::new()
                }
            }

            impl<$(const $size: usize,)+ E: Element> Init for $layer<$($size,)+ E> {
                fn init<R: rand::Rng + ?Sized>(_: &mut R) -> Self {
                    Self::new()
                }
            }
        };
    };
}
pub(crate) use function_layer;
