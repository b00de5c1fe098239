//! Collects the cotangents of parameters that a differentiated body uses as values.

use std::cell::Cell;
use std::ops::Index;

use super::{
    Filter1d, Filter1dView, Filter2d, Filter2dView, GateBias, GateBiasView, Gates, GatesView, Matrix,
    MatrixView, Vector, VectorView,
};
use crate::module::{Gradient, ViewOf};
use crate::{Element, Tensor};

/// A gradient view that accumulates a cotangent of type `C`.
#[diagnostic::on_unimplemented(
    message = "a part of the module is used as a value here, and its gradient has no place",
    label = "`{Self}` takes no cotangent of type `{C}`",
    note = "what takes an argument marked `#[constant]` passes no gradient on: cut it with `stop_gradient(..)` there"
)]
pub trait Collect<C> {
    /// Accumulates the cotangent.
    fn collect(&self, cotangent: C);
}

/// As a value, a parameter is a tensor.
#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, E: Element> Collect<Tensor<C, E>> for MatrixView<'_, R, C, E, Gradient> {
    fn collect(&self, cotangent: Tensor<C, E>) {
        self.add_elements(cotangent.as_slice());
    }
}

#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, E: Element> Collect<Matrix<R, C, E>>
    for MatrixView<'_, R, C, E, Gradient>
{
    fn collect(&self, cotangent: Matrix<R, C, E>) {
        self.add_elements(cotangent.as_slice());
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, E: Element> Collect<Tensor<N, E>> for VectorView<'_, N, E, Gradient> {
    fn collect(&self, cotangent: Tensor<N, E>) {
        self.add_rows(cotangent.as_slice());
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, E: Element> Collect<Vector<N, E>> for VectorView<'_, N, E, Gradient> {
    fn collect(&self, cotangent: Vector<N, E>) {
        self.add_rows(cotangent.as_slice());
    }
}

/// The weights of convolutions and of recurrent layers.
macro_rules! collect {
    ($($name:ident, $view:ident [$($size:ident),+] -> $features:ident;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$(const $size: usize,)+ E: Element> Collect<Tensor<$features, E>> for $view<'_, $($size,)+ E, Gradient> {
            fn collect(&self, cotangent: Tensor<$features, E>) {
                self.accumulator().add_rows(cotangent.as_slice());
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$(const $size: usize,)+ E: Element> Collect<$name<$($size,)+ E>> for $view<'_, $($size,)+ E, Gradient> {
            fn collect(&self, cotangent: $name<$($size,)+ E>) {
                self.accumulator().add_rows(cotangent.as_slice());
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$(const $size: usize,)+ E: Element> Collect<Unknown> for $view<'_, $($size,)+ E, Gradient> {
            fn collect(&self, cotangent: Unknown) {
                match cotangent {}
            }
        }
    )* };
}

collect! {
    Filter1d, Filter1dView [O, K, I] -> I;
    Filter2d, Filter2dView [O, H, W, I] -> I;
    Gates, GatesView [G, R, C] -> C;
    GateBias, GateBiasView [G, R] -> R;
}

/// A type with no values. With a single impl of `Collect` the compiler would infer `C` from it, and report a
/// mismatched type instead of the message above.
#[derive(Debug)]
pub enum Unknown {}

#[diagnostic::do_not_recommend]
impl<const R: usize, const C: usize, E: Element> Collect<Unknown> for MatrixView<'_, R, C, E, Gradient> {
    fn collect(&self, cotangent: Unknown) {
        match cotangent {}
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize, E: Element> Collect<Unknown> for VectorView<'_, N, E, Gradient> {
    fn collect(&self, cotangent: Unknown) {
        match cotangent {}
    }
}

/// One element of a gradient: a slice of it, which is empty if the gradient is not requested.
impl<const R: usize, const C: usize, E: Element> Index<(usize, usize)> for MatrixView<'_, R, C, E, Gradient> {
    type Output = [Cell<E>];

    #[inline]
    #[track_caller]
    fn index(&self, at: (usize, usize)) -> &[Cell<E>] {
        self.element(at)
    }
}

/// As of a matrix.
impl<const N: usize, E: Element> Index<usize> for VectorView<'_, N, E, Gradient> {
    type Output = [Cell<E>];

    #[inline]
    #[track_caller]
    fn index(&self, at: usize) -> &[Cell<E>] {
        self.element(at)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Element> Collect<E> for [Cell<E>] {
    #[inline]
    fn collect(&self, cotangent: E) {
        self.iter().for_each(|sum| sum.set(sum.get() + cotangent));
    }
}

#[diagnostic::do_not_recommend]
impl<E: Element> Collect<Box<E>> for [Cell<E>] {
    #[inline]
    fn collect(&self, cotangent: Box<E>) {
        self.collect(*cotangent);
    }
}

#[diagnostic::do_not_recommend]
impl<E: Element> Collect<Unknown> for [Cell<E>] {
    fn collect(&self, cotangent: Unknown) {
        match cotangent {}
    }
}

#[diagnostic::do_not_recommend]
impl<C, E: Element> Collect<C> for &[Cell<E>]
where
    [Cell<E>]: Collect<C>,
{
    #[inline]
    fn collect(&self, cotangent: C) {
        (**self).collect(cotangent);
    }
}

/// What an index into a gradient view finds, as a value.
pub trait Indexed<'g> {
    /// The view of an element of a list, or of an element of a parameter.
    type View;

    /// Returns it.
    fn indexed(&'g self) -> Self::View;
}

impl<'g, T: Clone> Indexed<'g> for T {
    type View = T;

    #[inline]
    fn indexed(&'g self) -> T {
        self.clone()
    }
}

impl<'g, E: Element> Indexed<'g> for [Cell<E>] {
    type View = &'g Self;

    #[inline]
    fn indexed(&'g self) -> &'g Self {
        self
    }
}

/// A gradient view, wrapped for autoref specialization.
///
/// `(&Place(&place)).collect(cotangent)` resolves to [`ParameterPlace`] if the view belongs to a parameter or
/// module, and otherwise to [`ConstantPlace`], which needs one more reference.
#[derive(Debug)]
pub struct Place<'p, T: ?Sized>(pub &'p T);

/// The gradient of a parameter or module, which accumulates cotangents.
pub trait ParameterPlace {
    /// The gradient view.
    type View: ?Sized;

    /// Accumulates a cotangent, if there is one.
    fn collect<C>(&self, cotangent: Option<C>)
    where
        Self::View: Collect<C>;
}

impl<'a, V: ViewOf<'a, Gradient>> ParameterPlace for Place<'_, V> {
    type View = V;

    #[inline]
    fn collect<C>(&self, cotangent: Option<C>)
    where
        V: Collect<C>,
    {
        if let Some(cotangent) = cotangent {
            self.0.collect(cotangent);
        }
    }
}

/// Parts of a list, which accumulate no cotangent as a whole.
impl<'a, V: ViewOf<'a, Gradient>> ParameterPlace for Place<'_, [V]> {
    type View = [V];

    #[inline]
    fn collect<C>(&self, cotangent: Option<C>)
    where
        [V]: Collect<C>,
    {
        if let Some(cotangent) = cotangent {
            self.0.collect(cotangent);
        }
    }
}

/// One element of a parameter.
impl<E: Element> ParameterPlace for Place<'_, [Cell<E>]> {
    type View = [Cell<E>];

    #[inline]
    fn collect<C>(&self, cotangent: Option<C>)
    where
        [Cell<E>]: Collect<C>,
    {
        if let Some(cotangent) = cotangent {
            self.0.collect(cotangent);
        }
    }
}

/// A skipped field, which is a constant.
pub trait ConstantPlace {
    /// Discards the cotangent.
    #[inline]
    fn collect<C>(&self, _: Option<C>) {}
}

impl<T: ?Sized> ConstantPlace for &Place<'_, T> {}
