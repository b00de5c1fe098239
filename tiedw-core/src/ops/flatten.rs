use crate::axes::{Axes, Leading};
use crate::value::NoGradient;
use crate::{DYN, Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Flattens the last leading axes into the features: `[batch, height, width, F]` becomes `[batch, N]`
    /// with N = height · width · F.
    ///
    /// Takes as many leading axes as needed, without copying. The features are in the order of the axes, with
    /// the old features last. The order differs from PyTorch, where channels precede height and width.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::zeros([5, 3, 4]);
    /// assert_eq!(x.flatten::<24>().shape(), [5, 24]);
    /// ```
    ///
    /// # Panics
    /// If no number of last axes has `N` elements.
    #[track_caller]
    pub fn flatten<const N: usize>(&self) -> Tensor<N, E> {
        let Some(axes) = Self::flat::<N>(self.axes()) else {
            panic!("flatten::<{N}> of a tensor of shape {:?}", self.axes());
        };
        self.clone().with_features(axes)
    }

    /// The axes after flattening as many leading ones as make `N` features, if they do.
    pub(super) fn flat<const N: usize>(axes: Axes) -> Option<Axes> {
        let (mut features, mut leading) = (axes.last(), axes.leading());
        // All but the batch.
        let is_reached = |features, rest: &[usize]| if N == DYN { rest.len() <= 1 } else { features == N };
        while !is_reached(features, leading) {
            let (last, rest) = leading.split_last()?;
            (features, leading) = (features * last, rest);
        }
        Some(leading.with_features(features))
    }

    /// [`flatten`](Tensor::flatten) with its pullback.
    #[track_caller]
    pub fn flatten_vjp<const N: usize>(
        &self,
    ) -> (Tensor<N, E>, impl FnOnce(Tensor<N, E>, [bool; 1]) -> (Option<Self>,) + use<F, N, E>) {
        let axes = self.axes();
        (self.flatten(), move |d: Tensor<N, E>, [wanted]: [bool; 1]| (wanted.then(|| d.with_features(axes)),))
    }

    /// Reinterprets the elements with these leading axes and `N` features, without copying.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<24>::zeros([5]);
    /// assert_eq!(x.unflatten::<2, _>([5, 3, 4]).shape(), [5, 3, 4, 2]);
    /// ```
    ///
    /// # Panics
    /// If the number of elements would change.
    #[track_caller]
    pub fn unflatten<const N: usize, L: Leading>(&self, leading: L) -> Tensor<N, E> {
        let axes = Tensor::<N, E>::axes_of(&leading, self.as_slice().len());
        assert!(
            axes.count() == self.axes().count(),
            "unflatten of a tensor of shape {:?} to shape {axes:?}: it takes the sizes before the last axis, and that as the type \
             argument `N`",
            self.axes()
        );
        self.clone().with_features(axes)
    }

    /// [`unflatten`](Tensor::unflatten) with its pullback.
    #[track_caller]
    pub fn unflatten_vjp<const N: usize, L: Leading>(
        &self,
        leading: L,
    ) -> (
        Tensor<N, E>,
        impl FnOnce(Tensor<N, E>, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, N, L, E>,
    ) {
        let axes = self.axes();
        (self.unflatten(leading), move |d: Tensor<N, E>, [wanted, _]: [bool; 2]| {
            (wanted.then(|| d.with_features(axes)), None)
        })
    }
}
