//! The number of threads, and the thread pool.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::environment::variable;

/// The number of threads; 0 until it is first needed.
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// The number of threads that large matrix products and elementwise loops may use.
///
/// It is set by the environment variable `TIEDW_NUM_THREADS`, which is read once; if that is not set or empty, it is
/// the number of cores. With one thread no other is ever started. Without the feature `rayon` there is only one.
///
/// ```
/// use tiedw_core::parallel::num_threads;
///
/// assert!(num_threads() >= 1);
/// ```
///
/// # Panics
/// If the variable is set to anything but a positive integer.
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

/// Sets the number of threads that large matrix products and elementwise loops may use.
///
/// ```
/// use tiedw_core::parallel::{num_threads, set_num_threads};
///
/// set_num_threads(1);
/// assert_eq!(num_threads(), 1);
/// ```
///
/// # Panics
/// If `threads` is 0.
pub fn set_num_threads(threads: usize) {
    assert!(threads > 0, "there is no work without a thread");
    THREADS.store(if cfg!(feature = "rayon") { threads } else { 1 }, Ordering::Relaxed);
}

thread_local! {
    /// Whether this thread runs a task of a parallel call.
    static WITHIN: Cell<bool> = const { Cell::new(false) };
}

/// The number of threads that a parallel call from here may use: one inside a task of another.
#[inline]
pub(in crate::kernels) fn available_threads() -> usize {
    if WITHIN.get() { 1 } else { num_threads() }
}

/// Runs a task of a parallel call: parallel calls inside it stay on this thread.
pub(super) fn inside_task<T>(part: impl FnOnce() -> T) -> T {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            WITHIN.set(self.0);
        }
    }
    let _restore = Restore(WITHIN.replace(true));
    part()
}

/// Runs `part(0)` to `part(parts - 1)` in parallel: a thread that has finished one takes the next. Runs them
/// sequentially with a single thread, or inside a task of another parallel call.
pub(super) fn run_on_pool(parts: usize, part: &(dyn Fn(usize) + Sync)) {
    let threads = available_threads().min(parts);
    if threads <= 1 {
        return inside_task(|| (0..parts).for_each(part));
    }
    let next = AtomicUsize::new(0);
    on_pool(threads, &|_| {
        inside_task(|| {
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

    use super::team::{Seat, run_on_team};
    use rayon_core::{ThreadPool, ThreadPoolBuilder};

    /// The maximum number of worker threads.
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
            run_on_team(&SEATS[..seats], parts, work, |seat| pool.spawn(|| seat.serve()));
        }
        // The system could not start threads: run everything on this one.
        None => (0..parts).for_each(work),
    }
}

#[cfg(not(feature = "rayon"))]
fn on_pool(parts: usize, work: &(dyn Fn(usize) + Sync)) {
    (0..parts).for_each(work);
}
