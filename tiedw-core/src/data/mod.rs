//! Splits and batches of training data.
//!
//! Examples are referred to by their indices. [`Tensor::index_select`](crate::Tensor::index_select) and
//! [`Ids::index_select`](crate::Ids::index_select) collect a batch. The same seed gives the same indices on
//! every machine.
//!
//! ```
//! use tiedw_core::Tensor;
//! use tiedw_core::data::{Batches, random_split};
//!
//! let x = Tensor::<2>::zeros([100]);
//! let (train, validation) = random_split(x.rows(), 0.2, 0);
//! assert_eq!((train.len(), validation.len()), (80, 20));
//!
//! let batches = Batches::new(train, 32).seed(0);
//! for epoch in 0..3 {
//!     for batch in batches.epoch(epoch) {
//!         let x = x.index_select(0, &batch);
//!         assert!(x.rows() == 32 || x.rows() == 16);
//!     }
//! }
//! ```

mod batches;
mod split;

pub use batches::Batches;
pub use split::random_split;
