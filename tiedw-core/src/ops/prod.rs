use crate::kernels::Along;
use crate::value::NoGradient;
use crate::{Axes, Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the product of all elements; 1 if there are none.
    ///
    /// The derivative of each element is the product of the others, also if elements are 0.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]).prod(), 24.0);
    /// ```
    pub fn prod(&self) -> E {
        E::product_of_all(self.as_slice())
    }

    /// [`prod`](Tensor::prod) with its pullback.
    pub fn prod_vjp(&self) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let x = self.clone();
        (self.prod(), move |d: E, [wanted]: [bool; 1]| {
            let dx = wanted.then(|| E::products_vjp(x.as_slice(), Along::row(x.as_slice().len()), &[d]));
            (dx.map(|dx| Tensor::with_axes(x.axes(), dx)),)
        })
    }

    /// Computes the product over the features of each row. `[.., F]` becomes `[.., 1]`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(x.prod_features(), Tensor::<1>::from_vec([2], vec![2.0, 12.0]));
    /// ```
    pub fn prod_features(&self) -> Tensor<1, E> {
        products(self, self.along_features())
    }

    /// [`prod_features`](Tensor::prod_features) with its pullback.
    pub fn prod_features_vjp(
        &self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, pullback) = products_vjp(self, self.along_features());
        (y, |d, [wanted]: [bool; 1]| (pullback(d, wanted),))
    }

    /// Computes the product over one leading axis, which is removed.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]);
    /// assert_eq!(x.prod_axis(0), Tensor::from_vec([], vec![3.0, 8.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn prod_axis(&self, axis: usize) -> Self {
        products(self, self.along_axis(axis, "prod_axis"))
    }

    /// [`prod_axis`](Tensor::prod_axis) with its pullback.
    #[track_caller]
    pub fn prod_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (y, pullback) = products_vjp(self, self.along_axis(axis, "prod_axis"));
        (y, |d, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }
}

fn products<const F: usize, const G: usize, E: Element>(
    x: &Tensor<F, E>,
    (along, axes): (Along, Axes),
) -> Tensor<G, E> {
    Tensor::with_axes(axes, E::products(x.as_slice(), along))
}

fn products_vjp<const F: usize, const G: usize, E: Element>(
    x: &Tensor<F, E>,
    (along, axes): (Along, Axes),
) -> (Tensor<G, E>, impl FnOnce(Tensor<G, E>, bool) -> Option<Tensor<F, E>> + use<F, G, E>) {
    let (y, x) = (products(x, (along, axes)), x.clone());
    (y, move |d: Tensor<G, E>, wanted: bool| {
        wanted.then(|| Tensor::with_axes(x.axes(), E::products_vjp(x.as_slice(), along, d.as_slice())))
    })
}
