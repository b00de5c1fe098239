use std::path::Path;

use plotters::coord::ranged1d::{Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use crate::write::{Area, Drawn, write};
use crate::{Error, colour, label};

/// The width and the height, in points.
pub(crate) const SIZE: (u32, u32) = (800, 500);

/// A line chart, such as losses over steps.
pub struct Chart {
    title: String,
    x: String,
    y: String,
    logarithmic: bool,
    series: Vec<Series>,
}

struct Series {
    /// The name in the legend, if it has one.
    name: Option<String>,
    form: Form,
    colour: RGBColor,
    points: Vec<(f64, f64)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Line,
    Faint,
    Dots,
}

impl Chart {
    /// Creates a chart without curves; `x` and `y` are the axis labels.
    pub fn new(title: &str, x: &str, y: &str) -> Self {
        let [title, x, y] = [title, x, y].map(str::to_owned);
        Chart { title, x, y, logarithmic: false, series: Vec::new() }
    }

    /// Uses a logarithmic y axis, if the values span more than a power of ten.
    pub fn logarithmic(mut self) -> Self {
        self.logarithmic = true;
        self
    }

    /// Adds a line through points.
    pub fn line(self, name: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.with(Some(name), Form::Line, points)
    }

    /// Adds points without a line.
    pub fn dots(self, name: &str, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.with(Some(name), Form::Dots, points)
    }

    /// Adds the loss of each step as a faint line, and over it the mean of each fiftieth of the steps.
    pub fn losses(self, name: &str, losses: &[f32]) -> Self {
        let steps = |(step, &loss): (usize, &f32)| (step as f64 + 1.0, f64::from(loss));
        let each = losses.iter().enumerate().map(steps).step_by(losses.len() / 800 + 1);
        let few = losses.len().div_ceil(50).max(1);
        let means = losses.chunks(few).enumerate().map(|(at, part)| {
            let mean = part.iter().copied().map(f64::from).sum::<f64>() / part.len() as f64;
            ((at * few) as f64 + (part.len() + 1) as f64 / 2.0, mean)
        });
        let colours = self.colours();
        let mut chart = self.with(None, Form::Faint, each).with(Some(name), Form::Line, means);
        chart.series.iter_mut().rev().take(2).for_each(|series| series.colour = colour(colours));
        chart
    }

    /// Writes the chart.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        write(path, SIZE, |area| self.draw_on(area))
    }

    /// Draws the chart on an area of [`SIZE`].
    pub(crate) fn draw_on(&self, area: &Area<'_>) -> Drawn {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let last = points().map(|point| point.0).fold(1.0, f64::max);
        let largest = points().map(|point| point.1).fold(0.0, f64::max);
        let largest = if largest > 0.0 { largest } else { 1.0 };
        let mut builder = ChartBuilder::on(area);
        builder.caption(&self.title, ("sans-serif", 24)).margin(16);
        builder.x_label_area_size(48).y_label_area_size(76);
        let least = points().map(|point| point.1).filter(|y| *y > 0.0).fold(largest, f64::min);
        // Within one power of ten, a logarithmic axis may have no labels.
        if self.logarithmic && largest > 10.0 * least {
            let y = (least / 1.2..largest * 1.2).log_scale();
            self.draw(&mut builder.build_cartesian_2d(0.0..last, y)?)
        } else {
            self.draw(&mut builder.build_cartesian_2d(0.0..last, 0.0..largest * 1.05)?)
        }
    }

    fn with(mut self, name: Option<&str>, form: Form, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let (colour, points) = (colour(self.colours()), points.into_iter().collect());
        self.series.push(Series { name: name.map(str::to_owned), form, colour, points });
        self
    }

    /// The number of colours in use.
    fn colours(&self) -> usize {
        self.series.iter().filter(|series| series.name.is_some()).count()
    }

    fn draw<'a, Y>(
        &self,
        chart: &mut ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, Y>>,
    ) -> Drawn
    where
        Y: Ranged<ValueType = f64> + ValueFormatter<f64>,
    {
        chart
            .configure_mesh()
            .x_desc(&self.x)
            .y_desc(&self.y)
            .x_label_formatter(&label)
            .y_label_formatter(&label)
            .light_line_style(WHITE)
            .axis_desc_style(("sans-serif", 18))
            .label_style(("sans-serif", 15))
            .draw()?;
        for Series { name, form, colour, points } in &self.series {
            // A line through one point would be invisible.
            let form = if points.len() == 1 { Form::Dots } else { *form };
            let width = if form == Form::Line { 3 } else { 1 };
            let style = colour.mix(if form == Form::Faint { 0.3 } else { 1.0 }).stroke_width(width);
            let drawn = match form {
                Form::Dots => {
                    let dot = |&at| Circle::new(at, 5, colour.filled());
                    chart.draw_series(points.iter().map(dot))?
                }
                _ => chart.draw_series(LineSeries::new(points.iter().copied(), style))?,
            };
            let Some(name) = name else { continue };
            let colour = *colour;
            drawn.label(name).legend(move |(x, y)| match form {
                Form::Dots => Circle::new((x + 10, y), 5, colour.filled()).into_dyn(),
                _ => PathElement::new([(x, y), (x + 20, y)], style).into_dyn(),
            });
        }
        if self.colours() > 1 {
            let corner = self.free_corner(chart.plotting_area());
            let mut legend = chart.configure_series_labels();
            legend.background_style(WHITE.mix(0.85)).border_style(BLACK.mix(0.2));
            legend.position(corner);
            legend.label_font(("sans-serif", 16)).draw()?;
        }
        Ok(())
    }

    /// Returns the corner on the right with fewer points.
    fn free_corner<Y: Ranged<ValueType = f64>>(
        &self,
        area: &DrawingArea<SVGBackend<'_>, Cartesian2d<RangedCoordf64, Y>>,
    ) -> SeriesLabelPosition {
        let (columns, rows) = area.get_pixel_range();
        let (right, third) = (columns.end - columns.len() as i32 / 3, rows.len() as i32 / 3);
        let places = self.series.iter().flat_map(|series| &series.points).map(|at| area.map_coordinate(at));
        let (mut upper, mut lower) = (0, 0);
        for (_, y) in places.filter(|(x, _)| *x > right) {
            upper += i32::from(y < rows.start + third);
            lower += i32::from(y > rows.end - third);
        }
        if upper > lower { SeriesLabelPosition::LowerRight } else { SeriesLabelPosition::UpperRight }
    }
}
