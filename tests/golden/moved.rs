use tiedw::prelude::*;

use crate::run::{check, golden, input, nothing};

/// Compares an operation, given by its companion, for each of the numbered shapes.
macro_rules! moved {
    ($shapes:expr, $name:literal, $vjp:ident($($argument:expr),*), $wanted:expr) => {
        for shape in $shapes {
            let case = golden!("moved", &format!("{}_of_{shape}", $name));
            let x = case.tensor::<DYN>("x");
            check(&case, nothing(), |_, _, dy: Tensor<DYN>| {
                let (y, pullback) = x.$vjp($($argument),*);
                (y, vec![input("x", pullback(dy, $wanted).0)])
            });
        }
    };
}

/// The shapes of which all sizes are large enough for windows.
const LONG: [usize; 3] = [0, 1, 4];

#[test]
fn places_along_an_axis() {
    moved!(0..5, "flip_0", flip_vjp(0), [true, false]);
    moved!(0..5, "flip_2", flip_vjp(2), [true, false]);
    moved!(0..5, "roll_1", roll_vjp(-2, 1), [true, false, false]);
    moved!(0..5, "roll_2", roll_vjp(7, 2), [true, false, false]);
    moved!(0..5, "repeat_1", repeat_axis_vjp(1, 3), [true, false, false]);
    moved!(0..5, "interleave_1", repeat_interleave_vjp(2, 1), [true, false, false]);
    moved!(0..5, "slice_0", slice_axis_vjp(0, 1..), [true, false, false]);
    moved!(LONG, "unfold_1", unfold_vjp(1, 3, 2), [true, false, false, false]);
}

#[test]
fn triangles() {
    moved!(0..5, "tril", tril_vjp(0), [true, false]);
    moved!(0..5, "tril_up", tril_vjp(1), [true, false]);
    moved!(0..5, "triu", triu_vjp(0), [true, false]);
    moved!(0..5, "triu_down", triu_vjp(-1), [true, false]);
}

#[test]
fn padding() {
    moved!(LONG, "reflect_1", pad_axis_reflect_vjp(1, 2, 1), [true, false, false, false]);
    moved!(LONG, "replicate_1", pad_axis_replicate_vjp(1, 2, 1), [true, false, false, false]);
    moved!(LONG, "circular_1", pad_axis_circular_vjp(1, 2, 1), [true, false, false, false]);
    for shape in 0..5 {
        let case = golden!("moved", &format!("pad_1_of_{shape}"));
        let (x, value) = (case.tensor::<DYN>("x"), case.at("value").number());
        check(&case, nothing(), |_, _, dy: Tensor<DYN>| {
            let (y, pullback) = x.pad_axis_vjp(1, 2, 1, value);
            let (dx, _, _, _, dvalue) = pullback(dy, [true, false, false, false, true]);
            case.at("input_gradients").at("value").check_number(dvalue.unwrap());
            (y, vec![input("x", dx)])
        });
    }
}

/// The first chunk twice, so that its gradient is a sum.
#[differentiable]
fn chunks(x: &Tensor<DYN>) -> Tensor<DYN> {
    let parts = x.chunk(2, 1);
    let mut joined = vec![&parts[0] * 2.0];
    for part in &parts[1..] {
        joined.push(part.clone());
    }
    joined.push(parts[0].clone());
    Tensor::concat(&joined, 1)
}

#[test]
fn chunk() {
    for shape in 0..5 {
        let case = golden!("moved", &format!("chunk_1_of_{shape}"));
        let x = case.tensor::<DYN>("x");
        check(&case, nothing(), |_, _, dy| {
            let (y, pullback) = chunks_vjp(&x);
            assert!(y == chunks(&x), "another value than the function");
            (y, vec![input("x", pullback(dy, [true]).0)])
        });
    }
}

#[test]
fn repeated() {
    let case = golden!("moved", "expand");
    let x = case.tensor::<3>("x");
    check(&case, nothing(), |_, _, dy| {
        let (y, pullback) = x.expand_vjp([4, 2, 5]);
        (y, vec![input("x", pullback(dy, [true, false]).0)])
    });
    let case = golden!("moved", "broadcast");
    let x = case.tensor::<1>("x");
    check(&case, nothing(), |_, _, dy| {
        let (y, pullback) = x.broadcast_to_vjp::<4, _>([2, 3]);
        (y, vec![input("x", pullback(dy, [true, false]).0)])
    });
    check(&case, nothing(), |_, _, dy: Tensor<DYN>| {
        let (y, pullback) = x.broadcast_to_vjp([2, 3, 4]);
        (y, vec![input("x", pullback(dy, [true, false]).0)])
    });
}

#[test]
fn one_hot() {
    let case = golden!("moved", "one_hot");
    let ids = case.ids("ids");
    assert_eq!(ids.one_hot(), case.tensor::<5>("y"));
    assert_eq!(ids.one_hot_with(5), case.tensor::<DYN>("y"));
}
