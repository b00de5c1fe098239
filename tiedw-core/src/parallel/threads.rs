//! How many threads there are, and the pool of them.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::environment::variable;

/// The number of threads in use; 0 until somebody asks.
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// How many threads a large product, or a loop over many numbers, may use.
///
/// The environment variable `TIEDW_NUM_THREADS`, read once, says how many; without it, or where it is empty, as many as the machine
/// has cores.
/// With one thread no other is ever started. Without the feature `rayon` there is one.
///
/// ```
/// use tiedw_core::parallel::num_threads;
///
/// assert!(num_threads() >= 1);
/// ```
///
/// # Panics
/// If the variable is set to anything but a number from 1 on.
pub fn num_threads() -> usize {
    match THREADS.load(Ordering::Relaxed) {
        0 => {
            let parse = |text: &str| text.parse().ok().filter(|&threads| threads > 0);
            let asked = variable("TIEDW_NUM_THREADS", "a whole number from 1 on", parse);
            set_num_threads(asked.unwrap_or_else(cores));
            num_threads()
        }
        threads => threads,
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Changes how many threads large products and loops use.
///
/// ```
/// use tiedw_core::parallel::{num_threads, set_num_threads};
///
/// set_num_threads(1);
/// assert_eq!(num_threads(), 1);
/// ```
///
/// # Panics
/// Where `threads` is 0.
pub fn set_num_threads(threads: usize) {
    assert!(threads > 0, "there is no work without a thread");
    THREADS.store(if cfg!(feature = "rayon") { threads } else { 1 }, Ordering::Relaxed);
}

thread_local! {
    /// Whether this thread computes a part of something that uses all threads.
    static WITHIN: Cell<bool> = const { Cell::new(false) };
}

/// How many threads work that begins here may use: one where others work already.
#[inline]
pub(super) fn threads_here() -> usize {
    if WITHIN.get() { 1 } else { num_threads() }
}

/// Runs a part of something that uses all threads: what it does stays on this one.
pub(super) fn within<T>(part: impl FnOnce() -> T) -> T {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            WITHIN.set(self.0);
        }
    }
    let _restore = Restore(WITHIN.replace(true));
    part()
}

/// Runs `part(0)`, `part(1)`, .. at the same time: a thread that has done one takes the next. One after the other where
/// there is one thread, or where others work already.
pub(super) fn run_together(parts: usize, part: &(dyn Fn(usize) + Sync)) {
    let threads = threads_here().min(parts);
    if threads <= 1 {
        return within(|| (0..parts).for_each(part));
    }
    let next = AtomicUsize::new(0);
    on_pool(threads, &|_| {
        within(|| {
            while let index = next.fetch_add(1, Ordering::Relaxed)
                && index < parts
            {
                part(index);
            }
        });
    });
}

#[cfg(feature = "rayon")]
fn on_pool(parts: usize, work: &(dyn Fn(usize) + Sync)) {
    use std::sync::OnceLock;

    use crate::kernels::{Seat, together};
    use rayon_core::{ThreadPool, ThreadPoolBuilder};

    /// More threads than this share no work.
    const MOST: usize = 256;
    static SEATS: [Seat; MOST] = [const { Seat::new() }; MOST];
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();

    let pool = POOL.get_or_init(|| {
        let threads = num_threads().max(cores()).min(MOST + 1) - 1;
        let name = |index| format!("tiedw-{}", index + 1);
        ThreadPoolBuilder::new().num_threads(threads).thread_name(name).build().ok()
    });
    match pool {
        Some(pool) => {
            let seats = pool.current_num_threads().min(num_threads() - 1);
            together(&SEATS[..seats], parts, work, |seat| pool.spawn(|| seat.serve()));
        }
        // The system gives no thread: this one does it all.
        None => (0..parts).for_each(work),
    }
}

#[cfg(not(feature = "rayon"))]
fn on_pool(parts: usize, work: &(dyn Fn(usize) + Sync)) {
    (0..parts).for_each(work);
}
