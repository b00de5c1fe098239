//! Rendering as SVG: one line per part, with the ties to the right, in one lane per owner.

use std::collections::HashMap;
use std::fmt::Write;

use super::{place, title};
use crate::size::Sizes;
use crate::summary::{Node, shortened};

const ROW: usize = 26;
const INDENT: usize = 24;
const MARGIN: usize = 16;
const LANE: usize = 22;
/// The width of a character at the font size of [`STYLE`], rounded up since fonts differ.
const CHARACTER: usize = 9;
/// The maximum number of characters of a part and of its tie, so that most diagrams are legible at 800
/// pixels. Longer texts are abbreviated in the middle.
const LONGEST: (usize, usize) = (44, 36);

const STYLE: &str = "\
text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1f2328 }
.soft { fill: #59636e }
.module { fill: #ddf4ff; stroke: #54aeff }
.tied { fill: #ffffff; stroke: #57606a; stroke-dasharray: 4 3 }
.tree { fill: none; stroke: #afb8c1 }
.tie { fill: none; stroke-width: 1.5; stroke-dasharray: 5 4 }";

/// The colours of the lanes, cycled.
const COLOURS: [&str; 6] = ["#cf222e", "#0969da", "#1a7f37", "#8250df", "#9a6700", "#bf3989"];

/// A line of the image.
struct Line<'n> {
    node: &'n Node,
    depth: usize,
    /// The line of the enclosing part.
    parent: Option<usize>,
    text: String,
    /// The source of its tie, after the text.
    source: String,
}

impl Line<'_> {
    fn left(&self) -> usize {
        MARGIN + self.depth * INDENT
    }

    fn box_right(&self) -> usize {
        self.left() + 16 + CHARACTER * self.text.chars().count()
    }

    fn right(&self) -> usize {
        let source = self.source.chars().count();
        self.box_right() + if source > 0 { 12 + CHARACTER * source } else { 0 }
    }
}

/// An owner, and the lines that borrow from it.
struct Lane {
    owner: usize,
    borrowers: Vec<usize>,
    /// The column, counted from the left.
    column: usize,
}

impl Lane {
    fn ends(&self) -> (usize, usize) {
        let all = || self.borrowers.iter().copied().chain([self.owner]);
        (all().min().unwrap_or(0), all().max().unwrap_or(0))
    }
}

pub(super) fn draw(root: &Node) -> String {
    let mut lines = Vec::new();
    add(root, 0, None, &mut lines);
    let lanes = lanes(&lines);
    let right = lines.iter().map(Line::right).max().unwrap_or(0);
    let columns = lanes.iter().map(|lane| lane.column + 1).max().unwrap_or(0);
    let (width, height) = (right + MARGIN + columns * LANE + MARGIN, lines.len() * ROW + 2 * MARGIN);

    let mut svg = String::new();
    let mut push = |line: String| {
        svg.push_str(&line);
        svg.push('\n');
    };
    push(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">"
    ));
    push(format!("<title>{}</title>", escaped(&root.kind)));
    push(format!("<style>\n{STYLE}\n</style>"));
    push(format!("<rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"#ffffff\"/>"));
    for (at, line) in lines.iter().enumerate() {
        if let Some(parent) = line.parent {
            let (x, top) = (lines[parent].left() + INDENT / 2, middle(parent) + 10);
            push(format!("<path class=\"tree\" d=\"M{x} {top}V{}H{}\"/>", middle(at), line.left()));
        }
    }
    for (lane, colour) in lanes.iter().zip(COLOURS.iter().cycle()) {
        let x = right + MARGIN + lane.column * LANE + LANE / 2;
        let (first, last) = lane.ends();
        let mut path = format!("M{x} {}V{}", middle(first), middle(last));
        for &borrower in &lane.borrowers {
            let _ = write!(path, "M{} {}H{x}", lines[borrower].right() + 4, middle(borrower));
        }
        let (owner, y) = (lines[lane.owner].right() + 4, middle(lane.owner));
        let _ = write!(path, "M{x} {y}H{}", owner + 8);
        push(format!("<path class=\"tie\" stroke=\"{colour}\" d=\"{path}\"/>"));
        push(format!("<path fill=\"{colour}\" d=\"M{owner} {y}l9 -5v10z\"/>"));
    }
    for (at, line) in lines.iter().enumerate() {
        let (left, y) = (line.left(), middle(at) + 5);
        if !line.node.is_leaf() {
            let class = if line.node.tie.is_some() { "tied" } else { "module" };
            push(format!(
                "<rect class=\"{class}\" x=\"{left}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/>",
                middle(at) - 10,
                line.box_right() - left,
                20
            ));
        }
        push(format!("<text x=\"{}\" y=\"{y}\">{}</text>", left + 8, escaped(&line.text)));
        if !line.source.is_empty() {
            let x = line.box_right() + 8;
            push(format!("<text class=\"soft\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(&line.source)));
        }
    }
    push("</svg>".to_owned());
    svg
}

/// Returns the y-coordinate of the middle of a line.
fn middle(line: usize) -> usize {
    MARGIN + line * ROW + ROW / 2
}

fn add<'n>(node: &'n Node, depth: usize, parent: Option<usize>, lines: &mut Vec<Line<'n>>) {
    let text = match node.shape {
        Some(shape) if node.kind == "parameter" => format!("{} {:?}", node.name, Sizes(shape)),
        Some(shape) => format!("{} {:?}", title(node), Sizes(shape)),
        None => title(node),
    };
    let source = node.tie.as_ref().map_or_else(String::new, |tie| match &*tie.source {
        "" => "(open)".to_owned(),
        source => format!("= {source}"),
    });
    let (text, source) = (shortened(text.trim_start(), LONGEST.0), shortened(&source, LONGEST.1));
    let this = lines.len();
    lines.push(Line { node, depth, parent, text, source });
    node.parts.iter().for_each(|part| add(part, depth + 1, Some(this), lines));
}

/// Assigns a lane to each owner, in the leftmost column without another lane for the same lines.
fn lanes(lines: &[Line<'_>]) -> Vec<Lane> {
    let at: HashMap<&str, usize> =
        lines.iter().enumerate().map(|(at, line)| (&*line.node.path, at)).collect();
    let mut lanes: Vec<Lane> = Vec::new();
    for (borrower, line) in lines.iter().enumerate() {
        let source = line.node.tie.as_ref().map(|tie| place(&tie.source)).filter(|source| !source.is_empty());
        let Some(&owner) = source.as_deref().and_then(|source| at.get(source)) else { continue };
        match lanes.iter_mut().find(|lane| lane.owner == owner) {
            Some(lane) => lane.borrowers.push(borrower),
            None => lanes.push(Lane { owner, borrowers: vec![borrower], column: 0 }),
        }
    }
    for this in 0..lanes.len() {
        let (first, last) = lanes[this].ends();
        let beside = lanes[..this].iter().filter(|lane| lane.ends().0 <= last && first <= lane.ends().1);
        let taken: Vec<usize> = beside.map(|lane| lane.column).collect();
        lanes[this].column = (0..).find(|column| !taken.contains(column)).unwrap_or(0);
    }
    lanes
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
