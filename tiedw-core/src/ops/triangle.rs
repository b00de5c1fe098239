//! The parts of matrices below and above a diagonal.

use crate::kernels::{Triangle, triangle};
use crate::value::NoGradient;
use crate::{Element, Tensor};

/// Defines operations and their companions: a line each, with what is said of the diagonal, and the results for a matrix of ones.
macro_rules! triangles {
    ($($name:ident $vjp:ident $part:path, $words:literal, $results:literal;)+) => {
        impl<const F: usize, E: Element> Tensor<F, E> {
            $(
                #[doc = concat!("Replaces the elements of each matrix of the last two axes that are ", $words, " a diagonal by 0.")]
                /// `diagonal` is 0 for the main one, larger for those above it, and negative for those below.
                ///
                /// ```
                /// # use tiedw_core::Tensor;
                #[doc = concat!("let y = Tensor::<3>::ones([3]).", stringify!($name), "(0);")]
                #[doc = concat!("assert_eq!(y, Tensor::from(", $results, "));")]
                /// ```
                ///
                /// # Panics
                /// If there are no two axes.
                #[track_caller]
                pub fn $name(&self, diagonal: isize) -> Self {
                    self.triangle(stringify!($name), $part(diagonal))
                }

                #[doc = concat!("[`", stringify!($name), "`](Tensor::", stringify!($name), ") with its pullback.")]
                #[track_caller]
                pub fn $vjp(
                    &self,
                    diagonal: isize,
                ) -> (Self, impl FnOnce(Self, [bool; 2]) -> (Option<Self>, Option<NoGradient>) + use<F, E>) {
                    (self.$name(diagonal), move |d: Self, [wanted, _]: [bool; 2]| {
                        (wanted.then(|| d.$name(diagonal)), None)
                    })
                }
            )+
        }
    };
}
triangles! {
    tril tril_vjp Triangle::Lower, "above", "[[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]";
    triu triu_vjp Triangle::Upper, "below", "[[1.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 1.0]]";
}

impl<const F: usize, E: Element> Tensor<F, E> {
    #[track_caller]
    fn triangle(&self, operation: &str, part: Triangle) -> Self {
        let &[.., rows, features] = self.shape() else {
            panic!("{operation} of a tensor of shape {:?}, which is no matrix", self.shape())
        };
        Tensor::with_axes(self.axes(), triangle(self.as_slice(), rows, features, part))
    }
}
