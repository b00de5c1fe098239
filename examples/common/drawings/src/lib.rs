//! Code shared by the examples on drawings: the format of a drawing, and its readers.

mod archive;
mod drawing;
mod error;
pub mod omniglot;

pub use archive::Archive;
pub use drawing::{Drawing, PIXELS, SIDE};
pub use error::Error;
