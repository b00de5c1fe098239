//! Parallelism: the threads that kernels use, data-parallel gradients in shards, and MPI ranks on several machines.
//!
//! There are two levels of threading, and they never nest. By default large matrix products and loops use
//! [`num_threads`] threads. With several [`Shards`], each thread computes a part of the batch instead, and everything
//! inside it runs on that one thread.
//!
//! No result depends on the number of threads.
//!
//! For several processes see `parallel::mpi`, behind the feature `mpi`.
//!
//! ```
//! use tiedw_core::{Vector, parallel::Shards};
//!
//! let w = Vector::<1>::from([1.0]);
//! let values = [1.0, 2.0, 6.0];
//! // The mean of w x over the values: its derivative is the mean of x, however the shards divide them.
//! let mut shards = Shards::new(&w, 2);
//! let (value, gradient) = shards.value_and_grad(&w, values.len(), |w, gradient, rows| {
//!     let mean = values[rows.clone()].iter().sum::<f32>() / rows.len() as f32;
//!     gradient[0] += mean;
//!     w[0] * mean
//! });
//! assert_eq!((value, gradient[0]), (3.0, 3.0));
//! ```

mod flat;
#[cfg(feature = "mpi")]
pub mod mpi;
mod shards;

pub use crate::kernels::threads::{num_threads, set_num_threads};
pub use flat::FlatVector;
pub use shards::Shards;
