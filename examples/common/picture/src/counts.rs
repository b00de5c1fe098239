use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::write::{Area, Drawn};
use crate::{colour, label};

const MARGIN: i32 = 16;
const TITLE: i32 = 56;
/// The height of the line above the cells.
const HEADING: i32 = 28;
/// The width of a letter, roughly.
const LETTER: i32 = 8;
/// A longer name ends in an ellipsis.
const LETTERS: usize = 16;

/// A square table of counts, such as a confusion matrix: darker where there is more of the row.
pub struct Counts {
    title: String,
    names: Vec<String>,
    rows: Vec<Vec<usize>>,
}

impl Counts {
    /// Creates a table of zeros, with the names of rows and columns.
    pub fn new(title: &str, names: &[String]) -> Self {
        let names: Vec<String> = names.iter().map(|name| shortened(name)).collect();
        let rows = vec![vec![0; names.len()]; names.len()];
        Counts { title: title.to_owned(), names, rows }
    }

    /// Sets the counts, row by row.
    pub fn counts(mut self, rows: &[Vec<usize>]) -> Self {
        self.rows = rows.to_vec();
        self
    }

    /// The width and the height, in points.
    pub(crate) fn size(&self) -> (u32, u32) {
        let (side, name) = (self.side() * self.names.len() as i32, self.name_width());
        // The title has larger letters.
        let title = self.title.chars().count() as i32 * (LETTER + 3);
        ((2 * MARGIN + title.max(name + side)) as u32, (TITLE + HEADING + side + MARGIN) as u32)
    }

    pub(crate) fn draw_on(&self, area: &Area<'_>) -> Drawn {
        let (side, left, top) = (self.side(), MARGIN + self.name_width(), TITLE + HEADING);
        text(area, (MARGIN, 28), HPos::Left, &self.title, 24, &BLACK)?;
        for (name, at) in self.names.iter().zip(0..) {
            let middle = at * side + side / 2;
            text(area, (left - LETTER, top + middle), HPos::Right, name, 16, &BLACK)?;
            text(area, (left + middle, top - HEADING / 2), HPos::Center, name, 16, &BLACK)?;
        }
        for (counts, row) in self.rows.iter().zip(0..) {
            let all = counts.iter().sum::<usize>().max(1) as f64;
            for (&count, column) in counts.iter().zip(0..) {
                let (x, y) = (left + column * side, top + row * side);
                let share = count as f64 / all;
                let cell = [(x, y), (x + side, y + side)];
                area.draw(&Rectangle::new(cell, colour(0).mix(share).filled()))?;
                area.draw(&Rectangle::new(cell, BLACK.mix(0.2)))?;
                let ink = if share > 0.5 { WHITE } else { BLACK };
                let middle = (x + side / 2, y + side / 2);
                text(area, middle, HPos::Center, &label(&(count as f64)), 18, &ink)?;
            }
        }
        Ok(())
    }

    /// The side of a cell: as wide as a name.
    fn side(&self) -> i32 {
        self.name_width().max(48)
    }

    fn name_width(&self) -> i32 {
        let longest = self.names.iter().map(|name| name.chars().count()).max();
        (longest.unwrap_or(0) as i32 + 2) * LETTER
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    name.chars().take(LETTERS - 1).chain(['…']).collect()
}

fn text(area: &Area<'_>, at: (i32, i32), from: HPos, words: &str, size: i32, colour: &RGBColor) -> Drawn {
    let style = ("sans-serif", size).into_font().color(colour).pos(Pos::new(from, VPos::Center));
    area.draw(&Text::new(words.to_owned(), at, style))?;
    Ok(())
}
