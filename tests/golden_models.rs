//! Comparison of whole models with PyTorch: logits, loss, all gradients, and the weights after four steps of
//! AdamW.
//!
//! `golden/generate_models.py` writes the expected values. The models are small versions of those in the
//! examples.

#[path = "golden/reader.rs"]
mod golden;
#[path = "golden/train.rs"]
mod train;
mod vectors;

#[path = "golden/albert.rs"]
mod albert;
#[path = "golden/block.rs"]
mod block;
#[path = "golden/gpt.rs"]
mod gpt;
#[path = "golden/t5.rs"]
mod t5;
