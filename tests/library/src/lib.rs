//! Layers, losses and functions, generic over sizes and element types, as another crate defines them.

pub mod cells;
pub mod iterate;
pub mod layers;
pub mod losses;
