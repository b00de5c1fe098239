//! Parameters: the owned leaves of a module, their views, and their gradients' views.

mod collect;
mod convert;
mod gates;
mod kernel;
mod matrix;
mod parameter;
mod shaped;
mod vector;

pub use collect::{Collect, collect};
pub(crate) use convert::convert;
pub use gates::{GateBias, GateBiasView, Gates, GatesView};
pub use kernel::{Kernel, Kernel1d, Kernel1dView, KernelView};
pub use matrix::{Matrix, MatrixView};
pub use parameter::{Parameter, ParameterMut};
pub use vector::{Vector, VectorView};

use std::cell::Cell;

/// Shared access to numbers that are borrowed mutably.
#[inline]
fn cells<E>(data: &mut [E]) -> &[Cell<E>] {
    Cell::from_mut(data).as_slice_of_cells()
}
