//! A stack of values of any type, in pooled memory.

use std::mem::{align_of, size_of};

use crate::pooled_vec::PooledVec;

/// The unit of memory, whose alignment is sufficient for almost every type.
type Block = u128;
/// The initial number of blocks: the smallest size class of the pool.
const FIRST: usize = 16;

/// A stack. As an iterator it pops values, the last one first.
///
/// Unlike a `Vec`, it takes its memory from the pool of the current thread, for types of any lifetime.
pub struct Stack<T> {
    blocks: PooledVec<Block>,
    /// Values with a larger alignment than that of blocks, or of size 0.
    others: Vec<T>,
    /// The number of values in the blocks.
    count: usize,
}

impl<T> Stack<T> {
    /// Whether values are stored in blocks: they are aligned for that, and need memory.
    const IN_BLOCKS: bool = align_of::<T>() <= align_of::<Block>() && size_of::<T>() > 0;

    /// An empty stack.
    #[inline]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Stack { blocks: PooledVec::unset(FIRST), others: Vec::new(), count: 0 }
    }

    /// A pointer to the value at `index`.
    #[inline]
    fn place(&mut self, index: usize) -> *mut T {
        self.blocks.as_mut_ptr().cast::<T>().wrapping_add(index)
    }

    /// Pushes a value.
    #[inline]
    pub fn push(&mut self, value: T) {
        if !Self::IN_BLOCKS {
            self.others.push(value);
            return;
        }
        if (self.count + 1) * size_of::<T>() > self.blocks.len() * size_of::<Block>() {
            self.grow();
        }
        let place = self.place(self.count);
        // SAFETY: `grow` made room for one more value if there was none, and the place is aligned for `T`.
        unsafe { place.write(value) };
        self.count += 1;
    }

    #[cold]
    fn grow(&mut self) {
        let count = (2 * self.count).max(1);
        let mut blocks = PooledVec::<Block>::unset((count * size_of::<T>()).div_ceil(size_of::<Block>()));
        // SAFETY: the first `count` values are in the old memory, and the new one has room for more. The values are
        // moved: the old memory is returned without dropping them.
        unsafe {
            let to = blocks.as_mut_ptr().cast::<T>();
            to.copy_from_nonoverlapping(self.place(0), self.count);
        }
        self.blocks = blocks;
    }
}

impl<T> Iterator for Stack<T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        if !Self::IN_BLOCKS {
            return self.others.pop();
        }
        self.count = self.count.checked_sub(1)?;
        // SAFETY: `push` wrote a value there, and the count no longer includes it, so it is read only once.
        Some(unsafe { self.place(self.count).read() })
    }
}

impl<T> Drop for Stack<T> {
    // Not inlined: a long function drops many of them.
    #[inline(never)]
    fn drop(&mut self) {
        self.for_each(drop);
    }
}

impl<T> std::fmt::Debug for Stack<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stack of {}", self.count + self.others.len())
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn gives_what_was_pushed_backward() {
        let mut stack = Stack::new();
        for i in 0..100_u8 {
            stack.push((i, vec![i; 3]));
        }
        for i in (0..100).rev() {
            assert_eq!(stack.next(), Some((i, vec![i; 3])));
        }
        assert_eq!(stack.next(), None);
    }

    #[test]
    fn holds_what_blocks_are_not_made_for() {
        #[derive(Clone, Copy, PartialEq, Debug)]
        #[repr(align(64))]
        struct Line(u8);

        let (mut units, mut lines) = (Stack::new(), Stack::new());
        for i in 0..5 {
            units.push(());
            lines.push(Line(i));
        }
        assert_eq!(units.count(), 5);
        assert_eq!(lines.collect::<Vec<_>>(), [4, 3, 2, 1, 0].map(Line));
    }

    #[test]
    fn drops_each_value_once() {
        let value = Rc::new(());
        let mut stack = Stack::new();
        for _ in 0..10 {
            stack.push(value.clone());
        }
        drop(stack.next());
        assert_eq!(Rc::strong_count(&value), 10);
        drop(stack);
        assert_eq!(Rc::strong_count(&value), 1);
    }
}
