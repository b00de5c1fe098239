//! Embedding lookup.

use rand::Rng;

use super::support::layer;
use crate::init::draw::normal;
use crate::module::{Gradient, Own, Storage};
use crate::ops::rows_of;
use crate::param::{Matrix, MatrixView};
use crate::size::check_sizes;
use crate::value::NoGradient;
use crate::{Element, Ids, Tensor};

layer! {
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
    pub struct Embedding [const V, const D] [W: Storage] [] {
        parameters {
            /// `[V, D]`.
            weight: W => Matrix<V, D, E> as MatrixView<'a, V, D, E, Use>,
        }
        settings {
            /// The id of the padding token, if any. This lookup adds no gradient to its row.
            padding_idx: Option<u32> = None,
        }
    }

    /// A borrowed [`Embedding`]. Its pullback adds the cotangent of each row to the gradient of its id's row, except for
    /// the padding token.
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
    pub struct EmbeddingView;

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

    forward Ids => Tensor<D, E>, by run, back;

    init |rng| Self::new(V, D, rng), as "Embedding::new(ids, features, &mut rng)";
}

impl<const V: usize, const D: usize, W: Storage, E: Element> Embedding<V, D, W, E> {
    /// Creates a table of `features` for each of so many `ids`, initialized as by `init`.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{Embedding, Layer};
    /// use tiedw_core::{DYN, Ids};
    ///
    /// let table: Embedding<DYN, 4> = Embedding::new(10, 4, &mut StdRng::seed_from_u64(0));
    /// assert_eq!(table.forward(&Ids::from_vec([2], vec![9, 0])).shape(), [2, 4]);
    /// ```
    ///
    /// # Panics
    /// If the type says another size.
    #[track_caller]
    pub fn new<R: Rng + ?Sized>(ids: usize, features: usize, rng: &mut R) -> Self {
        check_sizes("Embedding", [("ids", V, ids), ("features", D, features)]);
        let mut number = normal(rng);
        let weight = W::store(|| Matrix::of_shape_fn([ids, features], |_, _| number()));
        Embedding { weight, padding_idx: None }
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
    #[track_caller]
    pub fn padding(mut self, id: u32) -> Self {
        let (rows, width) = (self.weight.rows(), self.weight.columns());
        assert!(
            (id as usize) < rows,
            "padding {id} is not below {rows}, the number of rows of the embedding"
        );
        self.weight.as_mut_slice()[id as usize * width..][..width].fill(E::ZERO);
        self.padding_idx = Some(id);
        self
    }
}

impl<const V: usize, const D: usize, E: Element> EmbeddingView<'_, V, D, E> {
    /// Returns the row of each id.
    #[track_caller]
    pub fn forward(&self, ids: &Ids) -> Tensor<D, E> {
        rows_of(self.weight.as_mat(), self.weight.shape(), ids)
    }

    #[track_caller]
    fn run(&self, ids: &Ids) -> (Tensor<D, E>, Ids) {
        (self.forward(ids), ids.clone())
    }

    /// Adds the cotangent of each row to the gradient of its id's row, except for the padding token.
    fn back(
        &self,
        ids: Ids,
        dy: Tensor<D, E>,
        gradient: EmbeddingView<'_, V, D, E, Gradient>,
        _: bool,
    ) -> Option<NoGradient> {
        if let Some(dweight) = gradient.weight.as_wanted_mat() {
            E::scatter_add_rows(dweight, ids.as_slice(), self.padding_idx, dy.as_slice());
        }
        None
    }
}
