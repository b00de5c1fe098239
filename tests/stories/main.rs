//! Programs as users write them, each trained until it has learned something.

mod adding;
mod beam;
mod computed_weights;
mod equilibrium;
mod library;
mod trees;
mod unet;
