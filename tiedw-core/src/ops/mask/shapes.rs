//! Other shapes of masks, and parts of them: as those of tensors.

use super::{NoPullback, NoPullback2, NoPullback3, NoPullback4};
use crate::axes::Leading;
use crate::kernels::repeated;
use crate::tensor::{narrowed, selected, transposed};
use crate::{Mask, Tensor};

impl<const F: usize> Mask<F> {
    /// Replaces the leading axes, without copying.
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// let mask = Mask::from([[true], [false]]);
    /// assert_eq!(mask.reshape([2, 1]).shape(), [2, 1, 1]);
    /// ```
    ///
    /// # Panics
    /// If the number of rows would change.
    #[track_caller]
    pub fn reshape(&self, leading: impl Leading) -> Self {
        let axes = leading.with_features(self.features());
        assert!(axes.rows() == self.rows(), "a mask of shape {:?} as one of shape {axes:?}", self.axes());
        self.clone().with_other_axes(axes)
    }

    /// Flattens the last leading axes into the features, as [`Tensor::flatten`].
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// let mask = Mask::from([[true, false], [false, true]]);
    /// assert_eq!(mask.flatten(), Mask::from([true, false, false, true]));
    /// ```
    ///
    /// # Panics
    /// If no number of last axes has `N` flags.
    #[track_caller]
    pub fn flatten<const N: usize>(&self) -> Mask<N> {
        let Some(axes) = Tensor::<F>::flat::<N>(self.axes()) else {
            panic!("flatten::<{}> of a mask of shape {:?}", crate::size::Size(N), self.axes())
        };
        self.clone().with_other_axes(axes)
    }

    /// Reinterprets the flags with these leading axes and `N` features, without copying.
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// let mask = Mask::from([true, false, false, true]);
    /// assert_eq!(mask.unflatten::<2>([2]), Mask::from([[true, false], [false, true]]));
    /// ```
    ///
    /// # Panics
    /// If the number of flags would change.
    #[track_caller]
    pub fn unflatten<const N: usize>(&self, leading: impl Leading) -> Mask<N> {
        let axes = Tensor::<N>::axes_of(&leading, self.as_slice().len());
        let fits = axes.count() == self.axes().count();
        assert!(fits, "a mask of shape {:?} as one of shape {axes:?}", self.axes());
        self.clone().with_other_axes(axes)
    }

    /// Repeats the mask along new leading axes, and along those of size 1, as [`Tensor::expand`].
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// assert_eq!(Mask::from([true, false]).expand([2]), Mask::from([[true, false], [true, false]]));
    /// ```
    ///
    /// # Panics
    /// If another size would change.
    #[track_caller]
    pub fn expand(&self, leading: impl Leading) -> Self {
        let axes = leading.with_features(self.features());
        let fits = self.axes().expands_to(axes);
        assert!(fits, "a mask of shape {:?} expanded to shape {axes:?}", self.axes());
        Mask::with_axes(axes, repeated(axes, self.as_slice(), self.axes()))
    }

    /// Swaps two leading axes.
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// let mask = Mask::from([[true], [false]]).reshape([2, 1]);
    /// assert_eq!(mask.transpose(0, 1).shape(), [1, 2, 1]);
    /// ```
    ///
    /// # Panics
    /// If one of them is not a leading axis.
    #[track_caller]
    pub fn transpose(&self, a: usize, b: usize) -> Self {
        let (axes, a, b) = (self.axes(), a.min(b), a.max(b));
        for axis in [a, b] {
            Tensor::<F>::around(axes, axis, "transpose");
        }
        if a == b {
            return self.clone();
        }
        let (axes, flags) = transposed(axes, self.as_slice(), a, b);
        Mask::with_axes(axes, flags)
    }

    /// Returns `length` flags of a leading axis, starting at `start`.
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// assert_eq!(Mask::from([[true], [false]]).narrow(0, 1, 1), Mask::from([[false]]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or it is too short.
    #[track_caller]
    pub fn narrow(&self, axis: usize, start: usize, length: usize) -> Self {
        self.narrowed((axis, "narrow"), start, length)
    }

    #[track_caller]
    fn narrowed(&self, (axis, operation): (usize, &str), start: usize, length: usize) -> Self {
        let axes = self.axes();
        let around = Tensor::<F>::around(axes, axis, operation);
        let (axes, flags) = narrowed(axes, around, self.as_slice(), (axis, operation), start, length);
        Mask::with_axes(axes, flags)
    }

    /// Returns what is at `index` of a leading axis, without that axis.
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// assert_eq!(Mask::from([[true], [false]]).select(0, 1), Mask::from([false]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or it is too short.
    #[track_caller]
    pub fn select(&self, axis: usize, index: usize) -> Self {
        self.narrowed((axis, "select"), index, 1).with_other_axes(self.axes().reduced(axis, "select"))
    }

    /// Selects the given indices of a leading axis, in order and possibly repeated.
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// let mask = Mask::from([[true], [false]]);
    /// assert_eq!(mask.index_select(0, &[1, 0, 1]), Mask::from([[false], [true], [false]]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or an index is not below its size.
    #[track_caller]
    pub fn index_select(&self, axis: usize, indices: &[usize]) -> Self {
        let axes = self.axes();
        let around = Tensor::<F>::around(axes, axis, "index_select");
        let (axes, flags) = selected(axes, around, self.as_slice(), (axis, "index_select"), indices);
        Mask::with_axes(axes, flags)
    }
}

// For differentiable bodies: a mask has no gradient.
#[doc(hidden)]
impl<const F: usize> Mask<F> {
    #[track_caller]
    pub fn reshape_vjp(&self, leading: impl Leading) -> (Self, NoPullback2<Self>) {
        (self.reshape(leading), |_, _| Default::default())
    }

    #[track_caller]
    pub fn flatten_vjp<const N: usize>(&self) -> (Mask<N>, NoPullback<Mask<N>>) {
        (self.flatten(), |_, _| Default::default())
    }

    #[track_caller]
    pub fn unflatten_vjp<const N: usize>(&self, leading: impl Leading) -> (Mask<N>, NoPullback2<Mask<N>>) {
        (self.unflatten(leading), |_, _| Default::default())
    }

    #[track_caller]
    pub fn expand_vjp(&self, leading: impl Leading) -> (Self, NoPullback2<Self>) {
        (self.expand(leading), |_, _| Default::default())
    }

    #[track_caller]
    pub fn transpose_vjp(&self, a: usize, b: usize) -> (Self, NoPullback3<Self>) {
        (self.transpose(a, b), |_, _| Default::default())
    }

    #[track_caller]
    pub fn narrow_vjp(&self, axis: usize, start: usize, length: usize) -> (Self, NoPullback4<Self>) {
        (self.narrow(axis, start, length), |_, _| Default::default())
    }

    #[track_caller]
    pub fn select_vjp(&self, axis: usize, index: usize) -> (Self, NoPullback3<Self>) {
        (self.select(axis, index), |_, _| Default::default())
    }

    #[track_caller]
    pub fn index_select_vjp(&self, axis: usize, indices: &[usize]) -> (Self, NoPullback3<Self>) {
        (self.index_select(axis, indices), |_, _| Default::default())
    }
}
