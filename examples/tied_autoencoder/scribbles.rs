//! Synthetic drawings of one or two arcs each.

use std::f32::consts::TAU;

use drawings::{PIXELS, SIDE};
use rand::{Rng, RngExt};
use tiedw::Tensor;

/// The radius of the pen in pixels.
const PEN: f32 = 1.2;

/// Draws `count` scribbles, one per row.
pub(crate) fn batch(count: usize, rng: &mut impl Rng) -> Tensor<PIXELS> {
    let mut pixels = vec![0.0; count * PIXELS];
    for drawing in pixels.chunks_mut(PIXELS) {
        for _ in 0..rng.random_range(1..3) {
            arc(drawing, rng);
        }
    }
    Tensor::from_vec([count], pixels)
}

/// Draws an arc of a circle.
fn arc(drawing: &mut [f32], rng: &mut impl Rng) {
    let mut within = |low: f32, high: f32| rng.random_range(low..high);
    let centre = (within(9.0, 19.0), within(9.0, 19.0));
    let (radius, start, length) = (within(3.0, 8.0), within(0.0, TAU), within(0.3, 1.0) * TAU);
    for step in 0..=40 {
        let angle = start + length * step as f32 / 40.0;
        dot(drawing, (centre.0 + radius * angle.cos(), centre.1 + radius * angle.sin()));
    }
}

/// Draws a dot of the pen, with ink that fades out at its edge.
fn dot(drawing: &mut [f32], (x, y): (f32, f32)) {
    for (at, pixel) in drawing.iter_mut().enumerate() {
        let distance = ((at % SIDE) as f32 - x).hypot((at / SIDE) as f32 - y);
        *pixel = pixel.max((1.6 - distance / PEN).clamp(0.0, 1.0));
    }
}
