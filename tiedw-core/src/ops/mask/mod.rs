//! Operations on masks.

mod operators;
mod reductions;
mod shapes;

use crate::kernels;
use crate::value::NoGradient;
use crate::{DYN, Element, Mask, Tensor, Value};

/// The cotangent of an argument.
type Nothing = Option<NoGradient>;
/// The pullback of what is computed from a mask.
type NoPullback<Y> = fn(<Y as Value>::Cotangent, [bool; 1]) -> (Nothing,);
/// The same with one argument beside the mask, with two and with three.
type NoPullback2<Y> = fn(<Y as Value>::Cotangent, [bool; 2]) -> (Nothing, Nothing);
type NoPullback3<Y> = fn(<Y as Value>::Cotangent, [bool; 3]) -> (Nothing, Nothing, Nothing);
type NoPullback4<Y> = fn(<Y as Value>::Cotangent, [bool; 4]) -> (Nothing, Nothing, Nothing, Nothing);

impl<const F: usize> Mask<F> {
    /// Returns whether any flag is set; `false` without flags.
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// assert!(Mask::from([true, false]).any() && !Mask::<2>::from_vec([0], vec![]).any());
    /// ```
    pub fn any(&self) -> bool {
        self.as_slice().contains(&true)
    }

    /// Returns whether all flags are set; `true` without flags.
    ///
    /// ```
    /// # use tiedw_core::Mask;
    /// assert!(!Mask::from([true, false]).all() && Mask::<2>::from_vec([0], vec![]).all());
    /// ```
    pub fn all(&self) -> bool {
        !self.as_slice().contains(&false)
    }

    /// Returns the number of flags that are set.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// assert_eq!(Tensor::from([1.0, -2.0, 3.0]).gt(0.0).count(), 2);
    /// ```
    pub fn count(&self) -> usize {
        self.as_slice().iter().filter(|&&flag| flag).count()
    }

    /// Returns the row-major places of the flags that are set.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let words = Tensor::from([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
    /// let last = words.index_select(0, &words.sum_features().gt(4.0).nonzero());
    /// assert_eq!(last, Tensor::from([[3.0, 4.0], [5.0, 6.0]]));
    /// ```
    pub fn nonzero(&self) -> Vec<usize> {
        self.as_slice().iter().enumerate().filter(|(_, flag)| **flag).map(|(place, _)| place).collect()
    }

    /// Returns a tensor with 1 where a flag is set, and 0 elsewhere, such as factors.
    ///
    /// ```
    /// # use tiedw_core::{Mask, Tensor};
    /// assert_eq!(Mask::from([true, false]).to_tensor(), Tensor::from([1.0, 0.0]));
    /// ```
    pub fn to_tensor<E: Element>(&self) -> Tensor<F, E> {
        let data = kernels::map(self.as_slice(), one_if_set);
        Tensor::with_axes(self.axes(), data)
    }
}

// For differentiable bodies: a mask has no gradient.
#[doc(hidden)]
impl<const F: usize> Mask<F> {
    pub fn any_vjp(&self) -> (bool, NoPullback<bool>) {
        (self.any(), |_, _| (None,))
    }

    pub fn all_vjp(&self) -> (bool, NoPullback<bool>) {
        (self.all(), |_, _| (None,))
    }

    pub fn count_vjp(&self) -> (usize, NoPullback<usize>) {
        (self.count(), |_, _| (None,))
    }

    pub fn nonzero_vjp(&self) -> (Vec<usize>, NoPullback<Vec<usize>>) {
        (self.nonzero(), |_, _| (None,))
    }

    pub fn to_tensor_vjp<E: Element>(&self) -> (Tensor<F, E>, NoPullback<Tensor<F, E>>) {
        (self.to_tensor(), |_, _| (None,))
    }

    #[track_caller]
    pub fn fixed_vjp<const N: usize>(&self) -> (Mask<N>, NoPullback<Mask<N>>) {
        (self.fixed(), |_, _| (None,))
    }

    pub fn dynamic_vjp(&self) -> (Mask<DYN>, NoPullback<Mask<DYN>>) {
        (self.dynamic(), |_, _| (None,))
    }
}

fn one_if_set<E: Element>(flag: bool) -> E {
    if flag { E::ONE } else { E::ZERO }
}
