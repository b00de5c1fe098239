//! Root mean square normalization.

use rand::Rng;

use super::{Layer, forward_by_methods, layer_module};
use crate::buffer::Buffer;
use crate::kernels::{rms_norm_rows, rms_norm_rows_vjp};
use crate::module::{Gradient, Init, Own, Role, Storage, ViewOf, Weight, ties};
use crate::param::{Vector, VectorView};
use crate::{Element, Tensor};

/// Normalizes the features of each row to mean square 1, then scales by the weight:
/// y = x / √(mean of x² + eps) · weight.
///
/// A new layer has weights 1 and `eps` equal to the machine epsilon of its element type, as in PyTorch. Zhang
/// and Sennrich, "Root Mean Square Layer Normalization", 2019.
///
/// ```
/// use tiedw_core::layers::{Layer, RmsNorm};
/// use tiedw_core::{Tensor, Vector};
///
/// let norm = RmsNorm::<2> { weight: Vector::from_vec(vec![5.0, 10.0]), eps: 0.0 };
/// let y = norm.forward(&Tensor::from_vec([1], vec![1.0, 7.0]));
/// assert_eq!(y.as_slice(), [1.0, 14.0]);
/// ```
pub struct RmsNorm<const D: usize, W: Storage = Own, E: Element = f32> {
    /// `[D]`.
    pub weight: W::Of<Vector<D, E>>,
    /// Added to the mean square.
    pub eps: f64,
}

/// A borrowed [`RmsNorm`].
///
/// ```
/// use tiedw_core::layers::RmsNorm;
/// use tiedw_core::{Module, Tensor, Vector};
///
/// let norm = RmsNorm::<2> { weight: Vector::from_vec(vec![1.0, 1.0]), eps: 0.0 };
/// let mut gradient = norm.zeros_like();
/// let (y, pullback) = norm.view().forward_vjp(&Tensor::from_vec([1], vec![1.0, 7.0]));
/// // The output does not depend on the scale of the row, so a cotangent along the row gives zero.
/// let (dx,) = pullback(y, gradient.view_mut(), [true]);
/// assert!(dx.unwrap().as_slice().iter().all(|d| d.abs() < 1e-6));
/// ```
#[derive(Clone, Copy)]
pub struct RmsNormView<'a, const D: usize, E: Element = f32, Use: Role = Weight> {
    /// `[D]`.
    pub weight: VectorView<'a, D, E, Use>,
    /// Added to the mean square.
    pub eps: f64,
}

ties! {
    /// The weight that an [`RmsNorm`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{RmsNorm, RmsNormTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (<RmsNorm<3>>::init(rng), <RmsNorm<3, Tied>>::init(rng));
    /// let w = owner.view();
    /// let view = borrower.bind(RmsNormTies { weight: w.weight });
    /// assert!(std::ptr::eq(view.weight.as_slice(), w.weight.as_slice()));
    /// ```
    pub struct RmsNormTies { weight: W }
}

layer_module! {
    impl[const D: usize, W: Storage, E: Element] RmsNorm<D, W, E> {
        weight: W::Of<Vector<D, E>>,
    }
    settings { eps: f64 }
    elem E;
    ties RmsNormTies;
    view RmsNormView = RmsNormView<'a, D, E, Use>;
}

impl<'a, const D: usize, E: Element, Use: Role> ViewOf<'a, Use> for RmsNormView<'a, D, E, Use> {
    type Module = RmsNorm<D, Own, E>;

    #[inline]
    fn freeze(self) -> Self {
        RmsNormView { weight: self.weight.freeze(), ..self }
    }
}

impl<'v, const D: usize, E: Element> RmsNormView<'v, D, E> {
    /// Applies the layer to each row.
    pub fn forward(&self, x: &Tensor<D, E>) -> Tensor<D, E> {
        self.with_scales(x).0
    }

    fn with_scales(&self, x: &Tensor<D, E>) -> (Tensor<D, E>, Buffer<E>) {
        let mut y = Buffer::unset(x.as_slice().len());
        let scales = rms_norm_rows(x.as_slice(), self.weight.as_slice(), E::from_f64(self.eps), &mut y);
        (Tensor::with_axes_of(x, y), scales)
    }

    /// [`forward`](RmsNormView::forward) with its pullback.
    pub fn forward_vjp(
        &self,
        x: &Tensor<D, E>,
    ) -> (
        Tensor<D, E>,
        impl FnOnce(Tensor<D, E>, RmsNormView<'_, D, E, Gradient>, [bool; 1]) -> (Option<Tensor<D, E>>,)
        + use<'v, D, E>,
    ) {
        let (y, scales) = self.with_scales(x);
        let (weight, x) = (self.weight, x.clone());
        let pullback =
            move |mut d: Tensor<D, E>, gradient: RmsNormView<'_, D, E, Gradient>, [wanted]: [bool; 1]| {
                d.same_shape(&x, "a pullback");
                let dweight = rms_norm_rows_vjp(x.as_slice(), weight.as_slice(), &scales, d.as_mut_slice());
                gradient.weight.add_rows(&dweight);
                (wanted.then_some(d),)
            };
        (y, pullback)
    }
}

forward_by_methods! {
    impl['v, const D: usize, E: Element] RmsNormView<'v, D, E>;
    input Tensor<D, E>;
    output Tensor<D, E>;
    gradient['g] RmsNormView<'g, D, E, Gradient>;
    use['v, D, E];
}

impl<const D: usize, W: Storage, E: Element> Layer for RmsNorm<D, W, E> {
    type Input = Tensor<D, E>;
    type Output = Tensor<D, E>;
}

impl<const D: usize, W: Storage, E: Element> Init for RmsNorm<D, W, E> {
    fn init<R: Rng + ?Sized>(_: &mut R) -> Self {
        RmsNorm { weight: W::store(|| Vector::from_fn(|_| E::ONE)), eps: E::EPSILON.to_f64() }
    }
}
