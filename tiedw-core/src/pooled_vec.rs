//! Operations on pooled memory.

use std::ops::{Deref, DerefMut};

use crate::kernels::threads::{num_tasks, parallel_for_each};
pub use crate::kernels::{Pooled, PooledVec};
use crate::kernels::{copy, fill};

/// The minimum number of elements for which filling a vector is parallel.
const MIN_TASK_SIZE: usize = 1 << 17;
/// With fewer elements than this, dispatch to an ISA does not pay.
const FEW: usize = 256;

impl<E: Pooled> PooledVec<E> {
    /// Creates a vector of `count` zeros.
    #[inline]
    pub fn zeros(count: usize) -> Self {
        // In a closure of its own, so that the number is a constant: setting memory to 0 is faster than storing a number.
        Self::filled(count, |piece| piece.fill(E::default()))
    }

    /// Creates a vector of `count` elements equal to `number`.
    #[inline]
    pub fn full(count: usize, number: E) -> Self {
        Self::filled(count, |piece| if count < FEW { piece.fill(number) } else { fill(piece, number) })
    }

    #[inline]
    fn filled(count: usize, fill: impl Fn(&mut [E]) + Sync) -> Self {
        let mut vector = Self::unset(count);
        match num_tasks(count, MIN_TASK_SIZE) {
            1 => fill(&mut vector),
            pieces => parallel_for_each(vector.chunks_mut(count.div_ceil(pieces)), fill),
        }
        vector
    }

    /// Creates a vector with a copy of `values`.
    #[inline]
    pub fn copy(values: &[E]) -> Self {
        let mut vector = Self::unset(values.len());
        if values.len() < FEW {
            vector.copy_from_slice(values);
        } else {
            copy(values, &mut vector);
        }
        vector
    }

    /// Appends `count` elements with unspecified contents, to be overwritten, and returns them.
    #[inline]
    fn more(&mut self, count: usize) -> &mut [E] {
        let from = self.len();
        if from + count > self.capacity() {
            self.grow(from + count);
        }
        self.set_count(from + count);
        &mut self[from..]
    }

    #[cold]
    fn grow(&mut self, least: usize) {
        let mut larger = Self::with_capacity(least.max(2 * self.len()));
        larger.set_count(self.len());
        larger.copy_from_slice(self);
        *self = larger;
    }

    /// Appends an element.
    #[inline]
    pub fn push(&mut self, number: E) {
        self.more(1)[0] = number;
    }

    /// Appends a slice of elements.
    #[inline]
    pub fn extend_from_slice(&mut self, values: &[E]) {
        self.more(values.len()).copy_from_slice(values);
    }

    /// Truncates the vector to `count` elements, or appends `number` until there are `count`.
    #[inline]
    pub fn resize(&mut self, count: usize, number: E) {
        match count.checked_sub(self.len()) {
            Some(more) => self.more(more).fill(number),
            None => self.set_count(count),
        }
    }
}

impl<E: Pooled> Clone for PooledVec<E> {
    #[inline]
    fn clone(&self) -> Self {
        Self::copy(self)
    }
}

impl<E: Pooled> PartialEq for PooledVec<E> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<E: Pooled> Deref for PooledVec<E> {
    type Target = [E];

    #[inline]
    fn deref(&self) -> &[E] {
        self.as_slice()
    }
}

impl<E: Pooled> DerefMut for PooledVec<E> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [E] {
        self.as_mut_slice()
    }
}

impl<E: Pooled> Extend<E> for PooledVec<E> {
    #[inline]
    fn extend<I: IntoIterator<Item = E>>(&mut self, values: I) {
        let mut values = values.into_iter();
        let (least, _) = values.size_hint();
        let from = self.len();
        let mut written = 0;
        for (to, number) in self.more(least).iter_mut().zip(values.by_ref()) {
            *to = number;
            written += 1;
        }
        self.set_count(from + written);
        values.for_each(|number| self.push(number));
    }
}

impl<E: Pooled> FromIterator<E> for PooledVec<E> {
    #[inline]
    fn from_iter<I: IntoIterator<Item = E>>(values: I) -> Self {
        let values = values.into_iter();
        let (least, most) = values.size_hint();
        let mut vector = Self::with_capacity(most.unwrap_or(least));
        vector.extend(values);
        vector
    }
}

impl<'a, E: Pooled> IntoIterator for &'a PooledVec<E> {
    type Item = &'a E;
    type IntoIter = std::slice::Iter<'a, E>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter()
    }
}

impl<'a, E: Pooled> IntoIterator for &'a mut PooledVec<E> {
    type Item = &'a mut E;
    type IntoIter = std::slice::IterMut<'a, E>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_mut_slice().iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_added_beyond_the_capacity() {
        let mut vector = PooledVec::<u32>::with_capacity(3);
        vector.extend((0..40).filter(|number| number % 2 == 0));
        vector.extend_from_slice(&[7, 8]);
        vector.push(9);
        assert_eq!(vector.len(), 23);
        assert_eq!(vector[17..], [34, 36, 38, 7, 8, 9]);
        vector.resize(2, 0);
        vector.resize(4, 5);
        assert_eq!(*vector, [0, 2, 5, 5]);
        assert_eq!(vector.into_vec(), [0, 2, 5, 5]);
    }
}
