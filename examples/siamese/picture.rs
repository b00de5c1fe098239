//! The pictures: the loss as it fell, and some pairs with their distances.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::characters::Pairs;
use crate::drawing::{PIXELS, SIDE};
use crate::error::Error;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Writes `loss.svg`: the loss of each step, and its mean over a hundred.
pub(crate) fn losses(folder: &Path, caption: &str, losses: &[f32]) -> Result<(), Error> {
    write(folder, "loss.svg", (800, 500), |area| {
        let largest = losses.iter().copied().fold(0.0, f32::max);
        let mut chart = ChartBuilder::on(area)
            .caption(caption, ("sans-serif", 24))
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(0..losses.len(), 0.0..largest * 1.05)?;
        chart
            .configure_mesh()
            .x_desc("step")
            .y_desc("loss of a batch")
            .light_line_style(WHITE)
            .axis_desc_style(("sans-serif", 18))
            .label_style(("sans-serif", 15))
            .draw()?;
        let single = losses.iter().copied().enumerate().step_by(losses.len() / 800 + 1);
        chart.draw_series(LineSeries::new(single, BLUE.mix(0.25)))?;
        let means = losses
            .chunks(100)
            .enumerate()
            .map(|(i, chunk)| (i * 100 + chunk.len() / 2, chunk.iter().sum::<f32>() / chunk.len() as f32));
        chart.draw_series(LineSeries::new(means, BLUE.stroke_width(3)))?;
        Ok(())
    })
}

/// Writes `curve.svg`: the error on the one-shot runs after so many seconds of training.
pub(crate) fn curve(folder: &Path, points: &[(f64, f64)]) -> Result<(), Error> {
    write(folder, "curve.svg", (800, 500), |area| {
        let last = points.last().map_or(1.0, |(seconds, _)| *seconds);
        let largest = points.iter().map(|(_, error)| 100.0 * error).fold(0.0, f64::max);
        let mut chart = ChartBuilder::on(area)
            .caption("one-shot error", ("sans-serif", 24))
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(0.0..last, 0.0..largest * 1.05)?;
        chart
            .configure_mesh()
            .x_desc("seconds of training")
            .y_desc("error in %")
            .axis_desc_style(("sans-serif", 18))
            .label_style(("sans-serif", 15))
            .draw()?;
        let points = points.iter().map(|(seconds, error)| (*seconds, 100.0 * error));
        chart.draw_series(LineSeries::new(points, BLUE.stroke_width(3)))?;
        Ok(())
    })
}

/// Writes `pairs.svg`: pairs of drawings, each with its distance.
pub(crate) fn pairs(folder: &Path, pairs: &Pairs, distances: &[f32]) -> Result<(), Error> {
    const COLUMNS: usize = 4;
    const CELL: (i32, i32) = (200, 136);
    let rows = pairs.same.len().div_ceil(COLUMNS);
    let size = (CELL.0 as u32 * COLUMNS as u32, 48 + CELL.1 as u32 * rows as u32);
    write(folder, "pairs.svg", size, |area| {
        let title = ("sans-serif", 20).into_font();
        area.draw(&Text::new("pairs and their distances", (14, 14), title))?;
        for (pair, (&same, distance)) in pairs.same.iter().zip(distances).enumerate() {
            let (x, y) = ((pair % COLUMNS) as i32 * CELL.0 + 14, (pair / COLUMNS) as i32 * CELL.1 + 48);
            let pixels = pair * PIXELS..(pair + 1) * PIXELS;
            ink(area, (x, y), &pairs.a.as_slice()[pixels.clone()])?;
            ink(area, (x + 88, y), &pairs.b.as_slice()[pixels])?;
            let (text, colour) =
                if same { ("same", RGBColor(0, 110, 60)) } else { ("different", RGBColor(170, 30, 30)) };
            let style = ("sans-serif", 16).into_font().color(&colour);
            area.draw(&Text::new(format!("{text}: {distance:.2}"), (x, y + 90), style))?;
        }
        Ok(())
    })
}

/// A drawing in a frame, three points a pixel.
fn ink(area: &Area<'_>, (x, y): (i32, i32), pixels: &[f32]) -> Drawn {
    const PIXEL: i32 = 3;
    let side = PIXEL * SIDE as i32;
    area.draw(&Rectangle::new([(x, y), (x + side, y + side)], BLACK.mix(0.2)))?;
    for (at, &pixel) in pixels.iter().enumerate().filter(|(_, pixel)| **pixel > 0.05) {
        let (left, top) = (x + PIXEL * (at % SIDE) as i32, y + PIXEL * (at / SIDE) as i32);
        let colour = BLACK.mix(f64::from(pixel)).filled();
        area.draw(&Rectangle::new([(left, top), (left + PIXEL, top + PIXEL)], colour))?;
    }
    Ok(())
}

/// Writes a picture, or says what hindered it.
fn write(
    folder: &Path,
    name: &str,
    size: (u32, u32),
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> Result<(), Error> {
    let path = folder.join(name);
    let drawn = || -> Drawn {
        std::fs::create_dir_all(folder)?;
        let area = SVGBackend::new(&path, size).into_drawing_area();
        area.fill(&WHITE)?;
        draw(&area)?;
        area.present()?;
        Ok(())
    };
    drawn().map_err(|problem| Error::Write { path: path.clone(), problem: problem.to_string() })
}
