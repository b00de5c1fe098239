//! Normalization of each group of channels of each sample, which two layers share.

use crate::kernels::{BLOCK, sum_in_blocks};
use crate::pooled_vec::PooledVec;
use crate::{Element, Tensor};

/// What the pullback needs, for each sample and channel.
pub(super) struct Saved<const C: usize, E: Element> {
    x: Tensor<C, E>,
    mean: PooledVec<E>,
    scale: PooledVec<E>,
}

/// Returns the number of elements of a sample: all but the first axis.
pub(super) fn size_of_sample<const C: usize, E: Element>(x: &Tensor<C, E>) -> usize {
    x.axes().leading().iter().skip(1).product::<usize>() * x.features()
}

/// y = (x - mean) / √(variance + eps) · weight + bias, with the moments of `groups` groups of channels of each sample.
pub(super) fn normalize<const C: usize, E: Element>(
    x: &Tensor<C, E>,
    groups: usize,
    eps: E,
    [weight, bias]: [impl Iterator<Item = E> + Clone; 2],
) -> (Tensor<C, E>, Saved<C, E>) {
    let channels = x.features();
    let (width, members) = (channels / groups, E::from_count(channels / groups));
    let (count, size) = (x.as_slice().len(), size_of_sample(x).max(1));
    let mut y = PooledVec::with_capacity(count);
    let [mut means, mut scales] = [(); 2].map(|()| PooledVec::with_capacity(count / size * channels));
    for x in x.as_slice().chunks_exact(size) {
        let (mut mean, mut scale) = E::column_moments(x, channels);
        for (mean, scale) in mean.chunks_exact_mut(width).zip(scale.chunks_exact_mut(width)) {
            let of_group = mean.iter().copied().sum::<E>() / members;
            let variance = mean.iter().zip(&*scale).map(|(&m, &v)| v + (m - of_group) * (m - of_group));
            let of_scale = E::ONE / (variance.sum::<E>() / members + eps).sqrt();
            mean.fill(of_group);
            scale.fill(of_scale);
        }
        let factor: PooledVec<E> = weight.clone().zip(&scale).map(|(w, &s)| w * s).collect();
        let shift: PooledVec<E> =
            bias.clone().zip(&mean).zip(&factor).map(|((b, &m), &f)| b - m * f).collect();
        y.extend_from_slice(&E::scale_and_shift(x, &factor, &shift));
        means.extend_from_slice(&mean);
        scales.extend_from_slice(&scale);
    }
    (Tensor::with_axes_of(x, y), Saved { x: x.clone(), mean: means, scale: scales })
}

/// The pullback of [`normalize`]: the cotangents of x, of the weight and of the bias.
pub(super) fn normalize_vjp<const C: usize, E: Element>(
    Saved { x, mean, scale }: Saved<C, E>,
    groups: usize,
    weight: &[E],
    mut d: Tensor<C, E>,
) -> (Tensor<C, E>, [PooledVec<E>; 2]) {
    d.same_shape(&x, "a pullback");
    let channels = x.features();
    let (width, size) = (channels / groups, size_of_sample(&x));
    let count = E::from_count(size / groups);
    let zeros = PooledVec::zeros(channels);
    let mut samples = d
        .as_mut_slice()
        .chunks_exact_mut(size.max(1))
        .zip(x.as_slice().chunks_exact(size.max(1)))
        .zip(mean.chunks_exact(channels).zip(scale.chunks_exact(channels)));
    let totals = sum_in_blocks(samples.len(), BLOCK, 2 * channels, |block, totals| {
        for ((d, x), (mean, scale)) in samples.by_ref().take(block.len()) {
            let [sum, dot] = E::normal_sums(x, d, mean, scale);
            for (totals, sums) in totals.chunks_exact_mut(channels).zip([&dot, &sum]) {
                totals.iter_mut().zip(sums).for_each(|(total, &sum)| *total += sum);
            }
            let sums = [sum, dot].map(|mut sums| {
                for (sums, weight) in sums.chunks_exact_mut(width).zip(weight.chunks_exact(width)) {
                    let of_group = sums.iter().zip(weight).map(|(&s, &w)| s * w).sum::<E>() / count;
                    sums.fill(of_group);
                }
                sums
            });
            d.copy_from_slice(&E::scale_and_shift(d, weight, &zeros));
            E::batch_norm_vjp(x, d, mean, scale, scale, &sums);
        }
    });
    drop(samples);
    (d, [&totals[..channels], &totals[channels..]].map(PooledVec::copy))
}
