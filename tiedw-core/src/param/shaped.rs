//! Parameters with other shapes than a matrix or a vector.

/// Defines a parameter type and its view, from its const parameters and its shape.
macro_rules! shaped {
    (
        $(#[$meta:meta])*
        $name:ident, $(#[$view_meta:meta])* $view:ident [$($size:ident),+]: $shape:expr
        $(, $kind:ident)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq)]
        pub struct $name<$(const $size: usize,)+ E: crate::Element = f32> {
            data: crate::param::Store<E>,
        }

        const _: () = {
            use crate::Element;
            use crate::module::{Closed, Gradient, Kind, Module, Path, Role, Spec, ViewOf, Visitor, VisitorMut};
            use crate::param::{Fill, Parameter, ParameterMut, StateMut, Store};

            impl<$(const $size: usize,)+ E: Element> $name<$($size,)+ E> {
                const SHAPE: &'static [usize] = &$shape;
                const COUNT: usize = 1 $(* $size)+;

                /// Creates a parameter of zeros.
                pub fn zeros() -> Self {
                    $name { data: Store::zeros(Self::COUNT) }
                }

                /// Creates a parameter from row-major elements.
                ///
                /// # Panics
                /// If the number of elements differs from that of the shape.
                pub fn from_vec(data: Vec<E>) -> Self {
                    assert_eq!(
                        data.len(),
                        Self::COUNT,
                        "a parameter of shape {:?} has {} elements, not {}",
                        Self::SHAPE,
                        Self::COUNT,
                        data.len()
                    );
                    $name { data: data.into() }
                }

                /// Creates a parameter whose elements are the results of `number`, called in row-major order.
                pub fn from_fn(mut number: impl FnMut() -> E) -> Self {
                    $name { data: (0..Self::COUNT).map(|_| number()).collect() }
                }

                /// Returns the shape.
                pub fn shape(&self) -> &'static [usize] {
                    Self::SHAPE
                }

                /// Returns the elements, row-major.
                pub fn as_slice(&self) -> &[E] {
                    &self.data
                }

                /// Returns the elements mutably, row-major.
                pub fn as_mut_slice(&mut self) -> &mut [E] {
                    &mut self.data
                }

                /// Converts the parameter into a `Vec` of its elements, row-major, without copying them.
                pub fn into_vec(self) -> Vec<E> {
                    self.data.into_vec()
                }
            }

            $crate::param::convert! {
                [$(const $size: usize,)+ E: Element] $name<$($size,)+ E>: &Self::SHAPE;
            }

            impl<'a, $(const $size: usize,)+ E: Element> $view<'a, $($size,)+ E> {
                /// Returns the elements, row-major.
                #[inline]
                pub fn as_slice(&self) -> &'a [E] {
                    self.data
                }
            }

            impl<'a, $(const $size: usize,)+ E: Element> $view<'a, $($size,)+ E, Gradient> {
                /// Returns the elements to accumulate into, row-major; empty if the gradient is not
                /// requested, as within `Frozen`.
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

            impl<'a, $(const $size: usize,)+ E: Element, Use: Role> ViewOf<'a, Use> for $view<'a, $($size,)+ E, Use> {
                type Module = $name<$($size,)+ E>;

                #[inline]
                fn freeze(self) -> Self {
                    $view { data: Use::freeze(self.data) }
                }
            }

            #[diagnostic::do_not_recommend]
            impl<$(const $size: usize,)+ E: Element> Module for $name<$($size,)+ E> {
                type Elem = E;
                type Ties<'a, Use: Role> = ();
                type View<'a, Use: Role> = $view<'a, $($size,)+ E, Use>;
                const SPEC: Spec = Spec::Parameter { shape: Self::SHAPE };

                #[inline]
                fn bind(&self, (): ()) -> $view<'_, $($size,)+ E> {
                    $view { data: &self.data }
                }
                #[inline]
                fn bind_mut(&mut self, (): ()) -> $view<'_, $($size,)+ E, Gradient> {
                    $view { data: self.data.accumulator() }
                }
                fn gradient_like(&self, fill: Fill) -> Self {
                    $name { data: Store::gradient(Self::COUNT, fill) }
                }
                #[inline]
                fn finish(&mut self) {
                    self.data.finish();
                }
                fn visit<'a>(&'a self, kind: Kind, path: &mut Path, visitor: Visitor<'_, 'a, E>) {
                    if kind == Kind::Parameter {
                        visitor(path, Parameter::new(self.data.parts(), Self::SHAPE)$(.$kind())?);
                    }
                }
                fn visit_mut<'a>(&'a mut self, kind: Kind, path: &mut Path, visitor: VisitorMut<'_, 'a, E>) {
                    if kind == Kind::Parameter {
                        visitor(path, ParameterMut::new(self.data.parts_mut(), Self::SHAPE));
                    }
                }
                fn update<const STATES: usize>(
                    &mut self,
                    gradient: &Self,
                    state: [&mut Self; STATES],
                    rule: &mut impl FnMut(&mut [E], &[E], [StateMut<'_, E>; STATES]),
                ) {
                    self.data.update(&gradient.data, state.map(|state| &mut state.data), rule);
                }
            }

            #[diagnostic::do_not_recommend]
            impl<$(const $size: usize,)+ E: Element> Closed for $name<$($size,)+ E> {
                fn no_ties<'a, Use: Role>() -> <Self as Module>::Ties<'a, Use> {}
            }
        };

        #[doc = concat!("A borrowed [`", stringify!($name), "`].")]
        $(#[$view_meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $view<'a, $(const $size: usize,)+ E: crate::Element = f32, Use: crate::module::Role = crate::module::Weight> {
            data: Use::Slice<'a, E>,
        }
    };
}
pub(crate) use shaped;
