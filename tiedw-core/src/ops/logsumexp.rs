use crate::kernels::{Along, zip};
use crate::value::NoGradient;
use crate::{Axes, Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes ln Σ exp(x) of all elements, without overflow; -∞ if there are none.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::<2>::full([1], 1000.0).logsumexp(), 1000.0 + 2.0_f32.ln());
    /// ```
    pub fn logsumexp(&self) -> E {
        E::log_sum_exp_of_all(self.as_slice())
    }

    /// [`logsumexp`](Tensor::logsumexp) with its pullback.
    pub fn logsumexp_vjp(&self) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (x, y) = (self.clone(), self.logsumexp());
        (y, move |d: E, [wanted]: [bool; 1]| {
            let along = Along::row(x.as_slice().len());
            let dx = wanted.then(|| E::log_sum_exp_vjp(x.as_slice(), along, [&[y], &[E::ZERO]], &[d]));
            (dx.map(|dx| Tensor::with_axes(x.axes(), dx)),)
        })
    }

    /// Computes ln Σ exp(x) over the features of each row, without overflow. `[.., F]` becomes `[.., 1]`.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1000.0, 1000.0, f32::NEG_INFINITY, 3.0]);
    /// assert_eq!(x.logsumexp_features(), Tensor::<1>::from_vec([2], vec![1000.0 + 2.0_f32.ln(), 3.0]));
    /// ```
    pub fn logsumexp_features(&self) -> Tensor<1, E> {
        logarithms(self, self.along_features())
    }

    /// [`logsumexp_features`](Tensor::logsumexp_features) with its pullback.
    pub fn logsumexp_features_vjp(
        &self,
    ) -> (Tensor<1, E>, impl FnOnce(Tensor<1, E>, [bool; 1]) -> (Option<Self>,) + use<F, E>) {
        let (y, pullback) = logarithms_vjp(self, self.along_features());
        (y, |d, [wanted]: [bool; 1]| (pullback(d, wanted),))
    }

    /// Computes ln Σ exp(x) over one leading axis, which is removed, without overflow.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<2>::from_vec([2], vec![1000.0, 3.0, 1000.0, f32::NEG_INFINITY]);
    /// assert_eq!(x.logsumexp_axis(0), Tensor::from_vec([], vec![1000.0 + 2.0_f32.ln(), 3.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such leading axis.
    #[track_caller]
    pub fn logsumexp_axis(&self, axis: usize) -> Self {
        logarithms(self, self.along_axis(axis, "logsumexp_axis"))
    }

    /// [`logsumexp_axis`](Tensor::logsumexp_axis) with its pullback.
    #[track_caller]
    pub fn logsumexp_axis_vjp(
        &self,
        axis: usize,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
        let (y, pullback) = logarithms_vjp(self, self.along_axis(axis, "logsumexp_axis"));
        (y, |d, [wanted, _]: [bool; 2]| (pullback(d, wanted), None))
    }
}

fn logarithms<const F: usize, const G: usize, E: Element>(
    x: &Tensor<F, E>,
    (along, axes): (Along, Axes),
) -> Tensor<G, E> {
    let [tops, rests] = E::log_sum_exp_along(x.as_slice(), along);
    Tensor::with_axes(axes, zip(&tops, &rests, E::add))
}

fn logarithms_vjp<const F: usize, const G: usize, E: Element>(
    x: &Tensor<F, E>,
    (along, axes): (Along, Axes),
) -> (Tensor<G, E>, impl FnOnce(Tensor<G, E>, bool) -> Option<Tensor<F, E>> + use<F, G, E>) {
    let [tops, rests] = E::log_sum_exp_along(x.as_slice(), along);
    let (y, x) = (zip(&tops, &rests, E::add), x.clone());
    (Tensor::with_axes(axes, y), move |d: Tensor<G, E>, wanted: bool| {
        let dx = wanted.then(|| E::log_sum_exp_vjp(x.as_slice(), along, [&tops, &rests], d.as_slice()));
        dx.map(|dx| Tensor::with_axes(x.axes(), dx))
    })
}
