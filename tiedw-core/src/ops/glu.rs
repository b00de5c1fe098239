//! Gated linear units.

use super::features::Features;
use super::gelu::{gelu, gelu_and_slope};
use super::silu::{silu, silu_and_slope};
use crate::kernels::{Gate, gated_rows, gated_rows_vjp};
use crate::{Element, Tensor};

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Computes the gated linear unit of each row: a · sigmoid(b), where a is the first half of the features and b the second.
    /// `[.., F]` becomes `[.., H]`.
    ///
    /// `H + H = F` is checked at compile time.
    ///
    /// Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2016.
    ///
    /// ```
    /// # use tiedw_core::Tensor;
    /// let x = Tensor::<4>::from_vec([1], vec![3.0, 2.0, 0.0, 200.0]);
    /// assert_eq!(x.glu::<2>().as_slice(), [1.5, 2.0]);
    /// ```
    ///
    /// ```compile_fail,E0080
    /// # use tiedw_core::Tensor;
    /// Tensor::<3>::zeros([2]).glu::<2>();
    /// ```
    ///
    /// # Panics
    /// If the number of features is known at run time, and odd.
    #[track_caller]
    pub fn glu<const H: usize>(&self) -> Tensor<H, E> {
        let half = self.half::<H>("glu");
        Tensor::with_axes(self.axes().with_last(half), E::glu_rows(self.as_slice(), half))
    }

    /// [`glu`](Tensor::glu) with its pullback.
    #[track_caller]
    pub fn glu_vjp<const H: usize>(
        &self,
    ) -> (Tensor<H, E>, impl FnOnce(Tensor<H, E>, [bool; 1]) -> (Option<Self>,) + use<F, H, E>) {
        let (half, x) = (self.half::<H>("glu"), self.clone());
        (self.glu(), move |d: Tensor<H, E>, [wanted]: [bool; 1]| {
            let dx = wanted.then(|| E::glu_rows_vjp(x.as_slice(), half, d.as_slice()));
            (dx.map(|dx| Tensor::with_axes(x.axes(), dx)),)
        })
    }
}

/// Defines gated units with an activation of the first half, and their companions: a line each, with the activation.
macro_rules! gated {
    ($($name:ident $vjp:ident $activation:ident $with_slope:ident, $words:literal;)+) => {
        impl<const F: usize, E: Element> Tensor<F, E> {
            $(
                #[doc = concat!("Computes a gated linear unit of each row: ", $words, "(a) · b, where a is the first half of the features and b the")]
                /// second. `[.., F]` becomes `[.., H]`.
                ///
                /// The activation is of the first half, as in the paper and in language models; that of [`glu`](Tensor::glu) is of the
                /// second, as in PyTorch.
                ///
                /// `H + H = F` is checked at compile time.
                ///
                /// Shazeer, "GLU Variants Improve Transformer", 2020.
                ///
                /// ```
                /// # use tiedw_core::Tensor;
                /// let x = Tensor::from([200.0, 0.0, 1.5, 3.0]);
                #[doc = concat!("assert_eq!(x.", stringify!($name), "::<2>().as_slice(), [300.0, 0.0]);")]
                /// ```
                ///
                /// # Panics
                /// If the number of features is known at run time, and odd.
                #[track_caller]
                pub fn $name<const H: usize>(&self) -> Tensor<H, E> {
                    let half = self.half::<H>(stringify!($name));
                    let y = gated_rows(self.as_slice(), half, Gate::First, $activation);
                    Tensor::with_axes(self.axes().with_last(half), y)
                }

                #[doc = concat!("[`", stringify!($name), "`](Tensor::", stringify!($name), ") with its pullback.")]
                #[track_caller]
                pub fn $vjp<const H: usize>(
                    &self,
                ) -> (Tensor<H, E>, impl FnOnce(Tensor<H, E>, [bool; 1]) -> (Option<Self>,) + use<F, H, E>) {
                    let (half, x) = (self.half::<H>(stringify!($name)), self.clone());
                    (self.$name(), move |d: Tensor<H, E>, [wanted]: [bool; 1]| {
                        let dx = wanted.then(|| {
                            gated_rows_vjp(x.as_slice(), half, d.as_slice(), Gate::First, $with_slope)
                        });
                        (dx.map(|dx| Tensor::with_axes(x.axes(), dx)),)
                    })
                }
            )+
        }
    };
}
gated! {
    swiglu swiglu_vjp silu silu_and_slope, "silu";
    geglu geglu_vjp gelu gelu_and_slope, "gelu";
}

impl<const F: usize, E: Element> Tensor<F, E> {
    /// Half of the number of features.
    #[track_caller]
    fn half<const H: usize>(&self, operation: &str) -> usize {
        let () = Features::<H, H, F>::OF_GLU;
        let half = self.features() / 2;
        assert!(
            self.features() == 2 * half && (H == crate::DYN || H == half),
            "{operation}::<{}> of a tensor of shape {:?}, which does not have twice as many features",
            crate::size::Size(H),
            self.shape()
        );
        half
    }
}
