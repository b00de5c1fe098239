use super::*;
use crate::Real;

fn values(count: usize, seed: usize) -> Vec<f64> {
    (0..count).map(|i| ((i + seed) * 37 % 101) as f64 / 50.0 - 1.0).collect()
}

/// The result and the cotangents of q, k and v, by definition.
fn naive(sizes: Attention, [q, k, v]: [&[f64]; 3], ignored: &[bool], d: &[f64]) -> [Vec<f64>; 4] {
    let Attention { batch, queries, keys, heads, key_heads, width, causal, dropout } = sizes;
    let mut factors = vec![1.0; batch * heads * queries * keys];
    if let Some(zeros) = dropout {
        zeros.apply(&mut factors, 0);
    }
    let scale = 1.0 / (width as f64).sqrt();
    let [mut y, mut dq, mut dk, mut dv] = [q, q, k, v].map(|x| vec![0.0; x.len()]);
    for (row, factors) in factors.chunks(keys.max(1)).enumerate() {
        let (sequence, head, query) = (row / queries / heads, row / queries % heads, row % queries);
        let of_query = ((sequence * queries + query) * heads + head) * width;
        let of_key = |key| ((sequence * keys + key) * key_heads + head * key_heads / heads) * width;
        let dot = |x: &[f64], i: usize, y: &[f64], j: usize| -> f64 {
            (0..width).map(|at| x[i + at] * y[j + at]).sum()
        };
        let seen = |key: &usize| {
            !(causal.is_some_and(|first| *key > first + query)
                || !ignored.is_empty() && ignored[sequence * keys + key])
        };
        let seen: Vec<usize> = (0..keys).filter(seen).collect();
        let powers: Vec<f64> =
            seen.iter().map(|&key| (scale * dot(q, of_query, k, of_key(key))).exp()).collect();
        let sum: f64 = powers.iter().sum();
        let weights = || seen.iter().zip(&powers).map(|(&key, power)| (key, power / sum));
        let dweight = |key: usize| factors[key] * dot(d, of_query, v, of_key(key));
        let mean: f64 = weights().map(|(key, weight)| weight * dweight(key)).sum();
        for (key, weight) in weights() {
            let dscore = scale * weight * (dweight(key) - mean);
            for at in 0..width {
                let (i, j) = (of_query + at, of_key(key) + at);
                y[i] += weight * factors[key] * v[j];
                dv[j] += weight * factors[key] * d[i];
                dq[i] += dscore * k[j];
                dk[j] += dscore * q[i];
            }
        }
    }
    [y, dq, dk, dv]
}

fn check<E: Real>(sizes: Attention, ignored: &[bool]) {
    let of_queries = sizes.batch * sizes.queries * sizes.heads * sizes.width;
    let of_keys = sizes.batch * sizes.keys * sizes.key_heads * sizes.width;
    let [q, k, v, d] = [(of_queries, 1), (of_keys, 2), (of_keys, 3), (of_queries, 4)]
        .map(|(count, seed)| values(count, seed));
    let expected = naive(sizes, [&q, &k, &v], ignored, &d);

    let [q, k, v, d] = [q, k, v, d].map(|x| x.into_iter().map(E::from_f64).collect::<Vec<E>>());
    let operands = [&q[..], &k, &v];
    let (y, softmax) = attention(sizes, operands, ignored, true);
    let [dq, dk, dv] = attention_vjp(sizes, operands, ignored, &softmax, &d);
    for ((found, expected), name) in
        [&y, &dq, &dk, &dv].into_iter().zip(&expected).zip(["y", "dq", "dk", "dv"])
    {
        assert_eq!(found.len(), expected.len());
        for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
            let found = found.to_f64();
            let bound = 100.0 * E::EPSILON.to_f64() * (1.0 + expected.abs());
            assert!((found - expected).abs() < bound, "{name}[{at}] is {found}, not {expected}: {sizes:?}");
        }
    }
    let (without, _) = attention(sizes, operands, ignored, false);
    assert_eq!(*without, *y, "without a pullback: {sizes:?}");
}

/// With any mask, with and without dropout.
fn check_forms(lengths: &[(usize, usize)], heads: &[(usize, usize, usize)]) {
    for &(queries, keys) in lengths {
        for &(heads, key_heads, width) in heads {
            for form in 0..16 {
                let dropout = (form & 1 != 0).then_some(Zeros { p: 0.25, seed: 7 });
                let causal = [None, Some(0), Some(1), Some(keys / 2)][form >> 2];
                let sizes = Attention { batch: 2, queries, keys, heads, key_heads, width, causal, dropout };
                let ignored: Vec<bool> = (0..2 * keys).map(|key| key % 3 == 1).collect();
                let ignored = if form & 2 != 0 { &ignored[..] } else { &[] };
                check::<f64>(sizes, ignored);
                check::<f32>(sizes, ignored);
            }
        }
    }
}

/// With few keys per feature, so that the softmax is kept, and with more.
#[test]
fn short_sequences_agree_with_the_definition() {
    let lengths = [(1, 1), (5, 5), (3, 9), (9, 3), (20, 20), (0, 3), (3, 0)];
    check_forms(&lengths, &[(1, 1, 3), (4, 2, 2), (2, 2, 32)]);
}

#[test]
fn sequences_of_several_blocks_agree_with_the_definition() {
    check_forms(&[(130, 130), (260, 260), (70, 260)], &[(2, 1, 3)]);
    check_forms(&[(130, 130)], &[(1, 1, 40)]);
}

#[test]
fn what_is_kept_does_not_grow_with_the_square() {
    let of = |keys: usize| {
        let sizes = Attention {
            batch: 1,
            queries: keys,
            keys,
            heads: 1,
            key_heads: 1,
            width: 8,
            causal: None,
            dropout: None,
        };
        Softmax::<f32>::unset(sizes, true).contents.len()
    };
    assert_eq!((of(32), of(33), of(1000)), (32 * 34, 33 * 2, 1000 * 2));
}
