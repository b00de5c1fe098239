//! y = x Wᵀ + b.

use rand::Rng;

use super::{Forward, Layer, layer_module};
use crate::buffer::Buffer;
use crate::init::draw::{bound_of, uniform};
use crate::kernels::{linear, linear_vjp_of_input, linear_vjp_of_weight};
use crate::module::{BiasStorage, Gradient, Init, Own, Role, Storage, ViewOf, Weight, ties};
use crate::param::{Matrix, MatrixView, Vector};
use crate::{Element, Tensor};

/// A linear layer: y = x Wᵀ + b, from `I` features to `O`.
///
/// `W` and `B` are the storage of the weight and of the bias: [`Own`], [`Tied`](crate::Tied), or for the bias
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
pub struct Linear<const I: usize, const O: usize, W: Storage = Own, B: BiasStorage = Own, E: Element = f32> {
    /// `[O, I]`.
    pub weight: W::Of<Matrix<O, I, E>>,
    /// `[O]`.
    pub bias: B::Of<Vector<O, E>>,
}

/// A borrowed [`Linear`].
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
pub struct LinearView<
    'a,
    const I: usize,
    const O: usize,
    E: Element = f32,
    Use: Role = Weight,
    B: BiasStorage = Own,
> {
    /// `[O, I]`.
    pub weight: MatrixView<'a, O, I, E, Use>,
    /// `[O]`.
    pub bias: B::View<'a, Vector<O, E>, Use>,
}

ties! {
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
}

layer_module! {
    impl[const I: usize, const O: usize, W: Storage, B: BiasStorage, E: Element] Linear<I, O, W, B, E> {
        weight: W::Of<Matrix<O, I, E>>,
        bias: B::Of<Vector<O, E>>,
    }
    elem E;
    ties LinearTies;
    view LinearView = LinearView<'a, I, O, E, Use, B::Canonical>;
}

impl<'a, const I: usize, const O: usize, E: Element, Use: Role, B: BiasStorage<Canonical = B>> ViewOf<'a, Use>
    for LinearView<'a, I, O, E, Use, B>
{
    type Module = Linear<I, O, Own, B, E>;

    #[inline]
    fn freeze(self) -> Self {
        LinearView { weight: self.weight.freeze(), bias: B::freeze(self.bias) }
    }
}

impl<const I: usize, const O: usize, E: Element, Use: Role, B: BiasStorage> Clone
    for LinearView<'_, I, O, E, Use, B>
{
    #[inline]
    fn clone(&self) -> Self {
        LinearView { weight: self.weight, bias: self.bias.clone() }
    }
}

impl<'a, const I: usize, const O: usize, E: Element, Use: Role, B: BiasStorage> Copy
    for LinearView<'a, I, O, E, Use, B>
where
    B::View<'a, Vector<O, E>, Use>: Copy,
{
}

impl<'v, const I: usize, const O: usize, E: Element, B: BiasStorage> LinearView<'v, I, O, E, Weight, B> {
    /// Applies the layer to each row.
    #[inline]
    pub fn forward(&self, x: &Tensor<I, E>) -> Tensor<O, E> {
        apply(self.clone(), x)
    }

    /// [`forward`](LinearView::forward) with its pullback: dW += dyᵀ x, db += Σ dy, and dx = dy W if
    /// requested.
    #[inline]
    pub fn forward_vjp(
        &self,
        x: &Tensor<I, E>,
    ) -> (
        Tensor<O, E>,
        impl FnOnce(Tensor<O, E>, LinearView<'_, I, O, E, Gradient, B>, [bool; 1]) -> (Option<Tensor<I, E>>,)
        + use<'v, I, O, E, B>,
    ) {
        let y = apply(self.clone(), x);
        let (weight, x) = (self.weight, x.clone());
        let pullback =
            move |dy: Tensor<O, E>, gradient: LinearView<'_, I, O, E, Gradient, B>, [wanted]: [bool; 1]| {
                pull_back(weight, x, dy, gradient, wanted)
            };
        (y, pullback)
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
) -> (Option<Tensor<I, E>>,) {
    let (rows, d) = (x.rows(), dy.as_slice());
    if let Some((dweight, beta)) = gradient.weight.as_mat_and_beta() {
        linear_vjp_of_weight::<I, O, E>(rows, d, x.as_slice(), beta, dweight);
    }
    B::add_rows(&gradient.bias, d);
    let dx = wanted.then(|| {
        let mut dx = Buffer::unset(rows * I);
        linear_vjp_of_input::<I, O, E>(rows, d, weight.as_mat(), &mut dx);
        Tensor::with_axes_of(&dy, dx)
    });
    (dx,)
}

impl<'v, const I: usize, const O: usize, E: Element, B: BiasStorage> Forward
    for LinearView<'v, I, O, E, Weight, B>
{
    type Input = Tensor<I, E>;
    type Output = Tensor<O, E>;
    type Gradient<'g> = LinearView<'g, I, O, E, Gradient, B>;

    fn forward(&self, x: &Tensor<I, E>) -> Tensor<O, E> {
        LinearView::forward(self, x)
    }

    fn forward_vjp(
        &self,
        x: &Tensor<I, E>,
    ) -> (
        Tensor<O, E>,
        impl FnOnce(Tensor<O, E>, Self::Gradient<'_>, [bool; 1]) -> (Option<Tensor<I, E>>,) + use<'v, I, O, E, B>,
    ) {
        LinearView::forward_vjp(self, x)
    }
}

impl<const I: usize, const O: usize, W: Storage, B: BiasStorage, E: Element> Layer for Linear<I, O, W, B, E> {
    type Input = Tensor<I, E>;
    type Output = Tensor<O, E>;
}

impl<const I: usize, const O: usize, W: Storage, B: BiasStorage, E: Element> Init for Linear<I, O, W, B, E> {
    fn init<R: Rng + ?Sized>(rng: &mut R) -> Self {
        let mut number = uniform(rng, bound_of(I));
        Linear {
            weight: W::store(|| Matrix::from_fn(|_, _| number())),
            bias: B::store(|| Vector::from_fn(|_| number())),
        }
    }
}
