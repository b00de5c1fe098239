//! What is moved, repeated, padded or left out along an axis.

use tiedw::prelude::*;

use crate::check::{check_op, random, randomized, rng};

#[test]
fn any_axis_keeps_its_size() {
    let mut rng = rng();
    for leading in [&[2, 4][..], &[1, 1], &[3, 0], &[0, 2]] {
        let x = random::<3>(leading, &mut rng);
        for axis in 0..3 {
            check_op!([x], x.flip(axis), x.flip_vjp(axis), [true, false]);
            assert_eq!(x.flip(axis).flip(axis), x);
            for shift in [0, 1, -1, 7, isize::MAX, isize::MIN] {
                check_op!([x], x.roll(shift, axis), x.roll_vjp(shift, axis), [true, false, false]);
                assert_eq!(
                    x.roll(shift, axis).roll(-(shift % 1000), axis),
                    x.roll(shift - shift % 1000, axis)
                );
            }
        }
        for diagonal in [isize::MIN, -2, -1, 0, 1, 3, isize::MAX] {
            check_op!([x], x.tril(diagonal), x.tril_vjp(diagonal), [true, false]);
            check_op!([x], x.triu(diagonal), x.triu_vjp(diagonal), [true, false]);
            if diagonal < isize::MAX {
                assert_eq!(x.tril(diagonal) + x.triu(diagonal + 1), x);
            }
        }
    }
    let row = Tensor::from([1.0, 2.0, 3.0]);
    assert_eq!(row.roll(-1, 0), Tensor::from([2.0, 3.0, 1.0]));
    assert_eq!(Tensor::<0>::zeros([2]).flip(1).roll(3, 1).tril(0).shape(), [2, 0]);
    let not_numbers = Tensor::<2, f64>::full([2], f64::NAN);
    assert_eq!(not_numbers.triu(0).get(&[1, 0]), 0.0);
}

#[test]
fn axes_of_size_one() {
    let mut rng = rng();
    for leading in [&[2, 4][..], &[1, 3], &[0, 4], &[]] {
        let x = random::<3>(leading, &mut rng);
        for axis in 0..=leading.len() {
            check_op!([x], x.unsqueeze(axis), x.unsqueeze_vjp(axis), [true, false]);
            let wide = x.unsqueeze(axis);
            check_op!([wide], wide.squeeze(axis), wide.squeeze_vjp(axis), [true, false]);
            assert_eq!(wide.squeeze(axis), x);
        }
    }
}

#[test]
fn repeated_and_padded() {
    let mut rng = rng();
    for leading in [&[2, 4][..], &[1, 3], &[0, 4], &[5, 3]] {
        let x = random::<3>(leading, &mut rng);
        for count in 0..4 {
            check_op!([x], x.repeat_axis(1, count), x.repeat_axis_vjp(1, count), [true, false, false]);
            check_op!(
                [x],
                x.repeat_interleave(count, 1),
                x.repeat_interleave_vjp(count, 1),
                [true, false, false]
            );
        }
        for (before, after) in [(0, 0), (2, 1), (0, 2), (1, 0)] {
            let value = 0.3;
            check_op!(
                [x, value],
                x.pad_axis(1, before, after, *value),
                {
                    let (y, pullback) = x.pad_axis_vjp(1, before, after, *value);
                    (y, |d, wanted| {
                        let (dx, _, _, _, dvalue) = pullback(d, wanted);
                        (dx, dvalue)
                    })
                },
                [true, false, false, false, true]
            );
            let all = [true, false, false, false];
            let pad = (before, after);
            check_op!([x], x.pad_axis_reflect(1, pad.0, pad.1), x.pad_axis_reflect_vjp(1, pad.0, pad.1), all);
            check_op!(
                [x],
                x.pad_axis_replicate(1, pad.0, pad.1),
                x.pad_axis_replicate_vjp(1, pad.0, pad.1),
                all
            );
            check_op!(
                [x],
                x.pad_axis_circular(1, pad.0, pad.1),
                x.pad_axis_circular_vjp(1, pad.0, pad.1),
                all
            );
        }
        check_op!([x], x.unfold(1, 2, 1), x.unfold_vjp(1, 2, 1), [true, false, false, false]);
        check_op!([x], x.unfold(1, 1, 2), x.unfold_vjp(1, 1, 2), [true, false, false, false]);
        check_op!([x], x.unfold(1, 0, 3), x.unfold_vjp(1, 0, 3), [true, false, false, false]);
        check_op!([x], x.slice_axis(1, 1..=2), x.slice_axis_vjp(1, 1..=2), [true, false, false]);
        check_op!([x], x.slice_axis(1, ..), x.slice_axis_vjp(1, ..), [true, false, false]);
        check_op!([x], x.slice_axis(1, 2..2), x.slice_axis_vjp(1, 2..2), [true, false, false]);
    }
    let x = random::<3>(&[2], &mut rng).dynamic();
    assert_eq!(x.repeat_axis(1, 2).shape(), [2, 6]);
    assert_eq!(x.unfold(1, 2, 1).shape(), [2, 2, 2]);
    assert_eq!(x.pad_axis(1, 1, 0, 9.0).slice_axis(1, 1..), x);
}

#[test]
fn chunks() {
    let x = random::<2>(&[5, 3], &mut rng());
    for count in 1..7 {
        let parts = x.chunk(count, 0);
        assert_eq!(Tensor::concat(&parts, 0), x);
        assert_eq!(parts.len(), 5_usize.div_ceil(5_usize.div_ceil(count)));
        let (again, pullback) = x.chunk_vjp(count, 0);
        assert_eq!(again, parts);
        // The cotangent of the first part only.
        let d = random::<2>(parts[0].shape().split_last().unwrap().1, &mut rng());
        let (dx, ..) = pullback([Some(d.clone())].into_iter().collect(), [true, false, false]);
        let dx = dx.unwrap();
        let length = parts[0].shape()[0];
        assert_eq!((dx.slice_axis(0, ..length), dx.slice_axis(0, length..).sum()), (d, 0.0));
    }
    let none = Tensor::<2>::zeros([0]).chunk(3, 0);
    assert_eq!((none.len(), none[2].shape()), (3, &[0, 2][..]));
}

#[test]
fn one_hot() {
    let ids = Ids::from_vec([2, 2], vec![0, 2, 1, 2]);
    let rows = ids.one_hot::<3, f64>();
    assert_eq!((rows.shape(), rows.argmax()), (&[2, 2, 3][..], ids.clone()));
    assert_eq!(ids.one_hot_with(3), rows.dynamic());
    assert_eq!(Ids::from_vec([], vec![1]).one_hot(), Tensor::from([0.0, 1.0]));
    assert_eq!(Ids::from_vec([0], vec![]).one_hot::<0, f32>().shape(), [0, 0]);
}

#[test]
#[should_panic = "one_hot of id 2, which is not below 2"]
fn id_of_no_class() {
    Ids::from_vec([2], vec![0, 2]).one_hot_with::<f32>(2);
}

#[test]
#[should_panic = "pad_axis_reflect of axis 0 of a tensor of shape [2, 3] by 2 and 0, which it is too short for"]
fn reflection_beyond_the_axis() {
    Tensor::<3>::zeros([2]).pad_axis_reflect(0, 2, 0);
}

#[test]
#[should_panic = "unfold of axis 0 of a tensor of shape [2, 3] into windows of 3 every 1"]
fn windows_beyond_the_axis() {
    Tensor::<3>::zeros([2]).unfold(0, 3, 1);
}

#[test]
#[should_panic = "slice_axis of places 1..3 of axis 0 of a tensor of shape [2, 3]"]
fn range_beyond_the_axis() {
    Tensor::<3>::zeros([2]).slice_axis(0, 1..3);
}

#[test]
#[should_panic = "select of place 9 of axis 0 of a tensor of shape [2, 3]"]
fn place_beyond_the_axis() {
    Tensor::<3>::zeros([2]).select(0, 9);
}

#[test]
#[should_panic = "axis 8 of select is not one of the 1 leading axes of shape [2, 3]"]
fn place_of_no_axis() {
    Tensor::<3>::zeros([2]).select(8, 0);
}

#[test]
#[should_panic = "narrow of places 1..18446744073709551615 of axis 0 of a tensor of shape [2, 3]"]
#[cfg(target_pointer_width = "64")]
fn length_beyond_all_numbers() {
    Tensor::<3>::zeros([2]).narrow(0, 1, usize::MAX);
}

#[derive(Module, Clone)]
struct Moved {
    fc: WithElem<Linear<3, 4>, f64>,
    #[module(init = zeros)]
    edge: Vector<1, f64>,
}

#[differentiable]
impl Moved {
    fn forward(&self, x: &Tensor<3, f64>, ids: &Ids, size: usize) -> Tensor<4, f64> {
        let h = self.fc.forward(x);
        let padded = h.pad_axis(0, 1, 1, self.edge.sum()).pad_axis_circular(0, 0, 1);
        let windows = padded.pad_axis_reflect(0, 2, 0).unfold(0, 3, 2).mean_axis(1);
        let rolled = windows.roll(-1, 0).flip(1) + windows.tril(1) * windows.triu(-1);
        let range = 1..size;
        let part = rolled.slice_axis(0, range).repeat_axis(0, 2).repeat_interleave(2, 0);
        let mut sum = part.slice_axis(0, ..2) * 0.5;
        for chunk in part.chunk(4, 0) {
            sum += chunk.pad_axis_replicate(0, 0, 1).slice_axis(0, 0..=1);
        }
        let table: Tensor<2, f64> = ids.one_hot();
        let other: Tensor<DYN, f64> = ids.one_hot_with(2);
        table.matmul(&sum) + other.fixed::<2>().matmul(&sum).tanh()
    }
}

#[test]
fn in_a_body() {
    let mut rng = rng();
    let net = randomized(Moved::init(&mut rng), &mut rng);
    let ids = Ids::from_vec([3], vec![1, 0, 1]);
    crate::check::check(
        &net,
        &(random::<3>(&[3], &mut rng),),
        |net, (x,)| net.forward(x, &ids, 3),
        |net, (x,), gradient, d| {
            let (y, pullback) = net.forward_vjp(x, &ids, 3);
            (y, (pullback(d, gradient, [true, false, false]).0,))
        },
    );
}
