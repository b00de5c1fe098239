//! Changes between features that are part of the type and features that are known at run time.

use crate::size::{DYN, allows, are_fixed};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Returns the same tensor, with the number of features in its type. Nothing is copied.
    ///
    /// ```
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let x = Tensor::<DYN>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]);
    /// let fixed: Tensor<2> = x.fixed();
    /// assert_eq!(fixed.get(&[1, 0]), 3.0);
    /// ```
    ///
    /// # Panics
    /// If it has another number of features.
    #[track_caller]
    pub fn fixed<const N: usize>(&self) -> Tensor<N, E> {
        const { assert!(!are_fixed([F, N]) || F == N, "`fixed::<N>` of a tensor of another number of features") };
        assert!(allows(N, self.features()), "fixed::<{N}> of a tensor of shape {:?}", self.shape());
        self.clone().with_features(self.axes())
    }

    /// [`fixed`](Tensor::fixed) with its pullback.
    #[track_caller]
    pub fn fixed_vjp<const N: usize>(
        &self,
    ) -> (Tensor<N, E>, impl FnOnce(Tensor<N, E>, [bool; 1]) -> (Option<Self>,) + use<F, N, E>) {
        (self.fixed(), |d: Tensor<N, E>, [wanted]: [bool; 1]| (wanted.then(|| d.fixed()),))
    }

    /// Returns the same tensor, with a number of features that is known at run time. Nothing is copied.
    ///
    /// ```
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let x: Tensor<DYN> = Tensor::from([[1.0, 2.0], [3.0, 4.0]]).dynamic();
    /// assert_eq!(x.shape(), [2, 2]);
    /// ```
    pub fn dynamic(&self) -> Tensor<DYN, E> {
        self.fixed()
    }

    /// [`dynamic`](Tensor::dynamic) with its pullback.
    pub fn dynamic_vjp(
        &self,
    ) -> (Tensor<DYN, E>, impl FnOnce(Tensor<DYN, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        self.fixed_vjp()
    }
}
