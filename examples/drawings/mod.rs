//! What the examples on drawings share: how a drawing looks, and where it is read.

pub(crate) mod archive;
pub(crate) mod drawing;
pub(crate) mod error;
pub(crate) mod omniglot;
