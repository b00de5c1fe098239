//! Kernels that are compiled once for each of `f32` and `f64`, here, instead of in each crate that uses them.

use std::cell::Cell;

use super::attention::{self, Attention, Softmax};
use super::convolution::Convolution;
use super::ctc::{self, Ctc};
use super::optimizer::{self, AdamStep, RmsStep, SgdStep};
use super::pooling::{self, Pooling};
use super::power::{self, Exponent};
use super::reduce::{self, Along};
use super::{
    MatMut, MatRef, batch_norm, cross_entropy, dropout, gated, gather, gemm, norm, places, recurrent, rotary,
    softmax, sum,
};
use crate::pooled_vec::{Pooled, PooledVec};
use crate::{Dual, Element};

/// Defines the trait, whose methods call the generic functions of these names.
macro_rules! compiled {
    ($($module:ident::$name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        /// The kernels for an element type.
        #[allow(private_interfaces, reason = "only this crate calls them")]
        pub trait Compiled: Pooled {
            $(
                #[doc(hidden)]
                fn $name($($argument: $type),*) $(-> $result)?;
            )*
        }

        compiled!(@impl [] f32, any(), $($module::$name($($argument: $type),*) $(-> $result)?;)*);
        // Few builds without optimization use `f64`: those compile what they use, and the others compile sooner.
        compiled!(@impl [] f64, unoptimized, $($module::$name($($argument: $type),*) $(-> $result)?;)*);
        compiled!(@impl [E: Element] Dual<E>, all(), $($module::$name($($argument: $type),*) $(-> $result)?;)*);
    };
    (@impl [$($generics:tt)*] $float:ty, $is_inlined:meta, $($module:ident::$name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        #[allow(private_interfaces, reason = "only this crate calls them")]
        impl<$($generics)*> Compiled for $float {
            $(
                #[cfg_attr($is_inlined, inline)]
                fn $name($($argument: $type),*) $(-> $result)? {
                    $module::$name::<$float>($($argument),*)
                }
            )*
        }
    };
}

compiled! {
    attention::attention(sizes: Attention, operands: [&[Self]; 3], ignored: &[bool], keep: bool) -> (PooledVec<Self>, Softmax<Self>);
    attention::attention_vjp(sizes: Attention, operands: [&[Self]; 3], ignored: &[bool], softmax: &Softmax<Self>, d: &[Self]) -> [PooledVec<Self>; 3];
    batch_norm::column_moments(x: &[Self], width: usize) -> [PooledVec<Self>; 3];
    batch_norm::scale_and_shift(x: &[Self], columns: [&[Self]; 3], y: &mut [Self]);
    batch_norm::normal_sums(x: &[Self], d: &[Self], mean: &[Self], scale: &[Self]) -> [PooledVec<Self>; 2];
    batch_norm::batch_norm_vjp(x: &[Self], d: &mut [Self], columns: [&[Self]; 2], factor: &[Self], sums: &[PooledVec<Self>; 2]);
    Convolution::convolve(sizes: &Convolution, x: &[Self], weight: &[Self], bias: &[Self]) -> PooledVec<Self>;
    Convolution::convolve_vjp_of_weight(sizes: &Convolution, x: &[Self], d: &[Self], dweight: Option<(&[Cell<Self>], Self)>) -> PooledVec<Self>;
    Convolution::convolve_vjp_of_input(sizes: &Convolution, weight: &[Self], d: &[Self]) -> PooledVec<Self>;
    cross_entropy::log_sum_exp_rows(x: &[Self], width: usize) -> PooledVec<Self>;
    ctc::ctc(batch: Ctc<'_>, log_probs: &[Self], keep: bool) -> (PooledVec<Self>, PooledVec<Self>);
    ctc::ctc_vjp(batch: Ctc<'_>, log_probs: &[Self], losses: &[Self], alphas: &[Self], d: &[Self]) -> PooledVec<Self>;
    dropout::dropout(x: &[Self], threshold: u32, scale: Self, seed: u64) -> PooledVec<Self>;
    gather::gather_rows(table: MatRef<'_, Self>, ids: &[u32]) -> PooledVec<Self>;
    gather::scatter_add_rows(table: MatMut<'_, Self>, ids: &[u32], skipped: Option<u32>, rows: &[Self]);
    gated::glu_rows(x: &[Self], half: usize) -> PooledVec<Self>;
    gated::glu_rows_vjp(x: &[Self], half: usize, d: &[Self]) -> PooledVec<Self>;
    gemm::gemm(alpha: Self, a: MatRef<'_, Self>, b: MatRef<'_, Self>, beta: Self, c: MatMut<'_, Self>);
    norm::layer_norm_rows(x: &[Self], weight: &[Self], bias: &[Self], eps: Self, y: &mut [Self]) -> PooledVec<Self>;
    norm::layer_norm_rows_vjp(x: &[Self], weight: &[Self], statistics: &[Self], d: &mut [Self]) -> [PooledVec<Self>; 2];
    norm::rms_norm_rows(x: &[Self], weight: &[Self], eps: Self, y: &mut [Self]) -> PooledVec<Self>;
    norm::rms_norm_rows_vjp(x: &[Self], weight: &[Self], scales: &[Self], d: &mut [Self]) -> PooledVec<Self>;
    norm::normalize_rows(x: &[Self], width: usize, eps: Self, y: &mut [Self]) -> PooledVec<Self>;
    norm::normalize_rows_vjp(y: &[Self], norms: &[Self], width: usize, eps: Self, d: &mut [Self]);
    optimizer::sgd_wide(w: &mut [Self], g: &[Self], lr: Self, decay: Self);
    optimizer::sgd_momentum(w: &mut [Self], g: &[Self], v: &mut [Self], step: SgdStep<Self>);
    optimizer::adam(w: &mut [Self], g: &[Self], m: &mut [Self], v: &mut [Self], step: AdamStep<Self>);
    optimizer::lion(w: &mut [Self], g: &[Self], m: &mut [Self], lr: Self, shrink: Self, keeps: (Self, Self));
    optimizer::rms_prop(w: &mut [Self], g: &[Self], squares: &mut [Self], mean: Option<&mut [Self]>, velocity: Option<&mut [Self]>, step: RmsStep<Self>);
    places::gathered(x: &[Self], along: Along, places: &[u32]) -> PooledVec<Self>;
    places::add_at(x: &mut [Self], along: Along, places: &[u32], y: &[Self]);
    places::set_at(x: &mut [Self], along: Along, places: &[u32], y: &[Self]);
    pooling::max_pool(sizes: Pooling, x: &[Self]) -> (PooledVec<Self>, PooledVec<u32>);
    pooling::avg_pool(sizes: Pooling, x: &[Self]) -> PooledVec<Self>;
    pooling::avg_pool_vjp(sizes: Pooling, d: &[Self]) -> PooledVec<Self>;
    power::powers(x: &[Self], exponent: Exponent<Self>) -> PooledVec<Self>;
    power::powers_vjp(d: &mut [Self], x: &[Self], factor: Self, less: Exponent<Self>);
    recurrent::gru_step(gates: &mut [Self], hidden: &[Self], before: &[Self], after: &mut [Self], width: usize);
    recurrent::gru_step_vjp(gates: &mut [Self], hidden: &mut [Self], before: &[Self], d: &mut [Self], width: usize);
    recurrent::lstm_step(gates: &mut [Self], cell_before: &[Self], cell: &mut [Self], after: &mut [Self], width: usize);
    recurrent::lstm_step_vjp(gates: &mut [Self], cell_before: &[Self], cell: &[Self], d: &[Self], dcell: &mut [Self], width: usize);
    reduce::cumulative_products(x: &[Self], along: Along) -> PooledVec<Self>;
    reduce::cumulative_products_vjp(d: &mut [Self], x: &[Self], y: &[Self], along: Along);
    reduce::cumulative_sums(x: &[Self], along: Along, back: bool) -> PooledVec<Self>;
    reduce::times_along(x: &[Self], factors: &[Self], along: Along) -> PooledVec<Self>;
    reduce::dots_along(x: &[Self], y: &[Self], along: Along) -> PooledVec<Self>;
    reduce::softmax_along(x: &[Self], along: Along) -> PooledVec<Self>;
    reduce::softmax_along_vjp(d: &mut [Self], y: &[Self], along: Along);
    reduce::log_softmax_along(x: &[Self], along: Along) -> PooledVec<Self>;
    reduce::log_softmax_along_vjp(d: &mut [Self], y: &[Self], along: Along);
    reduce::normalize_along(x: &[Self], along: Along, eps: Self) -> [PooledVec<Self>; 2];
    reduce::normalize_along_vjp(d: &mut [Self], y: &[Self], norms: &[Self], along: Along, eps: Self);
    reduce::extremes(x: &[Self], along: Along, largest: bool) -> PooledVec<Self>;
    reduce::extreme_of_all(x: &[Self], largest: bool) -> Self;
    reduce::places_of_extremes(x: &[Self], along: Along, largest: bool) -> PooledVec<u32>;
    reduce::log_sum_exp_along(x: &[Self], along: Along) -> [PooledVec<Self>; 2];
    reduce::log_sum_exp_of_all(x: &[Self]) -> Self;
    reduce::log_sum_exp_vjp(x: &[Self], along: Along, parts: [&[Self]; 2], d: &[Self]) -> PooledVec<Self>;
    reduce::moments(x: &[Self], along: Along) -> [PooledVec<Self>; 3];
    reduce::moments_vjp(x: &[Self], along: Along, means: &[Self], rests: &[Self], factors: &[Self]) -> PooledVec<Self>;
    reduce::products(x: &[Self], along: Along) -> PooledVec<Self>;
    reduce::product_of_all(x: &[Self]) -> Self;
    reduce::products_vjp(x: &[Self], along: Along, d: &[Self]) -> PooledVec<Self>;
    reduce::sums_along(x: &[Self], along: Along) -> PooledVec<Self>;
    rotary::rotary_table(first: usize, places: usize, width: usize, base: f64) -> PooledVec<Self>;
    rotary::rotate(x: &mut [Self], features: usize, width: usize, table: &[Self], back: bool);
    sum::sum_of_many_squares(a: &[Self], b: &[Self], differences: &mut [Self]) -> Self;
    softmax::softmax_rows(x: &[Self], width: usize) -> PooledVec<Self>;
    softmax::softmax_rows_vjp(d: &mut [Self], y: &[Self], width: usize);
    softmax::log_softmax_rows(x: &[Self], width: usize) -> PooledVec<Self>;
    softmax::log_softmax_rows_vjp(d: &mut [Self], y: &[Self], width: usize);
}
