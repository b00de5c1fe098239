//! Memory for numbers that goes from step to step, and not back to the system.

mod pool;
mod shared;
#[cfg(test)]
mod tests;

pub use pool::Pooled;
pub(crate) use shared::Shared;

use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::slice;

use pool::{Block, start_of_line};

/// Numbers in memory that comes from the pool of its thread, and goes to the pool of the thread that drops it.
///
/// A training step asks for the same sizes each time: from its second time on the pool has them all.
pub struct Buffer<E: Pooled> {
    block: NonNull<Block<E>>,
    /// Those of the block: beside it, so that loops need not look there.
    numbers: NonNull<E>,
    count: usize,
}

// SAFETY: a buffer owns its block, as a `Vec` owns its memory; numbers are `Send` and `Sync`. Only the pool of one thread
// has pointers to blocks besides, and then no buffer has them.
unsafe impl<E: Pooled> Send for Buffer<E> {}
// SAFETY: as above: through a shared buffer numbers are only read.
unsafe impl<E: Pooled> Sync for Buffer<E> {}

impl<E: Pooled> Buffer<E> {
    /// No numbers, and room for some.
    #[inline]
    pub fn with_capacity(capacity: usize) -> Self {
        // SAFETY: a block that was taken is the taker's alone.
        unsafe { Self::of(Block::take(capacity), 0) }
    }

    /// So many numbers, whatever the memory held before: for those who write over all of them.
    #[inline]
    pub fn unset(count: usize) -> Self {
        // SAFETY: as above, and it has room for so many.
        unsafe { Self::of(Block::take(count), count) }
    }

    /// The first `count` numbers of a block.
    ///
    /// # Safety
    /// The block has so many, and is its caller's alone.
    #[inline]
    unsafe fn of(block: NonNull<Block<E>>, count: usize) -> Self {
        // SAFETY: the caller has the block.
        let Block { numbers, .. } = *unsafe { block.as_ref() };
        Buffer { block, numbers, count }
    }

    /// These numbers, at the beginning of a line: copied there where they are not.
    pub fn aligned(numbers: Vec<E>) -> Self {
        if start_of_line(&numbers) == 0 { numbers.into() } else { Self::copy(&numbers) }
    }

    /// How many numbers it has room for.
    #[inline]
    pub(crate) fn capacity(&self) -> usize {
        // SAFETY: a block is a box's until it is given back.
        let block = unsafe { self.block.as_ref() };
        block.memory.len() - Self::start(block)
    }

    /// Where the numbers begin in their block's memory.
    #[inline]
    fn start(block: &Block<E>) -> usize {
        (block.numbers.addr().get() - block.memory.as_ptr().addr()) / size_of::<E>()
    }

    /// Takes numbers away, or adds some, whatever the memory held.
    ///
    /// # Panics
    /// Where there is no room for them.
    #[inline]
    pub(crate) fn set_count(&mut self, count: usize) {
        assert!(count <= self.capacity());
        self.count = count;
    }

    /// The numbers.
    #[inline]
    pub fn as_slice(&self) -> &[E] {
        // SAFETY: `of` and `set_count` saw that there are so many numbers in the block's memory, which `made` or a `Vec`
        // wrote, and which nobody changes while this buffer is borrowed.
        unsafe { slice::from_raw_parts(self.numbers.as_ptr(), self.count) }
    }

    /// The numbers, to be changed.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        // SAFETY: as in `as_slice`; nobody else has the block.
        unsafe { slice::from_raw_parts_mut(self.numbers.as_ptr(), self.count) }
    }

    /// The numbers, as memory that does not come back.
    pub fn into_vec(self) -> Vec<E> {
        let buffer = ManuallyDrop::new(self);
        // SAFETY: nobody else has the block, and the buffer is not dropped.
        let block = unsafe { Block::unboxed(buffer.block) };
        let start = Self::start(&block);
        let mut memory = block.memory;
        memory.copy_within(start..start + buffer.count, 0);
        memory.truncate(buffer.count);
        memory
    }
}

impl<E: Pooled> From<Vec<E>> for Buffer<E> {
    fn from(numbers: Vec<E>) -> Self {
        let count = numbers.len();
        // SAFETY: a new block is nobody else's, and has what the `Vec` had.
        unsafe { Self::of(Block::of(numbers), count) }
    }
}

impl<E: Pooled> Drop for Buffer<E> {
    // As of `Shared`.
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: nobody else has the block, and the buffer is gone after this.
        unsafe { Block::give_back(self.block) };
    }
}

impl<E: Pooled> fmt::Debug for Buffer<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}
