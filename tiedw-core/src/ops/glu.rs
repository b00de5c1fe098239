use super::features::Features;
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the gated linear unit of each row: a · sigmoid(b), where a is the first half of the features and b the second.
    /// `[.., F]` becomes `[.., H]`.
    ///
    /// `H + H = F` is checked at compile time.
    ///
    /// Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2016.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<4>::from_vec([1], vec![3.0, 2.0, 0.0, 200.0]);
    /// assert_eq!(x.glu::<2>().as_slice(), [1.5, 2.0]);
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use tiedw_core::Tensor;
    /// Tensor::<3>::zeros([2]).glu::<2>();
    /// ```
    ///
    /// # Panics
    /// If the number of features is known at run time, and odd.
    #[track_caller]
    pub fn glu<const H: usize>(&self) -> Tensor<H, E> {
        let half = self.half::<H>();
        Tensor::with_axes(self.axes().with_last(half), E::glu_rows(self.as_slice(), half))
    }

    /// [`glu`](Tensor::glu) with its pullback.
    #[track_caller]
    pub fn glu_vjp<const H: usize>(
        &self,
    ) -> (Tensor<H, E>, impl FnOnce(Tensor<H, E>, [bool; 1]) -> (Option<Self>,) + use<F, H, E>) {
        let (half, x) = (self.half::<H>(), self.clone());
        (self.glu(), move |d: Tensor<H, E>, [wanted]: [bool; 1]| {
            let dx = wanted.then(|| E::glu_rows_vjp(x.as_slice(), half, d.as_slice()));
            (dx.map(|dx| Tensor::with_axes(x.axes(), dx)),)
        })
    }

    /// Half of the number of features.
    #[track_caller]
    fn half<const H: usize>(&self) -> usize {
        let () = Features::<H, H, F>::OF_GLU;
        let half = self.features() / 2;
        assert!(
            self.features() == 2 * half && (H == crate::DYN || H == half),
            "glu::<{}> of a tensor of shape {:?}, which does not have twice as many features",
            crate::size::Size(H),
            self.shape()
        );
        half
    }
}
