//! The weights of recurrent layers, with all gates stacked.

use super::Store;
use super::facts::InnerSizes;
use super::shaped::shaped;
use crate::pooled_vec::PooledVec;
use crate::size::{are_fixed, size};
use crate::{DYN, Element, Tensor};

shaped! {
    /// `G` stacked weights of `R` rows and `C` columns, one per gate of a recurrent layer, as in PyTorch: `[G
    /// · R, C]`.
    ///
    /// ```
    /// use tiedw_core::{Gates, Module};
    ///
    /// assert_eq!(Gates::<3, 20, 10>::SPEC.shape(), Some(&[60, 10][..]));
    /// ```
    Gates,
    ///
    /// ```
    /// use tiedw_core::{Gates, Module};
    ///
    /// let mut gradient = Gates::<2, 1, 2>::zeros();
    /// gradient.view_mut().as_cells()[1].set(2.0);
    /// assert_eq!(gradient.view().as_slice(), [0.0, 2.0, 0.0, 0.0]);
    /// ```
    GatesView [G, R, C]: [stacked(G, R), C], axes 2, found rows_and_columns, dynamic [G, DYN, DYN],
    tensor C, |shape| [shape[0]], groups groups(G)
}

shaped! {
    /// The concatenated biases of `G` gates with `R` features: `[G · R]`.
    ///
    /// ```
    /// use tiedw_core::{GateBias, Module};
    ///
    /// assert_eq!(GateBias::<3, 20>::SPEC.shape(), Some(&[60][..]));
    /// ```
    GateBias,
    ///
    /// ```
    /// use tiedw_core::{GateBias, Module};
    ///
    /// let mut gradient = GateBias::<2, 2>::zeros();
    /// gradient.view_mut().as_cells()[1].set(2.0);
    /// assert_eq!(gradient.view().as_slice(), [0.0, 2.0, 0.0, 0.0]);
    /// ```
    GateBiasView [G, R]: [stacked(G, R)], axes 1, found features, dynamic [G, DYN],
    tensor R, |_shape| [if G == DYN { 1 } else { G }], groups groups(G)
}

impl<const G: usize, const R: usize, const C: usize, E: Element> Gates<G, R, C, E> {
    /// Gates of this shape with the elements of a tensor, which are copied only if either changes.
    #[track_caller]
    pub(crate) fn sharing(shape: [usize; 2], elements: &Tensor<C, E>) -> Self {
        Self::of_shape(shape, Store::sharing(elements.shared()))
    }

    pub(crate) fn into_pooled_vec(self) -> PooledVec<E> {
        self.data.into_pooled_vec()
    }
}

impl<const G: usize, const R: usize, E: Element> GateBias<G, R, E> {
    /// Biases with the elements of a tensor, which are copied only if either changes.
    #[track_caller]
    pub(crate) fn sharing(elements: &Tensor<R, E>) -> Self {
        Self::of_shape([elements.axes().count()], Store::sharing(elements.shared()))
    }

    pub(crate) fn into_pooled_vec(self) -> PooledVec<E> {
        self.data.into_pooled_vec()
    }
}

/// The rows of all gates.
const fn stacked(gates: usize, rows: usize) -> usize {
    if are_fixed([gates, rows]) { gates * rows } else { DYN }
}

/// The number of gates that the rows are of, if the type says it.
const fn groups(gates: usize) -> usize {
    if gates == DYN { 1 } else { gates }
}

/// The shape of [`Gates`] with so many elements.
#[inline]
fn rows_and_columns<const G: usize, const R: usize, const C: usize>(
    count: usize,
    sizes: InnerSizes,
) -> [usize; 2] {
    let (rows, columns) = (const { stacked(G, R) }, size::<C>(sizes.last()));
    [if rows == DYN { count.checked_div(columns).unwrap_or(0) } else { rows }, columns]
}

/// The shape of a [`GateBias`] with so many elements.
#[inline]
fn features<const G: usize, const R: usize>(count: usize, _: InnerSizes) -> [usize; 1] {
    let rows = const { stacked(G, R) };
    [if rows == DYN { count } else { rows }]
}
