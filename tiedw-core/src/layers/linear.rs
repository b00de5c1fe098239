//! y = x Wᵀ + b.

use rand::Rng;

use super::support::layer;
use crate::init::draw::{bound_of, uniform};
use crate::kernels::{linear, linear_vjp_of_input, linear_vjp_of_weight};
use crate::module::{BiasStorage, Gradient, Storage, Weight};
use crate::param::{Matrix, MatrixView, Vector};
use crate::pooled_vec::PooledVec;
use crate::size::check_sizes;
use crate::{Element, Tensor};

layer! {
    /// A linear layer: y = x Wᵀ + b, from `I` features to `O`.
    ///
    /// `W` and `B` are the storage of the weight and of the bias: [`Own`](crate::Own), [`Tied`](crate::Tied), or for the bias
    /// [`NoBias`](crate::NoBias). Both are initialized from U(-1/√I, 1/√I), as in PyTorch.
    ///
    /// ```
    /// use tiedw_core::layers::{Layer, Linear};
    /// use tiedw_core::{Matrix, Tensor, Vector};
    ///
    /// let layer = Linear::<2, 3> {
    ///     weight: Matrix::from_vec(vec![1.0, 0.0, 0.0, 1.0, 1.0, 1.0]),
    ///     bias: Vector::from_vec(vec![0.0, 0.0, 10.0]),
    /// };
    /// let x = Tensor::from_vec([1], vec![2.0, 3.0]);
    /// assert_eq!(layer.forward(&x).as_slice(), [2.0, 3.0, 15.0]);
    /// ```
    pub struct Linear [const I, const O] [W: Storage] [B] {
        parameters {
            /// `[O, I]`.
            weight: W => Matrix<O, I, E> as MatrixView<'a, O, I, E, Use>,
        }
        bias B {
            /// `[O]`.
            bias: Vector<O, E>,
        }
        sizes {
            weight: [O, I],
            bias: [O],
        }
    }

    /// A borrowed [`Linear`]. Its pullback: dW += dyᵀ x, db += Σ dy, and dx = dy W if requested.
    ///
    /// ```
    /// use tiedw_core::layers::Linear;
    /// use tiedw_core::{Matrix, Module, Tensor, Vector};
    ///
    /// let layer = Linear::<2, 1> { weight: Matrix::from_vec(vec![3.0, 4.0]), bias: Vector::zeros() };
    /// let mut gradient = layer.zeros_like();
    /// let (y, pullback) = layer.view().forward_vjp(&Tensor::from_vec([1], vec![1.0, 2.0]));
    /// assert_eq!(y.as_slice(), [11.0]);
    /// let (dx,) = pullback(Tensor::full([1], 1.0), gradient.view_mut(), [true]);
    /// assert_eq!(dx.unwrap().as_slice(), [3.0, 4.0]);
    /// assert_eq!(gradient.weight.as_slice(), [1.0, 2.0]);
    /// ```
    pub struct LinearView;

    /// The weights that a [`Linear`] borrows.
    ///
    /// ```
    /// use tiedw_core::layers::{Linear, LinearTies};
    /// use tiedw_core::{Matrix, Module, Tied};
    ///
    /// let encoder = Matrix::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// let decoder = Linear::<2, 3, Tied> { weight: Tied::new(), bias: [0.0; 3].into() };
    /// // What `#[tie(weight = encoder.t())]` expands to.
    /// let view = decoder.bind(LinearTies { weight: encoder.view().t(), bias: () });
    /// assert!(std::ptr::eq(view.weight.storage(), encoder.as_slice()));
    /// ```
    pub struct LinearTies { weight: W, bias: B }

    forward Tensor<I, E> => Tensor<O, E>, by run, back;

    init |rng| Self::new(I, O, rng), as "Linear::new(inputs, outputs, &mut rng)";
}

impl<const I: usize, const O: usize, W: Storage, B: BiasStorage, E: Element> Linear<I, O, W, B, E> {
    /// Creates a layer from `inputs` features to `outputs`, initialized as by `init`.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Layer, Linear};
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let layer: Linear<DYN, 2> = Linear::new(3, 2, &mut StdRng::seed_from_u64(0));
    /// assert_eq!(layer.weight.shape(), [2, 3]);
    /// let x = Tensor::<DYN>::from_vec([1], vec![1.0, 2.0, 3.0]);
    /// assert_eq!(layer.forward(&x).shape(), [1, 2]);
    /// ```
    ///
    /// # Panics
    /// If the type says another size.
    #[track_caller]
    pub fn new<R: Rng + ?Sized>(inputs: usize, outputs: usize, rng: &mut R) -> Self {
        check_sizes("Linear", [("inputs", I, inputs), ("outputs", O, outputs)]);
        let mut number = uniform(rng, bound_of(inputs));
        Linear {
            weight: W::store(|| Matrix::of_shape_fn([outputs, inputs], |_, _| number())),
            bias: B::store(|| (0..outputs).map(|_| number()).collect()),
        }
    }
}

impl<const I: usize, const O: usize, E: Element, B: BiasStorage> LinearView<'_, I, O, E, Weight, B> {
    /// Applies the layer to each row.
    ///
    /// # Panics
    /// If the features of `x` are known at run time, and are not those of the layer.
    #[inline]
    #[track_caller]
    pub fn forward(&self, x: &Tensor<I, E>) -> Tensor<O, E> {
        apply(self.clone(), x)
    }

    #[inline]
    #[track_caller]
    fn run(&self, x: &Tensor<I, E>) -> (Tensor<O, E>, Tensor<I, E>) {
        (apply(self.clone(), x), x.clone())
    }

    /// dW += dyᵀ x, db += Σ dy, and dx = dy W if requested.
    #[inline]
    fn back(
        &self,
        x: Tensor<I, E>,
        dy: Tensor<O, E>,
        gradient: LinearView<'_, I, O, E, Gradient, B>,
        wanted: bool,
    ) -> Option<Tensor<I, E>> {
        pull_back(self.weight, x, dy, gradient, wanted)
    }
}

// The next two functions take their arguments by value, so that views and pullbacks can stay in registers.

#[track_caller]
fn apply<const I: usize, const O: usize, E: Element, B: BiasStorage>(
    layer: LinearView<'_, I, O, E, Weight, B>,
    x: &Tensor<I, E>,
) -> Tensor<O, E> {
    let (rows, outputs) = (x.rows(), layer.weight.rows());
    x.check_features(layer.weight.columns(), "a linear layer");
    let (mut y, beta) = B::room(&layer.bias, rows, outputs);
    linear::<I, O, E>(rows, x.as_slice(), layer.weight.as_mat(), beta, &mut y);
    Tensor::with_rows_of(x, outputs, y)
}

fn pull_back<const I: usize, const O: usize, E: Element, B: BiasStorage>(
    weight: MatrixView<'_, O, I, E>,
    x: Tensor<I, E>,
    dy: Tensor<O, E>,
    gradient: LinearView<'_, I, O, E, Gradient, B>,
    wanted: bool,
) -> Option<Tensor<I, E>> {
    let (rows, d) = (x.rows(), dy.as_slice());
    if let Some((dweight, beta)) = gradient.weight.as_mat_and_beta() {
        linear_vjp_of_weight::<I, O, E>(rows, d, x.as_slice(), beta, dweight);
    }
    B::add_rows(&gradient.bias, d);
    wanted.then(|| {
        let inputs = weight.columns();
        let mut dx = PooledVec::unset(rows * inputs);
        linear_vjp_of_input::<I, O, E>(rows, d, weight.as_mat(), &mut dx);
        Tensor::with_rows_of(&dy, inputs, dx)
    })
}
