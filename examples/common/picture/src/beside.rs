use std::path::Path;

use crate::chart::SIZE;
use crate::write::write;
use crate::{Chart, Counts, Error};

/// Writes a chart with a table of counts to its right.
///
/// # Errors
/// If the file cannot be written.
pub fn save_beside(path: &Path, chart: &Chart, counts: &Counts) -> Result<(), Error> {
    let (width, height) = counts.size();
    write(path, (SIZE.0 + width, SIZE.1.max(height)), |area| {
        let (left, right) = area.split_horizontally(SIZE.0);
        chart.draw_on(&left.split_vertically(SIZE.1).0)?;
        counts.draw_on(&right)
    })
}
