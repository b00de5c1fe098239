//! Work that is split into tasks.

use std::sync::Mutex;

use super::pool::{available_threads, run_on_pool};

/// The number of tasks to split `size` units of work into: at most one per thread, each of at least `least` units.
#[inline]
pub(crate) fn num_tasks(size: usize, least: usize) -> usize {
    if size < 2 * least { 1 } else { available_threads().min(size / least) }
}

/// Runs `task(0)` to `task(tasks - 1)` in parallel.
#[inline]
pub(crate) fn run_tasks(tasks: usize, task: impl Fn(usize) + Sync) {
    if tasks <= 1 {
        for index in 0..tasks {
            task(index);
        }
    } else {
        run_on_pool(tasks, &task);
    }
}

/// Calls `each` once for each of `parts`, in parallel.
#[inline]
pub(crate) fn parallel_for_each<P: Send>(parts: impl Iterator<Item = P>, each: impl Fn(P) + Sync) {
    if available_threads() == 1 {
        for part in parts {
            each(part);
        }
    } else {
        on_several_threads(&mut parts.fuse(), &each);
    }
}

/// Compiled once for each type of parts, not for each function.
#[inline(never)]
fn on_several_threads<P: Send>(parts: &mut dyn Iterator<Item = P>, each: &(dyn Fn(P) + Sync)) {
    loop {
        let batch = Parts::next_of(parts);
        run_tasks(batch.count, |index| batch.take(index).into_iter().for_each(each));
        if batch.count < AT_ONCE {
            return;
        }
    }
}

/// The number of parts that are handed out at a time; they are stored on the caller's stack, without allocation.
const AT_ONCE: usize = 64;

/// Parts that several threads take from.
struct Parts<P> {
    places: [Mutex<Option<P>>; AT_ONCE],
    count: usize,
}

impl<P> Parts<P> {
    fn next_of(parts: &mut dyn Iterator<Item = P>) -> Self {
        let mut count = 0;
        let places = std::array::from_fn(|_| {
            let part = parts.next();
            count += usize::from(part.is_some());
            Mutex::new(part)
        });
        Parts { places, count }
    }

    fn take(&self, index: usize) -> Option<P> {
        self.places[index].lock().ok()?.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_taken_once() {
        for count in [0, 1, AT_ONCE - 1, AT_ONCE, 3 * AT_ONCE + 1] {
            let mut taken = vec![0; count];
            parallel_for_each(taken.iter_mut().enumerate(), |(at, taken)| *taken += at + 1);
            assert!(taken.into_iter().eq(1..=count));
        }
    }
}
