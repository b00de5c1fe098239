//! Worker threads that spin for a moment after a task, since a training step has the next one soon.
//!
//! Waking a sleeping thread takes tens of microseconds, longer than many of the products that are to be parallelized.
//! So a worker thread spins at its seat for a while after a task, and takes the next one from there.

use std::any::Any;
use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread::{Thread, current, park, yield_now};
use std::time::{Duration, Instant};

/// How long a worker spins before it parks.
const PATIENCE: Duration = Duration::from_micros(200);
/// The number of spins between looks at the clock, or between yields.
const LOOKS: usize = 256;

/// No worker serves the seat, or its worker is parked.
const EMPTY: u8 = 0;
/// A worker spins and waits for a task.
const WAITING: u8 = 1;
/// A caller has reserved the seat, and is about to write a task.
const TAKEN: u8 = 2;
/// A task is ready.
const GIVEN: u8 = 3;
/// The worker runs a task.
const WORKING: u8 = 4;

/// A slot through which a worker thread receives tasks.
pub(crate) struct Seat {
    state: AtomicU8,
    job: UnsafeCell<Option<Job>>,
    /// The worker of this seat, once there is one.
    server: OnceLock<Thread>,
}

/// One task of a parallel call of [`run_on_team`].
struct Job {
    work: *const (dyn Fn(usize) + Sync),
    index: usize,
    done: *const Done,
}

/// The completion state of a parallel call, shared by its tasks and its caller.
#[derive(Default)]
struct Done {
    left: AtomicUsize,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

// SAFETY: only the thread that moves the state to TAKEN accesses the job until it moves it on, and only the thread that
// moves it to WORKING takes it. What a job points to may be shared between threads, and outlives it (see `run_on_team`).
unsafe impl Sync for Seat {}
// SAFETY: as above; nothing in a seat is tied to one thread.
unsafe impl Send for Seat {}

impl Seat {
    pub(crate) const fn new() -> Self {
        Seat { state: AtomicU8::new(EMPTY), job: UnsafeCell::new(None), server: OnceLock::new() }
    }

    /// Puts a task into the seat. Returns `None` if the seat is busy, and else whether a worker has to be started or
    /// woken.
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
        // SAFETY: this thread has moved the state to TAKEN, so nobody else accesses the cell.
        unsafe { *self.job.get() = Some(job) };
        self.state.store(GIVEN, Ordering::Release);
        Some(empty)
    }

    /// Takes the task, if one is ready.
    fn take(&self) -> Option<Job> {
        let given = self.state.compare_exchange(GIVEN, WORKING, Ordering::Acquire, Ordering::Relaxed);
        // SAFETY: this thread has moved the state to WORKING, so nobody else accesses the cell.
        given.ok().and_then(|_| unsafe { (*self.job.get()).take() })
    }

    /// Takes back a task of `done`, if no worker has started it.
    fn take_back(&self, done: &Done) -> Option<Job> {
        let given = self.state.compare_exchange(GIVEN, TAKEN, Ordering::Acquire, Ordering::Relaxed);
        given.ok()?;
        // SAFETY: this thread has moved the state to TAKEN, so nobody else accesses the cell.
        let job = unsafe { &mut *self.job.get() }.take_if(|job| std::ptr::eq(job.done, done));
        // The seat counts as served: its worker is there, or was started or woken for this task.
        self.state.store(if job.is_some() { WAITING } else { GIVEN }, Ordering::Release);
        job
    }

    /// Runs the task in the seat and all later ones. Between tasks it spins for a while, and then parks.
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
        // SAFETY: `run_on_team` returns only after `left` is 0, so both are valid until the last line.
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

/// Runs `work(0)` to `work(parts - 1)` in parallel: the first on this thread, and each other one at a seat that is
/// free, or else on this thread. `call` starts a worker for a seat that has none.
///
/// Returns when all are done; a panic in one of them is resumed here.
pub(crate) fn run_on_team(
    seats: &'static [Seat],
    parts: usize,
    work: &(dyn Fn(usize) + Sync),
    call: impl Fn(&'static Seat),
) {
    let done = Done::default();
    // SAFETY: only the lifetime changes. A job is dropped before it decrements `left`, and this function waits below
    // for `left` to be 0 before it returns. Until then nothing in it unwinds: panics of `work` and `call` are caught,
    // and a job whose worker could not be started is taken back from its seat.
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
                None => {
                    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| call(seat))) {
                        done.report(panic);
                    }
                }
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
    // Do not wait for a worker that another process keeps off its core: run its task here.
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
            run_on_team(&SEATS, parts, &|index| _ = counts[index].fetch_add(1, Ordering::Relaxed), call);
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
                        run_on_team(&SEATS, 4, &|index| _ = total.fetch_add(index, Ordering::Relaxed), call);
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
            run_on_team(&LATE, 3, &add, |_| _ = calls.fetch_add(1, Ordering::Relaxed));
        }
        assert_eq!(total.into_inner(), 10 * 6);
        // A seat starts a worker once, and expects it from then on.
        assert_eq!(calls.into_inner(), 2);
    }

    #[test]
    fn a_panic_of_a_part_goes_on() {
        for failing in 0..3 {
            let work = |index| assert!(index != failing, "part {index}");
            let panic = catch_unwind(|| run_on_team(&SEATS, 3, &work, call)).expect_err("a part panics");
            assert_eq!(panic.downcast_ref::<String>(), Some(&format!("part {failing}")));
        }
    }

    #[test]
    fn a_worker_that_cannot_be_started_leaves_no_job() {
        static NONE: [Seat; 2] = [const { Seat::new() }; 2];
        let total = AtomicUsize::new(0);
        let add = |index| _ = total.fetch_add(index + 1, Ordering::Relaxed);
        let panic = catch_unwind(AssertUnwindSafe(|| run_on_team(&NONE, 3, &add, |_| panic!("no thread"))));
        assert_eq!(panic.expect_err("`call` panics").downcast_ref::<&str>(), Some(&"no thread"));
        assert_eq!(total.into_inner(), 6);
        assert!(NONE.iter().all(|seat| seat.take().is_none()));
    }
}
