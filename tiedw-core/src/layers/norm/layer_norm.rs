//! Layer normalization.

use crate::layers::support::layer;
use crate::module::{BiasStorage, Gradient, Storage, Weight};
use crate::param::{Vector, VectorView};
use crate::pooled_vec::PooledVec;
use crate::size::check_sizes;
use crate::{Element, Tensor};

layer! {
    /// Normalizes the features of each row to mean 0 and variance 1, then scales by the weight and adds the bias:
    /// y = (x - mean) / √(variance + eps) · weight + bias, with the biased variance (divided by `D`).
    ///
    /// `W` and `B` are the storage of the weight and of the bias: [`Own`](crate::Own), [`Tied`](crate::Tied), or for the bias
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
    pub struct LayerNorm [const D] [W: Storage] [B] {
        parameters {
            /// `[D]`.
            weight: W => Vector<D, E> as VectorView<'a, D, E, Use>,
        }
        bias B {
            /// `[D]`.
            bias: Vector<D, E>,
        }
        settings {
            /// Added to the variance.
            eps: f64 = 1e-5,
        }
        sizes {
            weight: [D],
            bias: [D],
        }
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
    pub struct LayerNormView;

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

    forward Tensor<D, E> => Tensor<D, E>, by run, back;

    init |_| Self::new(D), as "LayerNorm::new(features)";
}

impl<const D: usize, W: Storage, B: BiasStorage, E: Element> LayerNorm<D, W, B, E> {
    /// Creates a layer for so many features, with weights 1, biases 0 and `eps` 1e-5.
    ///
    /// ```
    /// use tiedw_core::layers::{Layer, LayerNorm};
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let norm: LayerNorm<DYN> = LayerNorm::new(2);
    /// let y = norm.forward(&Tensor::from_vec([1], vec![1.0, 3.0]));
    /// assert!((y.as_slice()[1] - 1.0).abs() < 1e-4);
    /// ```
    ///
    /// # Panics
    /// If the type says another size.
    #[track_caller]
    pub fn new(features: usize) -> Self {
        check_sizes("LayerNorm", [("features", D, features)]);
        LayerNorm {
            weight: W::store(|| Vector::from_vec(vec![E::ONE; features])),
            bias: B::store(|| Vector::zeros_of([features])),
            eps: 1e-5,
        }
    }

    /// Sets what is added to the variance.
    ///
    /// ```
    /// use tiedw_core::layers::LayerNorm;
    ///
    /// assert_eq!(LayerNorm::<8>::new(8).eps(1e-12).eps, 1e-12);
    /// ```
    #[must_use]
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }
}

impl<const D: usize, E: Element, B: BiasStorage> LayerNormView<'_, D, E, Weight, B> {
    /// Applies the layer to each row.
    #[track_caller]
    pub fn forward(&self, x: &Tensor<D, E>) -> Tensor<D, E> {
        self.run(x).0
    }

    #[track_caller]
    fn run(&self, x: &Tensor<D, E>) -> (Tensor<D, E>, (Tensor<D, E>, PooledVec<E>)) {
        x.check_features(self.weight.as_slice().len(), "a `LayerNorm`");
        let mut y = PooledVec::unset(x.as_slice().len());
        let eps = E::from_f64(self.eps);
        let bias = B::row(&self.bias, self.weight.as_slice().len());
        let statistics = E::layer_norm_rows(x.as_slice(), self.weight.as_slice(), &bias, eps, &mut y);
        (Tensor::with_axes_of(x, y), (x.clone(), statistics))
    }

    fn back(
        &self,
        (x, statistics): (Tensor<D, E>, PooledVec<E>),
        mut d: Tensor<D, E>,
        gradient: LayerNormView<'_, D, E, Gradient, B>,
        wanted: bool,
    ) -> Option<Tensor<D, E>> {
        d.same_shape(&x, "a pullback");
        let [dweight, dbias] =
            E::layer_norm_rows_vjp(x.as_slice(), self.weight.as_slice(), &statistics, d.as_mut_slice());
        gradient.weight.add_rows(&dweight);
        B::add_rows(&gradient.bias, &dbias);
        wanted.then_some(d)
    }
}
