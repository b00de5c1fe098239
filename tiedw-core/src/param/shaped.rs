//! Parameters with other shapes than a matrix or a vector.

/// Defines a parameter type and its view, from its const parameters and its shape.
macro_rules! shaped {
    (
        $(#[$meta:meta])*
        $name:ident, $(#[$view_meta:meta])* $view:ident [$($size:ident),+]: $shape:expr, axes $axes:literal
        $(, $kind:ident)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        pub struct $name<$(const $size: usize,)+ E: crate::Element = f32> {
            data: crate::param::Store<E>,
        }

        #[doc = concat!("A borrowed [`", stringify!($name), "`].")]
        $(#[$view_meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $view<'a, $(const $size: usize,)+ E: crate::Element = f32, Use: crate::module::Role = crate::module::Weight> {
            data: Use::Slice<'a, E>,
        }

        $crate::param::parameter! {
            $name [$($size),+]: $shape;
            axes $axes;
            view $view {};
            count const { 1 $(* $size)+ };
            called format_args!("a parameter of shape {:?}", Self::SHAPE);
            $(kind $kind;)?
        }

        impl<$(const $size: usize,)+ E: crate::Element> $name<$($size,)+ E> {
            /// Creates a parameter whose elements are the results of `number`, called in row-major order.
            pub fn from_fn(mut number: impl FnMut() -> E) -> Self {
                $name { data: (0..Self::fixed_count()).map(|_| number()).collect() }
            }
        }

        impl<'a, $(const $size: usize,)+ E: crate::Element> $view<'a, $($size,)+ E> {
            /// Returns the elements, row-major.
            #[inline]
            pub fn as_slice(&self) -> &'a [E] {
                self.data
            }
        }

        impl<'a, $(const $size: usize,)+ E: crate::Element> $view<'a, $($size,)+ E, crate::module::Gradient> {
            /// Returns the elements to accumulate into, row-major; empty if the gradient is not requested, as
            /// within `Frozen`.
            #[inline]
            pub fn as_cells(&self) -> &'a [std::cell::Cell<E>] {
                self.data.cells()
            }

            /// Returns the accumulator of the gradient.
            #[inline]
            pub(crate) fn accumulator(&self) -> crate::param::Accumulator<'a, E> {
                self.data
            }
        }
    };
}
pub(crate) use shaped;
