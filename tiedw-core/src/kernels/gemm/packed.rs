//! A matrix that is packed once for several products.

use std::convert::Infallible;

use super::gemm;
use super::mat::{MatMut, MatRef};
use crate::Element;

/// The packed form of a matrix W that several products use.
pub trait Pack<E>: Sized {
    /// Packs `w` for `products` products of `rows` rows each; `None` if that does not pay.
    fn pack(w: MatRef<'_, E>, rows: usize, products: usize) -> Option<Self>;

    /// y <- x W + beta y. Rows of x and of y must be contiguous, and the sizes must agree.
    fn multiply(&self, x: MatRef<'_, E>, w: MatRef<'_, E>, beta: E, y: MatMut<'_, E>);
}

/// For element types without a packed form.
impl<E> Pack<E> for Infallible {
    fn pack(_: MatRef<'_, E>, _: usize, _: usize) -> Option<Self> {
        None
    }

    fn multiply(&self, _: MatRef<'_, E>, _: MatRef<'_, E>, _: E, _: MatMut<'_, E>) {
        match *self {}
    }
}

/// A matrix W that is the right operand of several products, packed once if that pays.
pub(crate) struct Packed<'w, E: Element> {
    w: MatRef<'w, E>,
    strips: Option<E::Strips>,
}

impl<'w, E: Element> Packed<'w, E> {
    /// Prepares `w` for `products` products of `rows` rows each.
    pub(crate) fn new(w: MatRef<'w, E>, rows: usize, products: usize) -> Self {
        Packed { w, strips: E::Strips::pack(w, rows, products) }
    }

    /// y <- x W + beta y, for row-major x and y.
    ///
    /// # Panics
    /// If the sizes disagree.
    pub(crate) fn multiply(&self, x: &[E], beta: E, y: &mut [E]) {
        let MatRef { rows: inputs, columns: outputs, .. } = self.w;
        // If rows of x are empty, the number of rows follows from y alone.
        let rows = x.len().checked_div(inputs).or(y.len().checked_div(outputs)).unwrap_or(0);
        let (x, y) = (MatRef::new(x, rows, inputs), MatMut::new(y, rows, outputs));
        match &self.strips {
            Some(strips) => strips.multiply(x, self.w, beta, y),
            None => gemm(E::ONE, x, self.w, beta, y),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Real;

    /// Compares a product of 40 rows of 64 elements alone with one of ten, where one element of W is `number`.
    #[track_caller]
    fn check<E: Real>(number: f64) {
        let (rows, inputs, outputs) = (40, 64, 96);
        let numbers = |count: usize, step: usize| -> Vec<E> {
            (0..count).map(|i| E::from_f64((i * step % 101) as f64 / 50.0 - 1.0)).collect()
        };
        let (x, mut w, y) =
            (numbers(rows * inputs, 37), numbers(inputs * outputs, 41), numbers(rows * outputs, 43));
        w[outputs + 2] = E::from_f64(number);
        for w in [MatRef::new(&w, inputs, outputs), MatRef::new(&w, outputs, inputs).t()] {
            for beta in [E::ZERO, E::ONE] {
                let [one, many] = [1, 10].map(|products| {
                    let mut y = y.clone();
                    Packed::new(w, rows, products).multiply(&x, beta, &mut y);
                    y
                });
                for (at, (one, many)) in one.into_iter().zip(many).enumerate() {
                    let (one, many) = (one.to_f64(), many.to_f64());
                    let same = one == many || one.is_nan() && many.is_nan();
                    assert!(
                        same || (one - many).abs() < 1e-4,
                        "{at} with {number}: {one} alone, {many} packed"
                    );
                }
            }
        }
    }

    #[test]
    fn products_are_those_of_the_matrix_as_it_is() {
        check::<f32>(0.5);
        check::<f64>(0.5);
    }

    #[test]
    fn what_is_not_finite_spreads_as_in_other_products() {
        check::<f32>(f64::INFINITY);
        check::<f32>(f64::NAN);
        check::<f64>(f64::NEG_INFINITY);
    }
}
