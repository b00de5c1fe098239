use crate::axes::MOST_AXES;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Inserts a leading axis of size 1 in front of `axis`, without copying.
    ///
    /// The last axis is that of the features: to make it a leading one, and each element a row of its own, write
    /// [`unflatten::<1, _>`](Tensor::unflatten).
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    /// assert_eq!((x.unsqueeze(0).shape(), x.unsqueeze(1).shape()), (&[1, 3, 2][..], &[3, 1, 2][..]));
    /// ```
    ///
    /// # Panics
    /// If there are fewer axes, or as many as a tensor can have.
    #[track_caller]
    pub fn unsqueeze(&self, axis: usize) -> Self {
        let axes = self.axes();
        let leading = axes.leading();
        assert!(
            axis <= leading.len() && leading.len() + 1 < MOST_AXES,
            "unsqueeze({axis}) of a tensor of shape {axes:?}: a tensor has at most {MOST_AXES} axes, and the last one stays the last"
        );
        let (before, after) = leading.split_at(axis);
        self.reshape(&[before, &[1], after].concat()[..])
    }

    /// [`unsqueeze`](Tensor::unsqueeze) with its pullback.
    #[track_caller]
    pub fn unsqueeze_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let axes = self.axes();
        (self.unsqueeze(axis), move |d: Self, [wanted, _]: [bool; 2]| {
            (wanted.then(|| d.with_other_axes(axes)), None)
        })
    }

    /// Removes a leading axis of size 1, without copying.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::zeros([3, 1]);
    /// assert_eq!(x.squeeze(1).shape(), [3, 2]);
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis, or it has another size.
    #[track_caller]
    pub fn squeeze(&self, axis: usize) -> Self {
        let axes = self.axes();
        assert!(
            axes.leading().get(axis) == Some(&1),
            "squeeze({axis}) of a tensor of shape {axes:?}: that is no leading axis of size 1"
        );
        self.clone().with_other_axes(axes.without(axis))
    }

    /// [`squeeze`](Tensor::squeeze) with its pullback.
    #[track_caller]
    pub fn squeeze_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let axes = self.axes();
        (self.squeeze(axis), move |d: Self, [wanted, _]: [bool; 2]| {
            (wanted.then(|| d.with_other_axes(axes)), None)
        })
    }
}
