//! Comparisons, masks, and choices by masks.

use tiedw::prelude::*;
use tiedw::testing::gradcheck;

use crate::check::{check_net, check_op, random, randomized, rng};

fn mask<const F: usize>(leading: &[usize]) -> Mask<F> {
    random::<F>(leading, &mut rng()).gt(0.2)
}

#[test]
fn nan_and_infinity() {
    let (nan, inf) = (f32::NAN, f32::INFINITY);
    let x = Tensor::from([nan, -inf, inf, -0.0, 1.0]);
    let y = Tensor::from([nan, nan, inf, 0.0, -inf]);
    assert_eq!(x.lt(&y), Mask::from([false; 5]));
    assert_eq!(x.le(&y), Mask::from([false, false, true, true, false]));
    assert_eq!(x.gt(&y), Mask::from([false, false, false, false, true]));
    assert_eq!(x.ge(&y), Mask::from([false, false, true, true, true]));
    assert_eq!(x.eq(&y), Mask::from([false, false, true, true, false]));
    assert_eq!(x.ne(&y), Mask::from([true, true, false, false, true]));
    assert_eq!(x.ne(nan), Mask::from([true; 5]));
    assert_eq!(x.lt(inf), Mask::from([false, true, false, true, true]));
    assert!(x.eq(&y) != x.ne(&y) && x != y);
}

#[test]
fn repeated_axes() {
    let rows = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    let least = Tensor::from([2.0, 3.0]);
    assert_eq!(rows.ge(&least), Mask::from([[false, false], [true, true]]));
    assert_eq!(least.gt(&rows), Mask::from([[true, true], [false, false]]));
    let column = Tensor::<DYN>::from_vec([2], vec![1.0, 4.0]);
    let expected = Mask::from([[true, false], [false, true]]).dynamic();
    assert_eq!(rows.dynamic().eq(&column), expected);
    let even = Mask::from([true, false]);
    assert_eq!(even.shape(), [2]);
    assert_eq!(&even & rows.gt(1.0), Mask::from([[false, false], [true, false]]));
    assert_eq!(rows.gt(1.0) | &even, Mask::from([[true, true], [true, true]]));
    assert_eq!(&even ^ &rows.gt(1.0), Mask::from([[true, true], [false, true]]));
    assert_eq!(!&even, Mask::from([false, true]));
    assert!((!even).get(&[1]));
}

#[test]
#[should_panic = "a comparison of tensors of shapes [2, 3] and [4, 3]"]
fn comparison_of_other_shapes() {
    Tensor::<3>::zeros([2]).lt(&Tensor::zeros([4]));
}

#[test]
#[should_panic = "`&` of tensors of shapes [2, 3] and [4, 3]"]
fn masks_of_other_shapes() {
    let _ = Tensor::<3>::zeros([2]).lt(0.0) & Tensor::<3>::zeros([4]).lt(0.0);
}

#[test]
#[should_panic = "masked_fill of tensors of shapes [2, 3] and [4, 3]"]
fn fill_of_another_shape() {
    Tensor::<3>::zeros([2]).masked_fill(&Tensor::zeros([4]).lt(0.0), 1.0);
}

#[test]
#[should_panic = "where_cond of tensors of shapes [4, 3] and [2, 3]"]
fn choice_of_another_shape() {
    let (x, y) = (Tensor::<3>::zeros([2]), Tensor::zeros([]));
    Tensor::<3>::zeros([4]).lt(0.0).where_cond(&x, &y);
}

#[test]
#[should_panic = "a mask of shape [2, 3] has 6 flags, not 5"]
fn flags_of_another_number() {
    Mask::<3>::from_vec([2], vec![true; 5]);
}

#[test]
fn empty_and_single() {
    let none = Tensor::<3>::zeros([0]).lt(&Tensor::zeros([1]));
    assert_eq!((none.shape(), none.any(), none.all(), none.count()), (&[0, 3][..], false, true, 0));
    assert_eq!(none.to_tensor::<f32>().shape(), [0, 3]);
    assert_eq!(none.where_cond(&Tensor::<3>::zeros([1]), &Tensor::zeros([])).shape(), [0, 3]);
    let (y, pullback) = Tensor::<3>::zeros([1]).masked_fill_vjp(&none, 2.0);
    assert_eq!(y.shape(), [0, 3]);
    let (dx, _, value) = pullback(y, [true; 3]);
    assert_eq!((dx, value), (Some(Tensor::zeros([1])), Some(0.0)));
    let one = Mask::<DYN>::from_vec([], vec![true]);
    assert_eq!(one.where_cond(&Tensor::<DYN>::ones([2, 2]), &Tensor::zeros([1])).sum(), 4.0);
    assert_eq!(one.fixed::<1>(), Mask::from([true]));
    assert_eq!(format!("{one:?} {one}"), "Mask[1] [true] [true]");
}

/// Large enough for several threads.
#[test]
fn many() {
    let x = random::<64>(&[3000], &mut rng());
    let (positive, row) = (x.gt(0.0), x.select(0, 7));
    let expected: Vec<f64> = x.as_slice().iter().map(|&x| if x > 0.0 { x } else { -x }).collect();
    assert_eq!(positive.where_cond(&x, &-&x).as_slice(), expected);
    assert_eq!(positive.count(), x.as_slice().iter().filter(|&&x| x > 0.0).count());
    assert!((&positive | !&positive).all() && !(&positive & !&positive).any());
    let chosen = positive.where_cond(&row, &x);
    let at = |at: usize| if x.as_slice()[at] > 0.0 { row.as_slice()[at % 64] } else { x.as_slice()[at] };
    assert!(chosen.as_slice().iter().enumerate().all(|(place, &chosen)| chosen == at(place)));
}

#[test]
fn gradients() {
    let mut rng = rng();
    let shapes: [[&[usize]; 3]; 7] = [
        [&[4], &[4], &[4]],
        [&[2, 3], &[3], &[1, 3]],
        [&[3], &[2, 3], &[]],
        [&[2, 1], &[1, 3], &[3]],
        [&[2, 1, 3], &[4, 1], &[]],
        [&[0], &[1], &[0]],
        [&[], &[], &[]],
    ];
    for [of_mask, of_x, of_y] in shapes {
        let mask = mask::<5>(of_mask);
        let (x, y) = (random::<5>(of_x, &mut rng), random::<5>(of_y, &mut rng));
        let z = mask.where_cond(&x, &y);
        assert_eq!(z, mask.dynamic().where_cond(&x.dynamic(), &y.dynamic()).fixed());
        let by_factors = mask.to_tensor() * &x + (!&mask).to_tensor() * &y;
        assert_eq!(z, by_factors);
        check_choice(&mask, &x, &y);
        check_choice(&mask.dynamic(), &x.dynamic(), &y.dynamic());
    }
}

fn check_choice<const F: usize>(mask: &Mask<F>, x: &Tensor<F, f64>, y: &Tensor<F, f64>) {
    let chosen = |x: &Tensor<F, f64>, y: &Tensor<F, f64>, d| {
        let (z, pullback) = mask.where_cond_vjp(x, y);
        let (_, dx, dy) = pullback(d, [false, true, true]);
        (z, (dx, dy))
    };
    let inputs = (x.clone(), y.clone());
    gradcheck(&inputs, |(x, y)| mask.where_cond(x, y), |(x, y), d| chosen(x, y, d)).unwrap();
    let filled = |x: &Tensor<F, f64>, value: f64, d| {
        let (z, pullback) = x.masked_fill_vjp(mask, value);
        let (dx, _, dvalue) = pullback(d, [true, false, true]);
        (z, (dx, dvalue))
    };
    let inputs = (x.clone(), 0.7);
    gradcheck(&inputs, |(x, value)| x.masked_fill(mask, *value), |(x, value), d| filled(x, *value, d))
        .unwrap();
    let (_, pullback) = mask.where_cond_vjp(x, y);
    let (none, dx, dy) = pullback(mask.where_cond(x, y), [true, false, false]);
    assert!(none.is_none() && dx.is_none() && dy.is_none());
}

#[test]
fn what_is_not_taken_gets_no_gradient() {
    let mask = Mask::from([true, false]);
    let d = Tensor::from([f32::NAN, f32::INFINITY]);
    let (_, pullback) = mask.where_cond_vjp(&Tensor::zeros([]), &Tensor::<2>::zeros([]));
    let (_, dx, dy) = pullback(d.clone(), [false, true, true]);
    assert_eq!((dx.unwrap().get(&[1]), dy.unwrap().as_slice()), (0.0, &[0.0, f32::INFINITY][..]));
    let (_, pullback) = Tensor::<2>::zeros([]).masked_fill_vjp(&mask, 1.0);
    assert_eq!(pullback(d, [true, false, false]).0.unwrap().as_slice(), [0.0, f32::INFINITY]);
}

#[derive(Module, Clone)]
struct Gate {
    fc: WithElem<Linear<3, 3>, f64>,
    #[module(init = zeros)]
    threshold: Vector<3, f64>,
    #[module(init = ones)]
    slope: Vector<1, f64>,
}

#[differentiable]
impl Gate {
    /// Every form of a mask, of which none has a gradient.
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        let h = self.fc.forward(x);
        let positive = h.gt(0.0);
        let mut kept = positive.where_cond(&h, &(&h * 0.1));
        let inner = h.gt(-1.0) & h.lt(1.0);
        kept = kept.masked_fill(&inner, self.slope.sum());
        let other = !&inner | h.ge(&x.mean_rows().expand([x.rows()])) ^ !h.le(x);
        if h.gt(0.5).any() && !inner.all() {
            kept *= 2.0;
        }
        let above = h.gt(&self.threshold);
        let count = above.count() as f64 + other.count() as f64;
        for at in 0..2 {
            let mask = if at == 0 { &positive } else { &inner };
            kept += mask.to_tensor() * &h;
        }
        let selected = choose(&other, &kept, x);
        selected.masked_fill(&h.eq(&kept), 3.0) * count
    }
}

#[differentiable]
fn choose<E: Element>(mask: &Mask<3>, x: &Tensor<3, E>, y: &Tensor<3, E>) -> Tensor<3, E> {
    let reset = x.ne(x) | y.gt(E::from_f64(1e9));
    let both = mask.clone() & !reset;
    both.where_cond(x, y)
}

/// A number that is compared with has no gradient of it, but of its other uses.
#[differentiable]
fn clipped<E: Element>(x: &Tensor<DYN, E>, most: E) -> Tensor<DYN, E> {
    let mask = x.gt(most);
    x.masked_fill(&mask, most)
}

#[test]
fn in_bodies() {
    let mut rng = rng();
    let gate = Gate::init(&mut rng);
    check_net!(randomized(gate, &mut rng), random::<3>(&[4], &mut rng));
    let most = 0.3;
    let x = random::<5>(&[4], &mut rng);
    check_op!([x, most], clipped(&x.dynamic(), *most), clipped_vjp(&x.dynamic(), *most), [true, true]);
}

#[test]
fn masked_means() {
    for leading in [&[][..], &[1], &[5], &[2, 3]] {
        let x = random::<3>(leading, &mut rng());
        check_op!([x], x.masked_sum(&flags_of(x)), with_dx(x.masked_sum_vjp(&flags_of(x))), [true]);
        check_op!([x], x.masked_mean(&flags_of(x)), with_dx(x.masked_mean_vjp(&flags_of(x))), [true]);
    }
    let x = Tensor::from([[1.0, f32::NAN], [3.0, 5.0]]);
    let first = Mask::from([true, false]); // Of each row.
    let (mean, pullback) = x.masked_mean_vjp(&first);
    assert_eq!(mean, 2.0);
    assert_eq!(pullback(1.0, [true, false]).0.unwrap(), Tensor::from([[0.5, 0.0], [0.5, 0.0]]));
    let (mean, pullback) =
        x.dynamic().masked_mean_vjp(&Mask::<DYN>::from_shape_vec([2, 1], vec![false, true]));
    assert_eq!(mean, 4.0);
    assert_eq!(pullback(2.0, [true, false]).0.unwrap().as_slice(), [0.0, 0.0, 1.0, 1.0]);
    let (mean, pullback) = x.masked_mean_vjp(&x.gt(9.0));
    assert!(mean.is_nan() && pullback(1.0, [true, false]).0.unwrap() == Tensor::zeros([2]));
    assert!(Tensor::<3>::zeros([0]).masked_mean(&Tensor::<3>::zeros([0]).gt(0.0)).is_nan());
}

fn flags_of<const F: usize, E: Element>(x: &Tensor<F, E>) -> Mask<F> {
    Mask::from_shape_vec(x.shape(), (0..x.as_slice().len()).map(|at| at % 3 != 1).collect())
}

/// Leaves out the mask among the cotangents.
fn with_dx<Y, D, N>(
    (y, pullback): (Y, impl FnOnce(Y, [bool; 2]) -> (D, N)),
) -> (Y, impl FnOnce(Y, [bool; 1]) -> (D,)) {
    (y, move |d: Y, [wanted]: [bool; 1]| (pullback(d, [wanted, false]).0,))
}

#[test]
fn reductions() {
    let mask = Mask::<2>::from_vec([2, 2], vec![true, false, true, true, false, false, true, false]);
    assert_eq!(mask.any_axis(0), Mask::from([[true, false], [true, true]]));
    assert_eq!(mask.all_axis(0), Mask::from([[false, false], [true, false]]));
    assert_eq!(mask.any_axis(1), Mask::from([[true, true], [true, false]]));
    assert_eq!(mask.all_axis(1), Mask::from([[true, false], [false, false]]));
    let column = |flags: [bool; 4]| Mask::<1>::from_vec([2, 2], flags.to_vec());
    assert_eq!(mask.any_features(), column([true, true, false, true]));
    assert_eq!(mask.all_features(), column([false, true, false, false]));
    for axis in 0..2 {
        assert_eq!(mask.dynamic().any_axis(axis), mask.any_axis(axis).dynamic());
        assert_eq!(mask.dynamic().all_axis(axis), mask.all_axis(axis).dynamic());
    }
    assert_eq!(mask.dynamic().any_axis(2), mask.any_features().reshape([2, 2]).flatten::<2>().dynamic());
    assert_eq!(mask.dynamic().all_axis(2).shape(), [2, 2]);
    for (size, inner) in [(0, 3), (3, 0), (0, 0)] {
        let none = Mask::<DYN>::from_shape_vec([2, size, inner], vec![]);
        assert_eq!((none.any_axis(1).shape(), none.any_axis(1).any()), (&[2, inner][..], false));
        assert!(none.all_axis(1).all() && none.all_features().shape() == [2, size, 1]);
        assert_eq!(none.any_features().as_slice(), vec![false; 2 * size]);
    }
}

#[test]
#[should_panic = "axis 1 of any_axis is not one of the 1 leading axes of shape [2, 3]"]
fn reduction_of_the_features() {
    Tensor::<3>::zeros([2]).lt(0.0).any_axis(1);
}

#[test]
fn shapes() {
    let x = random::<2>(&[2, 3, 1], &mut rng());
    let mask = x.gt(0.0);
    assert_eq!(mask.reshape([3, 2]), x.reshape([3, 2]).gt(0.0));
    assert_eq!(mask.transpose(1, 0), x.transpose(0, 1).gt(0.0));
    assert_eq!(mask.transpose(2, 2), mask);
    assert_eq!(mask.dynamic().transpose(1, 3), x.dynamic().transpose(1, 3).gt(0.0));
    assert_eq!(mask.narrow(1, 1, 2), x.narrow(1, 1, 2).gt(0.0));
    assert_eq!(mask.select(1, 2), x.select(1, 2).gt(0.0));
    assert_eq!(mask.index_select(1, &[2, 0, 2]), x.index_select(1, &[2, 0, 2]).gt(0.0));
    assert_eq!(mask.expand([2, 3, 4]), x.expand([2, 3, 4]).gt(0.0));
    assert_eq!(mask.flatten::<6>(), x.flatten::<6>().gt(0.0));
    assert_eq!(mask.flatten::<DYN>(), x.flatten::<DYN>().gt(0.0));
    assert_eq!(mask.unflatten::<3>([4]), x.unflatten::<3, _>([4]).gt(0.0));
    let none = Mask::<0>::from_vec([2, 3], vec![]);
    assert_eq!(none.reshape([6]).transpose(0, 0).narrow(0, 1, 5).flatten::<0>().shape(), [5, 0]);
}

#[test]
#[should_panic = "a mask of shape [2, 3] as one of shape [4, 3]"]
fn reshape_to_other_rows() {
    Tensor::<3>::zeros([2]).lt(0.0).reshape([4]);
}

#[test]
#[should_panic = "a mask of shape [2, 3] expanded to shape [2, 4, 3]"]
fn mask_expanded_along_another_axis() {
    Tensor::<3>::zeros([2]).lt(0.0).expand([2, 4]);
}

#[test]
#[should_panic = "a mask of shape [2, 3] assigned to one of shape [3]"]
fn assigned_shape() {
    let mut mask = Tensor::<3>::zeros([]).lt(0.0);
    mask &= Tensor::<3>::zeros([2]).lt(0.0);
}

#[test]
fn numbers_that_are_not_finite() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let x = Tensor::from([nan, inf, -inf, f64::MAX, -0.0]);
    assert_eq!(x.is_nan(), Mask::from([true, false, false, false, false]));
    assert_eq!(x.is_infinite(), Mask::from([false, true, true, false, false]));
    assert_eq!(x.is_finite(), !(x.is_nan() | x.is_infinite()));
    assert_eq!(Tensor::<0>::zeros([2]).is_nan().shape(), [2, 0]);
}

#[derive(Module, Clone)]
struct Rows {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Rows {
    /// Reductions, shapes and assignments of masks.
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<3, f64> {
        let h = self.fc.forward(x);
        let mut mask = h.gt(-0.5);
        mask &= h.lt(1.5);
        mask |= &x.gt(0.0);
        let mut columns = mask.any_axis(0);
        columns ^= mask.select(0, 0);
        let rows = mask.all_features().dynamic().expand([x.rows()]);
        let chosen = columns.where_cond(&h, x).masked_fill(&h.is_nan(), 0.0);
        let mut finite = chosen.is_finite();
        finite &= mask.reshape([2, 2]).transpose(0, 1).reshape([4]).narrow(0, 0, 4);
        let mut any = columns.any() && h.sum() > 1e9;
        any |= h.sum() > -1e9;
        let scale = if any { 2.0 } else { 1.0 };
        let kept = chosen.masked_fill(&!finite, 0.1) * scale;
        (kept.dynamic() * rows.to_tensor()).fixed() + kept
    }
}

#[test]
fn reductions_and_assignments_in_bodies() {
    let mut rng = rng();
    let rows = Rows::init(&mut rng);
    check_net!(randomized(rows, &mut rng), random::<3>(&[4], &mut rng));
}
