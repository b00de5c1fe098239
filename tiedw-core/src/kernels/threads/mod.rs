//! Threads: their number, the pool, and tasks that run on it.
//!
//! A parallel call is split into tasks ([`num_tasks`]). The calling thread runs tasks itself, together with the worker
//! threads of the pool. Parallel calls inside a task run on its thread alone.

mod pool;
mod tasks;
#[cfg(feature = "rayon")]
mod team;

pub(super) use pool::available_threads;
pub use pool::{num_threads, set_num_threads};
#[cfg(target_arch = "x86_64")]
pub(crate) use tasks::run_tasks;
pub(crate) use tasks::{num_tasks, parallel_for_each};
