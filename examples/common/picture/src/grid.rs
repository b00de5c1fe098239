use std::path::Path;

use plotters::prelude::*;

use crate::Error;
use crate::ink::{ink, side};
use crate::write::{Area, Drawn, write};

/// Size of a pixel of a drawing, in points.
const PIXEL: i32 = 3;
const GAP: i32 = 8;
const TITLE: i32 = 48;
const LABEL: i32 = 84;
const CAPTION: i32 = 26;

/// A page with rows of drawings.
pub struct Grid {
    title: String,
    rows: Vec<(String, Vec<Cell>)>,
}

/// Drawings of the same size side by side, with a caption.
pub struct Cell {
    /// The ink of square drawings from 0 to 1, in row-major order.
    pub drawings: Vec<Vec<f32>>,
    /// The text below the drawings; may be empty.
    pub caption: String,
    /// The colour of the caption.
    pub verdict: Verdict,
}

/// The colour of a caption.
#[derive(Clone, Copy)]
pub enum Verdict {
    /// Green.
    Good,
    /// Red.
    Bad,
    /// Black.
    None,
}

impl Grid {
    /// Creates a page without rows.
    pub fn new(title: &str) -> Self {
        Grid { title: title.to_owned(), rows: Vec::new() }
    }

    /// Adds a row; `label` is printed in front of it, and may be empty.
    pub fn row(mut self, label: &str, cells: impl IntoIterator<Item = Cell>) -> Self {
        self.rows.push((label.to_owned(), cells.into_iter().collect()));
        self
    }

    /// Writes the page.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let label = if self.rows.iter().all(|(label, _)| label.is_empty()) { 0 } else { LABEL };
        let widths = self.rows.iter().map(|(_, cells)| cells.iter().map(Cell::width).sum::<i32>());
        let width = 2 * GAP + label + widths.max().unwrap_or(0);
        let rows: i32 = self.rows.iter().map(|(_, cells)| height(cells)).sum();
        write(path, (width as u32, (TITLE + rows) as u32), |area| {
            text(area, (2 * GAP, 14), &self.title, 22, &BLACK)?;
            let mut y = TITLE;
            for (name, cells) in &self.rows {
                let middle = cells.first().map_or(0, |cell| cell.side() / 2 - 12);
                text(area, (2 * GAP, y + middle), name, 18, &BLACK)?;
                let mut x = 2 * GAP + label;
                for cell in cells {
                    cell.draw(area, (x, y))?;
                    x += cell.width();
                }
                y += height(cells);
            }
            Ok(())
        })
    }
}

impl Cell {
    fn side(&self) -> i32 {
        PIXEL * self.drawings.first().map_or(0, |pixels| side(pixels)) as i32
    }

    fn width(&self) -> i32 {
        (self.side() + GAP) * self.drawings.len() as i32 + if self.caption.is_empty() { 0 } else { GAP }
    }

    fn draw(&self, area: &Area<'_>, (x, y): (i32, i32)) -> Drawn {
        let side = self.side();
        for (pixels, at) in self.drawings.iter().zip(0..) {
            let x = x + (side + GAP) * at;
            area.draw(&Rectangle::new([(x, y), (x + side, y + side)], BLACK.mix(0.2)))?;
            ink((x, y), PIXEL, pixels, BLACK).try_for_each(|pixel| area.draw(&pixel))?;
        }
        let colour = match self.verdict {
            Verdict::Good => RGBColor(0, 110, 60),
            Verdict::Bad => RGBColor(170, 30, 30),
            Verdict::None => BLACK,
        };
        text(area, (x, y + side + 5), &self.caption, 16, &colour)
    }
}

/// Returns the height of a row, in points.
fn height(cells: &[Cell]) -> i32 {
    let height = |cell: &Cell| cell.side() + GAP + if cell.caption.is_empty() { 0 } else { CAPTION };
    cells.iter().map(height).max().unwrap_or(0)
}

fn text(area: &Area<'_>, at: (i32, i32), words: &str, size: i32, colour: &RGBColor) -> Drawn {
    if !words.is_empty() {
        area.draw(&Text::new(words.to_owned(), at, ("sans-serif", size).into_font().color(colour)))?;
    }
    Ok(())
}
