//! What all types of parameters have in common.

/// Implements the constructors, the conversions and [`Module`](crate::Module) of a parameter type with the field
/// `data`, from its const parameters and its shape.
///
/// `view` is its view, with the fields that it has besides `data`. `count` is the number of elements, and
/// `called` starts the message of a panic about any other number. `kind` is a method of
/// [`Parameter`](crate::Parameter) that says what it is.
macro_rules! parameter {
    (
        $name:ident [$($size:ident),+]: $shape:expr;
        view $view:ident { $($field:ident: $value:expr),* };
        count $count:expr;
        called $called:expr;
        $(kind $kind:ident;)?
    ) => {
        const _: () = {
            use crate::Element;
            use crate::module::{Closed, Gradient, Kind, Module, Path, Role, Spec, ViewOf, Visitor, VisitorMut};
            use crate::param::{Fill, Parameter, ParameterMut, StateMut, Store};

            impl<$(const $size: usize,)+ E: Element> $name<$($size,)+ E> {
                const SHAPE: &'static [usize] = &$shape;

                /// The number of elements, a compile-time constant.
                #[inline]
                #[track_caller]
                fn count() -> usize {
                    const {
                        assert!(crate::size::are_fixed([$($size),+]), "the sizes of a parameter are part of its type, not `DYN`");
                    }
                    $count
                }

                /// Creates a parameter of zeros.
                #[track_caller]
                pub fn zeros() -> Self {
                    $name { data: Store::zeros(Self::count()) }
                }

                /// Creates a parameter from row-major elements.
                ///
                /// # Panics
                /// If the number of elements differs from that of the shape.
                #[track_caller]
                pub fn from_vec(data: Vec<E>) -> Self {
                    let count = Self::count();
                    assert_eq!(data.len(), count, "{} has {count} elements, not {}", $called, data.len());
                    $name { data: data.into() }
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
                [$(const $size: usize,)+ E: Element] $name<$($size,)+ E>: Self::SHAPE;
            }

            impl<'a, $(const $size: usize,)+ E: Element, Use: Role> ViewOf<'a, Use> for $view<'a, $($size,)+ E, Use> {
                type Module = $name<$($size,)+ E>;

                #[inline]
                fn freeze(mut self) -> Self {
                    self.data = Use::freeze(self.data);
                    self
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
                    $view { data: &self.data, $($field: $value),* }
                }
                #[inline]
                fn bind_mut(&mut self, (): ()) -> $view<'_, $($size,)+ E, Gradient> {
                    $view { data: self.data.accumulator(), $($field: $value),* }
                }
                #[inline]
                fn gradient_like(&self, fill: Fill) -> Self {
                    $name { data: Store::gradient(Self::count(), fill) }
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
    };
}
pub(crate) use parameter;
