//! Data parallelism with several processes: the gradient of a batch that is distributed over MPI ranks.
//!
//! Each rank has the whole model and a part of each batch. It computes the gradient of its part; an all-reduce sums the
//! gradients in one message; and each rank updates its own copy of the weights, by the same step from the same values.
//! A tied weight is in the message once, however many fields borrow it.
//!
//! ```no_run
//! use rand::{SeedableRng, rngs::StdRng};
//! use tiedw_core::layers::{Layer, Linear};
//! use tiedw_core::loss::mse_loss_vjp;
//! use tiedw_core::optim::Adam;
//! use tiedw_core::parallel::mpi::{AllReduce, Ranks};
//! use tiedw_core::{Init, Module, Tensor};
//!
//! let ranks = Ranks::init();
//! // Whatever each rank initialized: all start with the weights of rank 0.
//! let mut net = Linear::<2, 1>::init(&mut StdRng::seed_from_u64(ranks.rank() as u64));
//! ranks.broadcast(&mut net);
//!
//! let x = Tensor::from_vec([3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
//! let t = Tensor::from_vec([3], vec![1.0, 0.0, -1.0]);
//! let mut adam = Adam::new(0.01);
//! let mut all_reduce = AllReduce::new(&net);
//! for _ in 0..100 {
//!     let (loss, gradient) = all_reduce.value_and_grad(&ranks, &net, x.rows(), |net, gradient, rows| {
//!         // In a network of one's own this is `net.loss_and_accumulate(gradient, &x, &t)`.
//!         let (x, t) = (x.narrow(0, rows.start, rows.len()), t.narrow(0, rows.start, rows.len()));
//!         let (y, pullback) = net.forward_vjp(&x);
//!         let (loss, loss_pullback) = mse_loss_vjp(&y, &t);
//!         let (dy, _) = loss_pullback(1.0, [true, false]);
//!         pullback(dy.unwrap(), gradient, [false]);
//!         loss
//!     });
//!     adam.step(&mut net, gradient);
//!     if ranks.is_first() {
//!         println!("{loss}");
//!     }
//! }
//! assert!(ranks.all_equal(&net));
//! ```
//!
//! ```sh
//! mpirun -n 4 target/release/my_program
//! ```
//!
//! Within a rank, large matrix products use [`num_threads`](super::num_threads) threads. With several ranks per
//! machine, set `TIEDW_NUM_THREADS` so that ranks times threads is the number of cores.
//!
//! # Reproducibility
//!
//! MPI requires that all ranks receive identical results of a reduction (MPI 3.1, section 5.9.6), so the weights of all
//! ranks stay equal bit for bit. With the same number of ranks and the same MPI library, a run repeats bit for bit.
//! Another number of ranks changes the order of summation, and sums differ in their last bits.
//!
//! # When a rank dies
//!
//! The job ends for all ranks if a rank panics while it holds its [`Ranks`], is killed, or exits the process otherwise:
//! `mpirun` reports which, and returns a nonzero status. A rank that returns an error from `main` while others still
//! compute would make them wait forever: call [`Ranks::abort`] instead. A rank that is killed before [`Ranks::init`]
//! returns, or a machine that vanishes, is left to MPI: `mpirun --timeout` sets a limit.

mod all_reduce;
mod broadcast;
mod ranks;
mod traffic;
#[cfg(feature = "safetensors")]
mod training;

pub use ::mpi::traits::Equivalence;
pub use all_reduce::AllReduce;
pub use ranks::Ranks;
pub use traffic::Traffic;
