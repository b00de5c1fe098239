//! Rows of a weight, by their ids.

use rand::Rng;

use super::{Layer, forward_by_methods, layer_module};
use crate::init::normal;
use crate::kernels::{gather_rows, scatter_add_rows};
use crate::module::{Gradient, Init, Own, Role, Storage, ViewOf, Weight, ties};
use crate::param::{Matrix, MatrixView};
use crate::value::NoGradient;
use crate::{Element, Ids, Tensor};

/// A table of `V` vectors of `D` features: ids in, their rows out.
///
/// A new table is drawn from N(0, 1), as PyTorch does. A head that reads the same table the other way is
/// `#[tie(weight = embedding.weight)] head: Linear<D, V, Tied, NoBias>`: Press and Wolf, "Using the Output
/// Embedding to Improve Language Models", 2017.
///
/// ```
/// use tiedw_core::layers::{Embedding, Layer};
/// use tiedw_core::{Ids, Matrix};
///
/// let embedding = Embedding::<3, 2> { weight: Matrix::from_vec(vec![0.0, 0.1, 1.0, 1.1, 2.0, 2.1]) };
/// let y = embedding.forward(&Ids::from_vec([1, 2], vec![2, 0]));
/// assert_eq!(y.shape(), [1, 2, 2]);
/// assert_eq!(y.as_slice(), [2.0, 2.1, 0.0, 0.1]);
/// ```
///
/// # Panics
/// `forward` panics where an id is not below `V`, and names both.
pub struct Embedding<const V: usize, const D: usize, W: Storage = Own, E: Element = f32> {
    /// `[V, D]`.
    pub weight: W::Of<Matrix<V, D, E>>,
}

/// A borrowed [`Embedding`].
#[derive(Clone, Copy)]
pub struct EmbeddingView<'a, const V: usize, const D: usize, E: Element = f32, Use: Role = Weight> {
    /// `[V, D]`.
    pub weight: MatrixView<'a, V, D, E, Use>,
}

ties! {
    /// The weight that an [`Embedding`] borrows.
    pub struct EmbeddingTies { weight: W }
}

layer_module! {
    impl[const V: usize, const D: usize, W: Storage, E: Element] Embedding<V, D, W, E> {
        weight: W::Of<Matrix<V, D, E>>,
    }
    elem E;
    ties EmbeddingTies;
    view EmbeddingView = EmbeddingView<'a, V, D, E, Use>;
}

impl<'a, const V: usize, const D: usize, E: Element, Use: Role> ViewOf<'a, Use>
    for EmbeddingView<'a, V, D, E, Use>
{
    type Module = Embedding<V, D, Own, E>;
}

impl<'v, const V: usize, const D: usize, E: Element> EmbeddingView<'v, V, D, E> {
    /// The row of each id.
    pub fn forward(&self, ids: &Ids) -> Tensor<D, E> {
        Tensor::with_axes(ids.axes_with(D), gather_rows(self.weight.as_mat(), ids.as_slice()))
    }

    /// [`forward`](EmbeddingView::forward) with its pullback: the cotangent of each row is added to the row of its
    /// id.
    pub fn forward_vjp(
        &self,
        ids: &Ids,
    ) -> (
        Tensor<D, E>,
        impl FnOnce(Tensor<D, E>, EmbeddingView<'_, V, D, E, Gradient>, [bool; 1]) -> (Option<NoGradient>,)
        + use<'v, V, D, E>,
    ) {
        let ids = ids.clone();
        (self.forward(&ids), move |dy: Tensor<D, E>, gradient: EmbeddingView<'_, V, D, E, Gradient>, _| {
            scatter_add_rows(gradient.weight.as_mat_mut(), ids.as_slice(), dy.as_slice());
            (None,)
        })
    }
}

forward_by_methods! {
    impl['v, const V: usize, const D: usize, E: Element] EmbeddingView<'v, V, D, E>;
    input Ids;
    output Tensor<D, E>;
    gradient['g] EmbeddingView<'g, V, D, E, Gradient>;
    use['v, V, D, E];
}

impl<const V: usize, const D: usize, W: Storage, E: Element> Layer for Embedding<V, D, W, E> {
    type Input = Ids;
    type Output = Tensor<D, E>;
}

impl<const V: usize, const D: usize, W: Storage, E: Element> Init for Embedding<V, D, W, E> {
    fn init<R: Rng + ?Sized>(rng: &mut R) -> Self {
        let mut number = normal(rng);
        Embedding { weight: W::store(|| Matrix::from_fn(|_, _| number())) }
    }
}
