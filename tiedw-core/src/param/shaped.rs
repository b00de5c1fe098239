//! Parameters with other shapes than a matrix or a vector.

/// Defines a parameter type and its view, from its const parameters and its shape. The function `found` computes the shape
/// from the number of elements and the sizes that the storage keeps.
macro_rules! shaped {
    (
        $(#[$meta:meta])*
        $name:ident, $(#[$view_meta:meta])* $view:ident [$($size:ident),+]: $shape:expr, axes $axes:literal, found $found:ident,
        dynamic [$($of_dynamic:ident),+], tensor $features:ident, |$of:ident| $leading:expr
        $(, groups $groups:expr)? $(, kind $kind:ident)?
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
            sizes: crate::param::InnerSizes,
        }

        $crate::param::parameter! {
            $name [$($size),+]: $shape;
            axes $axes;
            view $view { sizes: |owner| owner.data.inner_sizes() };
            count const { if Self::IS_FIXED { 1 $(* $size)+ } else { 0 } };
            called format_args!("a parameter of shape {:?}", Self::SHAPE);
            found |data| $found::<$($size),+>(data.count(), data.inner_sizes());
            $(groups $groups;)?
            $(kind $kind;)?
        }

        impl<$(const $size: usize,)+ E: crate::Element> $name<$($size,)+ E> {
            /// Creates a parameter whose elements are the results of `number`, called in row-major order.
            pub fn from_fn(mut number: impl FnMut() -> E) -> Self {
                const {
                    assert!(
                        Self::IS_FIXED,
                        "`from_fn` of a parameter whose type does not say all sizes: write `from_shape_vec` and the shape"
                    );
                }
                $name { data: (0..Self::fixed_count()).map(|_| number()).collect() }
            }

            /// Creates a parameter of this shape, whose elements are the results of `number`, called in row-major order.
            #[track_caller]
            pub(crate) fn of_shape_fn(shape: [usize; $axes], mut number: impl FnMut() -> E) -> Self {
                let count = Self::count_of(shape);
                Self::of_shape(shape, (0..count).map(|_| number()).collect())
            }
        }

        impl<$(const $size: usize,)+ E: crate::Element> crate::module::Resizable for $name<$($size,)+ E> {
            type Dynamic = $name<$($of_dynamic,)+ E>;
            const SIZES: &'static [usize] = &$shape;

            #[inline]
            fn misfit<Use: crate::module::Role>(
                view: &<Self::Dynamic as crate::Module>::View<'_, Use>,
            ) -> Option<crate::module::Misfit> {
                crate::module::Misfit::of_shape(Self::SIZES, &view.shape())
            }

            #[inline]
            fn dynamic<'a, Use: crate::module::Role>(
                view: Self::View<'a, Use>,
            ) -> <Self::Dynamic as crate::Module>::View<'a, Use> {
                let sizes = crate::param::InnerSizes::of(&view.shape(), |_| true);
                $view { data: view.data, sizes }
            }

            #[inline]
            fn fixed<'a, Use: crate::module::Role>(
                view: <Self::Dynamic as crate::Module>::View<'a, Use>,
            ) -> Self::View<'a, Use> {
                $view { data: view.data, sizes: view.sizes }
            }
        }

        impl<'a, $(const $size: usize,)+ E: crate::Element> $view<'a, $($size,)+ E> {
            /// Returns the elements, row-major.
            #[inline]
            pub fn as_slice(&self) -> &'a [E] {
                self.data.as_slice()
            }
        }

        /// A tensor with the same elements, which are not copied.
        impl<$(const $size: usize,)+ E: crate::Element> std::ops::Deref for $view<'_, $($size,)+ E> {
            type Target = crate::Tensor<$features, E>;

            fn deref(&self) -> &Self::Target {
                crate::Tensor::of_ref(self.data.as_tensor(|| {
                    let $of = self.shape();
                    let leading = $leading;
                    let features = self.data.len().checked_div(leading.iter().product()).unwrap_or(0);
                    crate::Axes::new(&leading, crate::size::size::<$features>(features))
                }))
            }
        }

        impl<$(const $size: usize,)+ E: crate::Element, Use: crate::module::Role> $view<'_, $($size,)+ E, Use> {
            /// Returns the shape.
            #[inline]
            pub fn shape(&self) -> [usize; $axes] {
                $found::<$($size),+>(Use::count(&self.data), self.sizes)
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
