//! Memory for numbers that goes from step to step, and not back to the system.

use std::cell::RefCell;
use std::fmt::Debug;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::thread::LocalKey;

use crate::parallel::{chunks, pieces_of};

/// To set fewer numbers than this is not worth another thread.
const LEAST: usize = 1 << 17;

/// Numbers in memory that comes from the pool of its thread, and goes to the pool of the thread that drops it.
///
/// A training step asks for the same sizes each time: from its second time on the pool has them all.
#[derive(Debug, Default)]
pub struct Buffer<E: Pooled> {
    /// All that the memory has room for: numbers are only ever written over.
    memory: Vec<E>,
    /// Where the numbers begin: at a line of the cache, since vectors across two lines are read and written slowly.
    start: usize,
    count: usize,
}

impl<E: Pooled> Buffer<E> {
    /// No numbers, and room for some.
    #[inline]
    pub fn with_capacity(capacity: usize) -> Self {
        if capacity == 0 {
            return Buffer::default();
        }
        let class = Class::of(capacity);
        let reused = E::pool().try_with(|pool| pool.borrow_mut().take(class)).ok().flatten();
        let memory = reused.unwrap_or_else(|| vec![E::default(); class.size() + class.spare::<E>()]);
        let start = start_of_line(&memory);
        let start = if start + class.size() <= memory.len() { start } else { 0 };
        Buffer { memory, start, count: 0 }
    }

    /// So many numbers, whatever the memory held before: for those who write over all of them.
    #[inline]
    pub fn unset(count: usize) -> Self {
        let mut buffer = Self::with_capacity(count);
        buffer.count = count;
        buffer
    }

    /// So many zeros.
    #[inline]
    pub fn zeros(count: usize) -> Self {
        Self::full(count, E::default())
    }

    /// These numbers, at the beginning of a line: copied there where they are not.
    pub fn aligned(numbers: Vec<E>) -> Self {
        if start_of_line(&numbers) == 0 { numbers.into() } else { Self::copy(&numbers) }
    }

    /// The same number, so many times.
    #[inline]
    pub fn full(count: usize, number: E) -> Self {
        let mut buffer = Self::unset(count);
        match pieces_of(count, LEAST) {
            1 => buffer.fill(number),
            pieces => {
                let size = count.div_ceil(pieces);
                chunks(buffer.chunks_mut(size), |piece| piece.fill(number));
            }
        }
        buffer
    }

    /// The same numbers.
    #[inline]
    pub fn copy(numbers: &[E]) -> Self {
        let mut buffer = Self::unset(numbers.len());
        buffer.copy_from_slice(numbers);
        buffer
    }

    /// The numbers.
    #[inline]
    pub fn as_slice(&self) -> &[E] {
        &self.memory[self.start..][..self.count]
    }

    /// The numbers, to be changed.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [E] {
        &mut self.memory[self.start..][..self.count]
    }

    /// Places for `count` more numbers, to be written over.
    #[inline]
    fn more(&mut self, count: usize) -> &mut [E] {
        let from = self.count;
        if self.start + from + count > self.memory.len() {
            self.grow(from + count);
        }
        self.count += count;
        &mut self.as_mut_slice()[from..]
    }

    #[cold]
    fn grow(&mut self, least: usize) {
        let mut larger = Self::with_capacity(least.max(2 * self.count));
        larger.count = self.count;
        larger.copy_from_slice(self);
        *self = larger;
    }

    /// Adds a number.
    #[inline]
    pub fn push(&mut self, number: E) {
        self.more(1)[0] = number;
    }

    /// Adds numbers.
    #[inline]
    pub fn extend_from_slice(&mut self, numbers: &[E]) {
        self.more(numbers.len()).copy_from_slice(numbers);
    }

    /// Takes numbers away behind the first `count`, or adds the same one until there are so many.
    #[inline]
    pub fn resize(&mut self, count: usize, number: E) {
        match count.checked_sub(self.count) {
            Some(more) => self.more(more).fill(number),
            None => self.count = count,
        }
    }

    /// The numbers, as memory that does not come back.
    pub fn into_vec(mut self) -> Vec<E> {
        self.memory.copy_within(self.start..self.start + self.count, 0);
        self.memory.truncate(self.count);
        std::mem::take(&mut self.memory)
    }
}

impl<E: Pooled> Drop for Buffer<E> {
    #[inline]
    fn drop(&mut self) {
        if !self.memory.is_empty() {
            let memory = std::mem::take(&mut self.memory);
            // While a thread ends its pool may be gone: the memory goes back to the system.
            let _ = E::pool().try_with(|pool| pool.borrow_mut().keep(memory));
        }
    }
}

impl<E: Pooled> Clone for Buffer<E> {
    #[inline]
    fn clone(&self) -> Self {
        Self::copy(self)
    }
}

impl<E: Pooled> PartialEq for Buffer<E> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<E: Pooled> Deref for Buffer<E> {
    type Target = [E];

    #[inline]
    fn deref(&self) -> &[E] {
        self.as_slice()
    }
}

impl<E: Pooled> DerefMut for Buffer<E> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [E] {
        self.as_mut_slice()
    }
}

impl<E: Pooled> From<Vec<E>> for Buffer<E> {
    #[inline]
    fn from(numbers: Vec<E>) -> Self {
        Buffer { start: 0, count: numbers.len(), memory: numbers }
    }
}

impl<E: Pooled> Extend<E> for Buffer<E> {
    #[inline]
    fn extend<I: IntoIterator<Item = E>>(&mut self, numbers: I) {
        let mut numbers = numbers.into_iter();
        let (least, _) = numbers.size_hint();
        let from = self.count;
        let mut written = 0;
        for (to, number) in self.more(least).iter_mut().zip(numbers.by_ref()) {
            *to = number;
            written += 1;
        }
        self.count = from + written;
        numbers.for_each(|number| self.push(number));
    }
}

impl<E: Pooled> FromIterator<E> for Buffer<E> {
    #[inline]
    fn from_iter<I: IntoIterator<Item = E>>(numbers: I) -> Self {
        let numbers = numbers.into_iter();
        let (least, most) = numbers.size_hint();
        let mut buffer = Self::with_capacity(most.unwrap_or(least));
        buffer.extend(numbers);
        buffer
    }
}

impl<'a, E: Pooled> IntoIterator for &'a Buffer<E> {
    type Item = &'a E;
    type IntoIter = std::slice::Iter<'a, E>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_slice().iter()
    }
}

impl<'a, E: Pooled> IntoIterator for &'a mut Buffer<E> {
    type Item = &'a mut E;
    type IntoIter = std::slice::IterMut<'a, E>;

    fn into_iter(self) -> Self::IntoIter {
        self.as_mut_slice().iter_mut()
    }
}

/// A buffer that several tensors share: cloning counts, and who changes it copies first.
#[derive(Debug)]
pub(crate) struct Shared<E: Pooled>(Option<Arc<Buffer<E>>>);

impl<E: Pooled> Shared<E> {
    #[inline]
    pub(crate) fn new(buffer: Buffer<E>) -> Self {
        let shell = E::pool().try_with(|pool| pool.borrow_mut().shells.pop()).ok().flatten();
        Shared(Some(match shell {
            Some(mut shell) => {
                match Arc::get_mut(&mut shell) {
                    Some(inside) => *inside = buffer,
                    None => shell = Arc::new(buffer),
                }
                shell
            }
            None => Arc::new(buffer),
        }))
    }

    #[inline]
    fn arc(&self) -> &Arc<Buffer<E>> {
        match &self.0 {
            Some(arc) => arc,
            None => unreachable!("only dropping takes the buffer out"),
        }
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[E] {
        self.arc()
    }

    /// The numbers, to be changed, where no other shares them.
    #[inline]
    pub(crate) fn unique(&mut self) -> Option<&mut [E]> {
        self.0.as_mut().and_then(Arc::get_mut).map(|buffer| buffer.as_mut_slice())
    }

    /// The numbers, to be changed; copied first where another shares them.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [E] {
        if self.unique().is_none() {
            *self = Shared::new(Buffer::copy(self.as_slice()));
        }
        match self.unique() {
            Some(buffer) => buffer,
            None => unreachable!("a new buffer is not shared"),
        }
    }

    /// The numbers; without a copy where no other shares them.
    pub(crate) fn into_buffer(mut self) -> Buffer<E> {
        match self.0.as_mut().and_then(Arc::get_mut) {
            Some(buffer) => std::mem::take(buffer),
            None => Buffer::copy(self.as_slice()),
        }
    }
}

impl<E: Pooled> Clone for Shared<E> {
    #[inline]
    fn clone(&self) -> Self {
        Shared(Some(self.arc().clone()))
    }
}

impl<E: Pooled> PartialEq for Shared<E> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<E: Pooled> Drop for Shared<E> {
    #[inline]
    fn drop(&mut self) {
        if let Some(mut shell) = self.0.take()
            && let Some(buffer) = Arc::get_mut(&mut shell)
        {
            drop(std::mem::take(buffer));
            let _ = E::pool().try_with(|pool| pool.borrow_mut().keep_shell(shell));
        }
    }
}

/// The bytes of a line of the cache.
const LINE: usize = 64;
/// Fewer numbers than this begin anywhere.
const ALIGNED: usize = 256;

/// The first number that begins a line.
#[inline]
fn start_of_line<E>(memory: &[E]) -> usize {
    if memory.len() < ALIGNED { 0 } else { memory.as_ptr().align_offset(LINE) }
}

/// A size that memory comes in: four to each doubling, so that at most a fifth is unused.
#[derive(Clone, Copy, PartialEq)]
struct Class {
    doubling: u32,
    quarter: usize,
}

impl Class {
    const SMALLEST: u32 = 4;

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

/// Memory that waits to be used again.
pub struct Pool<E: Pooled> {
    shelves: Vec<Shelf<E>>,
    shells: Vec<Arc<Buffer<E>>>,
}

/// Memory of one size.
struct Shelf<E> {
    free: Vec<Vec<E>>,
    /// How often this thread asked the system for this size. No more is kept than that: else memory would pile up in
    /// a thread that drops what others make.
    made: usize,
}

/// Shells are small; this many serve every step that was seen.
const MOST_SHELLS: usize = 4096;

impl<E: Pooled> Pool<E> {
    const fn new() -> Self {
        Pool { shelves: Vec::new(), shells: Vec::new() }
    }

    #[inline]
    fn take(&mut self, class: Class) -> Option<Vec<E>> {
        let index = class.index();
        if index >= self.shelves.len() {
            self.shelves.resize_with(index + 1, || Shelf { free: Vec::new(), made: 0 });
        }
        let shelf = &mut self.shelves[index];
        let reused = shelf.free.pop();
        if reused.is_none() {
            shelf.made += 1;
            // Room for all that may come back, so that a later step does not ask for it.
            shelf.free.reserve(shelf.made);
        }
        reused
    }

    #[inline]
    fn keep(&mut self, memory: Vec<E>) {
        let spare = Class::of(memory.len()).spare::<E>();
        let class = Class::of(memory.len() - spare);
        if class.size() + class.spare::<E>() == memory.len()
            && let Some(shelf) = self.shelves.get_mut(class.index())
            && shelf.free.len() < shelf.made
        {
            shelf.free.push(memory);
        }
    }

    #[inline]
    fn keep_shell(&mut self, shell: Arc<Buffer<E>>) {
        if self.shells.len() < MOST_SHELLS {
            self.shells.push(shell);
        }
    }
}

/// A type with a pool in each thread.
pub trait Pooled: Copy + Default + Debug + PartialEq + Send + Sync + 'static {
    /// The pool.
    #[doc(hidden)]
    fn pool() -> &'static LocalKey<RefCell<Pool<Self>>>;
}

macro_rules! pooled {
    ($($number:ident)*) => {$(
        impl Pooled for $number {
            #[inline]
            fn pool() -> &'static LocalKey<RefCell<Pool<$number>>> {
                thread_local! {
                    static POOL: RefCell<Pool<$number>> = const { RefCell::new(Pool::new()) };
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
        for count in 1..5000 {
            let class = Class::of(count);
            assert!(class.size() >= count, "{count}: {}", class.size());
            assert!(class.size() <= (count + count / 4).max(16), "{count}: {}", class.size());
            assert!(Class::of(class.size()) == class, "{count}");
        }
    }

    #[test]
    fn memory_is_used_again() {
        let buffer = Buffer::<f32>::zeros(1000);
        let place = buffer.as_ptr();
        drop(buffer);
        let again = Buffer::<f32>::copy(&[1.0; 900]);
        assert_eq!(again.as_ptr(), place);
        assert_eq!(*again, [1.0; 900]);
    }

    #[test]
    fn many_numbers_begin_a_line() {
        let of_line = |buffer: &Buffer<f32>| buffer.as_ptr().addr().is_multiple_of(LINE);
        for count in [ALIGNED, 1000, 12_345] {
            let numbers: Vec<f32> = (0..count).map(|at| at as f32).collect();
            let buffers: Vec<_> = (0..4).map(|_| Buffer::copy(&numbers)).collect();
            assert!(buffers.iter().all(of_line));
            assert!(of_line(&Buffer::aligned(numbers.clone())));
            assert_eq!(buffers[0].clone().into_vec(), numbers);
            drop(buffers);
            assert!(of_line(&Buffer::zeros(count)), "from the pool too");
        }
    }

    #[test]
    fn numbers_are_added_beyond_the_capacity() {
        let mut buffer = Buffer::<u32>::with_capacity(3);
        buffer.extend((0..40).filter(|number| number % 2 == 0));
        buffer.extend_from_slice(&[7, 8]);
        buffer.push(9);
        assert_eq!(buffer.len(), 23);
        assert_eq!(buffer[17..], [34, 36, 38, 7, 8, 9]);
        buffer.resize(2, 0);
        buffer.resize(4, 5);
        assert_eq!(*buffer, [0, 2, 5, 5]);
        assert_eq!(buffer.into_vec(), [0, 2, 5, 5]);
    }

    #[test]
    fn memory_of_others_does_not_pile_up() {
        for _ in 0..3 {
            let buffer = std::thread::spawn(|| Buffer::<f64>::zeros(7777)).join().expect("nothing panics");
            drop(buffer);
        }
        f64::pool().with_borrow(|pool| assert!(pool.shelves.iter().all(|shelf| shelf.free.is_empty())));
    }

    #[test]
    fn sharing_copies_on_change() {
        let mut a = Shared::new(Buffer::copy(&[1.0_f32, 2.0]));
        let b = a.clone();
        a.as_mut_slice()[0] = 10.0;
        assert_eq!((a.as_slice(), b.as_slice()), (&[10.0, 2.0][..], &[1.0, 2.0][..]));
        let place = b.as_slice().as_ptr();
        assert_eq!(b.into_buffer().as_ptr(), place);
    }
}
