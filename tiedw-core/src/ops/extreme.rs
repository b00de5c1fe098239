//! Maxima and minima.

use std::fmt::Arguments;

use super::broadcast::{self, OfOperands};
use crate::kernels::{Along, sum_zip};
use crate::pooled_vec::PooledVec;
use crate::{Axes, Element, Ids, Tensor};

/// Which extreme.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Extreme {
    Largest,
    Smallest,
}

impl Extreme {
    /// The extreme of all elements.
    #[track_caller]
    pub(super) fn of_all<const F: usize, E: Element>(self, x: &Tensor<F, E>, operation: &str) -> E {
        let axes = x.axes();
        assert!(axes.count() > 0, "{operation} of a tensor of shape {axes:?}, which has no elements");
        E::extreme_of_all(x.as_slice(), self == Extreme::Largest).shares_with(x.as_slice())
    }

    /// [`of_all`](Self::of_all) with its pullback, which shares the cotangent among equal extremes.
    #[track_caller]
    pub(super) fn of_all_vjp<const F: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        operation: &str,
    ) -> (E, impl FnOnce(E, [bool; 1]) -> (Option<Tensor<F, E>>,) + use<F, E>) {
        let (x, extreme) = (x.clone(), self.of_all(x, operation));
        (extreme, move |d: E, [wanted]: [bool; 1]| {
            let dx = wanted.then(|| {
                let count = sum_zip(x.as_slice(), x.as_slice(), one_if_same(extreme));
                x.map(part_if_same(extreme, d / count))
            });
            (dx,)
        })
    }

    /// The extremes along an axis.
    #[track_caller]
    pub(super) fn along<const F: usize, const G: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        (along, axes): (Along, Axes),
        operation: Arguments<'_>,
    ) -> Tensor<G, E> {
        if const { E::HAS_TANGENT } {
            // That of the first of equal extremes.
            let places = self.places(x, along, operation);
            return Tensor::with_axes(axes, E::gathered(x.as_slice(), along, &places));
        }
        check(x, along, operation);
        Tensor::with_axes(axes, E::extremes(x.as_slice(), along, self == Extreme::Largest))
    }

    /// [`along`](Self::along) with its pullback, which gives the cotangent to the first of equal extremes.
    #[track_caller]
    pub(super) fn along_vjp<const F: usize, const G: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        (along, axes): (Along, Axes),
        operation: Arguments<'_>,
    ) -> (Tensor<G, E>, impl FnOnce(Tensor<G, E>, bool) -> Option<Tensor<F, E>> + use<F, G, E>) {
        let of_x = x.axes();
        let places = self.places(x, along, operation);
        let y = E::gathered(x.as_slice(), along, &places);
        (Tensor::with_axes(axes, y), move |d: Tensor<G, E>, wanted: bool| {
            wanted.then(|| {
                let mut dx = PooledVec::zeros(of_x.count());
                E::set_at(&mut dx, along, &places, d.as_slice());
                Tensor::with_axes(of_x, dx)
            })
        })
    }

    /// The extremes of each two elements, of which axes are repeated.
    #[track_caller]
    pub(super) fn of_two<const F: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        y: &Tensor<F, E>,
    ) -> Tensor<F, E> {
        match self {
            Extreme::Largest => broadcast::zip(x, y, "a maximum", larger),
            Extreme::Smallest => broadcast::zip(x, y, "a minimum", smaller),
        }
    }

    /// [`of_two`](Self::of_two) with its pullback, which shares the cotangent between equal elements.
    #[track_caller]
    pub(super) fn of_two_vjp<const F: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        y: &Tensor<F, E>,
    ) -> (
        Tensor<F, E>,
        impl FnOnce(Tensor<F, E>, [bool; 2]) -> (Option<Tensor<F, E>>, Option<Tensor<F, E>>) + use<F, E>,
    ) {
        let (z, operands) = (self.of_two(x, y), OfOperands::new(x, y));
        let (x, y) = (x.clone(), y.clone());
        let cotangent = move |x: &Tensor<F, E>, y: &Tensor<F, E>, d: &Tensor<F, E>| {
            let parts = match self {
                Extreme::Largest => broadcast::zip(x, y, "a pullback", part_of_larger),
                Extreme::Smallest => broadcast::zip(x, y, "a pullback", part_of_smaller),
            };
            parts.zip_into(d, "a pullback", part_of)
        };
        (z, move |d: Tensor<F, E>, [left, right]: [bool; 2]| {
            let dx = left.then(|| operands.sum(0, cotangent(&x, &y, &d)));
            (dx, right.then(|| operands.sum(1, cotangent(&y, &x, &d))))
        })
    }

    /// The indices of the extremes of the features of each row.
    #[track_caller]
    pub(super) fn ids_of_features<const F: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        operation: Arguments<'_>,
    ) -> Ids {
        let (along, _) = x.along_features();
        Ids::of_axes(x.axes().leading(), self.places(x, along, operation))
    }

    /// The indices of the extremes along a leading axis, which is removed.
    #[track_caller]
    pub(super) fn ids_along<const F: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        axis: usize,
        operation: Arguments<'_>,
    ) -> Ids {
        let along = x.along(axis, operation);
        let mut axes = x.shape().to_vec();
        axes.remove(axis);
        Ids::of_axes(&axes, self.places(x, along, operation))
    }

    #[track_caller]
    fn places<const F: usize, E: Element>(
        self,
        x: &Tensor<F, E>,
        along: Along,
        operation: Arguments<'_>,
    ) -> PooledVec<u32> {
        check(x, along, operation);
        E::places_of_extremes(x.as_slice(), along, self == Extreme::Largest)
    }
}

#[track_caller]
fn check<const F: usize, E: Element>(x: &Tensor<F, E>, along: Along, operation: Arguments<'_>) {
    let shape = x.shape();
    assert!(along.size > 0, "{operation} of a tensor of shape {shape:?} along an axis without elements");
    assert!(
        u32::try_from(along.size).is_ok(),
        "{operation} of a tensor of shape {shape:?} along an axis of more than {} elements",
        u32::MAX
    );
}

/// The larger one; NaN if one is NaN, with the tangents of both.
fn larger<E: Element>(x: E, y: E) -> E {
    if const { E::HAS_TANGENT } && (x.is_nan() || y.is_nan()) {
        return x + y;
    }
    if x > y || x.is_nan() { x } else { y.shares_with(&[x, y]) }
}

/// The smaller one; NaN if one is NaN, with the tangents of both.
fn smaller<E: Element>(x: E, y: E) -> E {
    if const { E::HAS_TANGENT } && (x.is_nan() || y.is_nan()) {
        return x + y;
    }
    if x < y || x.is_nan() { x } else { y.shares_with(&[x, y]) }
}

/// The part of a cotangent that `x` gets for the larger one of two: also all of it if one is NaN, as in PyTorch.
fn part_of_larger<E: Element>(x: E, y: E) -> E {
    if x == y {
        E::from_f64(0.5)
    } else if x < y {
        E::ZERO
    } else {
        E::ONE
    }
}

/// The part of a cotangent that `x` gets for the smaller one of two.
fn part_of_smaller<E: Element>(x: E, y: E) -> E {
    part_of_larger(y, x)
}

/// An infinite cotangent does not become NaN where it is not taken.
fn part_of<E: Element>(part: E, d: E) -> E {
    if part.vanishes() { E::ZERO } else { part * d }
}

fn is_same<E: Element>(x: E, extreme: E) -> bool {
    x == extreme || x.is_nan() && extreme.is_nan()
}

fn one_if_same<E: Element>(extreme: E) -> impl Fn(E, E) -> E + Copy + Sync {
    move |x, _| if is_same(x, extreme) { E::ONE } else { E::ZERO }
}

fn part_if_same<E: Element>(extreme: E, part: E) -> impl Fn(E) -> E + Sync {
    move |x| if is_same(x, extreme) { part } else { E::ZERO }
}
