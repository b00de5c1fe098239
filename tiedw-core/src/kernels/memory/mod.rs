//! Memory for tensors, which is pooled per thread and reused from step to step.

mod pool;
mod shared;
#[cfg(test)]
mod tests;

pub use pool::Pooled;
pub(crate) use shared::{Shared, of_shared};

use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::slice;

#[cfg(feature = "safetensors")]
use pool::Elsewhere;
use pool::{Block, Derived, start_of_line};

/// Elements in memory that comes from the pool of the current thread, and returns to the pool of the thread that drops
/// it.
///
/// A training step allocates the same sizes each time: from the second step on the pool serves them all.
pub struct PooledVec<E: Pooled> {
    block: NonNull<Block<E>>,
    /// Points into the block. A copy of the block's pointer, so that loops need not dereference the block.
    values: NonNull<E>,
    count: usize,
}

// SAFETY: a vector owns its block, as a `Vec` owns its memory; elements are `Send` and `Sync`. The only other pointers
// to blocks are those of a thread's pool, and it has them only while no vector does.
unsafe impl<E: Pooled> Send for PooledVec<E> {}
// SAFETY: as above; through a shared reference to a vector, elements are only read.
unsafe impl<E: Pooled> Sync for PooledVec<E> {}

impl<E: Pooled> PooledVec<E> {
    /// An empty vector with room for `capacity` elements.
    #[inline]
    pub fn with_capacity(capacity: usize) -> Self {
        // SAFETY: `take` returns a block that nobody else has.
        unsafe { Self::of(Block::take(capacity), 0) }
    }

    /// `count` elements with unspecified values, for callers that overwrite all of them.
    #[inline]
    pub fn unset(count: usize) -> Self {
        // SAFETY: as above, and the block has room for `count` elements.
        unsafe { Self::of(Block::take(count), count) }
    }

    /// A vector of the first `count` elements of a block.
    ///
    /// # Safety
    /// The block has at least `count` elements, and nobody but the caller has it.
    #[inline]
    unsafe fn of(block: NonNull<Block<E>>, count: usize) -> Self {
        // SAFETY: the caller has the block, and nobody else does.
        let Block { values, .. } = *unsafe { block.as_ref() };
        PooledVec { block, values, count }
    }

    /// A vector of elements in memory that `owner` owns.
    ///
    /// # Safety
    /// From `values` on there are `count` initialized elements, aligned, until `owner` is dropped, and nobody else accesses them
    /// while this vector exists.
    #[cfg(feature = "safetensors")]
    pub(crate) unsafe fn elsewhere(values: NonNull<E>, count: usize, owner: Elsewhere) -> Self {
        PooledVec { block: Block::elsewhere(values, owner), values, count }
    }

    /// A vector of these elements, aligned to a cache line: copied if they are not.
    pub fn aligned(elements: Vec<E>) -> Self {
        if start_of_line(&elements) == 0 { elements.into() } else { Self::copy(&elements) }
    }

    /// The number of elements that it has room for.
    #[inline]
    pub(crate) fn capacity(&self) -> usize {
        // SAFETY: the block is valid until it is given back, which only `drop` and `into_vec` do.
        let block = unsafe { self.block.as_ref() };
        match block.elsewhere {
            Some(_) => self.count,
            None => block.memory.len() - Self::start(block),
        }
    }

    /// The offset of the first element in the block's memory.
    #[inline]
    fn start(block: &Block<E>) -> usize {
        (block.values.addr().get() - block.memory.as_ptr().addr()) / size_of::<E>()
    }

    /// Shrinks or extends the vector; new elements have unspecified values.
    ///
    /// # Panics
    /// If `count` exceeds the capacity.
    #[inline]
    pub(crate) fn set_count(&mut self, count: usize) {
        assert!(count <= self.capacity());
        self.count = count;
    }

    /// The elements.
    #[inline]
    pub fn as_slice(&self) -> &[E] {
        // SAFETY: `of` and `set_count` ensure that the block's memory has `count` elements. `made` or a `Vec`
        // initialized them, and nobody changes them while this vector is borrowed. The caller of `elsewhere` guarantees the
        // same for memory that is not the block's.
        unsafe { slice::from_raw_parts(self.values.as_ptr(), self.count) }
    }

    /// The elements, mutably.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        // SAFETY: as in `as_slice`; nobody else has the block, and this vector is mutably borrowed.
        unsafe { slice::from_raw_parts_mut(self.values.as_ptr(), self.count) }
    }

    /// The elements as a `Vec`, whose memory does not return to the pool.
    pub fn into_vec(self) -> Vec<E> {
        let vector = ManuallyDrop::new(self);
        // SAFETY: nobody else has the block, and `vector` is not dropped.
        let block = unsafe { Block::unboxed(vector.block) };
        if block.elsewhere.is_some() {
            // The owner is dropped with the block, after this.
            return vector.as_slice().to_vec();
        }
        let start = Self::start(&block);
        let mut memory = block.memory;
        memory.copy_within(start..start + vector.count, 0);
        memory.truncate(vector.count);
        memory
    }
}

impl<E: Pooled> From<Vec<E>> for PooledVec<E> {
    fn from(elements: Vec<E>) -> Self {
        let count = elements.len();
        // SAFETY: nobody else has a new block, and its elements are those of the `Vec`.
        unsafe { Self::of(Block::of(elements), count) }
    }
}

impl<E: Pooled> Drop for PooledVec<E> {
    // For the reason given at `Drop` of `Shared`.
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: nobody else has the block, and the vector is not used after this.
        unsafe { Block::give_back(self.block) };
    }
}

impl<E: Pooled> fmt::Debug for PooledVec<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}
