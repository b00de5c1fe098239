//! Comparison of each layer and operation with PyTorch: outputs, gradients, and weights after three steps.
//!
//! `golden/generate_layers.py` and `golden/generate_losses.py` write the expected values.

#[path = "golden/reader.rs"]
mod golden;
#[path = "golden/run.rs"]
mod run;
mod vectors;

#[path = "golden/attention.rs"]
mod attention;
#[path = "golden/convolutions.rs"]
mod convolutions;
#[path = "golden/each_loss.rs"]
mod each_loss;
#[path = "golden/einsum.rs"]
mod einsum;
#[path = "golden/embeddings.rs"]
mod embeddings;
#[path = "golden/functions.rs"]
mod functions;
#[path = "golden/indexed.rs"]
mod indexed;
#[path = "golden/losses.rs"]
mod losses;
#[path = "golden/made.rs"]
mod made;
#[path = "golden/masks.rs"]
mod masks;
#[path = "golden/moved.rs"]
mod moved;
#[path = "golden/norms.rs"]
mod norms;
#[path = "golden/not_finite.rs"]
mod not_finite;
#[path = "golden/operations.rs"]
mod operations;
#[path = "golden/optimizers.rs"]
mod optimizers;
#[path = "golden/recurrent.rs"]
mod recurrent;
#[path = "golden/reductions.rs"]
mod reductions;
#[path = "golden/reordered.rs"]
mod reordered;
#[path = "golden/sorted_values.rs"]
mod sorted_values;
