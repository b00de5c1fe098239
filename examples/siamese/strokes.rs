//! Synthetic characters: a few curved strokes each, with random variation in every drawing.

use drawings::Drawing;
use rand::{Rng, RngExt};

use crate::characters::Characters;
use crate::one_shot::Run;

/// Width and height of the paper in pixels.
const PAPER: usize = 105;
const ALPHABETS: usize = 10;
const CHARACTERS: usize = 24;
const DRAWINGS: usize = 20;
const RUNS: usize = 20;
const WAYS: usize = 20;

type Point = (f32, f32);

/// A Bézier curve, given by four control points in the unit square.
type Stroke = [Point; 4];

/// Draws training characters, and one-shot runs on other characters.
pub(crate) fn draw(rng: &mut impl Rng) -> (Characters, Vec<Run>) {
    let mut alphabet = || (0..CHARACTERS).map(|_| character(rng)).collect::<Vec<_>>();
    let known: Vec<_> = (0..ALPHABETS).map(|_| alphabet()).collect();
    let unknown: Vec<_> = (0..RUNS).map(|_| alphabet()).collect();

    let mut drawn = |character: &Vec<Stroke>| -> Vec<Drawing> {
        (0..DRAWINGS).map(|_| by_hand(character, rng)).collect()
    };
    let known = known.iter().map(|alphabet| alphabet.iter().map(&mut drawn).collect()).collect();
    let runs = unknown.iter().map(|alphabet| {
        let ways = &alphabet[..WAYS];
        let references = ways.iter().map(|character| by_hand(character, rng)).collect();
        let tests = ways.iter().map(|character| by_hand(character, rng)).collect();
        Run { references, tests, classes: (0..WAYS).collect() }
    });
    (Characters::new(known), runs.collect())
}

/// Draws two to four strokes, some of which start at the end of the previous one.
fn character(rng: &mut impl Rng) -> Vec<Stroke> {
    let mut strokes: Vec<Stroke> = Vec::new();
    for _ in 0..rng.random_range(2..5) {
        let mut stroke: Stroke = std::array::from_fn(|_| (rng.random(), rng.random()));
        if let Some(before) = strokes.last()
            && rng.random_bool(0.5)
        {
            stroke[0] = before[3];
        }
        strokes.push(stroke);
    }
    strokes
}

/// Draws a character with random displacements of its control points.
fn by_hand(character: &[Stroke], rng: &mut impl Rng) -> Drawing {
    let mut ink = vec![false; PAPER * PAPER];
    for stroke in character {
        let mut near = |at: f32| at + rng.random_range(-0.07..0.07);
        let stroke = stroke.map(|(x, y)| (near(x), near(y)));
        for step in 0..=200 {
            dot(&mut ink, along(&stroke, step as f32 / 200.0));
        }
    }
    Drawing::from_image(PAPER, &ink).distorted(rng)
}

/// Returns the point of a cubic Bézier curve at `t`, from 0 to 1.
fn along(stroke: &Stroke, t: f32) -> Point {
    let between = |(x0, y0): Point, (x1, y1): Point| (x0 + (x1 - x0) * t, y0 + (y1 - y0) * t);
    let [a, b, c, d] = *stroke;
    let (ab, bc, cd) = (between(a, b), between(b, c), between(c, d));
    between(between(ab, bc), between(bc, cd))
}

/// Draws a dot of the pen.
fn dot(ink: &mut [bool], (x, y): Point) {
    const PEN: i32 = 1;
    let place = |at: f32| (10.0 + at * (PAPER as f32 - 20.0)) as i32;
    let (x, y) = (place(x), place(y));
    for (row, column) in
        (y - PEN..=y + PEN).flat_map(|row| (x - PEN..=x + PEN).map(move |column| (row, column)))
    {
        let inside = 0..PAPER as i32;
        if inside.contains(&row) && inside.contains(&column) {
            ink[row as usize * PAPER + column as usize] = true;
        }
    }
}
