//! Checkpoints of weights and of training runs: their contents, what is accepted and what is rejected,
//! without panics.

#![cfg(feature = "safetensors")]

#[path = "checkpoints/bad_files.rs"]
mod bad_files;
#[path = "checkpoints/bad_places.rs"]
mod bad_places;
#[path = "checkpoints/convolutions.rs"]
mod convolutions;
#[path = "checkpoints/lists.rs"]
mod lists;
#[path = "checkpoints/mismatches.rs"]
mod mismatches;
#[path = "checkpoints/names.rs"]
mod names;
#[path = "checkpoints/nets.rs"]
mod nets;
#[path = "checkpoints/open.rs"]
mod open;
#[path = "checkpoints/open_mapped.rs"]
mod open_mapped;
#[path = "checkpoints/pytorch.rs"]
mod pytorch;
#[path = "checkpoints/shared_weights.rs"]
mod shared_weights;
#[path = "checkpoints/tools.rs"]
mod tools;
#[path = "checkpoints/training.rs"]
mod training;
