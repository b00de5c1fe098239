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

/// Calls `each` for the `count` parts that `parts` gives, at the same time.
pub(crate) fn chunks<P: Send>(count: usize, parts: impl Iterator<Item = P> + Send, each: impl Fn(P) + Sync) {
    let parts = Mutex::new(parts);
    run(count, |_| {
        let part = parts.lock().ok().and_then(|mut parts| parts.next());
        if let Some(part) = part {
            each(part);
        }
    });
}
