//! The type of a layer with one of its options changed by name.

use crate::Element;
use crate::module::{BiasStorage, NoBias};
use crate::param::{Filter1d, Filter2d, GateBias, Gates, Matrix, Vector};

/// A layer that may have no bias.
///
/// ```
/// use tiedw_core::layers::{BiasVariants, Linear};
/// use tiedw_core::{Module, Tied};
///
/// type BorrowsBoth = <Linear<2, 2, Tied> as BiasVariants>::With<Tied>;
/// assert_eq!(BorrowsBoth::SPEC, Linear::<2, 2, Tied, Tied>::SPEC);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no variant without a bias",
    label = "has no bias to leave out",
    note = "`WithoutBias<L>` exists for the layers `Linear`, `Conv1d`, `Conv2d`, `BatchNorm`, `LayerNorm`, `GroupNorm` and \
            `MultiHeadAttention`"
)]
pub trait BiasVariants {
    /// The same layer with another storage of its bias.
    type With<B: BiasStorage>;
}

/// A layer, or a parameter, that exists for each element type.
///
/// ```
/// use tiedw_core::Module;
/// use tiedw_core::layers::{ElemVariants, Linear};
///
/// type InF64 = <Linear<2, 1> as ElemVariants>::With<f64>;
/// assert_eq!(InF64::summary().bytes(), Some(24));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no variants with other elements",
    label = "has one type of elements",
    note = "`WithElem<L, E>` exists for the layers and parameters of this crate, but not for `Residual`, lists, or structs of your own: give \
            these a parameter `E: Element`, or write `WithElem` in their fields"
)]
pub trait ElemVariants {
    /// The same layer with elements of another type.
    type With<E: Element>;
}

/// The layer `L` without a bias: `WithoutBias<Linear<2, 1>>` is `Linear<2, 1, Own, NoBias>`.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::{Linear, MultiHeadAttention, WithoutBias};
/// use tiedw_core::{Init, Module, NoBias, Own};
///
/// let layer: WithoutBias<Linear<2, 1>> = Linear::<2, 1, Own, NoBias>::init(&mut StdRng::seed_from_u64(0));
/// assert_eq!(layer.num_parameters(), 2);
/// assert_eq!(<WithoutBias<MultiHeadAttention<4, 2>>>::NUM_PARAMETERS, 4 * 4 * 4);
/// ```
pub type WithoutBias<L> = <L as BiasVariants>::With<NoBias>;

/// The layer `L` with elements of type `E`: `WithElem<Linear<2, 1>, f64>` is `Linear<2, 1, Own, Own, f64>`.
///
/// ```
/// use rand::{SeedableRng, rngs::StdRng};
/// use tiedw_core::layers::{Layer, LayerNorm, WithElem};
/// use tiedw_core::{Init, Tensor, Vector};
///
/// let gain: WithElem<Vector<2>, f64> = Vector::<2, f64>::from([1.0, 2.0]);
/// # let _ = gain;
/// let norm = <WithElem<LayerNorm<2>, f64>>::init(&mut StdRng::seed_from_u64(0));
/// let y: Tensor<2, f64> = norm.forward(&Tensor::from_vec([1], vec![-3.0, 3.0]));
/// assert!((y.get(&[0, 1]) - 1.0).abs() < 1e-6);
/// ```
pub type WithElem<L, E> = <L as ElemVariants>::With<E>;

macro_rules! parameters {
    ($($name:ident [$($size:ident),+];)+) => {$(
        impl<$(const $size: usize,)+ E: Element> ElemVariants for $name<$($size,)+ E> {
            type With<Elem: Element> = $name<$($size,)+ Elem>;
        }
    )+};
}
parameters! {
    Vector [N];
    Matrix [R, C];
    Filter1d [O, K, I];
    Filter2d [O, H, W, I];
    Gates [G, R, C];
    GateBias [G, R];
}
