//! A drawing: ink on a small square, centred and scaled to a standard size.

use rand::{Rng, RngExt};

/// Width and height of a [`Drawing`] in pixels.
pub const SIDE: usize = 28;

/// Number of pixels of a drawing.
pub const PIXELS: usize = SIDE * SIDE;

/// The standard deviation of the ink from its centre, as a fraction of the side of the square.
const SPREAD: f32 = 0.18;

/// Ink from 0 to 1, in row-major order.
#[derive(Clone, Debug)]
pub struct Drawing(Vec<f32>);

/// The source of each pixel of a distorted drawing: `x' = a x + b y + c`, `y' = d x + e y + f`, relative to
/// the centre.
struct Affine([f32; 6]);

impl Affine {
    /// A small random rotation, scaling, shear and translation.
    fn random(rng: &mut impl Rng) -> Self {
        let mut up_to = |limit: f32| rng.random_range(-limit..limit);
        let (turn, slant) = (up_to(0.25), up_to(0.25));
        let (width, height) = (1.0 + up_to(0.2), 1.0 + up_to(0.2));
        let (sin, cos) = turn.sin_cos();
        Affine([width * cos, slant - width * sin, up_to(1.5), height * sin, height * cos, up_to(1.5)])
    }

    fn map(&self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + b * y + c, d * x + e * y + f)
    }
}

impl Drawing {
    /// Centres and scales the ink of a large square image.
    pub fn from_image(side: usize, ink: &[bool]) -> Self {
        let inked = || ink.iter().enumerate().filter(|(_, ink)| **ink).map(|(at, _)| (at % side, at / side));
        let count = inked().count().max(1) as f32;
        let sum = inked().fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x as f32, sum.1 + y as f32));
        let (x0, y0) = (sum.0 / count, sum.1 / count);
        let variance: f32 = inked().map(|(x, y)| (x as f32 - x0).powi(2) + (y as f32 - y0).powi(2)).sum();
        let spread = (variance / count / 2.0).sqrt().max(1.0);

        // Each inked pixel of the image is distributed over the pixels around its scaled position.
        let scale = SPREAD * SIDE as f32 / spread;
        let middle = SIDE as f32 / 2.0;
        let mut pixels = vec![0.0; PIXELS];
        for (x, y) in inked() {
            let at = |x: usize, centre: f32| (x as f32 - centre) * scale + middle - 0.5;
            let (x, y) = (at(x, x0), at(y, y0));
            for (column, row, share) in neighbours(x, y) {
                pixels[row * SIDE + column] += share * 1.6 * scale * scale;
            }
        }
        Drawing(pixels.into_iter().map(|ink: f32| ink.min(1.0)).collect())
    }

    /// Returns the drawing with a small random rotation, scaling, shear and translation.
    pub fn distorted(&self, rng: &mut impl Rng) -> Self {
        let affine = Affine::random(rng);
        let middle = SIDE as f32 / 2.0 - 0.5;
        let pixel = |at: usize| {
            let (x, y) = affine.map((at % SIDE) as f32 - middle, (at / SIDE) as f32 - middle);
            neighbours(x + middle, y + middle)
                .map(|(column, row, share)| share * self.0[row * SIDE + column])
                .sum()
        };
        Drawing((0..PIXELS).map(pixel).collect())
    }

    /// The ink in row-major order.
    pub fn pixels(&self) -> &[f32] {
        &self.0
    }
}

/// Returns the up to four pixels around a position, with their weights for bilinear interpolation.
fn neighbours(x: f32, y: f32) -> impl Iterator<Item = (usize, usize, f32)> {
    let (left, top) = (x.floor(), y.floor());
    let (right_share, bottom_share) = (x - left, y - top);
    let corners = [
        (left, top, (1.0 - right_share) * (1.0 - bottom_share)),
        (left + 1.0, top, right_share * (1.0 - bottom_share)),
        (left, top + 1.0, (1.0 - right_share) * bottom_share),
        (left + 1.0, top + 1.0, right_share * bottom_share),
    ];
    let inside = 0.0..SIDE as f32;
    corners
        .into_iter()
        .filter(move |(x, y, _)| inside.contains(x) && inside.contains(y))
        .map(|(x, y, share)| (x as usize, y as usize, share))
}
