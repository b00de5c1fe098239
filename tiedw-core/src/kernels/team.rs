//! Threads that wait awake for a moment after their work, since a training step has the next at once.
//!
//! To wake a sleeping thread takes tens of microseconds, which is longer than many of the products that it is to share.
//! So a thread that has done its part stays awake at its seat for a while, and takes the next part from there.

use std::any::Any;
use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread::{Thread, current, park, yield_now};
use std::time::{Duration, Instant};

/// How long a thread waits awake.
const PATIENCE: Duration = Duration::from_micros(200);
/// How often a waiting thread looks before it looks at the clock, or lets others run.
const LOOKS: usize = 256;

/// Nobody serves the seat, or who does is asleep.
const EMPTY: u8 = 0;
/// A thread waits there.
const WAITING: u8 = 1;
/// Somebody is about to give it work.
const TAKEN: u8 = 2;
/// Its work lies there.
const GIVEN: u8 = 3;
/// It works.
const WORKING: u8 = 4;

/// Where a thread takes its work.
pub(crate) struct Seat {
    state: AtomicU8,
    job: UnsafeCell<Option<Job>>,
    /// Who serves here, once somebody came.
    server: OnceLock<Thread>,
}

/// One part of something that [`together`] runs.
struct Job {
    work: *const (dyn Fn(usize) + Sync),
    index: usize,
    done: *const Done,
}

/// What the threads tell the one that waits for them.
#[derive(Default)]
struct Done {
    left: AtomicUsize,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

// SAFETY: whoever moves the state to TAKEN alone writes the job, and whoever moves it to WORKING alone takes it; what a
// job points to is shared between threads and outlives it (see `together`).
unsafe impl Sync for Seat {}
// SAFETY: as above: nothing in a seat belongs to one thread.
unsafe impl Send for Seat {}

impl Seat {
    pub(crate) const fn new() -> Self {
        Seat { state: AtomicU8::new(EMPTY), job: UnsafeCell::new(None), server: OnceLock::new() }
    }

    /// Gives the seat work; `None` where it has some, and else whether a thread has to come for it.
    fn give(&self, job: Job) -> Option<bool> {
        let take =
            |from| self.state.compare_exchange(from, TAKEN, Ordering::Acquire, Ordering::Relaxed).is_ok();
        let empty = if take(WAITING) {
            false
        } else if take(EMPTY) {
            true
        } else {
            return None;
        };
        // SAFETY: the state is TAKEN by this thread, so nobody else uses the cell.
        unsafe { *self.job.get() = Some(job) };
        self.state.store(GIVEN, Ordering::Release);
        Some(empty)
    }

    /// Takes the work that lies there.
    fn take(&self) -> Option<Job> {
        let given = self.state.compare_exchange(GIVEN, WORKING, Ordering::Acquire, Ordering::Relaxed);
        // SAFETY: the state is WORKING by this thread, so nobody else uses the cell.
        given.ok().and_then(|_| unsafe { (*self.job.get()).take() })
    }

    /// Takes the work back that `done` counts, where no thread has begun it.
    fn take_back(&self, done: &Done) -> Option<Job> {
        let given = self.state.compare_exchange(GIVEN, TAKEN, Ordering::Acquire, Ordering::Relaxed);
        given.ok()?;
        // SAFETY: the state is TAKEN by this thread, so nobody else uses the cell.
        let job = unsafe { &mut *self.job.get() }.take_if(|job| std::ptr::eq(job.done, done));
        // Whoever was to do it is there, or was called.
        self.state.store(if job.is_some() { WAITING } else { GIVEN }, Ordering::Release);
        job
    }

    /// Does the work that lies there, and all that comes after: awake for a while, then asleep until somebody gives more.
    pub(crate) fn serve(&self) -> ! {
        self.server.get_or_init(current);
        loop {
            while let Some(job) = self.take() {
                job.run();
                self.state.store(WAITING, Ordering::Release);
            }
            let start = Instant::now();
            loop {
                if (0..LOOKS).any(|_| {
                    spin_loop();
                    self.state.load(Ordering::Relaxed) == GIVEN
                }) {
                    break;
                }
                let leave = start.elapsed() > PATIENCE
                    && self
                        .state
                        .compare_exchange(WAITING, EMPTY, Ordering::Release, Ordering::Relaxed)
                        .is_ok();
                if leave {
                    while self.state.load(Ordering::Relaxed) == EMPTY {
                        park();
                    }
                    break;
                }
            }
        }
    }
}

impl Job {
    fn run(self) {
        // SAFETY: `together` does not return before `left` is 0, so both are there until the last line.
        let (work, done) = unsafe { (&*self.work, &*self.done) };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(self.index))) {
            done.report(panic);
        }
        done.left.fetch_sub(1, Ordering::Release);
    }
}

impl Done {
    fn report(&self, panic: Box<dyn Any + Send>) {
        if let Ok(mut first) = self.panic.lock() {
            first.get_or_insert(panic);
        }
    }
}

/// Runs `work(0)`, `work(1)`, .. `work(parts - 1)` at the same time: the first on this thread, and another at each seat
/// that is free. `call` lets a thread serve a seat that has none.
///
/// Returns when all are done; a panic of one of them goes on here.
pub(crate) fn together(
    seats: &'static [Seat],
    parts: usize,
    work: &(dyn Fn(usize) + Sync),
    call: impl Fn(&'static Seat),
) {
    let done = Done::default();
    // SAFETY: only the lifetime changes. A job is dropped before `left` counts it, and below this function waits for
    // `left` to be 0 before it returns; until there nothing in it unwinds but `work`, which is caught, and `call`.
    let pointer = unsafe {
        std::mem::transmute::<*const (dyn Fn(usize) + Sync + '_), *const (dyn Fn(usize) + Sync + 'static)>(
            work,
        )
    };
    let run_here = |index| {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(index))) {
            done.report(panic);
        }
    };
    let mut here = Vec::new();
    for index in 1..parts {
        let seat = seats.get(index - 1);
        done.left.fetch_add(1, Ordering::Relaxed);
        match seat.and_then(|seat| Some((seat, seat.give(Job { work: pointer, index, done: &done })?))) {
            Some((seat, true)) => match seat.server.get() {
                Some(server) => server.unpark(),
                None => call(seat),
            },
            Some((_, false)) => {}
            None => {
                done.left.fetch_sub(1, Ordering::Relaxed);
                here.push(index);
            }
        }
    }
    run_here(0);
    here.into_iter().for_each(run_here);
    // A thread that another program keeps from its core is not waited for.
    for seat in seats.iter().take(parts.saturating_sub(1)) {
        if let Some(job) = seat.take_back(&done) {
            run_here(job.index);
            done.left.fetch_sub(1, Ordering::Relaxed);
        }
    }
    let mut looks = 0;
    while done.left.load(Ordering::Acquire) > 0 {
        looks += 1;
        if looks % LOOKS == 0 { yield_now() } else { spin_loop() }
    }
    if let Some(panic) = done.panic.into_inner().unwrap_or(None) {
        resume_unwind(panic);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SEATS: [Seat; 3] = [const { Seat::new() }; 3];

    fn call(seat: &'static Seat) {
        std::thread::spawn(|| seat.serve());
    }

    #[test]
    fn every_part_runs_once() {
        for round in 0..200 {
            let parts = round % 7;
            let counts = [const { AtomicUsize::new(0) }; 7];
            together(&SEATS, parts, &|index| _ = counts[index].fetch_add(1, Ordering::Relaxed), call);
            let counts: Vec<_> = counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
            assert!(
                counts.iter().enumerate().all(|(index, &count)| count == usize::from(index < parts.max(1)))
            );
            if round % 50 == 0 {
                std::thread::sleep(2 * PATIENCE);
            }
        }
    }

    #[test]
    fn several_callers_share_the_seats() {
        let total = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        together(&SEATS, 4, &|index| _ = total.fetch_add(index, Ordering::Relaxed), call);
                    }
                });
            }
        });
        assert_eq!(total.load(Ordering::Relaxed), 4 * 100 * 6);
    }

    #[test]
    fn what_no_thread_begins_is_done_here() {
        static LATE: [Seat; 2] = [const { Seat::new() }; 2];
        let total = AtomicUsize::new(0);
        let calls = AtomicUsize::new(0);
        for _ in 0..10 {
            let add = |index| _ = total.fetch_add(index + 1, Ordering::Relaxed);
            together(&LATE, 3, &add, |_| _ = calls.fetch_add(1, Ordering::Relaxed));
        }
        assert_eq!(total.into_inner(), 10 * 6);
        // Whoever was called once is expected: the seat does not call again.
        assert_eq!(calls.into_inner(), 2);
    }

    #[test]
    fn a_panic_of_a_part_goes_on() {
        for failing in 0..3 {
            let work = |index| assert!(index != failing, "part {index}");
            let panic = catch_unwind(|| together(&SEATS, 3, &work, call)).expect_err("a part panics");
            assert_eq!(panic.downcast_ref::<String>(), Some(&format!("part {failing}")));
        }
    }
}
