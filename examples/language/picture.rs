//! The picture: the loss as it fell.

use std::path::Path;

use plotters::prelude::*;

use super::train::Curve;

/// Writes `loss.svg`.
pub(crate) fn losses(folder: &Path, title: &str, curve: &Curve) -> Result<(), String> {
    let path = folder.join("loss.svg");
    std::fs::create_dir_all(folder)
        .map_err(Into::into)
        .and_then(|()| draw(&path, title, curve))
        .map_err(|error: Box<dyn std::error::Error>| format!("cannot write {}: {error}", path.display()))
}

fn draw(
    path: &Path,
    title: &str,
    Curve { learned, kept_back }: &Curve,
) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::new(path, (800, 500)).into_drawing_area();
    area.fill(&WHITE)?;
    let largest = learned.iter().copied().fold(0.0, f32::max);
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 24))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(0..learned.len(), 0.0..largest * 1.05)?;
    chart
        .configure_mesh()
        .x_desc("step")
        .y_desc("nats per character")
        .light_line_style(WHITE)
        .axis_desc_style(("sans-serif", 18))
        .label_style(("sans-serif", 15))
        .draw()?;
    chart
        .draw_series(LineSeries::new(learned.iter().copied().enumerate(), BLUE.mix(0.5)))?
        .label("learned from")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 20, y)], BLUE.mix(0.5)));
    chart
        .draw_series(kept_back.iter().map(|&at| Circle::new(at, 5, RED.filled())))?
        .label("kept back")
        .legend(|(x, y)| Circle::new((x + 10, y), 5, RED.filled()));
    chart.configure_series_labels().background_style(WHITE).label_font(("sans-serif", 15)).draw()?;
    area.present()?;
    Ok(())
}
