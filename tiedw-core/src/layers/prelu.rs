//! A rectifier whose slope is learned.

use super::support::layer;
use crate::module::{Gradient, Storage};
use crate::param::{Vector, VectorView};
use crate::size::{are_fixed, check_sizes};
use crate::{DYN, Element, Tensor};

/// The pullback to the input and, as rows, to the weight.
type Pullback<const F: usize, E> =
    Box<dyn FnOnce(Tensor<F, E>, bool) -> (Option<Tensor<F, E>>, Tensor<DYN, E>)>;

layer! {
    /// Parametric ReLU: x where it is positive, and weight · x elsewhere, for rows of `F` features.
    ///
    /// There are `N` weights: 1 for all features, or one for each. They start at 0.25, as in PyTorch. As an operation:
    /// [`Tensor::prelu`]. He et al., "Delving Deep into Rectifiers", 2015.
    ///
    /// ```
    /// use tiedw_core::layers::{Layer, PRelu};
    /// use tiedw_core::Tensor;
    ///
    /// let layer = PRelu::<2>::new(1);
    /// assert_eq!(layer.forward(&Tensor::from([-4.0, 3.0])), Tensor::from([-1.0, 3.0]));
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use tiedw_core::{Init, layers::PRelu};
    /// # use rand::{SeedableRng, rngs::StdRng};
    /// PRelu::<4, 3>::init(&mut StdRng::seed_from_u64(0));
    /// ```
    pub struct PRelu [const F, const N = 1] [W: Storage] [] {
        parameters {
            /// `[N]`.
            weight: W => Vector<N, E> as VectorView<'a, N, E, Use>,
        }
    }
    check assert!(
        !are_fixed([F, N]) || N == 1 || N == F,
        "a `PRelu<F, N>` has N = 1 weight for all features, or N = F, one for each"
    );

    /// A borrowed [`PRelu`].
    ///
    /// ```
    /// use tiedw_core::layers::PRelu;
    /// use tiedw_core::{Module, Tensor};
    ///
    /// let layer = PRelu::<2>::new(1);
    /// let mut gradient = layer.zeros_like();
    /// let (_, pullback) = layer.view().forward_vjp(&Tensor::from([-4.0, 3.0]));
    /// let (dx,) = pullback(Tensor::ones([]), gradient.view_mut(), [true]);
    /// assert_eq!((dx.unwrap(), gradient.weight.as_slice()), (Tensor::from([0.25, 1.0]), &[-4.0][..]));
    /// ```
    pub struct PReluView;

    /// The weight that a [`PRelu`] borrows.
    pub struct PReluTies { weight: W }

    forward Tensor<F, E> => Tensor<F, E>, by run, back;

    init |_| Self::new(N), as "PRelu::new(weights)";
}

impl<const F: usize, const N: usize, W: Storage, E: Element> PRelu<F, N, W, E> {
    /// Creates a layer with so many weights, 1 or as many as there are features, all 0.25.
    ///
    /// # Panics
    /// If the type says another number.
    #[track_caller]
    pub fn new(weights: usize) -> Self {
        check_sizes("PRelu", [("weights", N, weights)]);
        PRelu { weight: W::store(|| Vector::from_vec(vec![E::from_f64(0.25); weights])) }
    }
}

impl<const F: usize, const N: usize, E: Element> PReluView<'_, F, N, E> {
    /// Applies the layer to each row.
    ///
    /// # Panics
    /// If there are neither 1 weight nor as many as features.
    #[track_caller]
    pub fn forward(&self, x: &Tensor<F, E>) -> Tensor<F, E> {
        match self.shared() {
            Some(slope) => x.leaky_relu(slope),
            None => x.prelu(&self.slopes(x)),
        }
    }

    fn shared(&self) -> Option<E> {
        let &[slope] = self.weight.as_slice() else { return None };
        Some(slope)
    }

    /// A slope for each feature.
    #[track_caller]
    fn slopes(&self, x: &Tensor<F, E>) -> Tensor<F, E> {
        let (count, shape) = (self.weight.as_slice().len(), x.shape());
        assert!(count == x.features(), "a `PRelu` of {count} weights of a tensor of shape {shape:?}");
        self.weight.tensor().dynamic().fixed()
    }

    #[track_caller]
    fn run(&self, x: &Tensor<F, E>) -> (Tensor<F, E>, Pullback<F, E>) {
        match self.shared() {
            Some(slope) => {
                let (y, pullback) = x.leaky_relu_vjp(slope);
                let back = |d, wanted| {
                    let (dx, dslope) = pullback(d, [wanted, true]);
                    (dx, Tensor::full([1], dslope.unwrap_or_default()))
                };
                (y, Box::new(back))
            }
            None => {
                let (y, pullback) = x.prelu_vjp(&self.slopes(x));
                let back = |d, wanted| {
                    let (dx, dslopes) = pullback(d, [wanted, true]);
                    (dx, dslopes.map_or_else(|| Tensor::zeros([0]), |d| d.dynamic()))
                };
                (y, Box::new(back))
            }
        }
    }

    fn back(
        &self,
        pullback: Pullback<F, E>,
        d: Tensor<F, E>,
        gradient: PReluView<'_, F, N, E, Gradient>,
        wanted: bool,
    ) -> Option<Tensor<F, E>> {
        let (dx, dweight) = pullback(d, wanted);
        gradient.weight.add_rows(dweight.as_slice());
        dx
    }
}
