//! Root mean square normalization.

use crate::layers::support::layer;
use crate::module::{Gradient, Storage};
use crate::param::{Vector, VectorView};
use crate::pooled_vec::PooledVec;
use crate::size::check_sizes;
use crate::{Element, Tensor};

layer! {
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
    pub struct RmsNorm [const D] [W: Storage] [] {
        parameters {
            /// `[D]`.
            weight: W => Vector<D, E> as VectorView<'a, D, E, Use>,
        }
        settings {
            /// Added to the mean square.
            eps: f64 = E::EPSILON_F64,
        }
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
    pub struct RmsNormView;

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

    forward Tensor<D, E> => Tensor<D, E>, by run, back;

    init |_| Self::new(D), as "RmsNorm::new(features)";
}

impl<const D: usize, W: Storage, E: Element> RmsNorm<D, W, E> {
    /// Creates a layer for so many features, with weights 1 and the machine epsilon as `eps`.
    ///
    /// # Panics
    /// If the type says another size.
    #[track_caller]
    pub fn new(features: usize) -> Self {
        check_sizes("RmsNorm", [("features", D, features)]);
        let weight = W::store(|| Vector::from_vec(vec![E::ONE; features]));
        RmsNorm { weight, eps: E::EPSILON_F64 }
    }

    /// Sets what is added to the mean square.
    ///
    /// ```
    /// use tiedw_core::layers::RmsNorm;
    ///
    /// assert_eq!(RmsNorm::<8>::new(8).eps(1e-12).eps, 1e-12);
    /// ```
    #[must_use]
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }
}

impl<const D: usize, E: Element> RmsNormView<'_, D, E> {
    /// Applies the layer to each row.
    #[track_caller]
    pub fn forward(&self, x: &Tensor<D, E>) -> Tensor<D, E> {
        self.run(x).0
    }

    #[track_caller]
    fn run(&self, x: &Tensor<D, E>) -> (Tensor<D, E>, (Tensor<D, E>, PooledVec<E>)) {
        x.check_features(self.weight.as_slice().len(), "a `RmsNorm`");
        let mut y = PooledVec::unset(x.as_slice().len());
        let scales = E::rms_norm_rows(x.as_slice(), self.weight.as_slice(), E::from_f64(self.eps), &mut y);
        (Tensor::with_axes_of(x, y), (x.clone(), scales))
    }

    fn back(
        &self,
        (x, scales): (Tensor<D, E>, PooledVec<E>),
        mut d: Tensor<D, E>,
        gradient: RmsNormView<'_, D, E, Gradient>,
        wanted: bool,
    ) -> Option<Tensor<D, E>> {
        d.same_shape(&x, "a pullback");
        let dweight = E::rms_norm_rows_vjp(x.as_slice(), self.weight.as_slice(), &scales, d.as_mut_slice());
        gradient.weight.add_rows(&dweight);
        wanted.then_some(d)
    }
}
