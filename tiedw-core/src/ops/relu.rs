use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes max(x, 0) of each element; NaN stays NaN.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<3>::from_vec([1], vec![-1.0, 0.0, 2.0]);
    /// assert_eq!(x.relu().as_slice(), [0.0, 0.0, 2.0]);
    /// ```
    pub fn relu(&self) -> Self {
        self.map(|x| if x < E::ZERO { E::ZERO } else { x })
    }

    /// [`relu`](Tensor::relu) with its pullback.
    pub fn relu_vjp(&self) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let y = self.relu();
        let saved = y.clone();
        (y, move |d: Self, [wanted]: [bool; 1]| {
            (wanted.then(|| d.zip_into(&saved, "a pullback", |d, y| if y <= E::ZERO { E::ZERO } else { d })),)
        })
    }
}
