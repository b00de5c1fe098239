use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Range;
use std::rc::Rc;
use std::time::Instant;

use ::mpi::Threading;
use ::mpi::collective::SystemOperation;
use ::mpi::environment::Universe;
use ::mpi::topology::{Communicator, SimpleCommunicator};
use ::mpi::traits::{CommunicatorCollectives, Equivalence, Root};

use super::Traffic;
use crate::parallel::shards::rows_of;

/// The processes that `mpirun` started, of which this is one. MPI is finalized when it is dropped.
///
/// Without `mpirun` there is a single process: rank 0 of 1.
///
/// It is neither `Send` nor `Sync`. Each method marked *collective* must be called by all ranks in the same order: else
/// they wait for each other forever.
pub struct Ranks {
    world: SimpleCommunicator,
    traffic: Cell<Traffic>,
    /// Dropped last: finalizes MPI.
    _universe: Universe,
    /// MPI is initialized for calls from one thread only.
    _one_thread: PhantomData<Rc<()>>,
}

impl Ranks {
    /// Initializes MPI. Collective.
    ///
    /// # Panics
    /// If MPI is already initialized in this process, or its library does not support threads.
    pub fn init() -> Self {
        let Some((universe, threading)) = ::mpi::initialize_with_threading(Threading::Funneled) else {
            panic!("MPI has begun in this process already, and begins only once");
        };
        assert!(threading >= Threading::Funneled, "this library of MPI allows no threads beside its own");
        let (world, traffic) = (universe.world(), Cell::default());
        Ranks { world, traffic, _universe: universe, _one_thread: PhantomData }
    }

    /// The index of this process, from 0.
    pub fn rank(&self) -> usize {
        count(self.world.rank())
    }

    /// The number of processes.
    pub fn size(&self) -> usize {
        count(self.world.size())
    }

    /// Whether this is rank 0, which prints and writes files.
    pub fn is_first(&self) -> bool {
        self.rank() == 0
    }

    /// The rows of a batch of `rows` rows that belong to this rank: contiguous ranges of nearly equal size. With fewer
    /// rows than ranks some are empty.
    pub fn rows(&self, rows: usize) -> Range<usize> {
        rows_of(self.rank(), self.size(), rows)
    }

    /// What this rank has passed to MPI so far.
    pub fn traffic(&self) -> Traffic {
        self.traffic.get()
    }

    /// Terminates all ranks with this status: for a rank that cannot continue.
    pub fn abort(&self, status: i32) -> ! {
        self.world.abort(status)
    }

    /// Sums the elements of all ranks, index by index, into `sum`. Collective.
    pub(super) fn all_reduce<E: Equivalence>(&self, values: &[E], sum: &mut [E]) {
        self.counted::<E>(values.len(), || {
            for (values, sum) in values.chunks(Traffic::MOST).zip(sum.chunks_mut(Traffic::MOST)) {
                self.world.all_reduce_into(values, sum, SystemOperation::sum());
            }
        });
    }

    /// Whether `here` is true on all ranks. Collective.
    pub(super) fn all(&self, here: bool) -> bool {
        let mut everywhere = 0;
        self.counted::<u8>(1, || {
            self.world.all_reduce_into(&u8::from(here), &mut everywhere, SystemOperation::min());
        });
        everywhere == 1
    }

    /// Broadcasts the elements of rank 0. Collective.
    pub(super) fn broadcast_values<E: Equivalence>(&self, values: &mut [E]) {
        let first = self.world.process_at_rank(0);
        let given = if self.is_first() { values.len() } else { 0 };
        self.counted::<E>(given, || {
            values.chunks_mut(Traffic::MOST).for_each(|values| first.broadcast_into(values));
        });
    }

    fn counted<E>(&self, values: usize, call: impl FnOnce()) {
        let start = Instant::now();
        call();
        let time = start.elapsed();
        self.traffic.set(self.traffic.get() + Traffic { time, ..Traffic::of::<E>(values) });
    }
}

impl Drop for Ranks {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The other ranks may wait for this one, and finalizing MPI would wait for them.
            self.abort(1);
        }
    }
}

impl std::fmt::Debug for Ranks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rank {} of {}", self.rank(), self.size())
    }
}

/// MPI counts ranks as a C `int`, which is never negative here.
fn count(ranks: i32) -> usize {
    usize::try_from(ranks).unwrap_or_default()
}
