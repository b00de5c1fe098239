//! Per-thread pools of free memory.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::ptr::{self, NonNull};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use crate::axes::Axes;
use crate::{Dual, Element};

/// The size of a cache line, in bytes.
const LINE: usize = 64;
/// Memory for fewer elements than this is not aligned.
const ALIGNED: usize = 256;

/// The index of the first element at the start of a cache line: loads and stores across two lines are slow.
#[inline]
pub(super) fn start_of_line<E>(memory: &[E]) -> usize {
    let start = if memory.len() < ALIGNED { 0 } else { memory.as_ptr().align_offset(LINE) };
    // None of large elements may be at the start of one.
    if start < memory.len() { start } else { 0 }
}

/// The owner of memory that is not a block's, such as a mapped file.
pub(crate) type Elsewhere = Arc<dyn Any + Send + Sync>;

/// Memory for elements, and what tensors that share it have in common.
#[derive(Debug)]
pub(super) struct Block<E> {
    /// A reference count: 1 if the block is not shared, and also while it is in a pool.
    pub(super) owners: AtomicUsize,
    /// The first element of the tensor.
    pub(super) values: NonNull<E>,
    /// The number of elements of the tensor.
    pub(super) count: usize,
    /// The axes of the tensor.
    pub(super) axes: Axes,
    /// The block that owns the elements, of which this one is an owner; `None` if they are in `memory`.
    pub(super) whole: Option<NonNull<Block<E>>>,
    /// The memory, up to its capacity. Elements stay initialized: they are only overwritten.
    pub(super) memory: Vec<E>,
    /// What owns the elements, if they are in no memory of a block: `memory` is then empty.
    pub(super) elsewhere: Option<Elsewhere>,
    /// What was computed from the elements, while they do not change: the tensor without its tangents.
    pub(super) derived: Derived,
    /// The shelf of the pool that the block returns to; `None` if the memory was allocated elsewhere.
    shelf: Option<u32>,
    /// The next block on the same shelf.
    next: *mut Block<E>,
}

impl<E: Pooled> Block<E> {
    /// A block of memory that was allocated elsewhere.
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
        let values = NonNull::from(&mut memory[start..]).cast();
        let (owners, axes) = (AtomicUsize::new(1), Axes::new(&[], 0));
        let (whole, next) = (None, ptr::null_mut());
        let (elsewhere, derived) = (None, Derived::default());
        let block = Block { owners, values, count: 0, axes, whole, memory, elsewhere, derived, shelf, next };
        NonNull::from(Box::leak(Box::new(block)))
    }

    /// A block whose elements are in memory that `owner` owns.
    #[cfg(feature = "safetensors")]
    pub(super) fn elsewhere(values: NonNull<E>, owner: Elsewhere) -> NonNull<Self> {
        let mut block = Self::boxed(Vec::new(), 0, None);
        // SAFETY: nobody else has the new block.
        let fields = unsafe { block.as_mut() };
        (fields.values, fields.elsewhere) = (values, Some(owner));
        block
    }

    /// A block without memory, for a view of the elements of another.
    #[inline]
    pub(super) fn empty() -> NonNull<Self> {
        let reused = E::with_pool(|pool| pool.take(EMPTY)).flatten();
        reused.unwrap_or_else(|| Self::boxed(Vec::new(), 0, Some(EMPTY as u32)))
    }

    /// A block with room for `count` elements of unspecified value.
    #[inline]
    pub(super) fn take(count: usize) -> NonNull<Self> {
        let class = Class::of(count);
        // The pool of a thread may be gone while the thread ends.
        let reused = E::with_pool(|pool| pool.take(class.index())).flatten();
        reused.unwrap_or_else(|| Self::made(class))
    }

    /// Returns a block to the pool of this thread, or frees it.
    ///
    /// # Safety
    /// Only the caller owns the block, and it does not use any pointer to it afterwards.
    #[inline]
    pub(super) unsafe fn give_back(mut block: NonNull<Self>) {
        if const { E::HAS_TANGENT } {
            // SAFETY: the caller guarantees that nobody else has the block.
            unsafe { block.as_mut() }.derived = Derived::default();
        }
        // SAFETY: the caller guarantees that nobody else has the block.
        let kept = unsafe { block.as_ref() }
            .shelf
            .is_some_and(|shelf| E::with_pool(|pool| pool.keep(block, shelf)).unwrap_or(false));
        if !kept {
            // SAFETY: as above; `boxed` allocated it as a box.
            drop(unsafe { Self::unboxed(block) });
        }
    }

    /// # Safety
    /// As [`give_back`](Block::give_back).
    #[cold]
    pub(super) unsafe fn unboxed(block: NonNull<Self>) -> Box<Self> {
        // SAFETY: `boxed` allocated it as a box, and the caller guarantees that nobody else has it.
        unsafe { Box::from_raw(block.as_ptr()) }
    }
}

/// Values of different types, each computed at most once.
#[derive(Debug, Default)]
pub(super) struct Derived(OnceLock<Box<(Box<dyn Any + Send + Sync>, Derived)>>);

impl Derived {
    /// The value of this type, computed now if it was not before.
    pub(super) fn get<T: Send + Sync + 'static>(&self, compute: impl FnOnce() -> T) -> &T {
        let mut compute = Some(compute);
        let mut at = self;
        loop {
            let (value, next) = &**at.0.get_or_init(|| {
                let compute = compute.take().expect("a value is computed once");
                Box::new((Box::new(compute()), Derived::default()))
            });
            match value.downcast_ref() {
                Some(value) => return value,
                None => at = next,
            }
        }
    }
}

/// A size class: four per power of two, so that at most a fifth is unused.
#[derive(Clone, Copy, PartialEq)]
struct Class {
    doubling: u32,
    quarter: usize,
}

impl Class {
    const SMALLEST: u32 = 4;
    /// No allocation is larger.
    const LARGEST: u32 = 40;
    const COUNT: usize = 4 * (Self::LARGEST + 2 - Self::SMALLEST) as usize;

    /// The smallest class with room for `count` elements.
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

    /// The extra elements to allocate, so that one of the first is at the start of a cache line.
    #[inline]
    fn spare<E>(self) -> usize {
        if self.size() < ALIGNED { 0 } else { (LINE / size_of::<E>()).saturating_sub(1) }
    }

    #[inline]
    fn index(self) -> usize {
        4 * (self.doubling + 1 - Self::SMALLEST) as usize + self.quarter
    }
}

/// The shelf of blocks without memory, after those of all classes.
const EMPTY: usize = Class::COUNT;

/// The free blocks of a thread, by size class.
#[derive(Debug)]
pub struct Pool<E: Pooled> {
    shelves: [Shelf<E>; EMPTY + 1],
}

/// The free blocks of one size class, as a linked list.
#[derive(Debug)]
struct Shelf<E> {
    first: Cell<*mut Block<E>>,
    /// How many more blocks were taken than returned. The shelf accepts no more than that: else memory would pile up in
    /// a thread that drops what others allocate.
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
        // SAFETY: from `keep` on, the shelf alone owns the blocks on it.
        shelf.first.set(unsafe { first.as_ref() }.next);
        Some(first)
    }

    /// Puts a block on its shelf, if there is room; returns whether it did. Nobody but the caller may have the block.
    #[inline]
    fn keep(&self, mut block: NonNull<Block<E>>, shelf: u32) -> bool {
        let Some(shelf) = self.shelves.get(shelf as usize).filter(|shelf| shelf.room.get() > 0) else {
            return false;
        };
        shelf.room.update(|room| room - 1);
        // SAFETY: nobody but the caller has the block.
        unsafe { block.as_mut() }.next = shelf.first.replace(block.as_ptr());
        true
    }
}

impl<E: Pooled> Drop for Pool<E> {
    fn drop(&mut self) {
        for shelf in &self.shelves {
            while let Some(block) = NonNull::new(shelf.first.get()) {
                // SAFETY: the shelf alone owns the blocks on it, and this one is unlinked by the next line.
                let block = unsafe { Block::unboxed(block) };
                shelf.first.set(block.next);
            }
        }
    }
}

/// An element type with a pool in each thread.
pub trait Pooled: Copy + Default + Debug + PartialEq + Send + Sync + 'static {
    /// Calls `f` with the pool of the current thread; `None` if the thread ends, and its pool is gone.
    #[doc(hidden)]
    fn with_pool<R>(f: impl FnOnce(&Pool<Self>) -> R) -> Option<R>;

    /// Whether elements have tangents, which may differ where values are equal.
    #[doc(hidden)]
    const HAS_TANGENT: bool = false;
}

macro_rules! pooled {
    ($($number:ident)*) => {$(
        impl Pooled for $number {
            #[inline]
            fn with_pool<R>(f: impl FnOnce(&Pool<$number>) -> R) -> Option<R> {
                thread_local! {
                    static POOL: Pool<$number> = const { Pool::new() };
                }
                POOL.try_with(f).ok()
            }
        }
    )*};
}
pooled!(f32 f64 u32 usize bool u128);

thread_local! {
    /// The pools of dual numbers: a static cannot be generic.
    static DUAL_POOLS: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

impl<E: Element> Pooled for Dual<E> {
    const HAS_TANGENT: bool = true;

    fn with_pool<R>(f: impl FnOnce(&Pool<Self>) -> R) -> Option<R> {
        let with_pools = |pools: &RefCell<Vec<Box<dyn Any>>>| {
            let is_there = pools.borrow().iter().any(|pool| pool.is::<Pool<Self>>());
            if !is_there {
                pools.borrow_mut().push(Box::new(Pool::<Self>::new()));
            }
            pools.borrow().iter().find_map(|pool| pool.downcast_ref()).map(f)
        };
        DUAL_POOLS.try_with(with_pools).ok().flatten()
    }
}

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
