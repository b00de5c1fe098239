//! Conversions of arrays and iterators to tensors.

use super::Tensor;
use crate::Element;

/// Creates a tensor of shape `[F]`: one row without leading axes.
///
/// ```
/// use tiedw_core::Tensor;
///
/// assert_eq!(Tensor::from([1.0, 2.0, 3.0]).shape(), [3]);
/// ```
impl<const F: usize, E: Element> From<[E; F]> for Tensor<F, E> {
    fn from(row: [E; F]) -> Self {
        Tensor::from_vec([], row.to_vec())
    }
}

/// Creates a tensor of shape `[B, F]`.
///
/// ```
/// use tiedw_core::Tensor;
///
/// assert_eq!(Tensor::from([[1.0, 2.0], [3.0, 4.0]]), Tensor::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]));
/// ```
impl<const B: usize, const F: usize, E: Element> From<[[E; F]; B]> for Tensor<F, E> {
    fn from(rows: [[E; F]; B]) -> Self {
        rows.into_iter().collect()
    }
}

/// Creates a tensor of shape `[B, T, F]`.
impl<const B: usize, const T: usize, const F: usize, E: Element> From<[[[E; F]; T]; B]> for Tensor<F, E> {
    fn from(sequences: [[[E; F]; T]; B]) -> Self {
        Tensor::from_vec([B, T], sequences.as_flattened().as_flattened().to_vec())
    }
}

/// Collects rows into a tensor of shape `[rows, F]`.
///
/// ```
/// use tiedw_core::Tensor;
///
/// let circle: Tensor<2, f64> = (0..4).map(|i| f64::from(i)).map(|angle| [angle.cos(), angle.sin()]).collect();
/// assert_eq!(circle.shape(), [4, 2]);
/// ```
impl<const F: usize, E: Element> FromIterator<[E; F]> for Tensor<F, E> {
    fn from_iter<I: IntoIterator<Item = [E; F]>>(rows: I) -> Self {
        let (mut values, mut count) = (Vec::new(), 0);
        for row in rows {
            values.extend(row);
            count += 1;
        }
        Tensor::from_vec([count], values)
    }
}

impl<const F: usize, E: Element> AsRef<[E]> for Tensor<F, E> {
    fn as_ref(&self) -> &[E] {
        self.as_slice()
    }
}

/// Returns the elements mutably; copies them first if they are shared with another tensor.
impl<const F: usize, E: Element> AsMut<[E]> for Tensor<F, E> {
    fn as_mut(&mut self) -> &mut [E] {
        self.as_mut_slice()
    }
}
