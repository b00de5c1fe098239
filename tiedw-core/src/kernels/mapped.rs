//! Memory-mapped files.

use std::fs::File;
use std::io;
use std::ops::Deref;

use memmap2::Mmap;

/// A file, mapped into memory.
pub(crate) struct Mapped(Mmap);

impl Mapped {
    pub(crate) fn new(file: &File) -> io::Result<Self> {
        // SAFETY: the mapping is read-only and owned, so no reference outlives it, and this process writes nothing
        // through it. That no other process writes to the file meanwhile cannot be proved here: the documentation of
        // `Checkpoint::load` requires it of its callers, and tiedw never changes its files in place, but replaces them.
        unsafe { Mmap::map(file) }.map(Mapped)
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}
