//! Memory-mapped files.

use std::fs::File;
use std::io;
use std::ops::{Deref, Range};
use std::ptr::NonNull;
use std::sync::Arc;

use memmap2::{Mmap, MmapMut, MmapOptions};

use super::PooledVec;
use crate::Real;

/// A file, mapped into memory.
pub(crate) struct Mapped(Mmap);

impl Mapped {
    pub(crate) fn new(file: &File) -> io::Result<Self> {
        // SAFETY: the mapping is read-only and owned, so no reference outlives it, and this process writes nothing
        // through it. That no other process writes to the file meanwhile cannot be proved here: the documentation of
        // `Checkpoint::load` requires it of its callers, and tiedw never changes its files in place, but replaces them.
        unsafe { Mmap::map(file) }.map(Mapped)
    }

    /// Takes the pages of a part of the file out of memory, once it is read. Does nothing with other bytes.
    pub(crate) fn release(&self, bytes: &[u8]) {
        let (start, end) = (self.0.as_ptr().addr(), self.0.as_ptr().addr() + self.0.len());
        let first = bytes.as_ptr().addr();
        if bytes.is_empty() || first < start || first + bytes.len() > end {
            return;
        }
        #[cfg(unix)]
        {
            // SAFETY: the mapping is shared with the file and read-only, so its pages hold nothing that the file does not. A
            // later read of a page that was taken out gets the same bytes from the file, which does not change, as in `new`.
            let advised = unsafe {
                self.0.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, first - start, bytes.len())
            };
            // Without it, the pages stay for longer.
            let _ = advised;
        }
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// A file, mapped into memory as the elements of vectors. What is written to them stays in this process: the file does not
/// change.
pub(crate) struct MappedElements {
    /// The mapping, which each vector keeps, too.
    map: Arc<MmapMut>,
    start: NonNull<u8>,
    /// The parts that vectors have.
    taken: Vec<Range<usize>>,
}

impl MappedElements {
    pub(crate) fn new(file: &File) -> io::Result<Self> {
        // SAFETY: the mapping is private to this process, and the only pointers to it are those of `vector`. That no other
        // process changes or shortens the file meanwhile cannot be proved here: the documentation of `LoadOptions::open_mapped`
        // requires it of its callers, and tiedw never changes its files in place, but replaces them.
        let mut map = unsafe { MmapOptions::new().map_copy(file) }?;
        let start = NonNull::from(&mut map[..]).cast();
        Ok(MappedElements { map: Arc::new(map), start, taken: Vec::new() })
    }

    /// Returns `count` elements that start at byte `at` of the file, which stores them as memory does. `None` if they are not
    /// aligned or not within the file, if a vector has a part of them, or if memory stores elements in another order of bytes.
    pub(crate) fn vector<E: Real>(&mut self, at: usize, count: usize) -> Option<PooledVec<E>> {
        let end = at.checked_add(count.checked_mul(size_of::<E>())?)?;
        let is_free = self.taken.iter().all(|taken| end <= taken.start || taken.end <= at);
        if cfg!(target_endian = "big") || !is_free || end > self.map.len() {
            return None;
        }
        // SAFETY: `at` is within the mapping, by the comparison above.
        let values = unsafe { self.start.add(at) }.cast::<E>();
        if !values.is_aligned() {
            return None;
        }
        self.taken.push(at..end);
        // SAFETY: the bytes from `at` to `end` are within the mapping, which the vector keeps, and aligned, and each pattern of
        // bits is a floating-point number. No other vector has a part of them, as `taken` shows, and nobody else reads or writes
        // the mapping.
        Some(unsafe { PooledVec::elsewhere(values, count, Arc::clone(&self.map) as _) })
    }
}
