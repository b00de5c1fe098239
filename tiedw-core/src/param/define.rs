//! What all types of parameters have in common.

/// Implements the constructors, the conversions and [`Module`](crate::Module) of a parameter type with the field
/// `data`, from its const parameters and its shape of so many `axes`.
///
/// `view` is its view, with the fields that it has besides `data`. `count` is the number of elements, and
/// `called` starts the message of a panic about any other number. `found` computes the sizes from the data, where some are
/// `DYN`. The first axis consists of `groups` of equal size. `kind` is a method of [`Parameter`](crate::Parameter) that says
/// what it is.
macro_rules! parameter {
    (
        $name:ident [$($size:ident),+]: $shape:expr;
        axes $axes:literal;
        view $view:ident { $($field:ident: |$owner:ident| $value:expr),* };
        count $count:expr;
        called $called:expr;
        found |$data:ident| $found:expr;
        $(groups $groups:expr;)?
        $(kind $kind:ident;)?
    ) => {
        const _: () = {
            use crate::Element;
            use crate::module::{Closed, FromShapes, Gradient, Kind, Module, Path, Role, Shapes, Spec, ViewOf, Visitor, VisitorMut};
            use crate::param::{Fill, Parameter, ParameterMut, Shape, StateMut, Store};
            use crate::DYN;
            use crate::size::{Sizes, smallest, agree, are_fixed, of_count};

            impl<$(const $size: usize,)+ E: Element> $name<$($size,)+ E> {
                const SHAPE: &'static [usize] = &$shape;
                const IS_FIXED: bool = are_fixed([$($size),+]);
                const GROUPS: usize = $crate::param::parameter!(@groups $($groups)?);

                /// The number of elements, a compile-time constant if the type says all sizes.
                #[inline]
                fn count(&self) -> usize {
                    if const { Self::IS_FIXED } { Self::fixed_count() } else { self.data.count() }
                }

                #[inline]
                #[track_caller]
                fn fixed_count() -> usize {
                    $count
                }

                /// Creates a parameter of zeros. If a size is known at run time, see [`zeros_of`](Self::zeros_of).
                #[track_caller]
                pub fn zeros() -> Self {
                    const {
                        assert!(
                            Self::IS_FIXED,
                            "`zeros` of a parameter whose type does not say all sizes: write `zeros_of` and the shape"
                        );
                    }
                    $name { data: Store::zeros(Self::fixed_count()) }
                }

                /// Creates a parameter of zeros of this shape.
                ///
                /// # Panics
                /// If the type says another shape.
                #[track_caller]
                pub fn zeros_of(shape: [usize; $axes]) -> Self {
                    Self::of_shape(shape, Store::zeros(Self::count_of(shape)))
                }

                /// Creates a parameter of this shape from row-major elements.
                ///
                /// # Panics
                /// If the type says another shape, or the number of elements differs from that of the shape.
                #[track_caller]
                pub fn from_shape_vec(shape: [usize; $axes], data: Vec<E>) -> Self {
                    let count = Self::count_of(shape);
                    assert!(data.len() == count, "shape {shape:?} has {count} elements, not {}", data.len());
                    Self::of_shape(shape, data.into())
                }

                /// Creates a parameter from row-major elements. One size at most may be known at run time: it follows from
                /// the number of elements.
                ///
                /// # Panics
                /// If the number of elements differs from that of the shape.
                #[track_caller]
                pub fn from_vec(data: Vec<E>) -> Self {
                    Self::of_shape(Self::shape_of(data.len()), data.into())
                }

                /// The shape of so many elements.
                #[track_caller]
                fn shape_of(found: usize) -> [usize; $axes] {
                    if const { Self::IS_FIXED } {
                        let count = Self::fixed_count();
                        assert_eq!(found, count, "{} has {count} elements, not {found}", $called);
                        return $shape;
                    }
                    match Self::shape_if_any(found) {
                        Some(shape) => shape,
                        None => panic!(
                            "{found} elements do not say the sizes of a parameter of shape {:?}",
                            Sizes(Self::SHAPE)
                        ),
                    }
                }

                /// Whether the number of elements says the first size, if the type does not.
                fn keeps(shape: [usize; $axes]) -> bool {
                    let types: [usize; $axes] = $shape;
                    types[0] != DYN || shape[0] == 0 || !shape[1..].contains(&0)
                }

                /// Whether there can be a parameter of this shape, as far as its sizes are `DYN`.
                fn can_be(shape: [usize; $axes]) -> bool {
                    let types: [usize; $axes] = $shape;
                    let mut window = shape[..$axes - 1].iter().zip(&types).skip(1);
                    Self::keeps(shape)
                        && shape[0].is_multiple_of(Self::GROUPS)
                        && window.all(|(&size, &of_type)| of_type != DYN || size <= u8::MAX.into())
                }

                /// The shape of so many elements, if the type allows one and only one.
                fn shape_if_any(count: usize) -> Option<[usize; $axes]> {
                    of_count($shape, count).filter(|&shape| Self::allows(shape))
                }

                /// The number of elements of a shape that the type allows.
                #[track_caller]
                fn count_of(shape: [usize; $axes]) -> usize {
                    assert!(
                        agree($shape, shape),
                        "a parameter of shape {:?} with shape {shape:?}",
                        Sizes(Self::SHAPE)
                    );
                    let groups = Self::GROUPS;
                    assert!(
                        Self::allows(shape),
                        "a parameter of {groups} groups with shape {shape:?}: the first size is no multiple of {groups}"
                    );
                    assert!(
                        Self::keeps(shape),
                        "a parameter of shape {:?} with shape {shape:?}: without elements, a first size that is not in the type \
                         is 0",
                        Sizes(Self::SHAPE)
                    );
                    let count = shape.iter().try_fold(1_usize, |count, &size| count.checked_mul(size));
                    match count {
                        Some(count) => count,
                        None => panic!("a parameter of shape {shape:?} has more elements than memory can have"),
                    }
                }

                /// Whether the type allows a shape.
                pub(crate) fn allows(shape: [usize; $axes]) -> bool {
                    agree($shape, shape) && shape[0].is_multiple_of(Self::GROUPS)
                }

                /// Keeps the sizes that the type does not say.
                #[track_caller]
                fn of_shape(shape: [usize; $axes], data: Store<E>) -> Self {
                    let is_fixed = const { Self::IS_FIXED };
                    $name { data: if is_fixed { data } else { data.with_sizes(&$shape, &shape) } }
                }

                /// Returns the shape.
                #[inline]
                pub fn shape(&self) -> [usize; $axes] {
                    if const { Self::IS_FIXED } {
                        $shape
                    } else {
                        let $data = &self.data;
                        $found
                    }
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
                [$(const $size: usize,)+ E: Element] $name<$($size,)+ E>: $shape;
            }

            impl<$(const $size: usize,)+ E: Element> crate::Lift for $name<$($size,)+ E> {
                type Dual = $name<$($size,)+ crate::Dual<E>>;

                #[track_caller]
                fn lift(&self, tangent: Option<&Self>) -> Self::Dual {
                    if let Some(tangent) = tangent
                        && tangent.shape() != self.shape()
                    {
                        crate::dual::other_shape(&tangent.shape(), &self.shape());
                    }
                    $name { data: self.data.lift(tangent.map(|tangent| &tangent.data)) }
                }
                fn parts(dual: Self::Dual) -> (Self, Self) {
                    let [value, tangent] = Store::parts_of(dual.data).map(|data| $name { data });
                    (value, tangent)
                }
            }

            impl<$(const $size: usize,)+ E: Element> crate::module::OfView for $name<$($size,)+ E> {
                fn of_view(view: &$view<'_, $($size,)+ E>) -> Self {
                    Self::of_shape(view.shape(), Store::sharing((**view).shared()))
                }
                fn add_to_view(self, gradient: $view<'_, $($size,)+ E, Gradient>) {
                    if self.data.took_part() {
                        crate::param::Collect::collect(&gradient, self);
                    }
                }
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
                    $view { data: self.data.elements(), $($field: { let $owner = &*self; $value }),* }
                }
                #[inline]
                fn bind_mut(&mut self, (): ()) -> $view<'_, $($size,)+ E, Gradient> {
                    $(let $field = { let $owner = &*self; $value };)*
                    $view { data: self.data.accumulator(), $($field),* }
                }
                #[inline]
                fn gradient_like(&self, fill: Fill) -> Self {
                    $name { data: self.data.gradient(self.count(), fill) }
                }
                #[inline]
                #[track_caller]
                fn assert_fits(&self, gradient: &Self, path: &mut Path) {
                    if const { !Self::IS_FIXED } && self.shape() != gradient.shape() {
                        $crate::param::other_shape(path, Shape::new(&self.shape()), Shape::new(&gradient.shape()));
                    }
                }
                #[inline]
                fn measure(&self, fingerprint: &mut crate::module::Fingerprint) {
                    if const { !Self::IS_FIXED } {
                        // They determine the shape, which would take a division.
                        fingerprint.add(self.data.count());
                        fingerprint.add(self.data.inner_sizes().joined());
                    }
                }
                #[inline]
                fn finish(&mut self) {
                    self.data.finish();
                }
                fn visit<'a>(&'a self, kind: Kind, path: &mut Path, visitor: Visitor<'_, 'a, E>) {
                    if kind == Kind::Parameter {
                        visitor(path, Parameter::new(self.data.parts(), Shape::new(&self.shape()))$(.$kind())?);
                    }
                }
                fn visit_mut<'a>(&'a mut self, kind: Kind, path: &mut Path, visitor: VisitorMut<'_, 'a, E>) {
                    if kind == Kind::Parameter {
                        let shape = Shape::new(&self.shape());
                        visitor(path, ParameterMut::new(self.data.parts_mut(), shape));
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

            impl<$(const $size: usize,)+ E: Element> FromShapes for $name<$($size,)+ E> {
                fn from_shapes(shapes: &mut Shapes, path: &mut Path) -> Self {
                    let sizes = $crate::param::parameter!(@sizes shapes, path, $shape, $($kind)?);
                    let sizes = if Self::can_be(sizes) { sizes } else { smallest($shape) };
                    let count = Self::count_of(sizes);
                    let elements = $crate::param::parameter!(@elements shapes, path, &sizes, count, $($kind)?);
                    Self::of_shape(sizes, elements.into())
                }
            }

            #[diagnostic::do_not_recommend]
            impl<$(const $size: usize,)+ E: Element> Closed for $name<$($size,)+ E> {
                fn no_ties<'a, Use: Role>() -> <Self as Module>::Ties<'a, Use> {}
            }
        };
    };
    (@sizes $shapes:ident, $path:ident, $shape:expr,) => { $shapes.sizes($path, $shape) };
    (@sizes $shapes:ident, $path:ident, $shape:expr, kernel) => { $shapes.kernel_sizes($path, $shape) };
    (@elements $shapes:ident, $path:ident, $sizes:expr, $count:ident,) => {
        $shapes.elements::<E>($path, $sizes, $count)
    };
    // Its axes have another order in memory than in files.
    (@elements $shapes:ident, $path:ident, $sizes:expr, $count:ident, kernel) => {
        $crate::pooled_vec::PooledVec::<E>::unset($count)
    };
    (@groups) => { 1 };
    (@groups $groups:expr) => { $groups };
}
pub(crate) use parameter;
