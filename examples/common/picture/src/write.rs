//! Output of pictures to files.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::Error;

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(crate) type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Draws on a white background with `draw`, and writes the file. Creates its folder if necessary.
pub(crate) fn write(
    path: &Path,
    size: (u32, u32),
    draw: impl FnOnce(&Area<'_>) -> Drawn,
) -> Result<(), Error> {
    let drawn = || -> Drawn {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let area = SVGBackend::new(path, size).into_drawing_area();
        area.fill(&WHITE)?;
        draw(&area)?;
        area.present()?;
        Ok(())
    };
    drawn().map_err(|problem| Error { path: path.to_owned(), problem: problem.to_string() })
}
