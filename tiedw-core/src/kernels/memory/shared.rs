use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Block, Buffer, Pooled};
use crate::tensor::Axes;

/// Numbers with axes, which several tensors share: cloning counts, and who changes them copies first.
///
/// A pointer and no more, so that a tensor goes from call to call in a register.
pub(crate) struct Shared<E: Pooled> {
    block: NonNull<Block<E>>,
    numbers: PhantomData<E>,
}

// SAFETY: as an `Arc` of numbers, which are `Send` and `Sync`: who shares a block only reads it, and counts by atomic
// operations.
unsafe impl<E: Pooled> Send for Shared<E> {}
// SAFETY: as above.
unsafe impl<E: Pooled> Sync for Shared<E> {}

impl<E: Pooled> Shared<E> {
    #[inline]
    pub(crate) fn new(buffer: Buffer<E>, axes: Axes) -> Self {
        let mut buffer = ManuallyDrop::new(buffer);
        let count = buffer.count;
        // SAFETY: the buffer had the block alone.
        let block = unsafe { buffer.block.as_mut() };
        block.count = count;
        block.axes = axes;
        Self::of(buffer.block)
    }

    /// One of the owners of a block.
    #[inline]
    fn of(block: NonNull<Block<E>>) -> Self {
        Shared { block, numbers: PhantomData }
    }

    #[inline]
    fn block(&self) -> &Block<E> {
        // SAFETY: a block is not given back while it has an owner, and only its one owner changes it.
        unsafe { self.block.as_ref() }
    }

    #[inline]
    pub(crate) fn axes(&self) -> &Axes {
        &self.block().axes
    }

    /// The same numbers with axes of the same count.
    #[inline]
    pub(crate) fn with_axes(mut self, axes: Axes) -> Self {
        if is_one(&self.block().owners) {
            // SAFETY: this is the block's one owner.
            unsafe { self.block.as_mut() }.axes = axes;
            return self;
        }
        let &Block { numbers, count, whole, .. } = self.block();
        let whole = match whole {
            None => ManuallyDrop::new(self).block,
            Some(whole) => {
                // SAFETY: this one's block is an owner of `whole`, and so it is there.
                count_one_more(&unsafe { whole.as_ref() }.owners);
                whole
            }
        };
        let mut block = Block::empty();
        // SAFETY: nobody else has the new block.
        let inside = unsafe { block.as_mut() };
        (inside.numbers, inside.count, inside.axes, inside.whole) = (numbers, count, axes, Some(whole));
        Self::of(block)
    }

    /// Whether no other shares the numbers. Then none can come to, and all that others did with them is done.
    #[inline]
    fn is_unique(&self) -> bool {
        let block = self.block();
        is_one(&block.owners)
            // SAFETY: this one's block is an owner of `whole`, and so it is there.
            && block.whole.is_none_or(|whole| is_one(&unsafe { whole.as_ref() }.owners))
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[E] {
        let block = self.block();
        // SAFETY: `new` had them from a buffer, which has so many, and nobody changes them while others share them.
        unsafe { slice::from_raw_parts(block.numbers.as_ptr(), block.count) }
    }

    /// The numbers, to be changed, where no other shares them.
    #[inline]
    pub(crate) fn unique(&mut self) -> Option<&mut [E]> {
        if !self.is_unique() {
            return None;
        }
        let block = self.block();
        // SAFETY: as in `as_slice`, and nobody else has them.
        Some(unsafe { slice::from_raw_parts_mut(block.numbers.as_ptr(), block.count) })
    }

    /// The numbers, to be changed; copied first where another shares them.
    #[inline]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [E] {
        if !self.is_unique() {
            *self = Shared::new(Buffer::copy(self.as_slice()), *self.axes());
        }
        match self.unique() {
            Some(numbers) => numbers,
            None => unreachable!("new numbers are not shared"),
        }
    }

    /// The numbers; without a copy where no other shares them.
    #[inline]
    pub(crate) fn into_buffer(mut self) -> Buffer<E> {
        if !self.is_unique() {
            return Buffer::copy(self.as_slice());
        }
        let count = self.block().count;
        // SAFETY: this is the block's one owner.
        let own = match unsafe { self.block.as_mut() }.whole.take() {
            None => ManuallyDrop::new(self).block,
            Some(whole) => whole,
        };
        // SAFETY: its one owner gives it up, and it has the numbers.
        unsafe { Buffer::of(own, count) }
    }
}

#[inline]
fn is_one(owners: &AtomicUsize) -> bool {
    owners.load(Ordering::Acquire) == 1
}

#[inline]
fn count_one_more(owners: &AtomicUsize) {
    if owners.fetch_add(1, Ordering::Relaxed) > isize::MAX as usize {
        // As `Arc` does: so many can only be lost ones, and one more could end the count early.
        std::process::abort();
    }
}

impl<E: Pooled> Clone for Shared<E> {
    #[inline]
    fn clone(&self) -> Self {
        count_one_more(&self.block().owners);
        Self::of(self.block)
    }
}

impl<E: Pooled> PartialEq for Shared<E> {
    fn eq(&self, other: &Self) -> bool {
        self.axes() == other.axes() && self.as_slice() == other.as_slice()
    }
}

impl<E: Pooled> fmt::Debug for Shared<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

impl<E: Pooled> Drop for Shared<E> {
    // What is inlined has no need of an address, so that a tensor need not be in memory only because it is dropped.
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: this owner is gone after this.
        unsafe { release(self.block) };
    }
}

/// Counts one owner less, and gives the block back after the last.
///
/// # Safety
/// The caller is an owner, and is none after this.
unsafe fn release<E: Pooled>(mut block: NonNull<Block<E>>) {
    // SAFETY: a block is not given back while it has an owner.
    let owners = &unsafe { block.as_ref() }.owners;
    if !is_one(owners) {
        if owners.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        // The last one after all: the block waits as one that nobody shares.
        owners.store(1, Ordering::Relaxed);
    }
    // SAFETY: this was the last owner, and so it alone has the block.
    if let Some(whole) = unsafe { block.as_mut() }.whole.take() {
        // SAFETY: the block was an owner of `whole`, and is none after this.
        unsafe { release(whole) };
    }
    // SAFETY: as above.
    unsafe { Block::give_back(block) };
}
