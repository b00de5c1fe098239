use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Block, Derived, Pooled, PooledVec};
use crate::axes::Axes;

/// Elements with axes, shared by tensors: a clone increments a reference count, and a mutation copies if there are
/// several owners.
///
/// It is a single pointer, so that a tensor is passed in a register.
pub(crate) struct Shared<E: Pooled> {
    block: NonNull<Block<E>>,
    values: PhantomData<E>,
}

// SAFETY: like an `Arc` of elements, which are `Send` and `Sync`: owners that share a block only read it, and the
// reference count is atomic.
unsafe impl<E: Pooled> Send for Shared<E> {}
// SAFETY: as above.
unsafe impl<E: Pooled> Sync for Shared<E> {}

impl<E: Pooled> Shared<E> {
    #[inline]
    pub(crate) fn new(vector: PooledVec<E>, axes: Axes) -> Self {
        let mut vector = ManuallyDrop::new(vector);
        let count = vector.count;
        // SAFETY: nobody but the vector had the block.
        let block = unsafe { vector.block.as_mut() };
        block.count = count;
        block.axes = axes;
        let mut shared = Self::of(vector.block);
        shared.forget_derived();
        shared
    }

    /// Takes over one reference to a block.
    #[inline]
    fn of(block: NonNull<Block<E>>) -> Self {
        Shared { block, values: PhantomData }
    }

    #[inline]
    fn block(&self) -> &Block<E> {
        // SAFETY: a block is not given back while it has an owner, and only its sole owner changes it.
        unsafe { self.block.as_ref() }
    }

    #[inline]
    pub(crate) fn axes(&self) -> &Axes {
        &self.block().axes
    }

    /// The same elements with other axes, of the same total size.
    #[inline]
    pub(crate) fn with_axes(mut self, axes: Axes) -> Self {
        if is_one(&self.block().owners) {
            // SAFETY: this is the block's sole owner.
            unsafe { self.block.as_mut() }.axes = axes;
            self.forget_derived();
            return self;
        }
        let &Block { values, count, whole, .. } = self.block();
        let whole = match whole {
            None => ManuallyDrop::new(self).block,
            Some(whole) => {
                // SAFETY: this block is an owner of `whole`, which is therefore valid.
                count_one_more(&unsafe { whole.as_ref() }.owners);
                whole
            }
        };
        let mut block = Block::empty();
        // SAFETY: nobody else has the new block.
        let inside = unsafe { block.as_mut() };
        (inside.values, inside.count, inside.axes, inside.whole) = (values, count, axes, Some(whole));
        Self::of(block)
    }

    /// The elements from `start` on that `axes` count, not copied: the part is one more owner of all elements.
    ///
    /// # Panics
    /// If there are fewer elements.
    pub(crate) fn part(&self, start: usize, axes: Axes) -> Self {
        let &Block { values, count, whole, .. } = self.block();
        assert!(start <= count && axes.count() <= count - start, "a part of {count} elements");
        // SAFETY: there are `count` elements, of which `start` are before the part.
        let values = unsafe { values.add(start) };
        let whole = whole.unwrap_or(self.block);
        // SAFETY: `whole` has an owner, this one or this one's block, and is therefore valid.
        count_one_more(&unsafe { whole.as_ref() }.owners);
        let mut block = Block::empty();
        // SAFETY: nobody else has the new block.
        let inside = unsafe { block.as_mut() };
        (inside.values, inside.count, inside.axes, inside.whole) = (values, axes.count(), axes, Some(whole));
        Self::of(block)
    }

    /// Whether the elements are not at the start of those of their owner.
    #[inline]
    fn is_behind_start(&self) -> bool {
        let block = self.block();
        // SAFETY: this block is an owner of `whole`, which is therefore valid.
        block.whole.is_some_and(|whole| unsafe { whole.as_ref() }.values != block.values)
    }

    /// Whether there is no other owner. Then none can appear, and all accesses of former owners happened before.
    #[inline]
    fn is_unique(&self) -> bool {
        let block = self.block();
        is_one(&block.owners)
            // SAFETY: this block is an owner of `whole`, which is therefore valid.
            && block.whole.is_none_or(|whole| is_one(&unsafe { whole.as_ref() }.owners))
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[E] {
        let block = self.block();
        // SAFETY: `new` took them from a vector, which has `count` elements, and nobody changes them while they are
        // shared.
        unsafe { slice::from_raw_parts(block.values.as_ptr(), block.count) }
    }

    /// The elements, mutably, if there is no other owner.
    #[inline]
    pub(crate) fn unique(&mut self) -> Option<&mut [E]> {
        if !self.is_unique() {
            return None;
        }
        self.forget_derived();
        let block = self.block();
        // SAFETY: as in `as_slice`, and there is no other owner.
        Some(unsafe { slice::from_raw_parts_mut(block.values.as_ptr(), block.count) })
    }

    /// What `compute` returns, kept until the elements or the axes change: one value of each type.
    pub(crate) fn derived<T: Send + Sync + 'static>(&self, compute: impl FnOnce() -> T) -> &T {
        self.block().derived.get(compute)
    }

    /// Drops what was computed from the elements. There must be no other owner.
    #[inline]
    fn forget_derived(&mut self) {
        if const { E::HAS_TANGENT } {
            debug_assert!(is_one(&self.block().owners));
            // SAFETY: this is the block's sole owner, and is mutably borrowed.
            unsafe { self.block.as_mut() }.derived = Derived::default();
        }
    }

    /// The elements, mutably; copied first if there is another owner.
    #[inline]
    pub(crate) fn as_mut_slice(&mut self) -> &mut [E] {
        if !self.is_unique() {
            self.own();
        }
        match self.unique() {
            Some(values) => values,
            None => unreachable!("new values are not shared"),
        }
    }

    /// Takes a copy.
    #[cold]
    fn own(&mut self) {
        *self = Shared::new(PooledVec::copy(self.as_slice()), *self.axes());
    }

    /// The elements; moved if there is no other owner, and else copied. Those behind a start are copied, too.
    #[inline]
    pub(crate) fn into_pooled_vec(mut self) -> PooledVec<E> {
        if !self.is_unique() || self.is_behind_start() {
            return PooledVec::copy(self.as_slice());
        }
        let count = self.block().count;
        // SAFETY: this is the block's sole owner.
        let own = match unsafe { self.block.as_mut() }.whole.take() {
            None => ManuallyDrop::new(self).block,
            Some(whole) => whole,
        };
        // SAFETY: the sole owner gives up `own`, and the elements are in its memory.
        unsafe { PooledVec::of(own, count) }
    }
}

/// Makes a reference to elements one to a type that consists of them alone, and is `repr(transparent)`.
macro_rules! of_shared {
    (impl<const $features:ident: usize, $element:ident: Element> $name:ident<F, E>) => {
        impl<const $features: usize, $element: Element> $name<$features, $element> {
            /// The elements as a tensor. Their last axis must be what the type says.
            #[inline]
            #[allow(unsafe_code, reason = "the text of this macro is in the kernels")]
            pub(crate) fn of_ref(data: &$crate::kernels::Shared<$element>) -> &Self {
                // The type has no other field.
                let _ = |Self { data }: Self| -> $crate::kernels::Shared<$element> { data };
                debug_assert!($crate::size::allows($features, data.axes().last()));
                // SAFETY: the type is transparent, so that its layout is that of its field, and both are borrowed as long.
                unsafe { &*std::ptr::from_ref(data).cast() }
            }
        }
    };
}
pub(crate) use of_shared;

#[inline]
fn is_one(owners: &AtomicUsize) -> bool {
    owners.load(Ordering::Acquire) == 1
}

#[inline]
fn count_one_more(owners: &AtomicUsize) {
    if owners.fetch_add(1, Ordering::Relaxed) > isize::MAX as usize {
        // As in `Arc`: so many owners must have been leaked, and an overflow of the count would free the block too
        // early.
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
    // An inlined `drop` takes no address, so the tensor need not be spilled to memory only to be dropped.
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: this owner is not used after this.
        unsafe { release(self.block) };
    }
}

/// Decrements the reference count, and gives the block back after the last owner.
///
/// # Safety
/// The caller is an owner, and stops being one.
unsafe fn release<E: Pooled>(mut block: NonNull<Block<E>>) {
    // SAFETY: a block is not given back while it has an owner.
    let owners = &unsafe { block.as_ref() }.owners;
    if !is_one(owners) {
        if owners.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        // The other owners are gone by now: a block in the pool has a count of 1.
        owners.store(1, Ordering::Relaxed);
    }
    // SAFETY: this was the last owner, so nobody else has the block.
    if let Some(whole) = unsafe { block.as_mut() }.whole.take() {
        // SAFETY: the block was an owner of `whole`, and stops being one.
        unsafe { release(whole) };
    }
    // SAFETY: nobody else has the block, and it is not used after this.
    unsafe { Block::give_back(block) };
}
