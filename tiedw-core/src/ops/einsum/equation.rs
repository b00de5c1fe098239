//! Equations of sums of products, such as `bij,bjk->bik`.

use std::fmt;

use crate::axes::MOST_AXES;

/// The name of an axis: an ASCII letter, or a number below [`MOST_AXES`] for an axis of an ellipsis, counted from the left of the
/// longest one possible.
pub(super) type Label = u8;

/// Which axes the operands and the result have.
#[derive(Clone, Debug)]
pub(super) struct Equation {
    pub(super) operands: Vec<Vec<Label>>,
    pub(super) result: Vec<Label>,
    /// The size of each axis that is named.
    sizes: [usize; 128],
}

impl Equation {
    /// Reads an equation for operands of these shapes, or returns what is wrong.
    pub(super) fn new(text: &str, shapes: &[&[usize]]) -> Result<Self, String> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (left, right) = match text.split_once("->") {
            Some((left, right)) => (left, Some(right)),
            None => (&*text, None),
        };
        let terms: Vec<&str> = left.split(',').collect();
        if shapes.is_empty() {
            return Err("it takes at least one operand".into());
        }
        if terms.len() != shapes.len() {
            let (named, given) = (terms.len(), shapes.len());
            return Err(format!("it names the axes of {named}, and {given} are given"));
        }
        let mut equation = Equation { operands: Vec::new(), result: Vec::new(), sizes: [usize::MAX; 128] };
        for (at, (term, shape)) in terms.into_iter().zip(shapes).enumerate() {
            let labels = labels(term, shape.len()).map_err(|wrong| {
                wrong.unwrap_or_else(|| {
                    format!("`{term}` does not name the axes of operand {at}, which has {}", shape.len())
                })
            })?;
            equation.measure(at, &labels, shape)?;
            equation.operands.push(labels);
        }
        let longest = equation.operands.iter().flatten().filter(|&&label| is_of_ellipsis(label)).min();
        let of_ellipsis = longest.map_or(0, |&label| MOST_AXES - label as usize);
        equation.result = match right {
            Some(right) => equation.explicit(right, of_ellipsis)?,
            None => equation.implicit(),
        };
        Ok(equation)
    }

    pub(super) fn size(&self, label: Label) -> usize {
        self.sizes[label as usize]
    }

    /// Notes the sizes of the axes of an operand. An axis of size 1 is repeated.
    fn measure(&mut self, at: usize, labels: &[Label], shape: &[usize]) -> Result<(), String> {
        for (place, (&label, &size)) in labels.iter().zip(shape).enumerate() {
            let found = self.size(label);
            let before = labels[..place].iter().position(|&other| other == label);
            let differs_here = before.is_some_and(|before| shape[before] != size);
            if differs_here || (found != size && found != usize::MAX && found != 1 && size != 1) {
                let other = before.map_or(found, |before| shape[before]);
                return Err(format!("{} is {other}, and {size} of operand {at}", Name(label)));
            }
            if found == usize::MAX || found == 1 {
                self.sizes[label as usize] = size;
            }
        }
        Ok(())
    }

    /// The axes of a result that is written.
    fn explicit(&self, right: &str, of_ellipsis: usize) -> Result<Vec<Label>, String> {
        let letters = right.replacen("...", "", 1);
        let of_ellipsis = if letters.len() < right.len() { of_ellipsis } else { 0 };
        let result = labels(right, letters.len() + of_ellipsis).map_err(|wrong| {
            wrong.unwrap_or_else(|| format!("`{right}` does not name the axes of a result"))
        })?;
        for (place, &label) in result.iter().enumerate() {
            if self.size(label) == usize::MAX {
                return Err(format!("{} of the result is an axis of no operand", Name(label)));
            }
            if result[..place].contains(&label) {
                return Err(format!("{} is twice in the result", Name(label)));
            }
        }
        Ok(result)
    }

    /// The axes of a result that is not written: those of ellipses, and the letters that are written once, in alphabetical order.
    fn implicit(&self) -> Vec<Label> {
        let count = |label: &Label| self.operands.iter().flatten().filter(|&other| other == label).count();
        let mut result: Vec<Label> = (0..128)
            .filter(|label| count(label) == 1 || is_of_ellipsis(*label) && count(label) > 0)
            .collect();
        result.sort_unstable();
        result
    }
}

fn is_of_ellipsis(label: Label) -> bool {
    usize::from(label) < MOST_AXES
}

/// Reads the axes of a term with `rank` axes. `Err(None)`: it has another number of axes.
fn labels(term: &str, rank: usize) -> Result<Vec<Label>, Option<String>> {
    let (before, after) = match term.split_once("...") {
        Some((before, after)) => (before, Some(after)),
        None => (term, None),
    };
    let letters = before.len() + after.map_or(0, str::len);
    if let Some(other) =
        before.chars().chain(after.unwrap_or_default().chars()).find(|c| !c.is_ascii_alphabetic())
    {
        return Err(Some(format!("`{other}` is no letter")));
    }
    let of_ellipsis = rank.checked_sub(letters).ok_or(None)?;
    if after.is_none() && of_ellipsis > 0 {
        return Err(None);
    }
    let first = MOST_AXES.checked_sub(of_ellipsis).ok_or(None)? as Label;
    Ok(before.bytes().chain(first..MOST_AXES as Label).chain(after.unwrap_or_default().bytes()).collect())
}

/// A label as it is written.
struct Name(Label);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match is_of_ellipsis(self.0) {
            true => write!(f, "an axis of `...`"),
            false => write!(f, "`{}`", self.0 as char),
        }
    }
}
