//! The weights of convolutions.

use super::facts::InnerSizes;
use super::shaped::shaped;
use crate::size::size;
use crate::{DYN, Element};

shaped! {
    /// The weight of a 2-D convolution with `O` output channels, kernel height `H` and width `W`, and `I`
    /// input channels.
    ///
    /// Its axes are `[O, H, W, I]`: the input channels are last, as the features of activations are. Files
    /// use PyTorch's order, `[O, I, H, W]`; see [`from_oihw`](Filter2d::from_oihw) and
    /// [`to_oihw`](Filter2d::to_oihw).
    ///
    /// ```
    /// use tiedw_core::{Filter2d, Module};
    ///
    /// let pytorch = vec![1.0, 2.0, 3.0, 4.0];
    /// let filter = Filter2d::<1, 1, 2, 2>::from_oihw(&pytorch);
    /// assert_eq!(filter.as_slice(), [1.0, 3.0, 2.0, 4.0]);
    /// assert_eq!(filter.to_oihw(), pytorch);
    /// assert_eq!(Filter2d::<8, 3, 3, 1>::SPEC.shape(), Some(&[8, 3, 3, 1][..]));
    /// assert_eq!(Filter2d::<1, 2, 2, 1>::from_fn(|| 0.5).into_vec(), [0.5; 4]);
    /// ```
    Filter2d,
    ///
    /// ```
    /// use tiedw_core::{Filter2d, Module};
    ///
    /// let mut gradient = Filter2d::<1, 2, 2, 1>::zeros();
    /// gradient.view_mut().as_cells()[1].set(2.0);
    /// assert_eq!(gradient.view().as_slice(), [0.0, 2.0, 0.0, 0.0]);
    /// ```
    Filter2dView [O, H, W, I]: [O, H, W, I], axes 4, found planes, dynamic [DYN, DYN, DYN, DYN],
    tensor I, |shape| [shape[0], shape[1], shape[2]], kind kernel
}

shaped! {
    /// The weight of a 1-D convolution with `O` output channels, kernel size `K` and `I` input channels.
    ///
    /// Its axes are `[O, K, I]`. Files use PyTorch's order, `[O, I, K]`; see [`from_oik`](Filter1d::from_oik)
    /// and [`to_oik`](Filter1d::to_oik).
    ///
    /// ```
    /// use tiedw_core::Filter1d;
    ///
    /// let filter = Filter1d::<1, 2, 2>::from_oik(&[1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(filter.as_slice(), [1.0, 3.0, 2.0, 4.0]);
    /// assert_eq!(filter.to_oik(), [1.0, 2.0, 3.0, 4.0]);
    /// ```
    Filter1d,
    ///
    /// ```
    /// use tiedw_core::{Filter1d, Module};
    ///
    /// let mut gradient = Filter1d::<1, 2, 2>::zeros();
    /// gradient.view_mut().as_cells()[1].set(2.0);
    /// assert_eq!(gradient.view().as_slice(), [0.0, 2.0, 0.0, 0.0]);
    /// ```
    Filter1dView [O, K, I]: [O, K, I], axes 3, found lines, dynamic [DYN, DYN, DYN],
    tensor I, |shape| [shape[0], shape[1]], kind kernel
}

impl<const O: usize, const H: usize, const W: usize, const I: usize, E: Element> Filter2d<O, H, W, I, E> {
    /// Creates a filter from elements in PyTorch's order, `[O, I, H, W]`. One size at most may be known at run time.
    ///
    /// # Panics
    /// If the number of elements differs from that of the shape.
    #[track_caller]
    pub fn from_oihw(data: &[E]) -> Self {
        let shape @ [outputs, height, width, inputs] = Self::shape_of(data.len());
        Self::of_shape(shape, transposed(data, outputs, inputs, height * width).into())
    }

    /// Returns the elements in PyTorch's order, `[O, I, H, W]`.
    pub fn to_oihw(&self) -> Vec<E> {
        let [outputs, height, width, inputs] =
            planes::<O, H, W, I>(self.data.count(), self.data.inner_sizes());
        transposed(self.as_slice(), outputs, height * width, inputs)
    }
}

impl<const O: usize, const K: usize, const I: usize, E: Element> Filter1d<O, K, I, E> {
    /// Creates a filter from elements in PyTorch's order, `[O, I, K]`. One size at most may be known at run time.
    ///
    /// # Panics
    /// If the number of elements differs from that of the shape.
    #[track_caller]
    pub fn from_oik(data: &[E]) -> Self {
        let shape @ [outputs, size, inputs] = Self::shape_of(data.len());
        Self::of_shape(shape, transposed(data, outputs, inputs, size).into())
    }

    /// Returns the elements in PyTorch's order, `[O, I, K]`.
    pub fn to_oik(&self) -> Vec<E> {
        let [outputs, size, inputs] = lines::<O, K, I>(self.data.count(), self.data.inner_sizes());
        transposed(self.as_slice(), outputs, size, inputs)
    }
}

/// The shape of a [`Filter2d`] with so many elements.
#[inline]
fn planes<const O: usize, const H: usize, const W: usize, const I: usize>(
    count: usize,
    sizes: InnerSizes,
) -> [usize; 4] {
    let (height, width, inputs) =
        (size::<H>(sizes.window(0)), size::<W>(sizes.window(1)), size::<I>(sizes.last()));
    let outputs = if O == DYN { count.checked_div(height * width * inputs).unwrap_or(0) } else { O };
    [outputs, height, width, inputs]
}

/// The shape of a [`Filter1d`] with so many elements.
#[inline]
fn lines<const O: usize, const K: usize, const I: usize>(count: usize, sizes: InnerSizes) -> [usize; 3] {
    let (kernel, inputs) = (size::<K>(sizes.window(0)), size::<I>(sizes.last()));
    let outputs = if O == DYN { count.checked_div(kernel * inputs).unwrap_or(0) } else { O };
    [outputs, kernel, inputs]
}

/// Transposes each of `count` matrices of `rows` x `columns`.
#[track_caller]
pub(super) fn transposed<E: Element>(data: &[E], count: usize, rows: usize, columns: usize) -> Vec<E> {
    assert_eq!(
        data.len(),
        count * rows * columns,
        "a filter has {} elements, not {}",
        count * rows * columns,
        data.len()
    );
    let size = rows * columns;
    (0..data.len()).map(|at| data[at / size * size + at % rows * columns + at % size / rows]).collect()
}
