use std::path::Path;

use plotters::element::DynElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::ink::{ink, side};
use crate::principal::principal_components;
use crate::write::write;
use crate::{Error, colour, label};

/// A scatter plot of high-dimensional points, projected to their first two principal components.
pub struct Embedding {
    title: String,
    features: usize,
    points: Vec<f32>,
    signs: Vec<Sign>,
}

/// The marker of a point.
enum Sign {
    Text(String),
    Drawing { pixels: Vec<f32>, class: usize },
}

impl Embedding {
    /// Creates an empty plot of points with `features` features.
    pub fn new(title: &str, features: usize) -> Self {
        Embedding { title: title.to_owned(), features, points: Vec::new(), signs: Vec::new() }
    }

    /// Adds a point with a short text.
    pub fn text(mut self, point: &[f32], text: impl Into<String>) -> Self {
        self.points.extend_from_slice(point);
        self.signs.push(Sign::Text(text.into()));
        self
    }

    /// Adds a point with a square drawing, in the colour of its class.
    pub fn drawing(mut self, point: &[f32], pixels: &[f32], class: usize) -> Self {
        self.points.extend_from_slice(point);
        self.signs.push(Sign::Drawing { pixels: pixels.to_vec(), class });
        self
    }

    /// Writes the plot.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let places = principal_components(&self.points, self.features);
        let range = |axis: usize| {
            let along = places.iter().map(|place| place[axis]);
            let (low, high) = (along.clone().fold(f64::MAX, f64::min), along.fold(f64::MIN, f64::max));
            // Leaves room for the markers of the outermost points, even if there is only one point.
            let room = if high > low { 0.08 * (high - low) } else { 1.0 };
            if low <= high { low - room..high + room } else { 0.0..1.0 }
        };
        write(path, (800, 600), |area| {
            let mut chart = ChartBuilder::on(area)
                .caption(&self.title, ("sans-serif", 24))
                .margin(16)
                .x_label_area_size(48)
                .y_label_area_size(76)
                .build_cartesian_2d(range(0), range(1))?;
            chart
                .configure_mesh()
                .x_desc("first principal component")
                .y_desc("second principal component")
                .x_label_formatter(&label)
                .y_label_formatter(&label)
                .light_line_style(WHITE)
                .axis_desc_style(("sans-serif", 18))
                .label_style(("sans-serif", 15))
                .draw()?;
            for (&[x, y], sign) in places.iter().zip(&self.signs) {
                let (x, y) = chart.backend_coord(&(x, y));
                sign.elements((x, y)).iter().try_for_each(|element| area.draw(element))?;
            }
            Ok(())
        })
    }
}

impl Sign {
    fn elements<'a>(&self, (x, y): (i32, i32)) -> Vec<DynElement<'a, SVGBackend<'a>, (i32, i32)>> {
        match self {
            Sign::Text(text) => {
                let style = ("sans-serif", 24).into_font().color(&colour(0));
                let style = style.pos(Pos::new(HPos::Center, VPos::Center));
                vec![Text::new(text.clone(), (x, y), style).into_dyn()]
            }
            Sign::Drawing { pixels, class } => {
                let corner = (x - side(pixels) as i32 / 2, y - side(pixels) as i32 / 2);
                ink(corner, 1, pixels, colour(*class)).map(IntoDynElement::into_dyn).collect()
            }
        }
    }
}
