//! Dropout.

use rand::Rng;

use super::support::{ElemVariants, layer_module};
use crate::kernels::threshold;
use crate::module::{FromShapes, Init, Path, Role, Shapes, ViewOf};
use crate::value::NoGradient;
use crate::{Dual, Element, Lift, Tensor};

/// Sets each element to 0 with probability `p` while training, and divides the others by `1 - p`.
///
/// The context passed to `forward` selects the mode: a random number generator for training, [`Evaluation`]
/// for evaluation. The layer has no hidden state, so `forward` takes `&self`, and a run can be reproduced
/// from the generator's seed. A new layer has `p` = 0.5, as in PyTorch. Srivastava et al., "Dropout: A Simple
/// Way to Prevent Neural Networks from Overfitting", 2014.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::{Dropout, Evaluation};
/// use tiedw_core::{Module, Tensor};
///
/// let dropout = Dropout { p: 0.75 };
/// let x = Tensor::<100>::full([1], 1.0);
/// let y = dropout.view().forward(&x, &mut StdRng::seed_from_u64(0));
/// assert!(y.as_slice().iter().all(|&y| y == 0.0 || y == 4.0));
/// assert_eq!(dropout.view().forward(&x, &mut Evaluation), x);
/// ```
pub struct Dropout<E: Element = f32> {
    /// The probability that an element is set to 0.
    pub p: E,
}

/// The view of a [`Dropout`].
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::Dropout;
/// use tiedw_core::{Module, Tensor};
///
/// let dropout = Dropout { p: 0.5 };
/// let ones = Tensor::<100>::full([1], 1.0);
/// let (y, pullback) = dropout.view().forward_vjp(&ones, &mut StdRng::seed_from_u64(0));
/// // The pullback applies the same mask as the forward pass.
/// let (dx, _) = pullback(ones, dropout.view(), [true, false]);
/// assert_eq!(dx.unwrap(), y);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct DropoutView<E: Element = f32> {
    /// The probability that an element is set to 0.
    pub p: E,
}

impl<E: Element> Dropout<E> {
    /// Creates a layer that sets elements to 0 with probability `p`.
    ///
    /// ```
    /// use tiedw_core::layers::Dropout;
    ///
    /// assert_eq!(Dropout::<f32>::new(0.1).p, 0.1);
    /// ```
    pub const fn new(p: E) -> Self {
        Dropout { p }
    }
}

layer_module! {
    impl[E: Element] Dropout<E> {}
    settings { p: E }
    elem E;
    ties Nothing;
    view DropoutView = DropoutView<E>;
}

impl<Use: Role, E: Element> ViewOf<'_, Use> for DropoutView<E> {
    type Module = Dropout<E>;

    #[inline]
    fn freeze(self) -> Self {
        self
    }
}

/// A source of randomness for layers: any random number generator while training, [`Evaluation`] otherwise.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::{Evaluation, Randomness};
///
/// assert!(StdRng::seed_from_u64(0).seed().is_some());
/// assert_eq!(Evaluation.seed(), None);
/// ```
pub trait Randomness {
    /// Returns a seed while training, and `None` otherwise.
    fn seed(&mut self) -> Option<u64>;
}

impl<R: Rng + ?Sized> Randomness for R {
    fn seed(&mut self) -> Option<u64> {
        Some(self.next_u64())
    }
}

/// The [`Randomness`] of evaluation: layers draw no random numbers.
///
/// ```
/// use tiedw_core::layers::{Dropout, Evaluation};
/// use tiedw_core::{Module, Tensor};
///
/// let x = Tensor::<3>::full([1], 1.0);
/// assert_eq!(Dropout { p: 0.9 }.view().forward(&x, &mut Evaluation), x);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evaluation;

impl Randomness for Evaluation {
    fn seed(&mut self) -> Option<u64> {
        None
    }
}

impl<E: Element> DropoutView<E> {
    /// Applies the layer.
    ///
    /// # Panics
    /// If `p` is not between 0 and 1.
    #[track_caller]
    pub fn forward<const F: usize, R: Randomness + ?Sized>(
        &self,
        x: &Tensor<F, E>,
        rng: &mut R,
    ) -> Tensor<F, E> {
        self.with_seed(x, rng.seed())
    }

    /// [`forward`](DropoutView::forward) with its pullback, which regenerates the same dropout mask from its
    /// seed.
    #[track_caller]
    pub fn forward_vjp<const F: usize, R: Randomness + ?Sized>(
        &self,
        x: &Tensor<F, E>,
        rng: &mut R,
    ) -> (
        Tensor<F, E>,
        impl FnOnce(Tensor<F, E>, DropoutView<E>, [bool; 2]) -> (Option<Tensor<F, E>>, Option<NoGradient>)
        + use<F, R, E>,
    ) {
        let (layer, seed) = (*self, rng.seed());
        (layer.with_seed(x, seed), move |d: Tensor<F, E>, _: DropoutView<E>, [wanted, _]: [bool; 2]| {
            (wanted.then(|| layer.with_seed(&d, seed)), None)
        })
    }

    #[track_caller]
    fn with_seed<const F: usize>(&self, x: &Tensor<F, E>, seed: Option<u64>) -> Tensor<F, E> {
        let p = self.p;
        assert!(p >= E::ZERO && p <= E::ONE, "the probability of a dropout is {p}, not between 0 and 1");
        let Some(seed) = seed else { return x.clone() };
        if p == E::ZERO {
            return x.clone();
        }
        if p == E::ONE {
            return x.map(|x| x * E::ZERO);
        }
        let scale = E::narrow(E::Wide::ONE / (E::Wide::ONE - p.widen()));
        Tensor::with_axes_of(x, E::dropout(x.as_slice(), threshold(p), scale, seed))
    }
}

impl<E: Element> Init for Dropout<E> {
    fn init<R: Rng + ?Sized>(_: &mut R) -> Self {
        Dropout { p: E::from_f64(0.5) }
    }
}

impl<E: Element> ElemVariants for Dropout<E> {
    type With<Elem: Element> = Dropout<Elem>;
}

impl<E: Element> Lift for Dropout<E> {
    type Dual = Dropout<Dual<E>>;

    fn lift(&self, _: Option<&Self>) -> Dropout<Dual<E>> {
        Dropout { p: Dual::constant(self.p) }
    }
    fn parts(dual: Dropout<Dual<E>>) -> (Self, Self) {
        let layer = Dropout { p: dual.p.value };
        (layer.clone(), layer)
    }
}

impl<E: Element> FromShapes for Dropout<E> {
    fn from_shapes(_: &mut Shapes, _: &mut Path) -> Self {
        Dropout { p: E::from_f64(0.5) }
    }
}

crate::init::start_by_init! { impl[E: Element] Dropout<E> }
