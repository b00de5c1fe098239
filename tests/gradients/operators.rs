use tiedw::Module;
use tiedw::ops::{AddVjp, DivVjp, MulVjp, NegVjp, SubVjp, linear, linear_vjp};
use tiedw::prelude::*;

use crate::check::{check_both, check_fixed_op, check_op, random, rng};

/// Checks an operator on two tensors, on a tensor and a scalar, and on two scalars, with one row and with more axes.
macro_rules! operator {
    ($name:ident, $vjp:ident, $sign:tt) => {
        #[test]
        fn $name() {
            let mut rng = rng();
            for leading in [&[1][..], &[4], &[2, 3], &[]] {
                let x = random::<5>(leading, &mut rng);
                let y = random::<5>(leading, &mut rng).map(|y| if y.abs() < 0.3 { 0.7 } else { y });
                let number = 1.3;
                check_op!([x, y], x $sign y, x.$vjp(y), [true, true]);
                check_op!([x, number], x $sign *number, x.$vjp(number), [true, true]);
                check_op!([number, y], *number $sign y, number.$vjp(y), [true, true]);
            }
            let (x, y) = (0.7, -1.3);
            check_op!([x, y], x $sign y, x.$vjp(y), [true, true]);
        }
    };
}
operator!(add, add_vjp, +);
operator!(sub, sub_vjp, -);
operator!(mul, mul_vjp, *);
operator!(div, div_vjp, /);

/// Axes of size 1 and missing leading axes are repeated, on either side.
#[test]
fn repeated_axes() {
    let mut rng = rng();
    let shapes: [[&[usize]; 2]; 6] = [
        [&[2, 3], &[3]],
        [&[], &[4]],
        [&[2, 1], &[2, 3]],
        [&[1, 3], &[2, 1]],
        [&[2, 1, 3], &[4, 1]],
        [&[1], &[3, 2, 1, 2]],
    ];
    for [of_x, of_y] in shapes {
        let x = random::<5>(of_x, &mut rng);
        let y = random::<5>(of_y, &mut rng).map(|y| if y.abs() < 0.3 { 0.7 } else { y });
        check_op!([x, y], x + y, x.add_vjp(y), [true, true]);
        check_op!([x, y], x - y, x.sub_vjp(y), [true, true]);
        check_op!([x, y], x * y, x.mul_vjp(y), [true, true]);
        check_op!([x, y], x / y, x.div_vjp(y), [true, true]);
        check_op!([x, y], x.maximum(y), x.maximum_vjp(y), [true, true]);
        check_op!([x, y], x.minimum(y), x.minimum_vjp(y), [true, true]);
        let expected = &x - &y;
        assert_eq!(x.clone() - &y, expected);
        assert_eq!(&x - y.clone(), expected);
        assert_eq!(x.clone() - y.clone(), expected);
    }
    let (none, y) = (random::<5>(&[0, 1], &mut rng), random::<5>(&[1, 3], &mut rng));
    check_fixed_op!([none, y], none * y, none.mul_vjp(y), [true, true]);
    // The features, where they are known at run time.
    let h = random::<5>(&[2, 3], &mut rng).dynamic();
    let mask = Tensor::<DYN, f64>::from_shape_vec([2, 3, 1], vec![1.0, 0.0, 2.0, -1.0, 1.0, 0.5]);
    check_op!([h, mask], h * mask, h.mul_vjp(mask), [true, true]);
    check_op!([mask, h], mask - h, mask.sub_vjp(h), [true, true]);
    assert_eq!((&h * &mask).shape(), [2, 3, 5]);
}

#[test]
fn maximum_and_minimum() {
    let (nan, infinity) = (f64::NAN, f64::INFINITY);
    let x = Tensor::<5, f64>::from_vec([], vec![1.0, 2.0, nan, 3.0, -infinity]);
    let y = Tensor::<5, f64>::from_vec([], vec![2.0, 2.0, 0.0, nan, infinity]);
    let same = |ours: &Tensor<5, f64>, expected: [f64; 5]| {
        let same = |(a, b): (&f64, &f64)| a == b || a.is_nan() && b.is_nan();
        assert!(ours.as_slice().iter().zip(&expected).all(same), "{ours:?}");
    };
    let d = Tensor::full([], infinity);
    let (z, pullback) = x.maximum_vjp(&y);
    same(&z, [2.0, 2.0, nan, nan, infinity]);
    let (dx, dy) = pullback(d.clone(), [true, true]);
    assert_eq!(dx.unwrap().as_slice(), [0.0, infinity, infinity, infinity, 0.0]);
    assert_eq!(dy.unwrap().as_slice(), [infinity; 5]);
    let (z, pullback) = x.minimum_vjp(&y);
    same(&z, [1.0, 2.0, nan, nan, -infinity]);
    let (dx, dy) = pullback(Tensor::full([], 1.0), [true, true]);
    assert_eq!(dx.unwrap().as_slice(), [1.0, 0.5, 1.0, 1.0, 1.0]);
    assert_eq!(dy.unwrap().as_slice(), [0.0, 0.5, 1.0, 1.0, 0.0]);
    assert!(x.minimum_vjp(&y).1(d, [false, false]).1.is_none());
}

#[test]
#[should_panic = "a maximum of tensors of shapes [2, 3] and [3, 3]"]
fn maximum_of_other_shapes() {
    Tensor::<3>::zeros([2]).maximum(&Tensor::zeros([3]));
}

#[derive(Module, Clone)]
struct Maxout {
    left: WithElem<Linear<3, 2>, f64>,
    right: WithElem<Linear<3, 2>, f64>,
}

#[differentiable]
impl Maxout {
    fn forward(&self, x: &Tensor<3, f64>) -> Tensor<2, f64> {
        let (left, right) = (self.left.forward(x), self.right.forward(x));
        left.maximum(&right) + left.minimum(&right.mean_rows())
    }
}

#[test]
fn maximum_in_a_body() {
    let mut rng = rng();
    let init = || WithElem::<Linear<3, 2>, f64>::init(&mut crate::check::rng());
    let net = crate::check::randomized(Maxout { left: init(), right: init() }, &mut rng);
    crate::check::check_net!(net, random::<3>(&[5], &mut rng));
}

#[test]
fn assignment_repeats_the_right_operand() {
    let mut x = Tensor::<2>::from_vec([2], vec![1.0, 2.0, 3.0, 4.0]);
    x += &Tensor::from_vec([], vec![10.0, 20.0]);
    x *= Tensor::from_vec([1], vec![1.0, -1.0]);
    assert_eq!(x.as_slice(), [11.0, -22.0, 13.0, -24.0]);
}

#[test]
#[should_panic = "a sum of tensors of shapes [2] and [3, 2] has another shape than the left one"]
fn assignment_does_not_change_the_shape() {
    let mut x = Tensor::<2>::zeros([]);
    x += &Tensor::zeros([3]);
}

#[test]
fn only_what_is_wanted() {
    let x = random::<3>(&[2], &mut rng());
    let (_, pullback) = x.mul_vjp(&x);
    let (dx, dy) = pullback(x.clone(), [true, false]);
    assert!(dx.is_some() && dy.is_none());
    let (_, pullback) = x.div_vjp(&2.0);
    let (dx, dn) = pullback(x.clone(), [false, true]);
    assert!(dx.is_none() && dn.is_some());
}

#[test]
#[should_panic = "a sum of tensors of shapes [2, 3] and [3, 3]"]
fn shapes_must_agree() {
    let _ = random::<3>(&[2], &mut rng()) + random::<3>(&[3], &mut rng());
}

#[test]
fn neg() {
    let x = random::<5>(&[3], &mut rng());
    check_op!([x], -x, x.neg_vjp(), [true]);
}

#[test]
fn scale() {
    let (x, by) = (random::<5>(&[3], &mut rng()), 0.3);
    check_op!([x, by], x.scale(*by), x.scale_vjp(*by), [true, true]);
}

#[test]
fn relu() {
    // Away from zero, where it is not differentiable.
    let x = random::<17>(&[3], &mut rng()).map(|x| if x.abs() < 0.01 { 0.5 } else { x });
    check_op!([x], x.relu(), x.relu_vjp(), [true]);
}

/// Checks an operator on a tensor and a parameter, which is broadcast over the rows.
macro_rules! by_row {
    ($name:ident, $vjp:ident, $sign:tt) => {
        #[test]
        fn $name() {
            let mut rng = rng();
            let row = Vector::<5, f64>::from_vec(vec![0.7, -1.1, 2.0, 0.4, -0.6]);
            for leading in [&[1][..], &[4], &[2, 3]] {
                check_both!(
                    &row,
                    &(random::<5>(leading, &mut rng),),
                    |row, (x,)| x $sign &row.view(),
                    |row, (x,), gradient, d| {
                        let view = row.view();
                        let (y, pullback) = x.$vjp(&view);
                        let (dx, drow) = pullback(d, [true, true]);
                        *gradient = Vector::from_vec(drow.unwrap().into_vec());
                        (y, (dx,))
                    },
                );
            }
        }
    };
}
by_row!(add_row, add_vjp, +);
by_row!(sub_row, sub_vjp, -);
by_row!(mul_row, mul_vjp, *);
by_row!(div_row, div_vjp, /);

#[test]
fn linear_of_a_parameter() {
    let mut rng = rng();
    let weight = Matrix::<2, 3, f64>::from_vec(vec![0.7, -1.1, 2.0, 0.4, -0.6, 0.2]);
    for leading in [&[1][..], &[4], &[2, 3]] {
        check_both!(
            &weight,
            &(random::<3>(leading, &mut rng),),
            |weight, (x,)| linear(x, &weight.view()),
            |weight, (x,), gradient, d| {
                let view = weight.view();
                let (y, pullback) = linear_vjp(x, &view);
                let (dx, dweight) = pullback(d, [true, true]);
                *gradient = Matrix::from_vec(dweight.unwrap().into_vec());
                (y, (dx,))
            },
        );
    }
}
