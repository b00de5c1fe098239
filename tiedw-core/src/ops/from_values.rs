//! Tensors of numbers that a body has computed.

use crate::axes::Leading;
use crate::value::{Converts, ListCotangent, NoGradient, Value};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// [`from_vec`](Tensor::from_vec) with its pullback.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let (x, pullback) = Tensor::<2>::from_vec_vjp([1], vec![3.0, 4.0]);
    /// let (_, dlist) = pullback(x, [false, true]);
    /// assert!(dlist.unwrap().iter().eq([Some(&3.0), Some(&4.0)]));
    /// ```
    #[track_caller]
    pub fn from_vec_vjp<L: Leading>(
        leading: L,
        data: Vec<E>,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<NoGradient>, Option<ListCotangent<E>>) + use<F, L, E>)
    {
        (Self::from_vec(leading, data), |d: Self, [_, wanted]: [bool; 2]| {
            (None, wanted.then(|| elements(&d)))
        })
    }

    /// [`from_shape_vec`](Tensor::from_shape_vec) with its pullback.
    #[track_caller]
    pub fn from_shape_vec_vjp<L: Leading>(
        shape: L,
        data: Vec<E>,
    ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<NoGradient>, Option<ListCotangent<E>>) + use<F, L, E>)
    {
        let pullback = |d: Self, [_, wanted]: [bool; 2]| (None, wanted.then(|| elements(&d)));
        (Self::from_shape_vec(shape, data), pullback)
    }

    /// [`from`](Tensor::from) of an array of numbers, or of arrays of them, with its pullback.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let (x, pullback) = Tensor::from_vjp([3.0, 4.0]);
    /// let (dlist,) = pullback(x, [true]);
    /// assert!(dlist.unwrap().iter().eq([Some(&3.0), Some(&4.0)]));
    /// ```
    #[inline]
    pub fn from_vjp<A: ArrayOfNumbers<F, E>>(
        array: A,
    ) -> (Self, impl FnOnce(Self, [bool; 1]) -> (Option<A::Cotangent>,) + use<F, E, A>) {
        (array.into(), |d: Self, [wanted]: [bool; 1]| (wanted.then(|| A::cotangent(&mut elements_of(&d))),))
    }
}

/// An array of numbers, or of arrays of them, from which a tensor is made.
#[diagnostic::on_unimplemented(
    message = "a tensor that is made from a `{Self}` has no gradient",
    note = "one from an array of numbers, or of arrays of them, has one, as has `Tensor::from_vec`; what carries no gradient is \
            cut by `stop_gradient(..)`"
)]
pub trait ArrayOfNumbers<const F: usize, E: Element>: Into<Tensor<F, E>> {
    /// Its cotangent as a list.
    type Cotangent;

    /// Takes the cotangents of its elements out of those of the tensor.
    #[doc(hidden)]
    fn cotangent(elements: &mut impl Iterator<Item = E>) -> Self::Cotangent;
}

impl<const F: usize, E: Element> ArrayOfNumbers<F, E> for [E; F] {
    type Cotangent = ListCotangent<E>;

    fn cotangent(elements: &mut impl Iterator<Item = E>) -> ListCotangent<E> {
        elements.take(F).map(Some).collect()
    }
}

impl<const F: usize, const B: usize, E: Element> ArrayOfNumbers<F, E> for [[E; F]; B] {
    type Cotangent = ListCotangent<ListCotangent<E>>;

    fn cotangent(elements: &mut impl Iterator<Item = E>) -> Self::Cotangent {
        (0..B).map(|_| Some(<[E; F]>::cotangent(elements))).collect()
    }
}

impl<const F: usize, const T: usize, const B: usize, E: Element> ArrayOfNumbers<F, E> for [[[E; F]; T]; B] {
    type Cotangent = ListCotangent<ListCotangent<ListCotangent<E>>>;

    fn cotangent(elements: &mut impl Iterator<Item = E>) -> Self::Cotangent {
        (0..B).map(|_| Some(<[[E; F]; T]>::cotangent(elements))).collect()
    }
}

macro_rules! conversions {
    ($([$($sizes:ident)*] $array:ty;)+) => {
        $(
            impl<const F: usize, $(const $sizes: usize,)* E: Element> Converts<Tensor<F, E>> for $array {
                fn convert(self) -> Tensor<F, E> {
                    self.into()
                }

                fn pulled(cotangent: Tensor<F, E>) -> <Self as Value>::Cotangent {
                    <Self as ArrayOfNumbers<F, E>>::cotangent(&mut elements_of(&cotangent))
                }
            }
        )+
    };
}
conversions! {
    [] [E; F];
    [B] [[E; F]; B];
    [B T] [[[E; F]; T]; B];
}

fn elements_of<const F: usize, E: Element>(d: &Tensor<F, E>) -> impl Iterator<Item = E> + '_ {
    d.as_slice().iter().copied()
}

fn elements<const F: usize, E: Element>(d: &Tensor<F, E>) -> ListCotangent<E> {
    elements_of(d).map(Some).collect()
}
