//! The pictures of the examples, as SVG files that are legible at 800 points of width.

mod chart;
mod embedding;
mod error;
mod grid;
mod ink;
mod principal;
mod write;

pub use chart::Chart;
pub use embedding::Embedding;
pub use error::Error;
pub use grid::{Cell, Grid, Verdict};

use plotters::style::RGBColor;

/// Okabe and Ito (2008): colours that most eyes can tell apart, the dark ones first.
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

/// A number at an axis, as short as it can be.
fn label(number: &f64) -> String {
    let rounded = (number * 1e6).round() / 1e6;
    // Not -0.
    (rounded + 0.0).to_string()
}
