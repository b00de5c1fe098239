//! Storage of a parameter: its elements, its gradient, or its optimizer state.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use super::facts::{Facts, InnerSizes, Kept, Sum, SumCell};
use crate::dual::{lifted, parted};
use crate::kernels::{Shared, add_columns};
use crate::pooled_vec::PooledVec;
use crate::{Axes, DYN, Dual, Element};

/// The initial contents of a gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Elements that cotangents are added to.
    Values,
    /// Unspecified elements, overwritten by the first cotangent.
    Anything,
}

/// The elements of a parameter, with metadata.
#[derive(Debug)]
#[allow(unreachable_pub, reason = "named by `Elements`")]
pub struct Store<E: Element> {
    values: Shared<E>,
    facts: Facts,
    /// In a box, since few parameters are used as tensors. It stays when they change.
    tensors: OnceLock<Box<Tensors<E>>>,
}

/// A parameter as a tensor, once it is used as one, until it changes.
#[derive(Debug)]
struct Tensors<E: Element> {
    /// The same elements, with the axes of the parameter.
    same: OnceLock<Shared<E>>,
    /// A copy of the elements in the order of the transposed matrix.
    transposed: OnceLock<Shared<E>>,
}

/// The elements of a weight that is read.
#[derive(Clone, Copy, Debug)]
pub struct Elements<'a, E: Element> {
    values: &'a [E],
    store: &'a Store<E>,
}

impl<'a, E: Element> Elements<'a, E> {
    #[inline]
    pub(crate) fn as_slice(self) -> &'a [E] {
        self.values
    }

    /// The elements as a tensor with these axes, which are always the same. They are not copied.
    pub(super) fn as_tensor(self, axes: impl FnOnce() -> Axes) -> &'a Shared<E> {
        self.store.tensors().same.get_or_init(|| self.store.values.clone().with_axes(axes()))
    }

    /// The elements as the tensor of the transposed matrix. They are copied once until they change.
    pub(super) fn as_transposed(self, transpose: impl FnOnce() -> Shared<E>) -> &'a Shared<E> {
        self.store.tensors().transposed.get_or_init(transpose)
    }
}

impl<E: Element> Deref for Elements<'_, E> {
    type Target = [E];

    #[inline]
    fn deref(&self) -> &[E] {
        self.values
    }
}

impl<E: Element> Store<E> {
    pub(super) fn zeros(count: usize) -> Self {
        Store::holding(PooledVec::zeros(count), Sum::Zeros)
    }

    /// A gradient of so many elements, with the sizes that `self` keeps.
    #[inline]
    pub(super) fn gradient(&self, count: usize, fill: Fill) -> Self {
        let gradient = match fill {
            Fill::Values => Store::zeros(count),
            Fill::Anything => Store::holding(PooledVec::unset(count), Sum::Anything),
        };
        let Facts { last, window, .. } = self.facts;
        Store { facts: Facts { last, window, ..gradient.facts }, ..gradient }
    }

    /// Keeps the sizes of the axes after the first, where the type has `DYN`.
    ///
    /// # Panics
    /// If the last exceeds `u32::MAX`, or one before it `u8::MAX`.
    #[track_caller]
    pub(super) fn with_sizes(mut self, types: &[usize], shape: &[usize]) -> Self {
        // Views keep the first size in as many bits as the last.
        assert!(
            shape.first().is_none_or(|&size| u32::try_from(size).is_ok()),
            "an axis of {} is longer than {}",
            shape[0],
            u32::MAX
        );
        self.facts.keep_sizes(InnerSizes::of(shape, |axis| types[axis] == DYN));
        self
    }

    /// Returns the sizes that were kept.
    #[inline]
    pub(super) fn inner_sizes(&self) -> InnerSizes {
        self.facts.inner_sizes()
    }

    /// Returns the size of the last axis, if it was kept.
    #[inline]
    pub(super) fn last(&self) -> usize {
        self.inner_sizes().last()
    }

    /// Returns the number of elements, also of a gradient that is not finished.
    #[inline]
    pub(super) fn count(&self) -> usize {
        self.values.as_slice().len()
    }

    #[inline]
    fn holding(values: PooledVec<E>, sum: Sum) -> Self {
        Store::with_facts(values, Facts::new(sum))
    }

    #[inline]
    fn with_facts(values: PooledVec<E>, facts: Facts) -> Self {
        let axes = Axes::new(&[], values.len());
        Store { values: Shared::new(values, axes), facts, tensors: OnceLock::new() }
    }

    /// The elements of a tensor, copied only if either changes.
    pub(super) fn sharing(values: Shared<E>) -> Self {
        let facts = Facts::new(Sum::Values);
        Store { values, facts, tensors: OnceLock::new() }
    }

    #[cold]
    fn forget_tensors(&mut self) {
        if let Some(tensors) = self.tensors.get_mut() {
            tensors.same.take();
            tensors.transposed.take();
        }
    }

    fn tensors(&self) -> &Tensors<E> {
        self.tensors.get_or_init(|| Box::new(Tensors { same: OnceLock::new(), transposed: OnceLock::new() }))
    }

    #[inline]
    pub(super) fn elements(&self) -> Elements<'_, E> {
        Elements { values: self, store: self }
    }

    /// The elements mutably, and the metadata. Tensors that were made of the elements, and are still used, keep their own.
    #[inline]
    fn all_mut(&mut self) -> (&mut [E], &mut Facts) {
        if self.tensors.get_mut().is_some() {
            self.forget_tensors();
        }
        (self.values.as_mut_slice(), &mut self.facts)
    }

    #[inline]
    pub(super) fn accumulator(&mut self) -> Accumulator<'_, E> {
        if self.facts.sum.get() == Sum::Zeros {
            self.facts.sum.replace(Sum::Untouched);
        }
        let (values, facts) = self.all_mut();
        Accumulator { cells: Cell::from_mut(values).as_slice_of_cells(), sum: &facts.sum, wanted: true }
    }

    /// Fills in zeros if no cotangent was accumulated.
    #[inline]
    pub(super) fn finish(&mut self) {
        if self.facts.sum.get() == Sum::Anything {
            self.all_mut().0.fill(E::ZERO);
            self.facts.sum.replace(Sum::Untouched);
        }
    }

    /// Returns the elements and the metadata.
    #[inline]
    pub(super) fn parts(&self) -> (&[E], &Facts) {
        (self, &self.facts)
    }

    /// Returns the elements and the metadata mutably.
    #[inline]
    pub(super) fn parts_mut(&mut self) -> (&mut [E], &mut Facts) {
        self.assert_finished();
        self.all_mut()
    }

    /// Calls the update rule of an optimizer, unless the parameter took no part in the gradient.
    #[inline]
    pub(super) fn update<const S: usize>(
        &mut self,
        gradient: &Self,
        states: [&mut Self; S],
        rule: &mut impl FnMut(&mut [E], &[E], [StateMut<'_, E>; S]),
    ) {
        if !gradient.facts.took_part(gradient) {
            states.into_iter().for_each(|state| state.facts.missed += 1);
            return;
        }
        self.facts.sum.replace(Sum::Values);
        rule(
            self.all_mut().0,
            gradient,
            states.map(|state| {
                let (values, facts) = state.all_mut();
                StateMut { values, kept: facts.kept() }
            }),
        );
    }

    /// Whether the elements of a gradient are more than the zeros that it was made with.
    pub(super) fn took_part(&self) -> bool {
        self.facts.took_part(self)
    }

    /// The elements with their tangents, of which there are as many.
    pub(super) fn lift(&self, tangent: Option<&Self>) -> Store<Dual<E>> {
        let values = lifted(self, tangent.map(|tangent| &tangent[..]));
        Store::with_facts(values, self.facts.clone())
    }

    /// The values and the tangents.
    pub(super) fn parts_of(dual: Store<Dual<E>>) -> [Self; 2] {
        parted(&dual).map(|values| Store::with_facts(values, dual.facts.clone()))
    }

    #[inline]
    fn assert_finished(&self) {
        debug_assert_ne!(self.facts.sum.get(), Sum::Anything, "a gradient is used before it is finished");
    }

    pub(super) fn into_vec(self) -> Vec<E> {
        self.into_pooled_vec().into_vec()
    }

    pub(super) fn into_pooled_vec(self) -> PooledVec<E> {
        let Store { values, tensors, .. } = self;
        drop(tensors);
        values.into_pooled_vec()
    }
}

/// The clone has elements of its own.
impl<E: Element> Clone for Store<E> {
    fn clone(&self) -> Self {
        Store::with_facts(PooledVec::copy(self.values.as_slice()), self.facts.clone())
    }
}

impl<E: Element> From<PooledVec<E>> for Store<E> {
    fn from(values: PooledVec<E>) -> Self {
        Store::holding(values, Sum::Values)
    }
}

impl<E: Element> From<Vec<E>> for Store<E> {
    fn from(values: Vec<E>) -> Self {
        PooledVec::aligned(values).into()
    }
}

impl<E: Element> FromIterator<E> for Store<E> {
    fn from_iter<I: IntoIterator<Item = E>>(values: I) -> Self {
        PooledVec::from_iter(values).into()
    }
}

impl<E: Element> PartialEq for Store<E> {
    fn eq(&self, other: &Self) -> bool {
        let sizes = |store: &Self| (store.facts.last, store.facts.window);
        self[..] == other[..] && sizes(self) == sizes(other)
    }
}

impl<E: Element> Deref for Store<E> {
    type Target = [E];

    #[inline]
    fn deref(&self) -> &[E] {
        self.assert_finished();
        self.values.as_slice()
    }
}

impl<E: Element> DerefMut for Store<E> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [E] {
        self.assert_finished();
        self.all_mut().0
    }
}

/// The elements of an optimizer's state for one parameter, as [`Module::update`](crate::Module::update)
/// passes them to its rule: a slice with the length of the parameter.
///
/// ```
/// use tiedw_core::{Module, Vector};
///
/// let (mut weights, mut velocity) = (Vector::<2>::zeros(), Vector::from([0.0, 4.0]));
/// weights.update(&Vector::from([1.0, 1.0]), [&mut velocity], &mut |weights: &mut [f32], gradient: &[f32], [mut velocity]| {
///     for ((w, g), v) in weights.iter_mut().zip(gradient).zip(velocity.iter_mut()) {
///         *v = 0.5 * *v + g;
///         *w -= *v;
///     }
/// });
/// assert_eq!((weights.as_slice(), velocity.as_slice()), (&[-1.0, -3.0][..], &[1.0, 3.0][..]));
/// ```
#[derive(Debug)]
pub struct StateMut<'a, E> {
    pub(crate) values: &'a mut [E],
    pub(crate) kept: Kept,
}

impl<E> Deref for StateMut<'_, E> {
    type Target = [E];

    #[inline]
    fn deref(&self) -> &[E] {
        self.values
    }
}

impl<E> DerefMut for StateMut<'_, E> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [E] {
        self.values
    }
}

/// Accumulates the cotangents of all uses of one parameter: the first is written, later ones are added.
#[derive(Clone, Copy, Debug)]
pub struct Accumulator<'a, E: Element> {
    cells: &'a [Cell<E>],
    sum: &'a SumCell,
    /// Whether the gradient is requested.
    wanted: bool,
}

impl<'a, E: Element> Accumulator<'a, E> {
    /// Returns the number of elements: none in a frozen use.
    #[inline]
    pub(crate) fn count(&self) -> usize {
        self.cells.len()
    }

    /// Returns an accumulator that ignores cotangents, for a frozen use. Other uses still accumulate.
    #[inline]
    pub(crate) fn freeze(self) -> Self {
        Accumulator { cells: &[], wanted: false, ..self }
    }

    /// Returns the elements, for cotangents that do not write all of them.
    #[inline]
    pub(crate) fn cells(self) -> &'a [Cell<E>] {
        if self.wanted && self.sum.replace(Sum::Values) == Sum::Anything {
            self.cells.iter().for_each(|cell| cell.set(E::ZERO));
        }
        self.cells
    }

    /// Returns the elements and beta, as in GEMM, for a cotangent that writes all of them; `None` if the
    /// gradient is not requested.
    #[inline]
    pub(crate) fn cells_and_beta(self) -> Option<(&'a [Cell<E>], E)> {
        self.wanted.then(|| {
            let is_anything = self.sum.replace(Sum::Values) == Sum::Anything;
            (self.cells, if is_anything { E::ZERO } else { E::ONE })
        })
    }

    /// Accumulates each of the contiguous `rows`, each as long as the gradient.
    #[inline]
    pub(crate) fn add_rows(self, rows: &[E]) {
        let Some((sums, beta)) = self.cells_and_beta() else { return };
        match rows.split_at_checked(sums.len()) {
            _ if beta != E::ZERO => add_columns(sums, rows),
            // The elements are unspecified, so the first row is written.
            Some((first, rest)) => {
                sums.iter().zip(first).for_each(|(sum, &first)| sum.set(first));
                add_columns(sums, rest);
            }
            None => sums.iter().for_each(|sum| sum.set(E::ZERO)),
        }
    }

    /// Returns [`cells`](Accumulator::cells), or `None` if the gradient is not requested.
    #[inline]
    pub(crate) fn wanted_cells(self) -> Option<&'a [Cell<E>]> {
        self.wanted.then(|| self.cells())
    }
}
