//! The charts and pictures of the examples, as SVG files that are legible at a width of 800 points.

mod beside;
mod chart;
mod counts;
mod embedding;
mod error;
mod grid;
mod ink;
mod principal;
mod write;

pub use beside::save_beside;
pub use chart::Chart;
pub use counts::Counts;
pub use embedding::Embedding;
pub use error::Error;
pub use grid::{Cell, Grid, Verdict};

use plotters::style::RGBColor;

/// The colours of Okabe and Ito (2008), which are distinguishable for most people, dark ones first.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
];

fn colour(at: usize) -> RGBColor {
    COLOURS[at % COLOURS.len()]
}

/// Formats the label of an axis as short as possible.
fn label(number: &f64) -> String {
    let rounded = (number * 1e6).round() / 1e6;
    // Avoids -0.
    (rounded + 0.0).to_string()
}
