//! Instance normalization.

use std::iter::repeat_n;

use rand::Rng;

use super::groups::{normalize, normalize_vjp, size_of_sample};
use crate::layers::Layer;
use crate::layers::support::{ElemVariants, forward_by_methods, layer_module, resizable};
use crate::module::{FromShapes, Init, Path, Role, Shapes, ViewOf};
use crate::pooled_vec::PooledVec;
use crate::size::check_sizes;
use crate::{DYN, Dual, Element, Lift, Tensor};

/// Normalizes each of the `C` channels of each sample to mean 0 and variance 1: y = (x - mean) / √(variance + eps).
///
/// The first axis is the batch: `[batch, height, width, C]`. A new layer has `eps` 1e-5 and no weights, as in PyTorch;
/// for weights, use a [`GroupNorm`](super::GroupNorm) with `C` groups. If `C` is `DYN`, the layer takes any number of
/// channels, as it keeps nothing about them. Ulyanov et al., "Instance Normalization", 2016.
///
/// ```
/// use tiedw_core::Tensor;
/// use tiedw_core::layers::{InstanceNorm, Layer};
///
/// let norm = InstanceNorm::<1> { eps: 0.0 };
/// let y = norm.forward(&Tensor::from_vec([2, 2], vec![1.0, 3.0, 20.0, 40.0]));
/// assert_eq!(y.as_slice(), [-1.0, 1.0, -1.0, 1.0]);
/// ```
///
/// # Panics
/// `forward` panics if a sample has a single position, which has no variance.
pub struct InstanceNorm<const C: usize, E: Element = f32> {
    /// Added to the variance. Of type `E`, because the layer has no parameter that would use `E`.
    pub eps: E,
}

/// The view of an [`InstanceNorm`].
#[derive(Clone, Copy, Debug)]
pub struct InstanceNormView<const C: usize, E: Element = f32> {
    /// Added to the variance. Of type `E`, because the layer has no parameter that would use `E`.
    pub eps: E,
}

layer_module! {
    impl[const C: usize, E: Element] InstanceNorm<C, E> {}
    settings { eps: E }
    check assert!(C > 0, "an `InstanceNorm` has channels");
    elem E;
    ties Nothing;
    view InstanceNormView = InstanceNormView<C, E>;
}

resizable! {
    impl[const C: usize, E: Element] InstanceNorm<C, E> => InstanceNorm<DYN, E>;
    sizes &[C];
    InstanceNormView {
        parameters {}
        settings { eps: E }
    }
}

impl<Use: Role, const C: usize, E: Element> ViewOf<'_, Use> for InstanceNormView<C, E> {
    type Module = InstanceNorm<C, E>;

    #[inline]
    fn freeze(self) -> Self {
        self
    }
}

impl<const C: usize, E: Element> InstanceNorm<C, E> {
    /// Creates a layer for so many channels, with `eps` 1e-5.
    ///
    /// ```
    /// use tiedw_core::layers::{InstanceNorm, Layer};
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let norm: InstanceNorm<DYN> = InstanceNorm::new(1).eps(0.0);
    /// let y = norm.forward(&Tensor::from_vec([2, 2, 1], vec![1.0, 3.0, 20.0, 40.0]));
    /// assert_eq!(y.as_slice(), [-1.0, 1.0, -1.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// If the type says another size, or there are no channels.
    #[track_caller]
    pub fn new(channels: usize) -> Self {
        check_sizes("InstanceNorm", [("channels", C, channels)]);
        assert!(channels > 0, "an `InstanceNorm` has channels");
        InstanceNorm { eps: E::from_f64(1e-5) }
    }

    /// Sets what is added to the variance.
    ///
    /// ```
    /// use tiedw_core::layers::InstanceNorm;
    ///
    /// assert_eq!(InstanceNorm::<8>::new(8).eps(1e-3).eps, 1e-3);
    /// ```
    #[must_use]
    pub fn eps(mut self, eps: E) -> Self {
        self.eps = eps;
        self
    }
}

impl<const C: usize, E: Element> InstanceNormView<C, E> {
    /// Applies the layer to each sample.
    #[track_caller]
    pub fn forward(&self, x: &Tensor<C, E>) -> Tensor<C, E> {
        self.forward_vjp(x).0
    }

    /// [`forward`](Self::forward) with its pullback.
    #[track_caller]
    pub fn forward_vjp(
        &self,
        x: &Tensor<C, E>,
    ) -> (Tensor<C, E>, impl FnOnce(Tensor<C, E>, Self, [bool; 1]) -> (Option<Tensor<C, E>>,) + use<C, E>)
    {
        let (axes, channels) = (x.axes(), x.features());
        assert!(C != DYN || channels > 0, "`InstanceNorm` of shape {axes:?}: expected channels");
        assert!(
            size_of_sample(x) != channels,
            "`InstanceNorm` of shape {axes:?}: expected more than 1 position"
        );
        let ones_and_zeros = [E::ONE, E::ZERO].map(|number| repeat_n(number, channels));
        let (y, saved) = normalize(x, channels, self.eps, ones_and_zeros);
        let back = move |d, _, [wanted]: [bool; 1]| {
            let dx = || normalize_vjp(saved, channels, &PooledVec::full(channels, E::ONE), d).0;
            (wanted.then(dx),)
        };
        (y, back)
    }
}

forward_by_methods! {
    impl[const C: usize, E: Element] InstanceNormView<C, E>;
    input Tensor<C, E>;
    output Tensor<C, E>;
    gradient['g] InstanceNormView<C, E>;
    use[C, E];
}

impl<const C: usize, E: Element> Layer for InstanceNorm<C, E> {
    type Input = Tensor<C, E>;
    type Output = Tensor<C, E>;
}

impl<const C: usize, E: Element> Init for InstanceNorm<C, E> {
    fn init<R: Rng + ?Sized>(_: &mut R) -> Self {
        const { assert!(C != DYN, "`init` of a layer with a `DYN` size: write `InstanceNorm::new(channels)`") };
        Self::new(C)
    }
}

impl<const C: usize, E: Element> ElemVariants for InstanceNorm<C, E> {
    type With<Elem: Element> = InstanceNorm<C, Elem>;
}

impl<const C: usize, E: Element> Lift for InstanceNorm<C, E> {
    type Dual = InstanceNorm<C, Dual<E>>;

    fn lift(&self, _: Option<&Self>) -> Self::Dual {
        InstanceNorm { eps: Dual::constant(self.eps) }
    }
    fn parts(dual: Self::Dual) -> (Self, Self) {
        let layer = InstanceNorm { eps: dual.eps.value };
        (layer.clone(), layer)
    }
}

impl<const C: usize, E: Element> FromShapes for InstanceNorm<C, E> {
    fn from_shapes(_: &mut Shapes, _: &mut Path) -> Self {
        InstanceNorm { eps: E::from_f64(1e-5) }
    }
}

crate::init::start_by_init! { impl[const C: usize, E: Element] InstanceNorm<C, E> }
