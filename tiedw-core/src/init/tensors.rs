//! Random tensors.

use rand::{Rng, RngExt};

use super::draw;
use crate::pooled_vec::PooledVec;
use crate::{Element, Leading, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Draws elements from the uniform distribution of [0, 1). If the features are [`DYN`](crate::DYN), the axes are all of
    /// the shape.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::Tensor;
    ///
    /// let x = Tensor::<3>::rand([100], &mut StdRng::seed_from_u64(0));
    /// assert!(x.as_slice().iter().all(|x| (0.0..1.0).contains(x)) && (x.mean() - 0.5).abs() < 0.1);
    /// ```
    #[track_caller]
    pub fn rand<R: Rng + ?Sized>(leading: impl Leading, rng: &mut R) -> Self {
        // Rounded down to the digits of an element, since 1 is none of the values.
        let values = 2.0 / E::EPSILON_F64;
        Self::drawn(leading, || E::from_f64((rng.random::<f64>() * values).floor() / values))
    }

    /// Draws elements from the normal distribution with mean 0 and variance 1. If the features are [`DYN`](crate::DYN), the
    /// axes are all of the shape.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::Tensor;
    ///
    /// let x = Tensor::<3>::randn([100], &mut StdRng::seed_from_u64(0));
    /// assert!(x.mean().abs() < 0.2 && (x.std() - 1.0).abs() < 0.2);
    /// ```
    #[track_caller]
    pub fn randn<R: Rng + ?Sized>(leading: impl Leading, rng: &mut R) -> Self {
        Self::drawn(leading, draw::normal(rng))
    }

    /// Draws elements that are 1 with probability `p`, and 0 otherwise. If the features are [`DYN`](crate::DYN), the axes are
    /// all of the shape.
    ///
    /// ```
    /// use rand::{SeedableRng, rngs::StdRng};
    /// use tiedw_core::Tensor;
    ///
    /// let x = Tensor::<3>::bernoulli([100], 0.25, &mut StdRng::seed_from_u64(0));
    /// assert!(x.as_slice().iter().all(|&x| x == 0.0 || x == 1.0) && (x.mean() - 0.25).abs() < 0.1);
    /// ```
    ///
    /// # Panics
    /// If `p` is not between 0 and 1.
    #[track_caller]
    pub fn bernoulli<R: Rng + ?Sized>(leading: impl Leading, p: f64, rng: &mut R) -> Self {
        assert!((0.0..=1.0).contains(&p), "bernoulli with probability {p}, which is not between 0 and 1");
        Self::drawn(leading, || if rng.random::<f64>() < p { E::ONE } else { E::ZERO })
    }

    #[track_caller]
    fn drawn(leading: impl Leading, draw: impl FnMut() -> E) -> Self {
        let axes = Self::all_axes(&leading);
        let elements: PooledVec<E> = std::iter::repeat_with(draw).take(axes.count()).collect();
        Tensor::with_axes(axes, elements)
    }
}
