//! The pictures: the losses of both nets, and drawings with their reconstructions.

use std::path::Path;

use drawings::PIXELS;
use picture::{Cell, Chart, Error, Grid, Verdict};
use tiedw::Tensor;

/// Writes `loss.svg`.
pub(crate) fn losses(folder: &Path, tied: &[f32], untied: &[f32]) -> Result<(), Error> {
    Chart::new("reconstruction, with half the weights and with all", "step", "mean squared error")
        .logarithmic()
        .losses("tied", tied)
        .losses("untied", untied)
        .save(&folder.join("loss.svg"))
}

/// Writes `reconstructions.svg`.
pub(crate) fn reconstructions(folder: &Path, rows: &[(&str, Tensor<PIXELS>)]) -> Result<(), Error> {
    let mut grid = Grid::new("unseen drawings and their reconstructions from 64 values");
    for (name, drawings) in rows {
        let cell = |pixels: &[f32]| Cell {
            drawings: vec![pixels.to_vec()],
            caption: String::new(),
            verdict: Verdict::None,
        };
        grid = grid.row(name, drawings.as_slice().chunks(PIXELS).map(cell));
    }
    grid.save(&folder.join("reconstructions.svg"))
}
