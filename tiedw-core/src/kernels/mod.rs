//! Matrix products and elementwise loops: the only `unsafe` code of the project, behind safe functions.
#![allow(unsafe_code, reason = "kernels call routines that take raw pointers")]

mod gemm;
mod rows;
mod sum;

pub use gemm::{Gemm, MatMut, MatRef, gemm};
pub(crate) use rows::{add_columns, fill_rows};
pub(crate) use sum::{sum, sum_zip};
