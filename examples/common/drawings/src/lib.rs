//! What the examples on drawings share: how a drawing looks, and where it is read.

mod archive;
mod drawing;
mod error;
pub mod omniglot;

pub use archive::Archive;
pub use drawing::{Drawing, PIXELS, SIDE};
pub use error::Error;
