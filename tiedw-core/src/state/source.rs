//! The tensors of a file as the sources of a model's parameters and buffers.

use safetensors::tensor::TensorView;

use super::Mismatch;
use super::numbers::{copy, dtype, read, readable};
use crate::Real;
use crate::param::Parameter;

/// A parameter or buffer of a model.
pub(super) struct Place {
    pub(super) name: String,
    /// The shape in files.
    pub(super) shape: Vec<usize>,
    /// Whether it is a convolution kernel, whose input channels are the second axis in files and the last in
    /// memory.
    kernel: bool,
}

impl Place {
    pub(super) fn new<E>(name: String, numbers: &Parameter<'_, E>) -> Self {
        Place { name, shape: numbers.shape_in_files(), kernel: numbers.is_kernel() }
    }

    fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Returns the index in memory of the element with index `at` in a file.
    fn in_memory(&self, at: usize) -> usize {
        match *self.shape {
            [_, inputs, ref places @ ..] if self.kernel => {
                let places: usize = places.iter().product();
                let (row, input, place) = (at / (inputs * places), at / places % inputs, at % places);
                (row * places + place) * inputs + input
            }
            _ => at,
        }
    }
}

/// A tensor of a file, or a slice of it, for one place.
#[derive(Clone)]
pub(super) struct Source<'f> {
    pub(super) name: &'f str,
    pub(super) tensor: &'f TensorView<'f>,
    pub(super) transposed: bool,
    /// Whether its name was mapped with `.t()`, once or more.
    pub(super) said: bool,
    pub(super) part: Part,
}

/// The slice of a tensor.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// Whether it is along the last axis; otherwise the first.
    pub(super) last_axis: bool,
    pub(super) start: usize,
    /// The size of the tensor along this axis.
    pub(super) of: usize,
}

impl Source<'_> {
    /// Returns the shape that the tensor must have for a place of `shape`.
    fn expected(&self, shape: &[usize]) -> Vec<usize> {
        let mut expected = in_file(shape, self.transposed);
        let axis = axis(&expected, self.part.last_axis);
        expected[axis] = self.part.of;
        expected
    }

    pub(super) fn fits(&self, shape: &[usize]) -> bool {
        let is_matrix = !self.transposed || shape.len() <= 2;
        readable(self.tensor.dtype()) && is_matrix && self.tensor.shape() == self.expected(shape)
    }

    /// Returns the reason why it does not match.
    pub(super) fn mismatch(&self, shape: &[usize]) -> Mismatch {
        let name = self.name.to_owned();
        if !readable(self.tensor.dtype()) {
            return Mismatch::Type { name, found: self.tensor.dtype().to_string() };
        }
        Mismatch::Shape { name, expected: self.expected(shape), found: self.tensor.shape().to_vec() }
    }

    /// Whether its bytes are those of the place in memory.
    pub(super) fn is_direct<E: Real>(&self, place: &Place) -> bool {
        let is_vector = place.shape.len() < 2;
        self.tensor.dtype() == dtype::<E>()
            && self.tensor.shape() == place.shape
            && (is_vector || !self.transposed)
            && !place.kernel
    }

    /// Writes each element of the slice to its index in memory, and calls `done` with bytes that are read.
    pub(super) fn read<E: Real>(&self, place: &Place, numbers: &mut [E], done: impl Fn(&[u8])) {
        if self.is_direct::<E>(place) {
            return copy(self.tensor, numbers, done);
        }
        let part = in_file(&place.shape, self.transposed);
        let axis = axis(&part, self.part.last_axis);
        let inner: usize = part[axis + 1..].iter().product();
        let (row, start, length) = (self.part.of * inner, self.part.start * inner, part[axis] * inner);
        let put = |at: usize, number| {
            let within = (at % row).wrapping_sub(start);
            if within < length {
                let at = at / row * length + within;
                let at = match *place.shape {
                    [rows, columns] if self.transposed => at % rows * columns + at / rows,
                    _ => place.in_memory(at),
                };
                numbers[at] = number;
            }
        };
        read(self.tensor, put, done);
    }

    pub(super) fn numbers<E: Real>(&self, place: &Place) -> Vec<E> {
        let mut numbers = vec![E::ZERO; place.len()];
        self.read(place, &mut numbers, |_| ());
        numbers
    }

    /// Compares two sources of one weight.
    pub(super) fn conflict<E: Real>(&self, other: &Source<'_>, place: &Place) -> Option<Mismatch> {
        conflict(self.name, &self.numbers::<E>(place), other.name, &other.numbers::<E>(place))
    }
}

/// Compares the elements under two names of one weight.
pub(super) fn conflict<E: Real>(first: &str, ours: &[E], second: &str, theirs: &[E]) -> Option<Mismatch> {
    let equal = |(a, b): (&E, &E)| a == b || (a.is_nan() && b.is_nan());
    if ours.iter().zip(theirs).all(equal) {
        return None;
    }
    let differences = ours.iter().zip(theirs).filter(|&pair| !equal(pair));
    let largest = differences.map(|(&a, &b)| (a.to_f64() - b.to_f64()).abs()).max_by(f64::total_cmp);
    Some(Mismatch::Conflict {
        first: first.to_owned(),
        second: second.to_owned(),
        largest_difference: largest.unwrap_or_default(),
    })
}

/// Returns the shape in the file for a place of `shape`.
pub(super) fn in_file(shape: &[usize], transposed: bool) -> Vec<usize> {
    let mut shape = shape.to_vec();
    if transposed {
        shape.reverse();
    }
    shape
}

/// Returns the last axis or the first.
pub(super) fn axis(shape: &[usize], last: bool) -> usize {
    if last { shape.len() - 1 } else { 0 }
}
