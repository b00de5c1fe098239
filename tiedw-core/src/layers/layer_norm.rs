//! Layer normalization.

use rand::Rng;

use super::{Layer, forward_by_methods, layer_module};
use crate::buffer::Buffer;
use crate::kernels::{layer_norm_rows, layer_norm_rows_vjp};
use crate::module::{BiasStorage, Gradient, Init, Own, Role, Storage, ViewOf, Weight, ties};
use crate::param::{Vector, VectorView};
use crate::{Element, Tensor};

/// Normalizes the features of each row to mean 0 and variance 1, then scales by the weight and adds the bias:
/// y = (x - mean) / √(variance + eps) · weight + bias, with the biased variance (divided by `D`).
///
/// `W` and `B` are the storage of the weight and of the bias: [`Own`], [`Tied`](crate::Tied), or for the bias
/// [`NoBias`](crate::NoBias). A new layer has weights 1, biases 0 and `eps` 1e-5, as in PyTorch. Ba, Kiros
/// and Hinton, "Layer Normalization", 2016.
///
/// ```
/// use tiedw_core::layers::{Layer, LayerNorm};
/// use tiedw_core::{Tensor, Vector};
///
/// let norm = LayerNorm::<2> {
///     weight: Vector::from_vec(vec![1.0, 1.0]),
///     bias: Vector::from_vec(vec![0.0, 10.0]),
///     eps: 0.0,
/// };
/// assert_eq!(norm.forward(&Tensor::from_vec([1], vec![3.0, 7.0])).as_slice(), [-1.0, 11.0]);
/// ```
pub struct LayerNorm<const D: usize, W: Storage = Own, B: BiasStorage = Own, E: Element = f32> {
    /// `[D]`.
    pub weight: W::Of<Vector<D, E>>,
    /// `[D]`.
    pub bias: B::Of<Vector<D, E>>,
    /// Added to the variance.
    pub eps: f64,
}

/// A borrowed [`LayerNorm`].
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::LayerNorm;
/// use tiedw_core::{Init, Module, Tensor};
///
/// let norm = LayerNorm::<2>::init(&mut StdRng::seed_from_u64(0));
/// let mut gradient = norm.zeros_like();
/// let (y, pullback) = norm.view().forward_vjp(&Tensor::from_vec([1], vec![3.0, 7.0]));
/// // The layer subtracts the row's mean, so a constant cotangent gives a zero input cotangent.
/// let (dx,) = pullback(Tensor::full([1], 1.0), gradient.view_mut(), [true]);
/// assert!(dx.unwrap().as_slice().iter().all(|d| d.abs() < 1e-6));
/// assert_eq!(gradient.weight.as_slice(), y.as_slice());
/// ```
pub struct LayerNormView<'a, const D: usize, E: Element = f32, Use: Role = Weight, B: BiasStorage = Own> {
    /// `[D]`.
    pub weight: VectorView<'a, D, E, Use>,
    /// `[D]`.
    pub bias: B::View<'a, Vector<D, E>, Use>,
    /// Added to the variance.
    pub eps: f64,
}

ties! {
    /// The weights that a [`LayerNorm`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{LayerNorm, LayerNormTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (<LayerNorm<3>>::init(rng), <LayerNorm<3, Tied, Tied>>::init(rng));
    /// let w = owner.view();
    /// let view = borrower.bind(LayerNormTies { weight: w.weight, bias: w.bias });
    /// assert!(std::ptr::eq(view.weight.as_slice(), w.weight.as_slice()));
    /// ```
    pub struct LayerNormTies { weight: W, bias: B }
}

layer_module! {
    impl[const D: usize, W: Storage, B: BiasStorage, E: Element] LayerNorm<D, W, B, E> {
        weight: W::Of<Vector<D, E>>,
        bias: B::Of<Vector<D, E>>,
    }
    settings { eps: f64 }
    elem E;
    ties LayerNormTies;
    view LayerNormView = LayerNormView<'a, D, E, Use, B::Canonical>;
}

impl<'a, const D: usize, E: Element, Use: Role, B: BiasStorage<Canonical = B>> ViewOf<'a, Use>
    for LayerNormView<'a, D, E, Use, B>
{
    type Module = LayerNorm<D, Own, B, E>;

    #[inline]
    fn freeze(self) -> Self {
        LayerNormView { weight: self.weight.freeze(), bias: B::freeze(self.bias), ..self }
    }
}

impl<const D: usize, E: Element, Use: Role, B: BiasStorage> Clone for LayerNormView<'_, D, E, Use, B> {
    fn clone(&self) -> Self {
        LayerNormView { weight: self.weight, bias: self.bias.clone(), eps: self.eps }
    }
}

impl<'a, const D: usize, E: Element, Use: Role, B: BiasStorage> Copy for LayerNormView<'a, D, E, Use, B> where
    B::View<'a, Vector<D, E>, Use>: Copy
{
}

impl<'v, const D: usize, E: Element, B: BiasStorage> LayerNormView<'v, D, E, Weight, B> {
    /// Applies the layer to each row.
    pub fn forward(&self, x: &Tensor<D, E>) -> Tensor<D, E> {
        self.with_statistics(x).0
    }

    fn with_statistics(&self, x: &Tensor<D, E>) -> (Tensor<D, E>, Buffer<E>) {
        let bias = B::row(&self.bias);
        let mut y = Buffer::unset(x.as_slice().len());
        let eps = E::from_f64(self.eps);
        let statistics = layer_norm_rows(x.as_slice(), self.weight.as_slice(), &bias, eps, &mut y);
        (Tensor::with_axes_of(x, y), statistics)
    }

    /// [`forward`](LayerNormView::forward) with its pullback.
    pub fn forward_vjp(
        &self,
        x: &Tensor<D, E>,
    ) -> (
        Tensor<D, E>,
        impl FnOnce(Tensor<D, E>, LayerNormView<'_, D, E, Gradient, B>, [bool; 1]) -> (Option<Tensor<D, E>>,)
        + use<'v, D, E, B>,
    ) {
        let (y, statistics) = self.with_statistics(x);
        let (weight, x) = (self.weight, x.clone());
        let pullback = move |mut d: Tensor<D, E>,
                             gradient: LayerNormView<'_, D, E, Gradient, B>,
                             [wanted]: [bool; 1]| {
            d.same_shape(&x, "a pullback");
            let [dweight, dbias] =
                layer_norm_rows_vjp(x.as_slice(), weight.as_slice(), &statistics, d.as_mut_slice());
            gradient.weight.add_rows(&dweight);
            B::add_rows(&gradient.bias, &dbias);
            (wanted.then_some(d),)
        };
        (y, pullback)
    }
}

forward_by_methods! {
    impl['v, const D: usize, E: Element, B: BiasStorage] LayerNormView<'v, D, E, Weight, B>;
    input Tensor<D, E>;
    output Tensor<D, E>;
    gradient['g] LayerNormView<'g, D, E, Gradient, B>;
    use['v, D, E, B];
}

impl<const D: usize, W: Storage, B: BiasStorage, E: Element> Layer for LayerNorm<D, W, B, E> {
    type Input = Tensor<D, E>;
    type Output = Tensor<D, E>;
}

impl<const D: usize, W: Storage, B: BiasStorage, E: Element> Init for LayerNorm<D, W, B, E> {
    fn init<R: Rng + ?Sized>(_: &mut R) -> Self {
        LayerNorm {
            weight: W::store(|| Vector::from_fn(|_| E::ONE)),
            bias: B::store(Vector::zeros),
            eps: 1e-5,
        }
    }
}
