//! The numbers of a parameter, or the sum of its cotangents.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};

use crate::Element;
use crate::buffer::Buffer;
use crate::kernels::add_columns;

/// What the memory of a gradient holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Numbers, which cotangents are added to.
    Numbers,
    /// Anything, which the first cotangent is written over.
    Anything,
    /// Zeros, since the parameter is frozen: cotangents go nowhere.
    Nothing,
}

/// The memory of a parameter.
#[derive(Clone, Debug)]
pub(super) struct Store<E: Element> {
    numbers: Buffer<E>,
    /// How often what is there counts in a sum: once, or not before the first cotangent.
    beta: E,
    /// Whether cotangents are collected.
    wanted: bool,
}

impl<E: Element> Store<E> {
    pub(super) fn zeros(count: usize) -> Self {
        Buffer::zeros(count).into()
    }

    #[inline]
    pub(super) fn gradient(count: usize, fill: Fill) -> Self {
        match fill {
            Fill::Numbers => Store::zeros(count),
            Fill::Anything => Store { beta: E::ZERO, ..Buffer::unset(count).into() },
            Fill::Nothing => Store { wanted: false, ..Store::zeros(count) },
        }
    }

    #[inline]
    pub(super) fn accumulator(&mut self) -> Accumulator<'_, E> {
        Accumulator {
            cells: Cell::from_mut(&mut self.numbers[..]).as_slice_of_cells(),
            beta: Cell::from_mut(&mut self.beta),
            wanted: self.wanted,
        }
    }

    /// Fills in zeros, where no cotangent came.
    #[inline]
    pub(super) fn finish(&mut self) {
        self.accumulator().cells();
    }

    pub(super) fn into_vec(self) -> Vec<E> {
        self.numbers.into_vec()
    }
}

impl<E: Element> From<Buffer<E>> for Store<E> {
    fn from(numbers: Buffer<E>) -> Self {
        Store { numbers, beta: E::ONE, wanted: true }
    }
}

impl<E: Element> From<Vec<E>> for Store<E> {
    fn from(numbers: Vec<E>) -> Self {
        Buffer::aligned(numbers).into()
    }
}

impl<E: Element> FromIterator<E> for Store<E> {
    fn from_iter<I: IntoIterator<Item = E>>(numbers: I) -> Self {
        Buffer::from_iter(numbers).into()
    }
}

impl<E: Element> PartialEq for Store<E> {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}

impl<E: Element> Deref for Store<E> {
    type Target = [E];

    #[inline]
    fn deref(&self) -> &[E] {
        debug_assert_eq!(self.beta, E::ONE, "a gradient is read before it is finished");
        &self.numbers
    }
}

impl<E: Element> DerefMut for Store<E> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [E] {
        debug_assert_eq!(self.beta, E::ONE, "a gradient is changed before it is finished");
        &mut self.numbers
    }
}

/// Where the cotangents of all uses of one parameter meet: the first is written, later ones are added.
#[derive(Clone, Copy, Debug)]
pub struct Accumulator<'a, E: Element> {
    cells: &'a [Cell<E>],
    beta: &'a Cell<E>,
    wanted: bool,
}

impl<'a, E: Element> Accumulator<'a, E> {
    /// A use to which nothing is added, though others may add.
    #[inline]
    pub(crate) fn freeze(self) -> Self {
        Accumulator { cells: &[], wanted: false, ..self }
    }

    /// The numbers, for cotangents that do not reach each of them.
    #[inline]
    pub(crate) fn cells(self) -> &'a [Cell<E>] {
        // Written only where it changes: what was just written is slow to move.
        if self.wanted && self.beta.get() == E::ZERO {
            self.beta.set(E::ONE);
            self.cells.iter().for_each(|cell| cell.set(E::ZERO));
        }
        self.cells
    }

    /// The numbers, and how often they count in a sum that is written to each of them; none where nobody asks.
    #[inline]
    pub(crate) fn cells_and_beta(self) -> Option<(&'a [Cell<E>], E)> {
        self.wanted.then(|| (self.cells, self.beta.replace(E::ONE)))
    }

    /// Adds each of `rows`, as long as the numbers, which stand one after the other.
    #[inline]
    pub(crate) fn add_rows(self, rows: &[E]) {
        let Some((sums, beta)) = self.cells_and_beta() else { return };
        match rows.split_at_checked(sums.len()) {
            _ if beta != E::ZERO => add_columns(sums, rows),
            // Nothing is there that the first row could be added to.
            Some((first, rest)) => {
                sums.iter().zip(first).for_each(|(sum, &first)| sum.set(first));
                add_columns(sums, rest);
            }
            None => sums.iter().for_each(|sum| sum.set(E::ZERO)),
        }
    }

    /// [`cells`](Accumulator::cells); none where nobody asks for the sum.
    #[inline]
    pub(crate) fn wanted_cells(self) -> Option<&'a [Cell<E>]> {
        self.wanted.then(|| self.cells())
    }
}
