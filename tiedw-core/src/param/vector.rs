use std::cell::Cell;
use std::ops::{Deref, Index, IndexMut};

use crate::module::{Gradient, Misfit, Module, Resizable, Role, Weight};
use crate::param::{Store, parameter};
use crate::pooled_vec::PooledVec;
use crate::size::{allows, size};
use crate::{Axes, DYN, Element, Tensor};

/// A weight vector with `N` elements, such as a bias or a scale.
///
/// ```
/// use tiedw_core::Vector;
///
/// let mut bias = Vector::<3>::zeros();
/// bias[1] = 2.0;
/// assert_eq!(bias.as_slice(), [0.0, 2.0, 0.0]);
/// ```
#[derive(Clone, PartialEq)]
pub struct Vector<const N: usize, E: Element = f32> {
    data: Store<E>,
}

parameter! {
    Vector [N]: [N];
    axes 1;
    view VectorView {};
    count N;
    called format_args!("a vector of {N}");
    found |data| [data.count()];
}

impl<const N: usize, E: Element> Vector<N, E> {
    /// Creates a vector from its elements.
    pub(crate) fn from_pooled_vec(data: PooledVec<E>) -> Self {
        debug_assert!(allows(N, data.len()));
        let count = data.len();
        Self::of_shape([count], data.into())
    }

    /// Creates a vector whose elements are `number(index)`.
    ///
    /// ```
    /// # use tiedw_core::Vector;
    /// assert_eq!(Vector::<3>::from_fn(|at| at as f32).into_vec(), [0.0, 1.0, 2.0]);
    /// ```
    pub fn from_fn(number: impl FnMut(usize) -> E) -> Self {
        const { assert!(N != DYN, "`from_fn` of a vector whose type does not say its size: collect the elements") };
        Vector { data: (0..N).map(number).collect() }
    }
}

impl<const N: usize, E: Element> Vector<N, E> {
    /// Returns the number of elements.
    #[inline]
    #[allow(clippy::len_without_is_empty, reason = "a parameter without elements is of no use")]
    pub fn len(&self) -> usize {
        size::<N>(self.data.count())
    }
}

impl<const N: usize, E: Element> Index<usize> for Vector<N, E> {
    type Output = E;

    #[track_caller]
    fn index(&self, at: usize) -> &E {
        &self.data[at]
    }
}

impl<const N: usize, E: Element> IndexMut<usize> for Vector<N, E> {
    #[track_caller]
    fn index_mut(&mut self, at: usize) -> &mut E {
        &mut self.data[at]
    }
}

/// A borrowed [`Vector`].
///
/// ```
/// use tiedw_core::{Module, Vector};
///
/// let mut gradient = Vector::<2>::zeros();
/// gradient.view_mut().add_rows(&[1.0, 2.0, 10.0, 20.0]);
/// gradient.view_mut().add(0, 100.0);
/// assert_eq!(gradient.view().as_slice(), [111.0, 22.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct VectorView<'a, const N: usize, E: Element = f32, Use: Role = Weight> {
    data: Use::Slice<'a, E>,
}

impl<const N: usize, E: Element> Resizable for Vector<N, E> {
    type Dynamic = Vector<DYN, E>;
    const SIZES: &'static [usize] = &[N];

    #[inline]
    fn misfit<Use: Role>(view: &<Self::Dynamic as Module>::View<'_, Use>) -> Option<Misfit> {
        Misfit::of_shape(Self::SIZES, &view.shape())
    }

    #[inline]
    fn dynamic<'a, Use: Role>(view: Self::View<'a, Use>) -> <Self::Dynamic as Module>::View<'a, Use> {
        VectorView { data: view.data }
    }

    #[inline]
    fn fixed<'a, Use: Role>(view: <Self::Dynamic as Module>::View<'a, Use>) -> Self::View<'a, Use> {
        VectorView { data: view.data }
    }
}

impl<const N: usize, E: Element, Use: Role> VectorView<'_, N, E, Use> {
    /// Returns the number of elements.
    #[inline]
    #[allow(clippy::len_without_is_empty, reason = "a parameter without elements is of no use")]
    pub fn len(&self) -> usize {
        size::<N>(Use::count(&self.data))
    }

    /// Returns the shape.
    #[inline]
    pub fn shape(&self) -> [usize; 1] {
        [self.len()]
    }
}

impl<'a, const N: usize, E: Element> VectorView<'a, N, E> {
    /// Returns the elements.
    #[inline]
    pub fn as_slice(&self) -> &'a [E] {
        self.data.as_slice()
    }

    /// Returns the elements as an array.
    #[inline]
    pub(crate) fn as_array(&self) -> &'a [E; N] {
        match self.as_slice().first_chunk() {
            Some(values) => values,
            None => unreachable!("a vector has all its values"),
        }
    }
}

/// A tensor of shape `[N]` with the same elements, which are not copied.
impl<const N: usize, E: Element> Deref for VectorView<'_, N, E> {
    type Target = Tensor<N, E>;

    fn deref(&self) -> &Tensor<N, E> {
        Tensor::of_ref(self.data.as_tensor(|| Axes::new(&[], self.len())))
    }
}

impl<const N: usize, E: Element> VectorView<'_, N, E, Gradient> {
    /// Adds `value` to one element.
    #[inline]
    #[track_caller]
    pub fn add(&self, at: usize, value: E) {
        if let Some(cells) = self.data.wanted_cells() {
            let element = &cells[at];
            element.set(element.get() + value);
        }
    }

    /// Returns one element, or nothing if the gradient is not requested.
    #[inline]
    #[track_caller]
    pub(super) fn element(&self, at: usize) -> &[Cell<E>] {
        self.data.wanted_cells().map_or(&[], |cells| std::slice::from_ref(&cells[at]))
    }

    /// Accumulates each of the contiguous `rows`.
    #[inline]
    pub fn add_rows(&self, rows: &[E]) {
        self.data.add_rows(rows);
    }
}

impl<const N: usize, E: Element> Index<usize> for VectorView<'_, N, E> {
    type Output = E;

    #[track_caller]
    fn index(&self, at: usize) -> &E {
        &self.data[at]
    }
}
