use super::*;
use crate::layers::{Conv2d, WithElem};
use crate::module::{Module, ViewOf};
use crate::param::{Fill, Filter2d, Vector};
use crate::{Count, Tensor};

fn values<E: Element>(count: usize, seed: usize) -> Vec<E> {
    (0..count).map(|i| E::from_f64((((i + seed) * 37 % 101) as f64 - 50.0) / 50.0)).collect()
}

/// Calls `f` with the indices into x, the weight and y of each multiplication.
fn naive(sizes: &Convolution, mut f: impl FnMut(usize, usize, usize)) {
    let (height, width) = sizes.output();
    for image in 0..sizes.batch {
        for place in 0..height * width {
            for at in 0..sizes.kernel.0 * sizes.kernel.1 {
                let (y, x) = (
                    (place / width * sizes.stride.0 + at / sizes.kernel.1).wrapping_sub(sizes.padding.0),
                    (place % width * sizes.stride.1 + at % sizes.kernel.1).wrapping_sub(sizes.padding.1),
                );
                if y >= sizes.input.0 || x >= sizes.input.1 {
                    continue;
                }
                for c in 0..sizes.channels {
                    for o in 0..sizes.outputs {
                        f(
                            ((image * sizes.input.0 + y) * sizes.input.1 + x) * sizes.channels + c,
                            o * sizes.patch() + at * sizes.channels + c,
                            (image * height * width + place) * sizes.outputs + o,
                        );
                    }
                }
            }
        }
    }
}

fn close<E: Element>(found: &[E], expected: &[E], name: &str, sizes: &Convolution) {
    assert_eq!(found.len(), expected.len(), "{name}, {sizes:?}");
    for (i, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let bound = E::from_f64(1e-4) * (E::ONE + expected.abs());
        assert!((found - expected).abs() <= bound, "{name}[{i}] is {found:?}, not {expected:?}: {sizes:?}");
    }
}

fn sizes<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize>(
    batch: usize,
    input: (usize, usize),
) -> Convolution {
    Convolution { batch, input, channels: I, outputs: O, kernel: (K, K), stride: (S, S), padding: (P, P) }
}

fn check<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize, E: Element>(
    batch: usize,
    input: (usize, usize),
) {
    let sizes = sizes::<I, O, K, S, P>(batch, input);
    let layer = WithElem::<Conv2d<I, O, K, S, P>, E> {
        weight: Filter2d::from_vec(values(O * sizes.patch(), 5)),
        bias: Vector::from_vec(values(O, 7)),
        stride: Count::default(),
        padding: Count::default(),
    };
    let x = Tensor::from_vec([batch, input.0, input.1], values(batch * sizes.image(), 3));
    let d = values::<E>(batch * sizes.result(), 11);

    let (weight, bias) = (layer.weight.as_slice(), layer.bias.as_slice());
    let mut y: Vec<E> = bias.iter().copied().cycle().take(d.len()).collect();
    let (mut dx, mut dweight) = (vec![E::ZERO; x.as_slice().len()], vec![E::ZERO; weight.len()]);
    naive(&sizes, |at_x, at_weight, at_y| {
        y[at_y] += x.as_slice()[at_x] * weight[at_weight];
        dx[at_x] += d[at_y] * weight[at_weight];
        dweight[at_weight] += d[at_y] * x.as_slice()[at_x];
    });
    let mut dbias = vec![E::ZERO; O];
    d.chunks(O).for_each(|row| dbias.iter_mut().zip(row).for_each(|(sum, &d)| *sum += d));

    let mut frozen = layer.zeros_like();
    let y_of = |d: &[E]| Tensor::from_vec([batch, sizes.output().0, sizes.output().1], d.to_vec());
    let (_, pullback) = layer.view().forward_vjp(&x);
    assert_eq!(pullback(y_of(&d), frozen.view_mut().freeze(), [false]), (None,));
    close(frozen.weight.as_slice(), &vec![E::ZERO; weight.len()], "frozen weight", &sizes);

    let mut gradient = layer.gradient_like(Fill::Anything);
    for uses in [1.0, 2.0] {
        let (found, pullback) = layer.view().forward_vjp(&x);
        let (found_dx,) = pullback(y_of(&d), gradient.view_mut(), [true]);
        close(found.as_slice(), &y, "y", &sizes);
        close(found_dx.expect("it is wanted").as_slice(), &dx, "dx", &sizes);
        let times = |sum: &[E]| sum.iter().map(|&sum| sum * E::from_f64(uses)).collect::<Vec<_>>();
        close(gradient.weight.as_slice(), &times(&dweight), "dweight", &sizes);
        close(gradient.bias.as_slice(), &times(&dbias), "dbias", &sizes);
    }
}

fn check_both<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize>(
    batch: usize,
    input: (usize, usize),
) {
    check::<I, O, K, S, P, f32>(batch, input);
    check::<I, O, K, S, P, f64>(batch, input);
}

#[test]
fn sizes_agree_with_the_naive_loop() {
    // One channel and several, strides, padding as wide as the kernel, and batches that split into uneven groups.
    for batch in [1, 2, 7, 33] {
        check_both::<1, 6, 5, 1, 2>(batch, (9, 13));
        check_both::<1, 3, 3, 1, 0>(batch, (5, 4));
        check_both::<1, 9, 3, 2, 1>(batch, (8, 7));
        check_both::<1, 2, 4, 1, 3>(batch, (2, 3));
        check_both::<2, 5, 2, 2, 2>(batch, (5, 6));
        check_both::<3, 17, 3, 1, 1>(batch, (11, 6));
        check_both::<6, 16, 5, 1, 0>(batch, (8, 9));
        check_both::<7, 1, 3, 3, 1>(batch, (10, 10));
        check_both::<5, 4, 1, 1, 0>(batch, (6, 3));
        check_both::<5, 4, 1, 2, 0>(batch, (6, 3));
    }
    check_both::<3, 4, 3, 1, 1>(0, (6, 5));
}

#[test]
fn an_image_of_many_products_agrees_with_the_naive_loop() {
    check_both::<1, 4, 3, 1, 1>(2, (37, 41));
    check_both::<33, 8, 3, 1, 1>(2, (21, 19));
    check_both::<40, 3, 5, 2, 2>(1, (31, 33));
}

#[test]
fn products_that_read_the_images_agree_with_the_naive_loop() {
    fn check<const I: usize, const O: usize, const K: usize, const S: usize, const P: usize>(
        batch: usize,
        input: (usize, usize),
    ) {
        assert!(sizes::<I, O, K, S, P>(batch, input).reads_in_place());
        check_both::<I, O, K, S, P>(batch, input);
    }
    check::<22, 16, 3, 1, 1>(5, (5, 25));
    check::<32, 32, 2, 2, 1>(11, (6, 49));
    check::<64, 16, 1, 2, 0>(9, (20, 51));
}
