//! Normalization of each group of channels of each sample, which two layers share.

use crate::kernels::threads::parallel_for_each;
use crate::kernels::{BLOCK, add_rows_of, share_of_rows, sum_in_blocks};
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
    [weight, bias]: [impl Iterator<Item = E> + Clone + Sync; 2],
) -> (Tensor<C, E>, Saved<C, E>) {
    let channels = x.features();
    let (width, members) = (channels / groups, E::from_count(channels / groups));
    let (count, size) = (x.as_slice().len(), size_of_sample(x).max(1));
    let mut y = PooledVec::unset(count);
    let [mut means, mut scales] = [(); 2].map(|()| PooledVec::unset(count / size * channels));
    let normalize_one = |x: &[E], y: &mut [E], mean: &mut [E], scale: &mut [E]| {
        let [of_channels, _, variances] = E::column_moments(x, channels);
        let of_groups = mean.chunks_exact_mut(width).zip(scale.chunks_exact_mut(width));
        let of_channels = of_channels.chunks_exact(width).zip(variances.chunks_exact(width));
        for ((mean, scale), (means, variances)) in of_groups.zip(of_channels) {
            let of_group = means.iter().copied().sum::<E>() / members;
            let variance = means.iter().zip(variances).map(|(&m, &v)| v + (m - of_group) * (m - of_group));
            mean.fill(of_group);
            scale.fill(E::ONE / (variance.sum::<E>() / members + eps).sqrt());
        }
        let factor: PooledVec<E> = weight.clone().zip(&*scale).map(|(w, &s)| w * s).collect();
        let bias: PooledVec<E> = bias.clone().collect();
        E::scale_and_shift(x, [mean, &factor, &bias], y);
    };
    let of_samples = |(x, y, means, scales): (&[E], &mut [E], &mut [E], &mut [E])| {
        let moments = means.chunks_exact_mut(channels).zip(scales.chunks_exact_mut(channels));
        for ((x, y), (mean, scale)) in x.chunks_exact(size).zip(y.chunks_exact_mut(size)).zip(moments) {
            normalize_one(x, y, mean, scale);
        }
    };
    match share_of_rows(count, size) {
        None => of_samples((x.as_slice(), &mut y, &mut means, &mut scales)),
        Some(share) => {
            let moments = share / size * channels;
            let moments = means.chunks_mut(moments).zip(scales.chunks_mut(moments));
            let parts = x.as_slice().chunks(share).zip(y.chunks_mut(share)).zip(moments);
            parallel_for_each(parts, |((x, y), (means, scales))| of_samples((x, y, means, scales)));
        }
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
    let (width, size) = (channels / groups, size_of_sample(&x).max(1));
    let count = E::from_count(size / groups);
    // For each sample, those of d · normal and those of d.
    let mut sums = PooledVec::unset(2 * mean.len());
    let back_one = |x: &[E], d: &mut [E], [mean, scale]: [&[E]; 2], sums: &mut [E]| {
        let [sum, dot] = E::normal_sums(x, d, mean, scale);
        sums[..channels].copy_from_slice(&dot);
        sums[channels..].copy_from_slice(&sum);
        let sums = [sum, dot].map(|mut sums| {
            for (sums, weight) in sums.chunks_exact_mut(width).zip(weight.chunks_exact(width)) {
                let of_group = sums.iter().zip(weight).map(|(&s, &w)| s * w).sum::<E>() / count;
                sums.fill(of_group);
            }
            sums
        });
        let factor: PooledVec<E> = weight.iter().zip(scale).map(|(&w, &s)| w * s).collect();
        E::batch_norm_vjp(x, d, [mean, scale], &factor, &sums);
    };
    let of_samples = |(x, d, [means, scales], sums): (&[E], &mut [E], [&[E]; 2], &mut [E])| {
        let moments = means.chunks_exact(channels).zip(scales.chunks_exact(channels));
        let samples = x.chunks_exact(size).zip(d.chunks_exact_mut(size)).zip(moments);
        for (((x, d), (mean, scale)), sums) in samples.zip(sums.chunks_exact_mut(2 * channels)) {
            back_one(x, d, [mean, scale], sums);
        }
    };
    let (x, d_all) = (x.as_slice(), d.as_mut_slice());
    match share_of_rows(x.len(), size) {
        None => of_samples((x, d_all, [&mean, &scale], &mut sums)),
        Some(share) => {
            let moments = share / size * channels;
            let parts = x.chunks(share).zip(d_all.chunks_mut(share)).zip(sums.chunks_mut(2 * moments));
            let parts = parts.zip(mean.chunks(moments).zip(scale.chunks(moments)));
            parallel_for_each(parts, |(((x, d), sums), (means, scales))| {
                of_samples((x, d, [means, scales], sums));
            });
        }
    }
    let samples = mean.len() / channels.max(1);
    let totals = sum_in_blocks(samples, BLOCK, 2 * channels, |rows, totals| {
        add_rows_of(totals, &sums[rows.start * 2 * channels..], 2 * channels, rows.len());
    });
    (d, [&totals[..channels], &totals[channels..]].map(PooledVec::copy))
}
