//! The weights of recurrent layers, with all gates stacked.

use super::shaped::shaped;

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
    GatesView [G, R, C]: [G * R, C], axes 2
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
    GateBiasView [G, R]: [G * R], axes 1
}
