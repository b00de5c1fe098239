//! Operands of different shapes: axes of size 1 and missing leading axes are repeated, as in NumPy.

use crate::kernels::{Along, MulAdd, OfPair, zip_repeated};
use crate::pooled_vec::{Pooled, PooledVec};
use crate::{Axes, Element, Tensor, kernels};

/// Applies `f` elementwise.
#[inline]
#[track_caller]
pub(super) fn zip<const F: usize, E: Element>(
    x: &Tensor<F, E>,
    y: &Tensor<F, E>,
    operation: &str,
    f: impl Fn(E, E) -> E + Sync,
) -> Tensor<F, E> {
    if x.axes() == y.axes() {
        return x.zip(y, operation, f);
    }
    repeated(x, y, operation, f)
}

/// Applies `P` elementwise.
#[track_caller]
pub(super) fn zip_by<P: OfPair, const F: usize, E: Element>(
    x: &Tensor<F, E>,
    y: &Tensor<F, E>,
    operation: &str,
) -> Tensor<F, E> {
    if x.axes() == y.axes() {
        return Tensor::with_axes(x.axes(), kernels::zip_by::<P, E>(x.as_slice(), y.as_slice()));
    }
    repeated(x, y, operation, |x, y| P::of(x, y, MulAdd::PORTABLE))
}

/// Applies `f` elementwise, in place if `x` has the shape of the result and its elements are not shared with another tensor.
#[inline]
#[track_caller]
pub(super) fn zip_into<const F: usize, E: Element>(
    x: Tensor<F, E>,
    y: &Tensor<F, E>,
    operation: &str,
    f: impl Fn(E, E) -> E + Sync,
) -> Tensor<F, E> {
    if x.axes() == y.axes() {
        return x.zip_into(y, operation, f);
    }
    repeated(&x, y, operation, f)
}

/// [`zip_into`] with the place of the right operand.
#[inline]
#[track_caller]
pub(super) fn zip_into_right<const F: usize, E: Element>(
    x: &Tensor<F, E>,
    y: Tensor<F, E>,
    operation: &str,
    f: impl Fn(E, E) -> E + Sync,
) -> Tensor<F, E> {
    if x.axes() == y.axes() {
        return y.zip_into(x, operation, |y, x| f(x, y));
    }
    repeated(x, &y, operation, f)
}

/// Replaces the elements of `x`, which has the shape of the result.
#[inline]
#[track_caller]
pub(super) fn zip_assign<const F: usize, E: Element>(
    x: &mut Tensor<F, E>,
    y: &Tensor<F, E>,
    operation: &str,
    f: impl Fn(E, E) -> E + Sync,
) {
    if x.axes() == y.axes() {
        return x.zip_assign(y, operation, f);
    }
    let z = repeated(x, y, operation, f);
    assert!(
        z.axes() == x.axes(),
        "{operation} of tensors of shapes {:?} and {:?} has another shape than the left one, which it is assigned to",
        x.axes(),
        y.axes()
    );
    *x = z;
}

#[cold]
#[track_caller]
fn repeated<const F: usize, E: Element>(
    x: &Tensor<F, E>,
    y: &Tensor<F, E>,
    operation: &str,
    f: impl Fn(E, E) -> E + Sync,
) -> Tensor<F, E> {
    let (of_z, z) = zip_data((x.as_slice(), x.axes()), (y.as_slice(), y.axes()), operation, f);
    Tensor::with_axes(of_z, z)
}

/// Applies `f` elementwise to operands of any types, and returns the axes of the result with its elements.
#[track_caller]
pub(super) fn zip_data<X: Pooled, Y: Pooled, Z: Pooled>(
    (x, of_x): (&[X], Axes),
    (y, of_y): (&[Y], Axes),
    operation: &str,
    f: impl Fn(X, Y) -> Z + Sync,
) -> (Axes, PooledVec<Z>) {
    if of_x == of_y {
        return (of_x, kernels::zip(x, y, f));
    }
    let of_z = of_both(of_x, of_y, operation);
    (of_z, zip_repeated(of_z, (x, of_x), (y, of_y), f))
}

/// Returns the axes of the result of an operation on operands with these axes.
#[track_caller]
pub(super) fn of_both(of_x: Axes, of_y: Axes, operation: &str) -> Axes {
    let Some(of_z) = of_x.broadcast(of_y) else {
        panic!("{operation} of tensors of shapes {of_x:?} and {of_y:?}");
    };
    of_z
}

/// The axes of two operands, if they differ from those of the result.
pub(super) struct OfOperands(Option<Box<[Axes; 2]>>);

impl OfOperands {
    #[inline]
    pub(super) fn new<const F: usize, E: Element>(x: &Tensor<F, E>, y: &Tensor<F, E>) -> Self {
        let (of_x, of_y) = (x.axes(), y.axes());
        OfOperands(if of_x == of_y { None } else { Some(Box::new([of_x, of_y])) })
    }

    /// The pullback of the repetition of operand 0 or 1: sums over the axes along which it was repeated.
    #[inline]
    pub(super) fn sum<const F: usize, E: Element>(&self, operand: usize, d: Tensor<F, E>) -> Tensor<F, E> {
        match &self.0 {
            Some(axes) => sum_to(axes[operand], d),
            None => d,
        }
    }
}

/// The pullback of the repetition of an operand with these axes: sums over the axes along which it was repeated.
#[inline]
pub(super) fn sum_to<const F: usize, const G: usize, E: Element>(
    axes: Axes,
    d: Tensor<G, E>,
) -> Tensor<F, E> {
    if axes == d.axes() {
        return d.with_features(axes);
    }
    Tensor::with_axes(axes, sums(d.as_slice(), d.axes(), axes))
}

#[cold]
fn sums<E: Element>(d: &[E], of_d: Axes, axes: Axes) -> PooledVec<E> {
    let (mut sizes, wanted) = (of_d.padded(), axes.padded());
    let mut found: Option<PooledVec<E>> = None;
    for axis in (0..sizes.len()).filter(|&axis| wanted[axis] != of_d.padded()[axis]) {
        let d = found.as_deref().unwrap_or(d);
        let (outer, size) = (sizes[..axis].iter().product::<usize>(), sizes[axis]);
        let inner: usize = sizes[axis + 1..].iter().product();
        found = Some(E::sums_along(d, Along { outer, size, inner }));
        sizes[axis] = 1;
    }
    found.unwrap_or_else(|| d.iter().copied().collect())
}
