use crate::axes::Leading;
use crate::value::NoGradient;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Replaces the leading axes, without copying.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<1>::from_vec([6], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    /// assert_eq!(x.reshape([2, 3]).get(&[1, 0, 0]), 4.0);
    /// ```
    ///
    /// # Panics
    /// If the number of rows would change.
    #[track_caller]
    pub fn reshape<L: Leading>(&self, leading: L) -> Self {
        let axes = leading.with_features(self.features());
        assert!(
            axes.rows() == self.rows(),
            "reshape of a tensor of shape {:?} to shape {axes:?}: it takes the sizes before the last axis, which it keeps; \
             `unflatten` changes that, too",
            self.axes()
        );
        self.clone().with_other_axes(axes)
    }

    /// [`reshape`](Tensor::reshape) with its pullback.
    #[track_caller]
    pub fn reshape_vjp<L: Leading>(
        &self,
        leading: L,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, L, E>) {
        let axes = self.axes();
        (self.reshape(leading), move |d: Self, [wanted, _]: [bool; 2]| {
            (wanted.then(|| d.with_other_axes(axes)), None)
        })
    }
}
