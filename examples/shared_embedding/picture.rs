//! The picture: the loss as it fell, on a scale of powers of ten.

use std::path::Path;

use plotters::prelude::*;

/// Writes `loss.svg`.
pub(crate) fn losses(folder: &Path, losses: &[f32]) -> Result<(), String> {
    let path = folder.join("loss.svg");
    std::fs::create_dir_all(folder)
        .map_err(Into::into)
        .and_then(|()| draw(&path, losses))
        .map_err(|error: Box<dyn std::error::Error>| format!("cannot write {}: {error}", path.display()))
}

fn draw(path: &Path, losses: &[f32]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, (800, 500)).into_drawing_area();
    area.fill(&WHITE)?;
    let least = losses.iter().copied().fold(1.0, f32::min).max(1e-6);
    let largest = losses.iter().copied().fold(least, f32::max);
    let mut chart = ChartBuilder::on(&area)
        .caption("loss of sorting digits", ("sans-serif", 24))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(74)
        .build_cartesian_2d(0..losses.len().max(1), (least..largest * 1.2).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("step")
        .y_desc("nats per digit")
        .light_line_style(WHITE)
        .axis_desc_style(("sans-serif", 18))
        .label_style(("sans-serif", 15))
        .draw()?;
    chart.draw_series(LineSeries::new(losses.iter().copied().enumerate(), BLUE))?;
    area.present()?;
    Ok(())
}
