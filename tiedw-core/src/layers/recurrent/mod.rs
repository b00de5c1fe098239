//! Recurrent layers.

mod gru;
mod lstm;
mod sequence;

pub use gru::{Gru, GruTies, GruView};
pub use lstm::{Lstm, LstmTies, LstmView};
