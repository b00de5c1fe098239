//! Axes in another order, taken apart or multiplied up, and elements that a mask selects.

use rand::seq::SliceRandom;
use tiedw::prelude::*;

use crate::check::{check_fixed_op, check_op, random, rng};

#[test]
fn axes_in_any_order() {
    let mut rng = rng();
    for shape in
        [&[2, 3, 4, 5][..], &[1, 3, 1, 2], &[2, 0, 3, 2], &[3, 1, 1, 1], &[2, 3], &[4], &[2, 1, 3, 1, 2, 2]]
    {
        let count = shape.iter().product();
        let x = Tensor::<DYN, f64>::from_shape_vec(shape, (0..count).map(|at| at as f64 * 0.5).collect());
        for _ in 0..12 {
            let mut order: Vec<usize> = (0..shape.len()).collect();
            order.shuffle(&mut rng);
            let order = &order[..];
            check_op!([x], x.permute(order), x.permute_vjp(order), [true, false]);
            let y = x.permute(order);
            let expected = Tensor::<DYN, f64>::from_fn(
                &order.iter().map(|&axis| shape[axis]).collect::<Vec<_>>()[..],
                |at| {
                    let mut of_x = vec![0; shape.len()];
                    order.iter().zip(at).for_each(|(&axis, &at)| of_x[axis] = at);
                    x.get(&of_x)
                },
            );
            assert_eq!(y, expected, "{shape:?} {order:?}");
        }
        for (source, destination) in (0..shape.len()).flat_map(|a| (0..shape.len()).map(move |b| (a, b))) {
            check_op!(
                [x],
                x.movedim(source, destination),
                x.movedim_vjp(source, destination),
                [true, false, false]
            );
            let mut order: Vec<usize> = (0..shape.len()).filter(|&axis| axis != source).collect();
            order.insert(destination, source);
            assert_eq!(x.movedim(source, destination), x.permute(&order[..]));
        }
    }
    let x = random::<3>(&[2, 4, 5], &mut rng);
    check_op!([x], x.permute([2, 0, 1, 3]), x.permute_vjp([2, 0, 1, 3]), [true, false]);
    assert_eq!(x.permute([1, 0, 2, 3]), x.transpose(0, 1));
    assert_eq!(x.permute([0, 1, 2, 3]), x);
}

#[test]
#[should_panic = "permute in the order [0, 0, 2] of a tensor of shape [2, 4, 3]: each of its axes, from 0 to 2, is there once"]
fn an_order_without_an_axis() {
    Tensor::<3>::zeros([2, 4]).permute([0, 0, 2]);
}

#[test]
#[should_panic = "permute in the order [2, 0, 1] of a tensor of shape [2, 4, 3]: its features stay last, if not of `dynamic()`"]
fn an_order_with_fixed_features_first() {
    Tensor::<3>::zeros([2, 4]).permute([2, 0, 1]);
}

#[test]
#[should_panic = "axis 3 of movedim is not one of the 3 axes of shape [2, 4, 3]"]
fn a_place_beyond_the_axes() {
    Tensor::<3>::zeros([2, 4]).movedim(0, 3);
}

#[test]
fn cumulative_products() {
    for shape in [vec![1], vec![3, 2], vec![2, 4, 5], vec![0, 2], vec![2, 0], vec![]] {
        let x = random::<4>(&shape, &mut rng());
        check_op!([x], x.cumprod_features(), x.cumprod_features_vjp(), [true]);
        for axis in 0..shape.len() {
            check_op!([x], x.cumprod_axis(axis), x.cumprod_axis_vjp(axis), [true, false]);
        }
        let x = x.dynamic();
        assert_eq!(x.cumprod_axis(shape.len()), x.cumprod_features());
        let with_zeros = x.map(|x| if x > 0.0 { 0.0 } else { x });
        check_op!([with_zeros], with_zeros.cumprod_features(), with_zeros.cumprod_features_vjp(), [true]);
    }
    let large = Tensor::<3>::full([3, 20_000], 1.0) + Tensor::from([0.0, 1e-5, -1e-5]);
    let turned = large.dynamic().transpose(1, 2);
    let (y, d) = (large.cumprod_axis(1), Tensor::ones([3, 20_000]));
    assert_eq!(y.dynamic(), turned.cumprod_features().transpose(1, 2));
    let dx = large.cumprod_axis_vjp(1).1(d.clone(), [true, false]).0.unwrap();
    let of_turned = turned.cumprod_features_vjp().1(d.dynamic().transpose(1, 2), [true]).0.unwrap();
    assert!(((dx.dynamic() - of_turned.transpose(1, 2)) / dx.dynamic()).abs().max() < 1e-4);
}

#[test]
fn parts_of_an_axis() {
    let x = random::<2>(&[5, 3], &mut rng());
    for axis in 0..2 {
        let (parts, pullback) = x.unbind_vjp(axis);
        assert_eq!(Tensor::stack(&parts, axis), x);
        let (dx, _) = pullback(parts.iter().map(|part| Some(part * 2.0)).collect(), [true, false]);
        assert_eq!(dx.unwrap(), &x * 2.0);
        // The cotangent of the second part only.
        let d = vec![None, Some(parts[1].clone())];
        let (dx, _) = x.unbind_vjp(axis).1(d.into_iter().collect(), [true, false]);
        let dx = dx.unwrap();
        assert_eq!((dx.select(axis, 1), dx.sum()), (parts[1].clone(), parts[1].sum()));
        assert_eq!(x.unbind_vjp(axis).1([].into_iter().collect(), [true, false]).0.unwrap().sum(), 0.0);
    }
    let none = Tensor::<2>::zeros([3, 0]);
    assert!(none.unbind(1).is_empty());
    assert_eq!(none.unbind_vjp(1).1([].into_iter().collect(), [true, false]).0, Some(none));
}

#[test]
fn elements_of_a_mask() {
    let mut rng = rng();
    for (of_x, of_mask) in
        [(&[2, 3][..], &[2, 3][..]), (&[2, 3], &[]), (&[1], &[4]), (&[0], &[1]), (&[3], &[1])]
    {
        let x = random::<5>(of_x, &mut rng);
        let mask = &random::<5>(of_mask, &mut rng).gt(0.0);
        check_fixed_op!([x], x.masked_select(mask), x.masked_select_vjp(mask), [true, false]);
        let chosen = mask.to_tensor() + Tensor::zeros(of_x);
        assert_eq!(x.masked_select(mask).features() as f64, chosen.sum());
        assert!((x.masked_select(mask).sum() - (x * chosen).sum()).abs() < 1e-12);
    }
    let x = Tensor::from([[1.0, -2.0], [3.0, 4.0]]);
    assert_eq!(x.gt(0.0).nonzero(), [0, 2, 3]);
    assert_eq!(x.masked_select(&x.gt(9.0)).shape(), [0]);
}

#[derive(Module, Clone)]
struct Net {
    head: WithElem<Linear<4, 4>, f64>,
    #[module(init = normal(0.0, 1.0))]
    table: Matrix<3, 4, f64>,
    #[tie(head)]
    again: Tied<WithElem<Linear<4, 4>, f64>>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4, f64>) -> f64 {
        let h = self.head.forward(x); // [2, 3, 4]
        let turned = self.again.forward(&h.permute([1, 0, 2])).dynamic().movedim(2, 0); // [4, 3, 2]
        let products = self.table.cumprod_axis(0) + self.table.softmax_axis(0) * self.table.normalize_axis(0);
        let products: Tensor<3, f64> = products.dynamic().transpose(0, 1).fixed();
        let positive = self.table.masked_select(&self.table.gt(0.0)).square().sum();
        let rows = self.table.index_select(0, &self.table.sum_features().gt(-9.0).nonzero());
        let mut total = positive + rows.asinh().sum() * self.again.weight.norm_axis(0).sum();
        for (i, part) in turned.unbind(0).iter().enumerate() {
            total += part.clamp_min(0.1).sum() * (i + 1) as f64;
        }
        let mut halves = h.chunk(2, 1);
        let last = halves.pop().unwrap();
        let first = h.unbind(0)[1].remainder(0.7).erfc();
        total
            + last.cbrt().sum()
            + first.matmul(&products).sum()
            + self.table.matmul_t::<4>(&self.again.weight.unsqueeze(0)).sum()
    }
}

#[test]
fn in_bodies_of_tied_parameters() {
    let mut rng = rng();
    let mut net = Net::init(&mut rng);
    let x = random::<4>(&[2, 3], &mut rng);
    tiedw::testing::gradcheck_loss(&mut net, |net| net.loss(&x), |net| net.loss_and_grad(&x)).unwrap();
}
