//! Numbers as nested lists, laid out as `ndarray` does.

use std::fmt;

use super::{Ids, Tensor};
use crate::Element;

/// From this many numbers on, long axes are cut.
const MANY: usize = 500;
/// What is left of the last axis and of the one before, and of the others.
const LONGEST: (usize, usize) = (11, 6);

/// Prints the numbers, a line for each row; `[2, 3, ..., 9]` where there are 500 or more of them and an axis is long.
/// `{:#}` prints them all, and a precision, as in `{:.2}`, is that of each.
///
/// ```
/// use tiedw_core::Tensor;
///
/// let x = Tensor::from([[1.0, 0.5], [0.25, 2.0]]);
/// assert_eq!(x.to_string(), "[[1, 0.5],\n [0.25, 2]]");
/// assert_eq!(format!("{x:.1}"), "[[1.0, 0.5],\n [0.2, 2.0]]");
/// ```
impl<const F: usize, E: Element> fmt::Display for Tensor<F, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        nested(f, self.shape(), self.as_slice(), fmt::Display::fmt)
    }
}

/// As `Display`, after the shape.
impl<const F: usize, E: Element> fmt::Debug for Tensor<F, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        described(f, "Tensor", self.shape(), self.as_slice())
    }
}

/// Prints the ids as a [`Tensor`] prints its numbers.
impl fmt::Display for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        nested(f, self.shape(), self.as_slice(), fmt::Display::fmt)
    }
}

/// As `Display`, after the shape.
impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        described(f, "Ids", self.shape(), self.as_slice())
    }
}

/// `Matrix[2, 3] [[1.0, ..`.
pub(crate) fn described<N: fmt::Debug>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    shape: &[usize],
    numbers: &[N],
) -> fmt::Result {
    write!(f, "{name}{shape:?} ")?;
    nested(f, shape, numbers, N::fmt)
}

/// Nested lists of row-major numbers.
pub(crate) fn nested<N>(
    f: &mut fmt::Formatter<'_>,
    shape: &[usize],
    numbers: &[N],
    number: fn(&N, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    let all = f.alternate() || numbers.len() < MANY;
    list(f, shape, numbers, &Layout { number, all, indent: 1 })
}

struct Layout<N> {
    number: fn(&N, &mut fmt::Formatter<'_>) -> fmt::Result,
    /// Whether no axis is cut.
    all: bool,
    indent: usize,
}

fn list<N>(f: &mut fmt::Formatter<'_>, shape: &[usize], numbers: &[N], layout: &Layout<N>) -> fmt::Result {
    let [count, inner @ ..] = shape else {
        return numbers.iter().try_for_each(|number| (layout.number)(number, f));
    };
    if numbers.is_empty() {
        return write!(f, "{}{}", "[".repeat(shape.len()), "]".repeat(shape.len()));
    }
    let separator = match inner.len() {
        0 => ", ".to_owned(),
        axes => format!(",{}{}", "\n".repeat(axes), " ".repeat(layout.indent)),
    };
    let limit = if inner.len() < 2 { LONGEST.0 } else { LONGEST.1 };
    let (start, end) =
        if layout.all || *count <= limit { (*count, *count) } else { (limit / 2, count - limit / 2) };
    let size: usize = inner.iter().product();
    let within = Layout { indent: layout.indent + 1, ..*layout };
    f.write_str("[")?;
    for index in (0..start).chain(end..*count) {
        if index > 0 {
            f.write_str(&separator)?;
        }
        if index == end {
            write!(f, "...{separator}")?;
        }
        list(f, inner, &numbers[index * size..(index + 1) * size], &within)?;
    }
    f.write_str("]")
}
