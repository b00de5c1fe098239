//! Formatting of the summary, with at most 80 columns.

use std::fmt;

use super::Summary;
use super::numbers::Count;
use super::tree::{Node, Tie, Times};
use crate::size::Sizes;

const WIDTH: usize = 80;
const GAP: &str = "  ";
const HEADER: [&str; 5] = ["name", "type", "shape", "parameters", "tied to"];
/// The right-aligned column.
const NUMBERS: usize = 3;
const WORDS: [usize; 3] = [0, 1, 4];
/// The width down to which words are abbreviated before numbers are.
const MIN_WORD_WIDTH: usize = 10;

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rows = vec![HEADER.map(str::to_owned)];
        match &self.root.parts[..] {
            [] => row(&self.root, 0, &mut rows),
            parts => parts.iter().for_each(|part| row(part, 0, &mut rows)),
        }
        let widths = fit(&mut rows);
        let rule = "-".repeat(widths.iter().sum::<usize>() + GAP.len() * (HEADER.len() - 1));
        writeln!(f, "{}", shortened(&self.root.kind, WIDTH))?;
        for (at, cells) in rows.iter().enumerate() {
            let cells = cells.iter().zip(widths).enumerate();
            let cells = cells.map(|(column, (cell, width))| match column {
                NUMBERS => format!("{cell:>width$}"),
                _ => format!("{cell:<width$}"),
            });
            writeln!(f, "{}", cells.collect::<Vec<_>>().join(GAP).trim_end())?;
            if at == 0 {
                writeln!(f, "{rule}")?;
            }
        }
        writeln!(f, "{rule}")?;
        self.totals(f)
    }
}

/// Adds the rows of a part and of its parts.
fn row(node: &Node, depth: usize, rows: &mut Vec<[String; 5]>) {
    let name = format!("{}{}", GAP.repeat(depth), node.name);
    let shape = node.shape.map_or_else(String::new, |shape| format!("{:?}", Sizes(shape)));
    let tie = node.tie.as_ref().map_or_else(String::new, tie);
    rows.push([name, node.kind.clone(), shape, parameters(node), tie]);
    node.parts.iter().for_each(|part| row(part, depth + 1, rows));
}

fn tie(tie: &Tie) -> String {
    match (&*tie.source, tie.open) {
        ("", _) => "(open)".to_owned(),
        (source, true) => format!("{source} (open)"),
        (source, false) => source.to_owned(),
    }
}

/// Formats a count: `64`, `2 x 64`, `n x 64` in a `Vec`, `0 or 64` in an `Option`; `64 + ..` if a `Vec`
/// within adds more.
fn parameters(node: &Node) -> String {
    let one = match node.parameters {
        (0, false) => return "0".to_owned(),
        (0, true) => "..".to_owned(),
        (count, true) => format!("{} + ..", grouped(count)),
        (count, false) => grouped(count),
    };
    let maybe = node.times.contains(&Times::Maybe);
    let exactly: usize = node
        .times
        .iter()
        .filter_map(|times| if let Times::Exactly(n) = times { Some(n) } else { None })
        .product();
    let factors = [(exactly != 1).then(|| grouped(exactly))]
        .into_iter()
        .flatten()
        .chain(node.times.iter().filter(|times| **times == Times::Any).map(|_| "n".to_owned()));
    let mut text: String = factors.map(|factor| format!("{factor} x ")).collect();
    let one = if maybe { format!("0 or {one}") } else { one };
    text.push_str(&if one.contains(' ') && !text.is_empty() { format!("({one})") } else { one });
    text
}

/// Abbreviates the widest columns until each line fits, and returns the widths.
fn fit(rows: &mut [[String; 5]]) -> [usize; 5] {
    let mut widths: [usize; 5] = std::array::from_fn(|column| {
        rows.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0)
    });
    let room = WIDTH - GAP.len() * (HEADER.len() - 1);
    while widths.iter().sum::<usize>() > room {
        // Numbers only when all words have their minimum width.
        let words = |column: &usize| WORDS.contains(column) && widths[*column] > MIN_WORD_WIDTH;
        let widest = (0..widths.len()).max_by_key(|column| (words(column), widths[*column]));
        widths[widest.unwrap_or(0)] -= 1;
    }
    for cells in rows {
        for (cell, width) in cells.iter_mut().zip(widths) {
            *cell = shortened(cell, width);
        }
    }
    widths
}

/// Abbreviates a text in the middle if it is longer than `width`, and keeps its indent.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let Some(over) = (chars.len() + 1).checked_sub(width + 1).filter(|&over| over > 0) else {
        return text.to_owned();
    };
    let indent = chars.iter().take_while(|c| **c == ' ').count();
    let kept = width.saturating_sub(indent + 1);
    let start = (indent + kept / 2).min(width.saturating_sub(1));
    chars[..start].iter().chain(&['…']).chain(&chars[start + over + 1..]).collect()
}

/// Formats with thousands separators: `1,234,567`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Summary {
    /// Writes a line for each total, followed by what each element of a `Vec` adds.
    fn totals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: [(&str, fn(&Count) -> usize); 4] = [
            ("parameters", |count| count.parameters),
            ("  of them frozen", |count| count.frozen),
            ("buffers", |count| count.buffers),
            ("ties save", |count| count.tied),
        ];
        let mut lines = Vec::new();
        for (label, count) in all {
            let certain = count(&self.numbers.certain);
            let besides: Vec<_> = (self.numbers.besides.iter())
                .map(|besides| (format!("  + {}", besides.when), count(&besides.count)))
                .filter(|(_, count)| *count > 0)
                .collect();
            if certain > 0 || !besides.is_empty() || ["parameters", "ties save"].contains(&label) {
                lines.push((label.to_owned(), certain));
                lines.extend(besides);
            }
        }
        let lines: Vec<[String; 3]> = lines
            .into_iter()
            .map(|(label, count)| [shortened(&label, 40), grouped(count), grouped(count * self.bytes)])
            .collect();
        let [label, count, bytes] = std::array::from_fn(|column| {
            lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0)
        });
        for line in lines {
            writeln!(f, "{:<label$}  {:>count$}  {:>bytes$} bytes", line[0], line[1], line[2])?;
        }
        Ok(())
    }
}
