//! Formatting of elements as nested lists, with the layout of `ndarray`.

use std::fmt;

use super::{Ids, Mask, Tensor};
use crate::Element;

/// The number of elements from which on long axes are abbreviated.
const MANY: usize = 500;
/// The maximum length of each of the last two axes, and of the others, when abbreviated.
const LONGEST: (usize, usize) = (11, 6);

/// Formats the elements, one line per row. If there are 500 or more, long axes are abbreviated: `[2, 3, ...,
/// 9]`. `{:#}` prints all elements. A precision, as in `{:.2}`, applies to each element.
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

/// Formats the shape, then the elements as `Display` does.
impl<const F: usize, E: Element> fmt::Debug for Tensor<F, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        described(f, "Tensor", self.shape(), self.as_slice())
    }
}

/// Formats the ids as a [`Tensor`] formats its elements.
impl fmt::Display for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        nested(f, self.shape(), self.as_slice(), fmt::Display::fmt)
    }
}

/// Formats the shape, then the ids as `Display` does.
impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        described(f, "Ids", self.shape(), self.as_slice())
    }
}

/// Formats the flags as a [`Tensor`] formats its elements.
impl<const F: usize> fmt::Display for Mask<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        nested(f, self.shape(), self.as_slice(), fmt::Display::fmt)
    }
}

/// Formats the shape, then the flags as `Display` does.
impl<const F: usize> fmt::Debug for Mask<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        described(f, "Mask", self.shape(), self.as_slice())
    }
}

/// Writes `Matrix[2, 3] [[1.0, ..`.
pub(crate) fn described<N: fmt::Debug>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    shape: &[usize],
    values: &[N],
) -> fmt::Result {
    write!(f, "{name}{shape:?} ")?;
    nested(f, shape, values, N::fmt)
}

/// Writes row-major elements as nested lists.
pub(crate) fn nested<N>(
    f: &mut fmt::Formatter<'_>,
    shape: &[usize],
    values: &[N],
    number: fn(&N, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    let all = f.alternate() || values.len() < MANY;
    list(f, shape, values, &Layout { number, all, indent: 1 })
}

struct Layout<N> {
    number: fn(&N, &mut fmt::Formatter<'_>) -> fmt::Result,
    /// Whether no axis is abbreviated.
    all: bool,
    indent: usize,
}

fn list<N>(f: &mut fmt::Formatter<'_>, shape: &[usize], values: &[N], layout: &Layout<N>) -> fmt::Result {
    let [count, inner @ ..] = shape else {
        return values.iter().try_for_each(|number| (layout.number)(number, f));
    };
    if values.is_empty() {
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
        list(f, inner, &values[index * size..(index + 1) * size], &within)?;
    }
    f.write_str("]")
}
