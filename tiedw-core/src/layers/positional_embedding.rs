//! Learned positional embedding.

use rand::Rng;

use super::support::layer;
use crate::init::draw::normal;
use crate::module::{Gradient, Storage};
use crate::param::{Matrix, MatrixView};
use crate::pooled_vec::PooledVec;
use crate::size::check_sizes;
use crate::value::NoGradient;
use crate::{Element, Tensor};

layer! {
    /// Adds a learned vector of `D` features to each position of a sequence of up to `MAX` positions.
    ///
    /// The position is the index in the last leading axis: `[batch, time, D]`. The weight is initialized from
    /// N(0, 1), as for an embedding in PyTorch.
    ///
    /// ```
    /// use tiedw_core::layers::{Layer, PositionalEmbedding};
    /// use tiedw_core::{Matrix, Tensor};
    ///
    /// let positions = PositionalEmbedding::<3, 1> { weight: Matrix::from_vec(vec![1.0, 2.0, 3.0]) };
    /// let y = positions.forward(&Tensor::from_vec([2, 2], vec![10.0, 20.0, 30.0, 40.0]));
    /// assert_eq!(y.as_slice(), [11.0, 22.0, 31.0, 42.0]);
    /// ```
    ///
    /// # Panics
    /// `forward` panics if the sequence is longer than `MAX`, or there is no leading axis.
    pub struct PositionalEmbedding [const MAX, const D] [W: Storage] [] {
        parameters {
            /// `[MAX, D]`.
            weight: W => Matrix<MAX, D, E> as MatrixView<'a, MAX, D, E, Use>,
        }
    }

    /// A borrowed [`PositionalEmbedding`].
    ///
    /// ```
    /// use tiedw_core::layers::PositionalEmbedding;
    /// use tiedw_core::{Matrix, Module, Tensor};
    ///
    /// let positions = PositionalEmbedding::<3, 1> { weight: Matrix::zeros() };
    /// let mut gradient = positions.zeros_like();
    /// let (_, pullback) = positions.view().forward_vjp(&Tensor::zeros([4, 2]));
    /// pullback(Tensor::full([4, 2], 1.0), gradient.view_mut(), [false]);
    /// // Every sequence of the batch adds to the positions that it has.
    /// assert_eq!(gradient.weight.as_slice(), [4.0, 4.0, 0.0]);
    /// ```
    pub struct PositionalEmbeddingView;

    /// The weight that a [`PositionalEmbedding`] borrows.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{PositionalEmbedding, PositionalEmbeddingTies};
    /// use tiedw_core::{Init, Module, Tied};
    ///
    /// let rng = &mut StdRng::seed_from_u64(0);
    /// let (owner, borrower) = (<PositionalEmbedding<7, 2>>::init(rng), <PositionalEmbedding<7, 2, Tied>>::init(rng));
    /// let w = owner.view();
    /// let view = borrower.bind(PositionalEmbeddingTies { weight: w.weight });
    /// assert!(std::ptr::eq(view.weight.storage(), w.weight.storage()));
    /// ```
    pub struct PositionalEmbeddingTies { weight: W }

    forward Tensor<D, E> => Tensor<D, E>, by run, back;

    init |rng| Self::new(MAX, D, rng), as "PositionalEmbedding::new(places, features, &mut rng)";
}

impl<const MAX: usize, const D: usize, W: Storage, E: Element> PositionalEmbedding<MAX, D, W, E> {
    /// Creates a layer for up to so many `places`, initialized as by `init`.
    ///
    /// # Panics
    /// If the type says another size.
    #[track_caller]
    pub fn new<R: Rng + ?Sized>(places: usize, features: usize, rng: &mut R) -> Self {
        check_sizes("PositionalEmbedding", [("places", MAX, places), ("features", D, features)]);
        let mut number = normal(rng);
        PositionalEmbedding { weight: W::store(|| Matrix::of_shape_fn([places, features], |_, _| number())) }
    }
}

impl<'v, const MAX: usize, const D: usize, E: Element> PositionalEmbeddingView<'v, MAX, D, E> {
    /// Adds to each row the vector of its position, the index in the last leading axis.
    #[track_caller]
    pub fn forward(&self, x: &Tensor<D, E>) -> Tensor<D, E> {
        self.forward_from(x, 0)
    }

    /// Applies the layer to sequences whose first row has the position `first`, with the rows before it not
    /// in `x`.
    ///
    /// ```
    /// # use rand::{SeedableRng, rngs::StdRng};
    /// # use tiedw_core::{Init, Module, Tensor, layers::{Layer, PositionalEmbedding}};
    /// let positions = PositionalEmbedding::<7, 2>::init(&mut StdRng::seed_from_u64(0));
    /// let x = Tensor::full([1, 5], 1.0);
    /// let last = positions.view().forward_from(&x.narrow(1, 3, 2), 3);
    /// assert_eq!(last, positions.forward(&x).narrow(1, 3, 2));
    /// ```
    ///
    /// # Panics
    /// If a position is not below `MAX`, or there is no leading axis.
    #[track_caller]
    pub fn forward_from(&self, x: &Tensor<D, E>, first: usize) -> Tensor<D, E> {
        self.run_from(x, first).0
    }

    #[track_caller]
    fn run_from(&self, x: &Tensor<D, E>, first: usize) -> (Tensor<D, E>, PooledVec<u32>) {
        x.check_features(self.weight.columns(), "a `PositionalEmbedding`");
        let places = places(x, first, self.weight.rows());
        let vectors = E::gather_rows(self.weight.as_mat(), &places);
        let mut y = PooledVec::with_capacity(x.as_slice().len());
        for x in x.as_slice().chunks_exact(vectors.len().max(1)) {
            y.extend(x.iter().zip(&vectors).map(|(&x, &v)| x + v));
        }
        (Tensor::with_axes_of(x, y), places)
    }

    /// [`forward_from`](PositionalEmbeddingView::forward_from) with its pullback.
    #[track_caller]
    pub fn forward_from_vjp(
        &self,
        x: &Tensor<D, E>,
        first: usize,
    ) -> (
        Tensor<D, E>,
        impl FnOnce(
            Tensor<D, E>,
            PositionalEmbeddingView<'_, MAX, D, E, Gradient>,
            [bool; 2],
        ) -> (Option<Tensor<D, E>>, Option<NoGradient>)
        + use<'v, MAX, D, E>,
    ) {
        let layer = *self;
        let (y, places) = self.run_from(x, first);
        let pullback =
            move |d: Tensor<D, E>,
                  gradient: PositionalEmbeddingView<'_, MAX, D, E, Gradient>,
                  [wanted, _]: [bool; 2]| { (layer.back(places, d, gradient, wanted), None) };
        (y, pullback)
    }

    #[track_caller]
    fn run(&self, x: &Tensor<D, E>) -> (Tensor<D, E>, PooledVec<u32>) {
        self.run_from(x, 0)
    }

    fn back(
        &self,
        places: PooledVec<u32>,
        d: Tensor<D, E>,
        gradient: PositionalEmbeddingView<'_, MAX, D, E, Gradient>,
        wanted: bool,
    ) -> Option<Tensor<D, E>> {
        if let Some(dweight) = gradient.weight.as_wanted_mat() {
            for d in d.as_slice().chunks_exact((places.len() * self.weight.columns()).max(1)) {
                E::scatter_add_rows(dweight, &places, None, d);
            }
        }
        wanted.then_some(d)
    }
}

/// Returns the positions of a sequence that starts at `first`.
#[track_caller]
fn places<const D: usize, E: Element>(x: &Tensor<D, E>, first: usize, most: usize) -> PooledVec<u32> {
    let axes = x.axes();
    let Some(&time) = axes.leading().last() else {
        panic!("a positional embedding of a tensor without leading axes: no place to look up");
    };
    match first {
        0 => assert!(time <= most, "a sequence of {time} places, where the positional embedding has {most}"),
        _ => assert!(
            first <= most && time <= most - first,
            "a sequence of {time} places from place {first} on, where the positional embedding has {most}"
        ),
    }
    (first as u32..(first + time) as u32).collect()
}
