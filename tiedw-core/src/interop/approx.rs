//! Approximate equality of tensors and parameters: the traits of `approx`, with its defaults for a single
//! element.

use approx::{AbsDiffEq, RelativeEq, UlpsEq};

use crate::{Element, Filter1d, Filter2d, GateBias, Gates, Matrix, Parameter, Tensor, Vector};

/// Compares shapes, then each pair of elements.
macro_rules! approximate {
    ($([$($generics:tt)*] $type:ty;)+) => {$(
        impl<$($generics)* E: Element + AbsDiffEq<Epsilon: Copy>> AbsDiffEq for $type {
            type Epsilon = E::Epsilon;

            fn default_epsilon() -> E::Epsilon {
                E::default_epsilon()
            }

            fn abs_diff_eq(&self, other: &Self, epsilon: E::Epsilon) -> bool {
                self.shape() == other.shape() && pairs(self, other).all(|(a, b)| a.abs_diff_eq(b, epsilon))
            }
        }

        impl<$($generics)* E: Element + RelativeEq<Epsilon: Copy>> RelativeEq for $type {
            fn default_max_relative() -> E::Epsilon {
                E::default_max_relative()
            }

            fn relative_eq(&self, other: &Self, epsilon: E::Epsilon, max_relative: E::Epsilon) -> bool {
                let equal = |(a, b): (&E, &E)| a.relative_eq(b, epsilon, max_relative);
                self.shape() == other.shape() && pairs(self, other).all(equal)
            }
        }

        impl<$($generics)* E: Element + UlpsEq<Epsilon: Copy>> UlpsEq for $type {
            fn default_max_ulps() -> u32 {
                E::default_max_ulps()
            }

            fn ulps_eq(&self, other: &Self, epsilon: E::Epsilon, max_ulps: u32) -> bool {
                let equal = |(a, b): (&E, &E)| a.ulps_eq(b, epsilon, max_ulps);
                self.shape() == other.shape() && pairs(self, other).all(equal)
            }
        }
    )+};
}

approximate! {
    [const F: usize,] Tensor<F, E>;
    [const N: usize,] Vector<N, E>;
    [const R: usize, const C: usize,] Matrix<R, C, E>;
    [const O: usize, const H: usize, const W: usize, const I: usize,] Filter2d<O, H, W, I, E>;
    [const O: usize, const K: usize, const I: usize,] Filter1d<O, K, I, E>;
    [const G: usize, const R: usize, const C: usize,] Gates<G, R, C, E>;
    [const G: usize, const R: usize,] GateBias<G, R, E>;
    ['a,] Parameter<'a, E>;
}

fn pairs<'a, E: 'a>(a: &'a impl AsRef<[E]>, b: &'a impl AsRef<[E]>) -> impl Iterator<Item = (&'a E, &'a E)> {
    a.as_ref().iter().zip(b.as_ref())
}
