//! Work that is cut into pieces.

use std::sync::Mutex;

use super::threads::{run_together, threads_here};

/// How many pieces work is cut into, where less than `least` of its `size` is not worth a thread.
#[inline]
pub(crate) fn pieces_of(size: usize, least: usize) -> usize {
    if size < 2 * least { 1 } else { threads_here().min(size / least) }
}

/// Runs `piece(0)`, `piece(1)`, .. at the same time.
#[inline]
pub(crate) fn run(pieces: usize, piece: impl Fn(usize) + Sync) {
    if pieces <= 1 {
        (0..pieces).for_each(piece);
    } else {
        run_together(pieces, &piece);
    }
}

/// Calls `each` for each of `parts` once, at the same time.
pub(crate) fn chunks<P: Send>(parts: impl Iterator<Item = P>, each: impl Fn(P) + Sync) {
    let parts = Parts::new(parts);
    run(parts.0.len(), |index| parts.take(index).into_iter().for_each(&each));
}

/// What several threads take from. What does not depend on `each` stands apart from it, to be compiled once.
struct Parts<P>(Vec<Mutex<Option<P>>>);

impl<P> Parts<P> {
    fn new(parts: impl Iterator<Item = P>) -> Self {
        Parts(parts.map(|part| Mutex::new(Some(part))).collect())
    }

    fn take(&self, index: usize) -> Option<P> {
        self.0[index].lock().ok()?.take()
    }
}
