//! Group normalization.

use super::groups::{Saved, normalize, normalize_vjp};
use crate::layers::support::layer;
use crate::module::{BiasStorage, Gradient, Storage, Weight};
use crate::param::{Vector, VectorView};
use crate::size::check_sizes;
use crate::{Count, DYN, Element, Tensor};

layer! {
    /// Normalizes each of `G` groups of the `C` channels of each sample to mean 0 and variance 1, then scales by the
    /// weight and adds the bias: y = (x - mean) / √(variance + eps) · weight + bias.
    ///
    /// The first axis is the batch: `[batch, height, width, C]`. A new layer has weights 1, biases 0 and `eps` 1e-5, as
    /// in PyTorch. Wu and He, "Group Normalization", 2018.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::{GroupNorm, Layer};
    /// use tiedw_core::{Init, Tensor};
    ///
    /// let norm = GroupNorm::<2, 4>::init(&mut StdRng::seed_from_u64(0));
    /// let y = norm.forward(&Tensor::from_vec([1], vec![1.0, 3.0, 20.0, 40.0]));
    /// assert!(y.as_slice().iter().zip([-1.0, 1.0, -1.0, 1.0]).all(|(y, wanted)| (y - wanted).abs() < 1e-4));
    /// ```
    ///
    /// It does not compile if `C` is not a multiple of `G`:
    ///
    /// ```compile_fail,E0080
    /// # use rand::{SeedableRng, rngs::StdRng};
    /// # use tiedw_core::{Init, layers::GroupNorm};
    /// let norm = GroupNorm::<3, 4>::init(&mut StdRng::seed_from_u64(0));
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use tiedw_core::layers::{GroupNorm, Layer};
    /// # use tiedw_core::Tensor;
    /// let norm = GroupNorm::<0, 4>::new(0, 4);
    /// norm.forward(&Tensor::zeros([2]));
    /// ```
    ///
    /// If the number of channels or of groups is known at run time only, it is checked there, and `init` does not compile:
    ///
    /// ```compile_fail,E0080
    /// # use rand::{SeedableRng, rngs::StdRng};
    /// # use tiedw_core::{DYN, Init, layers::GroupNorm};
    /// let norm = GroupNorm::<2, DYN>::init(&mut StdRng::seed_from_u64(0));
    /// ```
    pub struct GroupNorm [const G, const C] [W: Storage] [B] {
        parameters {
            /// `[C]`.
            weight: W => Vector<C, E> as VectorView<'a, C, E, Use>,
        }
        bias B {
            /// `[C]`.
            bias: Vector<C, E>,
        }
        settings {
            /// Added to the variance.
            eps: f64 = 1e-5,
            /// The number of groups, if the type does not say it.
            groups: Count<G> = Count::default(),
        }
        sizes {
            weight: [C],
            bias: [C],
        }
    }
    check {
        let known = G != DYN && C != DYN;
        assert!(G > 0 && C > 0 && (!known || C.is_multiple_of(G)), "the channels of a `GroupNorm` are a multiple of its groups")
    };

    /// A borrowed [`GroupNorm`].
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::layers::GroupNorm;
    /// use tiedw_core::{Init, Module, Tensor};
    ///
    /// let norm = GroupNorm::<1, 2>::init(&mut StdRng::seed_from_u64(0));
    /// let (_, pullback) = norm.view().forward_vjp(&Tensor::from_vec([1], vec![3.0, 7.0]));
    /// // A group's mean is subtracted, so a constant cotangent gives a zero input cotangent.
    /// let (dx,) = pullback(Tensor::full([1], 1.0), norm.zeros_like().view_mut(), [true]);
    /// assert!(dx.unwrap().as_slice().iter().all(|d| d.abs() < 1e-6));
    /// ```
    pub struct GroupNormView;

    /// The weights that a [`GroupNorm`] borrows.
    pub struct GroupNormTies { weight: W, bias: B }

    forward Tensor<C, E> => Tensor<C, E>, by run, back;

    init |_| Self::new(G, C), as "GroupNorm::new(groups, channels)";
}

impl<const G: usize, const C: usize, W: Storage, B: BiasStorage, E: Element> GroupNorm<G, C, W, B, E> {
    /// Creates a layer for so many groups and channels, with weights 1, biases 0 and `eps` 1e-5.
    ///
    /// ```
    /// use tiedw_core::layers::{GroupNorm, Layer};
    /// use tiedw_core::{DYN, Tensor};
    ///
    /// let norm: GroupNorm<DYN, DYN> = GroupNorm::new(2, 4).eps(0.0);
    /// let y = norm.forward(&Tensor::from_vec([1], vec![1.0, 3.0, 20.0, 40.0]));
    /// assert_eq!(y.as_slice(), [-1.0, 1.0, -1.0, 1.0]);
    /// ```
    ///
    /// # Panics
    /// If the type says another size, or the channels are no multiple of the groups.
    #[track_caller]
    pub fn new(groups: usize, channels: usize) -> Self {
        check_sizes("GroupNorm", [("groups", G, groups), ("channels", C, channels)]);
        check_groups(groups, channels);
        GroupNorm {
            weight: W::store(|| Vector::from_vec(vec![E::ONE; channels])),
            bias: B::store(|| Vector::zeros_of([channels])),
            eps: 1e-5,
            groups: Count::new(groups),
        }
    }

    /// Sets what is added to the variance.
    ///
    /// ```
    /// use tiedw_core::layers::GroupNorm;
    ///
    /// assert_eq!(GroupNorm::<2, 8>::new(2, 8).eps(1e-6).eps, 1e-6);
    /// ```
    #[must_use]
    pub fn eps(mut self, eps: f64) -> Self {
        self.eps = eps;
        self
    }
}

/// Checks numbers of which one is known at run time.
#[track_caller]
fn check_groups(groups: usize, channels: usize) {
    assert!(
        groups > 0 && channels > 0 && channels.is_multiple_of(groups),
        "a `GroupNorm` of {channels} channels in {groups} groups: the channels are a multiple of the groups"
    );
}

impl<const G: usize, const C: usize, E: Element, B: BiasStorage> GroupNormView<'_, G, C, E, Weight, B> {
    /// Applies the layer to each sample.
    #[track_caller]
    pub fn forward(&self, x: &Tensor<C, E>) -> Tensor<C, E> {
        self.run(x).0
    }

    #[track_caller]
    fn groups(&self) -> usize {
        self.groups.said("a `GroupNorm` whose number of groups is not set", "norm.groups")
    }

    #[track_caller]
    fn run(&self, x: &Tensor<C, E>) -> (Tensor<C, E>, Saved<C, E>) {
        let (groups, channels) = (self.groups(), self.weight.as_slice().len());
        x.check_features(channels, "a `GroupNorm`");
        if G == DYN || C == DYN {
            check_groups(groups, channels);
        }
        let bias = B::row(&self.bias, channels);
        let parameters = [self.weight.as_slice(), &bias].map(|values| values.iter().copied());
        normalize(x, groups, E::from_f64(self.eps), parameters)
    }

    fn back(
        &self,
        saved: Saved<C, E>,
        d: Tensor<C, E>,
        gradient: GroupNormView<'_, G, C, E, Gradient, B>,
        wanted: bool,
    ) -> Option<Tensor<C, E>> {
        let (dx, [dweight, dbias]) = normalize_vjp(saved, self.groups(), self.weight.as_slice(), d);
        gradient.weight.add_rows(&dweight);
        B::add_rows(&gradient.bias, &dbias);
        wanted.then_some(dx)
    }
}
