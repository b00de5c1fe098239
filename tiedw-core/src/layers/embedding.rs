//! Embedding lookup.

use rand::Rng;

use super::{Layer, forward_by_methods, layer_module};
use crate::init::draw::normal;
use crate::kernels::{gather_rows, scatter_add_rows};
use crate::module::{Gradient, Init, Own, Role, Storage, ViewOf, Weight, ties};
use crate::param::{Matrix, MatrixView};
use crate::value::NoGradient;
use crate::{Element, Ids, Tensor};

/// An embedding table of `V` vectors with `D` features: maps ids to rows of the weight.
///
/// The weight is initialized from N(0, 1), as in PyTorch, and no padding is set. A tied output head is
/// `#[tie(weight = embedding.weight)] head: Linear<D, V, Tied, NoBias>`: Press and Wolf, "Using the Output
/// Embedding to Improve Language Models", 2017.
///
/// ```
/// use tiedw_core::layers::{Embedding, Layer};
/// use tiedw_core::{Ids, Matrix};
///
/// let weight = Matrix::from_vec(vec![0.0, 0.1, 1.0, 1.1, 2.0, 2.1]);
/// let embedding = Embedding::<3, 2> { weight, padding_idx: None };
/// let y = embedding.forward(&Ids::from_vec([1, 2], vec![2, 0]));
/// assert_eq!(y.shape(), [1, 2, 2]);
/// assert_eq!(y.as_slice(), [2.0, 2.1, 0.0, 0.1]);
/// ```
///
/// # Panics
/// `forward` panics if an id is not below `V`; the message contains both.
pub struct Embedding<const V: usize, const D: usize, W: Storage = Own, E: Element = f32> {
    /// `[V, D]`.
    pub weight: W::Of<Matrix<V, D, E>>,
    /// The id of the padding token, if any. This lookup adds no gradient to its row.
    pub padding_idx: Option<u32>,
}

/// A borrowed [`Embedding`].
///
/// ```
/// use tiedw_core::layers::Embedding;
/// use tiedw_core::{Ids, Matrix, Module, Tensor};
///
/// let embedding = Embedding::<3, 1> { weight: Matrix::zeros(), padding_idx: Some(0) };
/// let mut gradient = embedding.zeros_like();
/// let (_, pullback) = embedding.view().forward_vjp(&Ids::from_vec([4], vec![2, 2, 1, 0]));
/// pullback(Tensor::full([4], 1.0), gradient.view_mut(), [false]);
/// // Each lookup of a row adds to its gradient; the padding's row gets nothing.
/// assert_eq!(gradient.weight.as_slice(), [0.0, 1.0, 2.0]);
/// ```
#[derive(Clone, Copy)]
pub struct EmbeddingView<'a, const V: usize, const D: usize, E: Element = f32, Use: Role = Weight> {
    /// `[V, D]`.
    pub weight: MatrixView<'a, V, D, E, Use>,
    /// The id of the padding token, if any. This lookup adds no gradient to its row.
    pub padding_idx: Option<u32>,
}

ties! {
    /// The weight that an [`Embedding`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Embedding, EmbeddingTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (<Embedding<7, 2>>::init(rng), <Embedding<7, 2, Tied>>::init(rng));
    /// let w = owner.view();
    /// let view = borrower.bind(EmbeddingTies { weight: w.weight });
    /// assert!(std::ptr::eq(view.weight.storage(), w.weight.storage()));
    /// ```
    pub struct EmbeddingTies { weight: W }
}

layer_module! {
    impl[const V: usize, const D: usize, W: Storage, E: Element] Embedding<V, D, W, E> {
        weight: W::Of<Matrix<V, D, E>>,
    }
    settings { padding_idx: Option<u32> }
    elem E;
    ties EmbeddingTies;
    view EmbeddingView = EmbeddingView<'a, V, D, E, Use>;
}

impl<'a, const V: usize, const D: usize, E: Element, Use: Role> ViewOf<'a, Use>
    for EmbeddingView<'a, V, D, E, Use>
{
    type Module = Embedding<V, D, Own, E>;

    #[inline]
    fn freeze(self) -> Self {
        EmbeddingView { weight: self.weight.freeze(), ..self }
    }
}

impl<const V: usize, const D: usize, E: Element> Embedding<V, D, Own, E> {
    /// Sets `id` as the padding token and zeroes its row.
    ///
    /// ```
    /// # use rand::{SeedableRng, rngs::StdRng};
    /// # use tiedw_core::{Init, layers::Embedding};
    /// let embedding = Embedding::<3, 2>::init(&mut StdRng::seed_from_u64(0)).padding(1);
    /// assert_eq!(embedding.weight.as_slice()[2..4], [0.0, 0.0]);
    /// assert_eq!(embedding.padding_idx, Some(1));
    /// ```
    ///
    /// # Panics
    /// If `id` is not below `V`.
    pub fn padding(mut self, id: u32) -> Self {
        assert!((id as usize) < V, "padding {id} is not below {V}, the number of rows of the embedding");
        self.weight.as_mut_slice()[id as usize * D..][..D].fill(E::ZERO);
        self.padding_idx = Some(id);
        self
    }
}

impl<'v, const V: usize, const D: usize, E: Element> EmbeddingView<'v, V, D, E> {
    /// Returns the row of each id.
    pub fn forward(&self, ids: &Ids) -> Tensor<D, E> {
        Tensor::with_axes(ids.axes_with(D), gather_rows(self.weight.as_mat(), ids.as_slice()))
    }

    /// [`forward`](EmbeddingView::forward) with its pullback, which adds the cotangent of each row to the
    /// gradient of its id's row, except for the padding token.
    pub fn forward_vjp(
        &self,
        ids: &Ids,
    ) -> (
        Tensor<D, E>,
        impl FnOnce(Tensor<D, E>, EmbeddingView<'_, V, D, E, Gradient>, [bool; 1]) -> (Option<NoGradient>,)
        + use<'v, V, D, E>,
    ) {
        let (ids, padding) = (ids.clone(), self.padding_idx);
        (self.forward(&ids), move |dy: Tensor<D, E>, gradient: EmbeddingView<'_, V, D, E, Gradient>, _| {
            if let Some(dweight) = gradient.weight.as_wanted_mat() {
                scatter_add_rows(dweight, ids.as_slice(), padding, dy.as_slice());
            }
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
        Embedding { weight: W::store(|| Matrix::from_fn(|_, _| number())), padding_idx: None }
    }
}
