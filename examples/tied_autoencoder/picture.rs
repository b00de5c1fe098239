//! The picture: drawings, and below each what the two nets make of it.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;
use tiedw::Tensor;

use crate::drawings::drawing::{PIXELS, SIDE};
use crate::drawings::error::Error;

/// Points along a side of a pixel.
const PIXEL: i32 = 3;
const CELL: i32 = PIXEL * SIDE as i32 + 8;
const MARGIN: i32 = 90;

/// Writes `reconstructions.svg`.
pub(crate) fn rows(folder: &Path, rows: &[(&str, Tensor<PIXELS>)]) -> Result<(), Error> {
    let path = folder.join("reconstructions.svg");
    std::fs::create_dir_all(folder).map_err(Into::into).and_then(|()| draw(&path, rows)).map_err(
        |problem: Box<dyn std::error::Error>| Error::Write {
            path: path.clone(),
            problem: problem.to_string(),
        },
    )
}

fn draw(path: &Path, rows: &[(&str, Tensor<PIXELS>)]) -> Result<(), Box<dyn std::error::Error>> {
    let columns = rows.first().map_or(0, |(_, drawings)| drawings.rows());
    let size = (MARGIN as u32 + CELL as u32 * columns as u32, 16 + CELL as u32 * rows.len() as u32);
    let area = SVGBackend::new(path, size).into_drawing_area();
    area.fill(&WHITE)?;
    for (row, (name, drawings)) in rows.iter().enumerate() {
        let y = 8 + CELL * row as i32;
        area.draw(&Text::new(name.to_string(), (12, y + CELL / 2 - 12), ("sans-serif", 18).into_font()))?;
        for (column, pixels) in drawings.as_slice().chunks(PIXELS).enumerate() {
            ink(&area, (MARGIN + CELL * column as i32, y), pixels)?;
        }
    }
    area.present()?;
    Ok(())
}

fn ink(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    (x, y): (i32, i32),
    pixels: &[f32],
) -> Result<(), Box<dyn std::error::Error>> {
    let side = PIXEL * SIDE as i32;
    area.draw(&Rectangle::new([(x, y), (x + side, y + side)], BLACK.mix(0.2)))?;
    for (at, &pixel) in pixels.iter().enumerate().filter(|(_, pixel)| **pixel > 0.05) {
        let (left, top) = (x + PIXEL * (at % SIDE) as i32, y + PIXEL * (at / SIDE) as i32);
        let colour = BLACK.mix(f64::from(pixel)).filled();
        area.draw(&Rectangle::new([(left, top), (left + PIXEL, top + PIXEL)], colour))?;
    }
    Ok(())
}
