//! Memory that waits in its thread to be used again.

use std::cell::Cell;
use std::fmt::Debug;
use std::ptr::{self, NonNull};
use std::sync::atomic::AtomicUsize;
use std::thread::LocalKey;

use crate::tensor::Axes;

/// The bytes of a line of the cache.
const LINE: usize = 64;
/// Fewer numbers than this begin anywhere.
const ALIGNED: usize = 256;

/// The first number that begins a line of the cache: vectors across two lines are read and written slowly.
#[inline]
pub(super) fn start_of_line<E>(memory: &[E]) -> usize {
    if memory.len() < ALIGNED { 0 } else { memory.as_ptr().align_offset(LINE) }
}

/// Memory for numbers, and what tensors that share it have in common.
#[derive(Debug)]
pub(super) struct Block<E> {
    /// One where nobody shares it, also while it waits in a pool.
    pub(super) owners: AtomicUsize,
    /// The first number of a tensor.
    pub(super) numbers: NonNull<E>,
    /// How many numbers the tensor has.
    pub(super) count: usize,
    /// The axes of the tensor.
    pub(super) axes: Axes,
    /// The block whose numbers these are, of which this one is an owner: else they are its own.
    pub(super) whole: Option<NonNull<Block<E>>>,
    /// All that the memory has room for: numbers are only ever written over.
    pub(super) memory: Vec<E>,
    /// Where it waits between two uses; nowhere if the memory came from elsewhere.
    shelf: Option<u32>,
    /// What waits behind it on its shelf.
    next: *mut Block<E>,
}

impl<E: Pooled> Block<E> {
    /// Memory that was made elsewhere.
    pub(super) fn of(memory: Vec<E>) -> NonNull<Self> {
        Self::boxed(memory, 0, None)
    }

    #[cold]
    fn made(class: Class) -> NonNull<Self> {
        let memory = vec![E::default(); class.size() + class.spare::<E>()];
        let start = start_of_line(&memory);
        let start = if start + class.size() <= memory.len() { start } else { 0 };
        Self::boxed(memory, start, Some(class.index() as u32))
    }

    fn boxed(mut memory: Vec<E>, start: usize, shelf: Option<u32>) -> NonNull<Self> {
        let numbers = NonNull::from(&mut memory[start..]).cast();
        let (owners, axes) = (AtomicUsize::new(1), Axes::new(&[], 0));
        let (whole, next) = (None, ptr::null_mut());
        let block = Block { owners, numbers, count: 0, axes, whole, memory, shelf, next };
        NonNull::from(Box::leak(Box::new(block)))
    }

    /// A block without memory, for the numbers of another.
    #[inline]
    pub(super) fn empty() -> NonNull<Self> {
        let reused = E::pool().try_with(|pool| pool.take(EMPTY)).ok().flatten();
        reused.unwrap_or_else(|| Self::boxed(Vec::new(), 0, Some(EMPTY as u32)))
    }

    /// A block with room for so many numbers, which are anything.
    #[inline]
    pub(super) fn take(count: usize) -> NonNull<Self> {
        let class = Class::of(count);
        // While a thread ends its pool may be gone.
        let reused = E::pool().try_with(|pool| pool.take(class.index())).ok().flatten();
        reused.unwrap_or_else(|| Self::made(class))
    }

    /// Gives a block to the pool of this thread, or back to the system.
    ///
    /// # Safety
    /// The caller owns the block, alone, and gives up all pointers to it.
    #[inline]
    pub(super) unsafe fn give_back(block: NonNull<Self>) {
        // SAFETY: nobody else has the block, as the caller says.
        let kept = unsafe { block.as_ref() }
            .shelf
            .is_some_and(|shelf| E::pool().try_with(|pool| pool.keep(block, shelf)).unwrap_or(false));
        if !kept {
            // SAFETY: as above; `boxed` made it from a box.
            drop(unsafe { Self::unboxed(block) });
        }
    }

    /// # Safety
    /// As [`give_back`](Block::give_back).
    #[cold]
    pub(super) unsafe fn unboxed(block: NonNull<Self>) -> Box<Self> {
        // SAFETY: `boxed` made it from a box, and the caller alone has it.
        unsafe { Box::from_raw(block.as_ptr()) }
    }
}

/// A size that memory comes in: four to each doubling, so that at most a fifth is unused.
#[derive(Clone, Copy, PartialEq)]
struct Class {
    doubling: u32,
    quarter: usize,
}

impl Class {
    const SMALLEST: u32 = 4;
    /// No memory is larger.
    const LARGEST: u32 = 40;
    const COUNT: usize = 4 * (Self::LARGEST + 2 - Self::SMALLEST) as usize;

    /// The smallest class with room for `count` numbers.
    #[inline]
    fn of(count: usize) -> Self {
        let last = count.max(1 << Self::SMALLEST) - 1;
        let doubling = last.ilog2();
        Class { doubling, quarter: (last >> (doubling - 2)) & 3 }
    }

    #[inline]
    fn size(self) -> usize {
        (5 + self.quarter) << (self.doubling - 2)
    }

    /// How many numbers more memory of this size has, for one of its first to begin a line.
    #[inline]
    fn spare<E>(self) -> usize {
        if self.size() < ALIGNED { 0 } else { LINE / size_of::<E>() - 1 }
    }

    #[inline]
    fn index(self) -> usize {
        4 * (self.doubling + 1 - Self::SMALLEST) as usize + self.quarter
    }
}

/// The shelf of blocks without memory, behind those of all classes.
const EMPTY: usize = Class::COUNT;

/// The blocks that wait in a thread, by their size.
#[derive(Debug)]
pub struct Pool<E: Pooled> {
    shelves: [Shelf<E>; EMPTY + 1],
}

/// Blocks of one size.
#[derive(Debug)]
struct Shelf<E> {
    first: Cell<*mut Block<E>>,
    /// How many more were taken than came. No more is kept than that: else memory would pile up in a thread that drops
    /// what others make.
    room: Cell<usize>,
}

impl<E: Pooled> Pool<E> {
    const fn new() -> Self {
        Pool {
            shelves: [const { Shelf { first: Cell::new(ptr::null_mut()), room: Cell::new(0) } }; EMPTY + 1],
        }
    }

    #[inline]
    fn take(&self, shelf: usize) -> Option<NonNull<Block<E>>> {
        let shelf = self.shelves.get(shelf)?;
        shelf.room.update(|room| room + 1);
        let first = NonNull::new(shelf.first.get())?;
        // SAFETY: what is on a shelf belongs to it alone, from `keep` on.
        shelf.first.set(unsafe { first.as_ref() }.next);
        Some(first)
    }

    /// Whether the pool takes a block that its caller alone has.
    #[inline]
    fn keep(&self, mut block: NonNull<Block<E>>, shelf: u32) -> bool {
        let Some(shelf) = self.shelves.get(shelf as usize).filter(|shelf| shelf.room.get() > 0) else {
            return false;
        };
        shelf.room.update(|room| room - 1);
        // SAFETY: the caller alone has the block.
        unsafe { block.as_mut() }.next = shelf.first.replace(block.as_ptr());
        true
    }
}

impl<E: Pooled> Drop for Pool<E> {
    fn drop(&mut self) {
        for shelf in &self.shelves {
            while let Some(block) = NonNull::new(shelf.first.get()) {
                // SAFETY: what is on a shelf belongs to it alone, and this one is no longer on it after the next line.
                let block = unsafe { Block::unboxed(block) };
                shelf.first.set(block.next);
            }
        }
    }
}

/// A type with a pool in each thread.
pub trait Pooled: Copy + Default + Debug + PartialEq + Send + Sync + 'static {
    /// The pool.
    #[doc(hidden)]
    fn pool() -> &'static LocalKey<Pool<Self>>;
}

macro_rules! pooled {
    ($($number:ident)*) => {$(
        impl Pooled for $number {
            #[inline]
            fn pool() -> &'static LocalKey<Pool<$number>> {
                thread_local! {
                    static POOL: Pool<$number> = const { Pool::new() };
                }
                &POOL
            }
        }
    )*};
}
pooled!(f32 f64 u32 usize bool u128);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_room_and_little_more() {
        for count in (1..5000).chain([usize::MAX >> 24]) {
            let class = Class::of(count);
            assert!(class.size() >= count, "{count}: {}", class.size());
            assert!(class.size() <= (count + count / 4).max(16), "{count}: {}", class.size());
            assert!(Class::of(class.size()) == class, "{count}");
            assert!(class.index() < Class::COUNT, "{count}");
        }
    }
}
