//! A file as a slice of bytes, which the system reads where they are looked at.

use std::fs::File;
use std::io;
use std::ops::Deref;

use memmap2::Mmap;

/// A file, mapped into memory.
pub(crate) struct Mapped(Mmap);

impl Mapped {
    pub(crate) fn new(file: &File) -> io::Result<Self> {
        // SAFETY: the mapping is read-only and owned, so no reference outlives it and this program writes nothing through
        // it. That no other program writes into the file meanwhile no program can prove; it is what the documentation of
        // `Checkpoint::load` asks for, and files that tiedw writes are never changed in place, only replaced.
        unsafe { Mmap::map(file) }.map(Mapped)
    }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}
