//! More than one core: the threads that kernels use, gradients of a batch in shards, and ranks on several machines.
//!
//! A program chooses one of two ways, and they never nest. Without doing anything, large matrix products and loops use
//! [`num_threads`] threads. [`Shards`], where there are several, gives each thread a part of the batch instead; within
//! it, everything runs on that one thread.
//!
//! No result depends on how many threads compute it.
//!
//! For more than one process see `parallel::mpi`, behind the feature `mpi`.

mod flat;
#[cfg(feature = "mpi")]
pub mod mpi;
mod pieces;
mod shards;
mod threads;

pub use flat::{parameters_to_vector, vector_to_parameters};
pub(crate) use pieces::{chunks, pieces_of, run};
pub use shards::Shards;
pub use threads::{num_threads, set_num_threads};
