//! The macro that defines a layer with parameters.

/// Defines a layer: its struct, its view and its ties, and the traits that follow from them.
///
/// The brackets after the name hold the sizes, the storage of the parameters, and that of the bias if there is one.
/// Within, `E` is the element type, `Use` the role of the view, and `'a` its lifetime. A parameter is `name: storage =>
/// type as view`. `buffers` are tensors that only their owner changes; `settings` are copied into the view. `check` is
/// evaluated at compile time and panics if the sizes are invalid.
///
/// `sizes` lists the axes of parameters in the order of files, so that those of one file fit each other; `H * 4` stands for stacked
/// gates. `init |rng| value, as "constructor"` is the initialization, and what to write where a size is `DYN`.
///
/// `forward X => Y;` implements [`Forward`](crate::layers::Forward) and [`Layer`](crate::layers::Layer) by the view's
/// methods `forward` and `forward_vjp`. With `by run, back` the latter is written, too: `run` returns the output and
/// what is saved for the pullback, `back` accumulates into a gradient and returns the input's cotangent if requested.
macro_rules! layer {
    (
        $(#[$meta:meta])*
        pub struct $layer:ident [$(const $size:ident $(= $size_default:tt)?),+] [$($storage:ident: $bound:ident),+] [$($b:ident)?] {
            parameters {
                $($(#[$field_meta:meta])* $field:ident: $field_storage:ty => $type:ty as $field_view:ty,)+
            }
            $(bias $of_bias:ident {
                $(#[$bias_meta:meta])*
                $bias:ident: $bias_type:ty,
            })?
            $(buffers {
                $($(#[$buffer_meta:meta])* $buffer:ident: $buffer_type:ty,)+
            })?
            $(settings {
                $($(#[$setting_meta:meta])* $setting:ident: $setting_type:ty = $setting_default:expr,)+
            })?
            $(sizes {
                $($($sized:ident).+: [$($axis:ident $(* $times:tt)?),+],)+
            })?
        }
        $(check $check:expr;)?

        $(#[$view_meta:meta])*
        pub struct $view:ident;

        $(#[$ties_meta:meta])*
        pub struct $ties:ident { $($tie:ident: $tie_type:ident),+ }

        forward $input:ty => $output:ty $(, by $run:ident, $back:ident)?;

        init |$rng:pat_param| $init:expr, as $constructor:literal;
    ) => {
        $(#[$meta])*
        pub struct $layer<
            $(const $size: usize $(= $size_default)?,)+
            $($storage: $bound = crate::module::Own,)+
            $($b: crate::module::BiasStorage = crate::module::Own,)?
            E: crate::Element = f32,
        > {
            $($(#[$field_meta])* pub $field: <$field_storage as crate::module::Storage>::Of<$type>,)+
            $($(#[$bias_meta])* pub $bias: $of_bias::Of<$bias_type>,)?
            $($($(#[$buffer_meta])* pub $buffer: $buffer_type,)+)?
            $($($(#[$setting_meta])* pub $setting: $setting_type,)+)?
        }

        $(#[$view_meta])*
        pub struct $view<
            'a,
            $(const $size: usize $(= $size_default)?,)+
            E: crate::Element = f32,
            Use: crate::module::Role = crate::module::Weight,
            $($b: crate::module::BiasStorage = crate::module::Own,)?
        > {
            $($(#[$field_meta])* pub $field: $field_view,)+
            $($(#[$bias_meta])* pub $bias: $of_bias::View<'a, $bias_type, Use>,)?
            $($($(#[$buffer_meta])* pub $buffer: <$buffer_type as crate::Module>::View<'a, crate::module::Weight>,)+)?
            $($($(#[$setting_meta])* pub $setting: $setting_type,)+)?
        }

        crate::module::ties! {
            $(#[$ties_meta])*
            pub struct $ties { $($tie: $tie_type),+ }
        }

        crate::layers::support::layer_module! {
            impl[
                $(const $size: usize,)+ $($storage: $bound,)+ $($b: crate::module::BiasStorage,)? E: crate::Element
            ] $layer<$($size,)+ $($storage,)+ $($b,)? E> {
                $($field: <$field_storage as crate::module::Storage>::Of<$type>,)+
                $($bias: $of_bias::Of<$bias_type>,)?
            }
            $(settings { $($setting: $setting_type),+ })?
            $(buffers { $($buffer: $buffer_type),+ })?
            $(check $check;)?
            elem E;
            ties $ties;
            view $view = $view<'a, $($size,)+ E, Use $(, $b::Canonical)?>;
        }

        const _: () = {
            use crate::Element;
            use crate::layers::Layer;
            use crate::layers::support::{ElemVariants, forward_by_methods};
            use crate::module::{FromShapes, Gradient, Init, Path, Role, Shapes, ViewOf, Weight};
            #[allow(unused_imports, reason = "for layers with a bias, and those whose pullback is generated")]
            use crate::{layers::support::BiasVariants, module::BiasStorage, value::Cotangent};

            impl<'a, $(const $size: usize,)+ E: Element, Use: Role $(, $b: BiasStorage)?> crate::value::Receiver
                for $view<'a, $($size,)+ E, Use $(, $b)?>
            {
            }

            impl<'a, $(const $size: usize,)+ E: Element, Use: Role $(, $b: BiasStorage<Canonical = $b>)?> ViewOf<'a, Use>
                for $view<'a, $($size,)+ E, Use $(, $b)?>
            {
                type Module = $layer<$($size,)+ $($crate::layers::support::layer!(@own $storage),)+ $($b,)? E>;

                #[inline]
                fn freeze(self) -> Self {
                    $view {
                        $($field: self.$field.freeze(),)+
                        $($bias: $of_bias::freeze(self.$bias),)?
                        $($($buffer: self.$buffer,)+)?
                        $($($setting: self.$setting,)+)?
                    }
                }
            }

            $crate::layers::support::resizable! {
                impl[$(const $size: usize,)+ $($storage: $bound,)+ $($b: BiasStorage,)? E: Element]
                    $layer<$($size,)+ $($storage,)+ $($b,)? E>
                    => $layer<
                        $({ $crate::layers::support::layer!(@dynamic $size) },)+
                        $($crate::layers::support::layer!(@own $storage),)+ $($b::Canonical,)? E
                    >;
                sizes &[$($size),+];
                $view {
                    parameters { $($field: $type,)+ $($($buffer: $buffer_type,)+)? }
                    $(bias $of_bias { $bias: $bias_type })?
                    settings { $($($setting: $setting_type,)+)? }
                }
            }

            #[allow(clippy::non_canonical_clone_impl, reason = "a view is `Copy` if that of its bias is")]
            impl<$(const $size: usize,)+ E: Element, Use: Role $(, $b: BiasStorage)?> Clone
                for $view<'_, $($size,)+ E, Use $(, $b)?>
            {
                #[inline]
                fn clone(&self) -> Self {
                    $view {
                        $($field: self.$field.clone(),)+
                        $($bias: self.$bias.clone(),)?
                        $($($buffer: self.$buffer,)+)?
                        $($($setting: self.$setting,)+)?
                    }
                }
            }

            impl<'a, $(const $size: usize,)+ E: Element, Use: Role $(, $b: BiasStorage)?> Copy
                for $view<'a, $($size,)+ E, Use $(, $b)?>
            where
                $($field_view: Copy,)+
                $($of_bias::View<'a, $bias_type, Use>: Copy,)?
            {
            }

            $crate::layers::support::layer! {
                @pullback [$($run, $back)?]
                impl[$(const $size: usize,)+ E: Element $(, $b: BiasStorage)?] [$view<'v, $($size,)+ E, Weight $(, $b)?>]
                $input => $output;
                gradient [$view<'_, $($size,)+ E, Gradient $(, $b)?>];
                use['v, $($size,)+ E $(, $b)?];
            }

            forward_by_methods! {
                impl['v, $(const $size: usize,)+ E: Element $(, $b: BiasStorage)?] $view<'v, $($size,)+ E, Weight $(, $b)?>;
                input $input;
                output $output;
                gradient['g] $view<'g, $($size,)+ E, Gradient $(, $b)?>;
                use['v, $($size,)+ E $(, $b)?];
            }

            impl<$(const $size: usize,)+ $($storage: $bound,)+ $($b: BiasStorage,)? E: Element> Layer
                for $layer<$($size,)+ $($storage,)+ $($b,)? E>
            {
                type Input = $input;
                type Output = $output;
            }

            impl<$(const $size: usize,)+ $($storage: $bound,)+ $($b: BiasStorage,)? E: Element> Init
                for $layer<$($size,)+ $($storage,)+ $($b,)? E>
            {
                fn init<R: rand::Rng + ?Sized>(rng: &mut R) -> Self {
                    $crate::layers::support::layer!(@sizes_of_init true, [$($size),+], $constructor);
                    Self::init_part(rng)
                }
                fn init_part<R: rand::Rng + ?Sized>($rng: &mut R) -> Self {
                    $(const { $check };)?
                    // The module reports a size of a weight that the layer owns.
                    $crate::layers::support::layer!(
                        @sizes_of_init <Self as crate::Module>::SPEC.says_all_sizes(), [$($size),+], $constructor
                    );
                    $init
                }
            }

            impl<$(const $size: usize,)+ $($storage: $bound,)+ $($b: BiasStorage,)? E: Element> FromShapes
                for $layer<$($size,)+ $($storage,)+ $($b,)? E>
            {
                fn from_shapes(shapes: &mut Shapes, path: &mut Path) -> Self {
                    $(shapes.agree(path, &[$(
                        (
                            $crate::layers::support::layer!(@path $($sized).+),
                            &[$($crate::layers::support::layer!(@axis $axis $(* $times)?)),+],
                        ),
                    )+]);)?
                    $layer {
                        $($field: path.field(stringify!($field), |path| FromShapes::from_shapes(shapes, path)),)+
                        $($bias: path.field(stringify!($bias), |path| FromShapes::from_shapes(shapes, path)),)?
                        $($($buffer: path.field(stringify!($buffer), |path| FromShapes::from_shapes(shapes, path)),)+)?
                        $($($setting: $setting_default,)+)?
                    }
                }
            }

            crate::init::start_by_init! {
                impl[$(const $size: usize,)+ $($storage: $bound,)+ $($b: BiasStorage,)? E: Element]
                $layer<$($size,)+ $($storage,)+ $($b,)? E>
            }

            impl<$(const $size: usize,)+ $($storage: $bound,)+ $($b: BiasStorage,)? E: Element> ElemVariants
                for $layer<$($size,)+ $($storage,)+ $($b,)? E>
            {
                type With<Elem: Element> = $layer<$($size,)+ $($storage,)+ $($b,)? Elem>;
            }
            impl<$(const $size: usize,)+ $($storage: $bound,)+ $($b: BiasStorage,)? E: Element> crate::Lift
                for $layer<$($size,)+ $($storage,)+ $($b,)? E>
            {
                type Dual = $layer<$($size,)+ $($storage,)+ $($b,)? crate::Dual<E>>;

                #[track_caller]
                fn lift(&self, tangent: Option<&Self>) -> Self::Dual {
                    $layer {
                        $($field: <$field_storage as crate::module::Storage>::lift::<$type>(
                            &self.$field,
                            tangent.map(|tangent| &tangent.$field),
                        ),)+
                        $($bias: $of_bias::lift::<$bias_type>(&self.$bias, tangent.map(|tangent| &tangent.$bias)),)?
                        $($($buffer: self.$buffer.lift(None),)+)?
                        $($($setting: self.$setting,)+)?
                    }
                }
                fn parts(dual: Self::Dual) -> (Self, Self) {
                    $(let $field = <$field_storage as crate::module::Storage>::parts::<$type>(dual.$field);)+
                    $(let $bias = $of_bias::parts::<$bias_type>(dual.$bias);)?
                    $($(let $buffer = crate::Lift::parts(dual.$buffer);)+)?
                    (
                        $layer {
                            $($field: $field.0,)+
                            $($bias: $bias.0,)?
                            $($($buffer: $buffer.0,)+)?
                            $($($setting: dual.$setting,)+)?
                        },
                        $layer {
                            $($field: $field.1,)+
                            $($bias: $bias.1,)?
                            $($($buffer: $buffer.1,)+)?
                            $($($setting: dual.$setting,)+)?
                        },
                    )
                }
            }
            $crate::layers::support::layer! {
                @bias [$($b)?]
                impl[$(const $size: usize,)+ $($storage: $bound,)+] $layer[$($size,)+ $($storage,)+]
            }
        };
    };
    (@path $name:ident) => { stringify!($name) };
    (@path $part:ident.$name:ident) => { concat!(stringify!($part), ".", stringify!($name)) };
    (@axis $axis:ident) => { $crate::layers::support::layer!(@axis $axis * 1) };
    (@axis $axis:ident * $times:tt) => {
        $crate::module::Axis { name: stringify!($axis), of_type: $axis, times: $times }
    };
    (@sizes_of_init $counts:expr, [$($size:ident),+], $constructor:literal) => {
        const {
            assert!(
                !$counts || crate::size::are_fixed([$($size),+]),
                concat!("`init` of a layer with a size that is `DYN`: write `", $constructor, "`")
            )
        }
    };
    (@dynamic $size:ident) => { crate::DYN };
    (@own $storage:ident) => { crate::module::Own };
    (@bias [] $($rest:tt)*) => {};
    (@bias [$b:ident] impl[$($generics:tt)*] $layer:ident[$($arguments:tt)*]) => {
        impl<$($generics)* $b: BiasStorage, E: Element> BiasVariants for $layer<$($arguments)* $b, E> {
            type With<Bias: BiasStorage> = $layer<$($arguments)* Bias, E>;
        }
    };
    (@pullback [] $($rest:tt)*) => {};
    (
        @pullback [$run:ident, $back:ident]
        impl[$($generics:tt)*] [$view:ty]
        $input:ty => $output:ty;
        gradient [$gradient:ty];
        use[$($captured:tt)*];
    ) => {
        impl<'v, $($generics)*> $view {
            /// [`forward`](Self::forward) with its pullback.
            #[inline]
            #[track_caller]
            pub fn forward_vjp(
                &self,
                x: &$input,
            ) -> (
                $output,
                impl FnOnce(Cotangent<$output>, $gradient, [bool; 1]) -> (Option<Cotangent<$input>>,) + use<$($captured)*>,
            ) {
                let layer = self.clone();
                let (y, saved) = layer.$run(x);
                let pullback = move |dy: Cotangent<$output>, gradient: $gradient, [wanted]: [bool; 1]| {
                    (layer.$back(saved, dy, gradient, wanted),)
                };
                (y, pullback)
            }
        }
    };
}
pub(crate) use layer;
