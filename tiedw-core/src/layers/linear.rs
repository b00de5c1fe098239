//! y = x Wᵀ + b.

use super::support::layer;
use crate::init::draw::{bound_of, uniform};
use crate::kernels::{linear, linear_vjp_of_input, linear_vjp_of_weight};
use crate::module::{BiasStorage, Gradient, Storage, Weight};
use crate::param::{Matrix, MatrixView, Vector};
use crate::pooled_vec::PooledVec;
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

    init |rng| {
        let mut number = uniform(rng, bound_of(I));
        Linear {
            weight: W::store(|| Matrix::from_fn(|_, _| number())),
            bias: B::store(|| Vector::from_fn(|_| number())),
        }
    }
}

impl<const I: usize, const O: usize, E: Element, B: BiasStorage> LinearView<'_, I, O, E, Weight, B> {
    /// Applies the layer to each row.
    #[inline]
    pub fn forward(&self, x: &Tensor<I, E>) -> Tensor<O, E> {
        apply(self.clone(), x)
    }

    #[inline]
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

fn apply<const I: usize, const O: usize, E: Element, B: BiasStorage>(
    layer: LinearView<'_, I, O, E, Weight, B>,
    x: &Tensor<I, E>,
) -> Tensor<O, E> {
    let rows = x.rows();
    let (mut y, beta) = B::room(&layer.bias, rows);
    linear::<I, O, E>(rows, x.as_slice(), layer.weight.as_mat(), beta, &mut y);
    Tensor::with_axes_of(x, y)
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
        let mut dx = PooledVec::unset(rows * I);
        linear_vjp_of_input::<I, O, E>(rows, d, weight.as_mat(), &mut dx);
        Tensor::with_axes_of(&dy, dx)
    })
}
