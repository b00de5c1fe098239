//! Rendering of a square drawing.

use plotters::prelude::*;

/// Returns the rectangles that show a square drawing, given as ink from 0 to 1 in row-major order, with
/// `pixel` points per pixel.
pub(crate) fn ink(
    (x, y): (i32, i32),
    pixel: i32,
    pixels: &[f32],
    colour: RGBColor,
) -> impl Iterator<Item = Rectangle<(i32, i32)>> {
    let side = side(pixels);
    pixels.iter().enumerate().filter(|(_, ink)| **ink > 0.05).map(move |(at, &ink)| {
        let (left, top) = (x + pixel * (at % side) as i32, y + pixel * (at / side) as i32);
        let style = colour.mix(f64::from(ink)).filled();
        Rectangle::new([(left, top), (left + pixel, top + pixel)], style)
    })
}

/// The number of pixels along a side.
pub(crate) fn side(pixels: &[f32]) -> usize {
    pixels.len().isqrt().max(1)
}
