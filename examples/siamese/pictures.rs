//! The pictures: loss curves, embeddings and classifications.

use std::path::Path;

use drawings::{Drawing, PIXELS};
use picture::{Cell, Chart, Embedding, Error, Grid, Verdict};
use tiedw::Tensor;

use crate::characters::Pairs;
use crate::one_shot::Run;

/// Cells per row.
const COLUMNS: usize = 4;

/// Writes `loss.svg`.
pub(crate) fn losses(folder: &Path, title: &str, losses: &[f32]) -> Result<(), Error> {
    Chart::new(title, "step", "loss of a batch").losses("loss", losses).save(&folder.join("loss.svg"))
}

/// Writes `curve.svg`: the error on the one-shot runs over the seconds of training.
pub(crate) fn curve(folder: &Path, points: &[(f64, f64)]) -> Result<(), Error> {
    Chart::new("one-shot error", "seconds of training", "error in %")
        .line("error", points.iter().map(|&(seconds, error)| (seconds, 100.0 * error)))
        .save(&folder.join("curve.svg"))
}

/// Writes `pairs.svg`: pairs of drawings, each with its distance.
pub(crate) fn pairs(folder: &Path, pairs: &Pairs, distances: &[f32]) -> Result<(), Error> {
    let sides = pairs.a.as_slice().chunks(PIXELS).zip(pairs.b.as_slice().chunks(PIXELS));
    let cells = sides.zip(&pairs.same).zip(distances).map(|(((a, b), &same), distance)| {
        let (word, verdict) = if same { ("same", Verdict::Good) } else { ("different", Verdict::Bad) };
        Cell { drawings: vec![a.to_vec(), b.to_vec()], caption: format!("{word}: {distance:.2}"), verdict }
    });
    grid("pairs and their distances", cells).save(&folder.join("pairs.svg"))
}

/// Writes `one_shot.svg`: each test of a run next to its nearest reference.
pub(crate) fn one_shot(folder: &Path, run: &Run, nearest: &[usize]) -> Result<(), Error> {
    let tests = run.tests.iter().zip(&run.classes).zip(nearest);
    let cells = tests.map(|((test, class), nearest)| {
        let drawings = [test, &run.references[*nearest]].map(|drawing| drawing.pixels().to_vec());
        let (word, verdict) =
            if nearest == class { ("right", Verdict::Good) } else { ("wrong", Verdict::Bad) };
        Cell { drawings: drawings.into(), caption: word.to_owned(), verdict }
    });
    let title = format!("unknown characters, each with the nearest of {}", run.references.len());
    grid(&title, cells).save(&folder.join("one_shot.svg"))
}

/// Writes `embedding.svg`: drawings of some characters at their embeddings, one colour per character.
pub(crate) fn embedding<const CODE: usize>(
    folder: &Path,
    characters: &[Vec<Drawing>],
    encode: impl Fn(&[Drawing]) -> Tensor<CODE>,
) -> Result<(), Error> {
    let mut picture = Embedding::new("codes of drawings, one colour per character", CODE);
    for (class, drawings) in characters.iter().enumerate() {
        let codes = encode(drawings);
        for (code, drawing) in codes.as_slice().chunks(CODE).zip(drawings) {
            picture = picture.drawing(code, drawing.pixels(), class);
        }
    }
    picture.save(&folder.join("embedding.svg"))
}

fn grid(title: &str, cells: impl Iterator<Item = Cell>) -> Grid {
    let (mut grid, mut cells) = (Grid::new(title), cells.peekable());
    while cells.peek().is_some() {
        grid = grid.row("", cells.by_ref().take(COLUMNS));
    }
    grid
}
