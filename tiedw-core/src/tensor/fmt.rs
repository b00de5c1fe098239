use std::fmt;

use super::Tensor;
use crate::Element;

/// Prints a tensor as nested lists.
impl<const F: usize, E: Element> fmt::Debug for Tensor<F, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tensor{:?} ", self.axes)?;
        nested(f, self.shape(), self.as_slice())
    }
}

fn nested<E: fmt::Debug>(f: &mut fmt::Formatter<'_>, shape: &[usize], data: &[E]) -> fmt::Result {
    let [count, inner @ ..] = shape else {
        return data[0].fmt(f);
    };
    let size: usize = inner.iter().product();
    f.write_str("[")?;
    for index in 0..*count {
        if index > 0 {
            f.write_str(", ")?;
        }
        nested(f, inner, &data[index * size..(index + 1) * size])?;
    }
    f.write_str("]")
}
