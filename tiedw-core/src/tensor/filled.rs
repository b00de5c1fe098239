//! Tensors whose elements follow from their indices.

use super::{Axes, Leading, Tensor};
use crate::Element;
use crate::axes::MOST_AXES;
use crate::pooled_vec::PooledVec;

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Creates a tensor of ones. If the features are [`DYN`](crate::DYN), the axes are all of the shape, as in
    /// [`zeros`](Tensor::zeros).
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<3>::ones([2]), Tensor::full([2], 1.0));
    /// ```
    #[track_caller]
    pub fn ones(leading: impl Leading) -> Self {
        Self::full(leading, E::ONE)
    }

    /// Creates a matrix with ones on the diagonal and zeros elsewhere, of which further leading axes hold copies. If the
    /// features are [`DYN`](crate::DYN), the axes are all of the shape.
    ///
    /// ```
    /// # use tiedw_core::{DYN, Tensor};
    /// assert_eq!(Tensor::eye([2]), Tensor::from([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]));
    /// assert_eq!(Tensor::<DYN>::eye([3, 3]).sum(), 3.0);
    /// ```
    ///
    /// # Panics
    /// If there are fewer than two axes.
    #[track_caller]
    pub fn eye(leading: impl Leading) -> Self {
        let axes = Self::all_axes(&leading);
        let &[.., rows, features] = axes.as_slice() else {
            panic!("an identity matrix of shape {axes:?} has rows and features: two axes, not one")
        };
        let mut data = PooledVec::zeros(axes.count());
        for matrix in data.chunks_exact_mut((rows * features).max(1)) {
            matrix.iter_mut().step_by(features + 1).take(features).for_each(|x| *x = E::ONE);
        }
        Tensor::with_axes(axes, data)
    }

    /// Creates a tensor whose elements are `f` of their indices, which include that of the feature. If the features are
    /// [`DYN`](crate::DYN), the axes are all of the shape.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// // 1 where a query may attend to a key that is not after it.
    /// let past = Tensor::<3>::from_fn([3], |at| if at[1] <= at[0] { 1.0 } else { 0.0 });
    /// assert_eq!(past, Tensor::from([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]));
    /// ```
    #[track_caller]
    pub fn from_fn(leading: impl Leading, f: impl FnMut(&[usize]) -> E) -> Self {
        let axes = Self::all_axes(&leading);
        Tensor::with_axes(axes, of_indices(axes, f).collect())
    }
}

/// What `f` returns for the indices of each element, row-major.
pub(super) fn of_indices<T>(axes: Axes, mut f: impl FnMut(&[usize]) -> T) -> impl Iterator<Item = T> {
    let mut indices = [0; MOST_AXES];
    let next = move || {
        let sizes = axes.as_slice();
        let indices = &mut indices[..sizes.len()];
        let element = f(indices);
        for (index, &size) in indices.iter_mut().zip(sizes).rev() {
            *index += 1;
            if *index < size {
                break;
            }
            *index = 0;
        }
        element
    };
    std::iter::repeat_with(next).take(axes.count())
}
