//! Matrix products, elementwise loops and their memory: the only `unsafe` code of the project, behind safe functions.
//!
//! ```
//! use tiedw_core::kernels::{MatMut, MatRef, gemm};
//!
//! let (a, mut c) = ([1.0, 2.0, 3.0, 4.0], [0.0; 4]);
//! gemm(1.0, MatRef::new(&a, 2, 2), MatRef::new(&a, 2, 2).t(), 0.0, MatMut::new(&mut c, 2, 2));
//! assert_eq!(c, [5.0, 11.0, 11.0, 25.0]);
//! ```
#![allow(unsafe_code, reason = "kernels call routines that take raw pointers")]

mod angles;
mod attention;
mod batch_norm;
mod broadcast;
mod choose;
mod compiled;
mod convolution;
mod copied;
mod cross_entropy;
mod ctc;
mod cube_root;
mod double;
mod dropout;
mod elementary;
mod exp;
mod fingerprint;
mod gated;
mod gather;
mod gemm;
mod hyperbolic;
mod lanes;
mod linear;
mod logarithm;
mod map;
#[cfg(feature = "safetensors")]
mod mapped;
mod memory;
mod norm;
mod normal;
mod optimizer;
mod picked;
mod places;
mod pooling;
mod power;
mod recurrent;
mod reduce;
mod repeat;
mod roots;
mod rotary;
mod rows;
mod sigmoid;
mod simd;
mod sine;
mod singles;
mod softmax;
mod sort;
mod stack;
mod strided;
mod sum;
mod swapped;
pub(crate) mod threads;
mod triangle;
mod trigonometric;

pub(crate) use angles::angle_slopes;
pub(crate) use attention::Attention;
pub(crate) use broadcast::{repeated, zip_repeated};
pub(crate) use choose::choose;
pub(crate) use convolution::{Convolution, transposed};
pub(crate) use copied::{copy, fill, joined, narrowed, widened};
pub(crate) use cross_entropy::softmax_of_parts;
pub(crate) use ctc::Ctc;
pub(crate) use dropout::{Zeros, threshold};
pub(crate) use fingerprint::fingerprint;
pub(crate) use gated::{Gate, gated_rows, gated_rows_vjp};
pub use gemm::{MatMut, MatRef, gemm};
pub(crate) use gemm::{Packed, gemm_of_batch};
pub(crate) use linear::{linear, linear_vjp_of_input, linear_vjp_of_weight};
pub(crate) use map::{
    OfPair, map, map_assign, map_by, map_by_wide, map_into, map_pair_by, zip, zip_assign, zip_by, zip_columns,
};
#[cfg(feature = "safetensors")]
pub(crate) use mapped::{Mapped, MappedElements};
pub(crate) use memory::{Shared, of_shared};
pub(crate) use normal::normal;
pub(crate) use optimizer::{AdamStep, RmsStep, SgdStep, sgd};
pub(crate) use picked::{FILLED, picked, picked_vjp, sum_of_filled};
pub(crate) use places::last_place;
pub(crate) use pooling::Pooling;
pub(crate) use power::Exponent;
pub(crate) use reduce::{Along, is_far};
pub(crate) use repeat::{repeat_each_row, repeat_row};
pub(crate) use roots::{reciprocal_roots_of_each, roots_of_each};
pub(crate) use rows::{BLOCK, add_columns, add_rows_of, share_of_rows, sum_in_blocks};
pub(crate) use sigmoid::{sigmoid, sigmoids, softplus_tail};
pub use simd::Vectors;
pub(crate) use sort::orders;
pub(crate) use strided::{add_strided, strided};
pub(crate) use sum::{sum, sum_of_squares, sum_zip, sums_of_rows};
pub(crate) use swapped::{Swapped, swapped};
pub(crate) use triangle::{Triangle, triangle};
pub(crate) use trigonometric::{of_sin_cos, of_tan};

// Not for users: bounds of `Element` and their memory, and the stack in which generated code keeps pullbacks.
#[doc(hidden)]
pub use compiled::Compiled;
#[doc(hidden)]
pub use elementary::Elementary;
#[doc(hidden)]
pub use gemm::Gemm;
#[doc(hidden)]
pub use memory::{Pooled, PooledVec};
#[doc(hidden)]
pub use simd::MulAdd;
#[doc(hidden)]
pub use stack::Stack;
