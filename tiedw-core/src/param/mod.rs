//! Parameters: the owned leaves of a module, with the views of their weights and gradients.
//!
//! ```
//! use tiedw_core::{Filter2d, Matrix, Module, Vector};
//!
//! assert_eq!(Matrix::<5, 10>::SPEC.shape(), Some(&[5, 10][..]));
//! assert_eq!(Vector::<5>::NUM_PARAMETERS + Filter2d::<8, 3, 3, 1>::NUM_PARAMETERS, 5 + 72);
//! assert_eq!(Matrix::from([[1.0, 2.0], [3.0, 4.0]]), Matrix::from_vec(vec![1.0, 2.0, 3.0, 4.0]));
//! ```

mod collect;
mod convert;
mod define;
mod facts;
mod filter;
mod gates;
mod matrix;
mod parameter;
mod shape;
mod shaped;
mod store;
mod vector;

pub(crate) use convert::convert;
pub(crate) use define::parameter;
pub use filter::{Filter1d, Filter1dView, Filter2d, Filter2dView};
pub use gates::{GateBias, GateBiasView, Gates, GatesView};
pub use matrix::{Matrix, MatrixView};
pub use parameter::{Parameter, ParameterMut};
pub use shape::Shape;
pub(crate) use shape::other_shape;
pub use vector::{Vector, VectorView};

// Named only by generated code.
#[doc(hidden)]
pub use collect::{Collect, ConstantPlace, Indexed as IndexedGradient, ParameterPlace, Place};
pub(crate) use facts::InnerSizes;
pub use store::StateMut;
use store::Store;
#[doc(hidden)]
pub use store::{Accumulator, Elements, Fill};
