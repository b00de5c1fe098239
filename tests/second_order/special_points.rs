//! Values and derivatives at kinks, at the ends of the range and of NaN, as PyTorch has them, in `f32` and `f64`, in reverse and
//! forward mode.
//!
//! `../golden/generate_special_points.py` writes the expected values.

use std::collections::HashMap;

use serde_json::Value as Json;
use tiedw::prelude::*;
use tiedw::{Dual, Lift, Real};

/// A case by the names of its columns, each with an element for each point.
struct Case {
    name: String,
    columns: HashMap<String, Vec<f64>>,
}

fn case(name: &str) -> Case {
    let all: HashMap<String, HashMap<String, Vec<Json>>> =
        serde_json::from_str(include_str!("../golden/special_points.json")).expect("columns of cases");
    let number = |json: &Json| match json {
        Json::String(name) => name.parse().expect("NaN or infinity"),
        number => number.as_f64().expect("a number"),
    };
    let columns = all[name].iter().map(|(key, column)| (key.clone(), column.iter().map(number).collect()));
    Case { name: name.into(), columns: columns.collect() }
}

impl Case {
    /// Compares with an element of a column, if there is that column.
    #[track_caller]
    fn check<E: Real>(&self, column: &str, at: usize, found: E) {
        let Some(column_of) = self.columns.get(column) else {
            return;
        };
        let (found, expected) = (found.to_f64(), E::from_f64(column_of[at]).to_f64());
        let tolerance = 2e-6_f64.min(1e7 * E::EPSILON_F64) * expected.abs().max(1e-300);
        let same =
            found == expected || found.is_nan() && expected.is_nan() || (found - expected).abs() <= tolerance;
        let points: Vec<f64> =
            ["x", "y"].iter().filter_map(|key| Some(self.columns.get(*key)?[at])).collect();
        assert!(same, "{}: {column} at {points:?} is {found} here, {expected} in PyTorch", self.name);
    }

    fn points<E: Real>(&self, column: &str) -> Vec<E> {
        self.columns[column].iter().map(|&x| E::from_f64(x)).collect()
    }
}

/// A tensor of one element.
fn single<E: Element>(x: E) -> Tensor<1, E> {
    Tensor::from_vec([1], vec![x])
}

fn number<E: Element>(x: f64) -> E {
    E::from_f64(x)
}

/// Checks a function of one tensor.
macro_rules! of_one {
    ($($name:ident |$x:ident| $value:expr, $pair:expr $(, $unwanted:ident)*;)+) => {$(
        #[test]
        fn $name() {
            of_one!(@in f32, $name |$x| $value, $pair $(, $unwanted)*);
            of_one!(@in f64, $name |$x| $value, $pair $(, $unwanted)*);
        }
    )+};
    (@in $float:ty, $name:ident |$x:ident| $value:expr, $pair:expr $(, $unwanted:ident)*) => {
        let case = case(stringify!($name));
        for (at, point) in case.points::<$float>("x").into_iter().enumerate() {
            let $x = single(point);
            let (value, pullback) = $pair;
            case.check("value", at, value.as_slice()[0]);
            let dx = pullback(single(1.0), [true $(, $unwanted)*]).0.unwrap();
            case.check("dx", at, dx.as_slice()[0]);
            let $x = single(Dual::new(point, 1.0));
            case.check("dx", at, $value.as_slice()[0].tangent);
            let (_, pullback) = $pair;
            let dx = pullback(single(Dual::ONE), [true $(, $unwanted)*]).0.unwrap();
            case.check("dxx", at, dx.as_slice()[0].tangent);
        }
    };
}

of_one! {
    relu |x| x.relu(), x.relu_vjp();
    relu6 |x| x.relu6(), x.relu6_vjp();
    hardtanh |x| x.hardtanh(), x.hardtanh_vjp();
    hardsigmoid |x| x.hardsigmoid(), x.hardsigmoid_vjp();
    hardswish |x| x.hardswish(), x.hardswish_vjp();
    leaky_relu |x| x.leaky_relu(number(0.25)), x.leaky_relu_vjp(number(0.25)), false;
    clamp |x| x.clamp(number(-1.0), number(1.0)), x.clamp_vjp(number(-1.0), number(1.0)), false, false;
    clamp_min |x| x.clamp_min(number(1.0)), x.clamp_min_vjp(number(1.0)), false;
    clamp_max |x| x.clamp_max(number(1.0)), x.clamp_max_vjp(number(1.0)), false;
    clamp_min_nan |x| x.clamp_min(number(f64::NAN)), x.clamp_min_vjp(number(f64::NAN)), false;
    clamp_max_nan |x| x.clamp_max(number(f64::NAN)), x.clamp_max_vjp(number(f64::NAN)), false;
    clamp_nan |x| x.clamp(number(f64::NAN), number(2.0)), x.clamp_vjp(number(f64::NAN), number(2.0)), false, false;
    powf |x| x.powf(number(1.5)), x.powf_vjp(number(1.5)), false;
    powf_to_inverse_root |x| x.powf(number(-0.5)), x.powf_vjp(number(-0.5)), false;
    nan_to_num |x| x.nan_to_num(), x.nan_to_num_vjp();
    elu |x| x.elu(number(1.5)), x.elu_vjp(number(1.5)), false;
    celu |x| x.celu(number(1.5)), x.celu_vjp(number(1.5)), false;
    selu |x| x.selu(), x.selu_vjp();
    abs |x| x.abs(), x.abs_vjp();
    atan |x| x.atan(), x.atan_vjp();
    silu |x| x.silu(), x.silu_vjp();
    gelu |x| x.gelu(), x.gelu_vjp();
}

/// Checks a function of two tensors.
macro_rules! of_two {
    ($($name:ident: $($case:literal),+, |$x:ident, $y:ident| $value:expr, $pair:expr $(, $unwanted:ident)*;)+) => {$(
        #[test]
        fn $name() {
            for name in [$($case),+] {
                of_two!(@in f32, name, |$x, $y| $value, $pair $(, $unwanted)*);
                of_two!(@in f64, name, |$x, $y| $value, $pair $(, $unwanted)*);
            }
        }
    )+};
    (@in $float:ty, $name:ident, |$x:ident, $y:ident| $value:expr, $pair:expr $(, $unwanted:ident)*) => {
        let case = case($name);
        let points = case.points::<$float>("x").into_iter().zip(case.points::<$float>("y"));
        for (at, point) in points.enumerate() {
            let ($x, $y) = (&single(point.0), &single(point.1));
            let (value, pullback) = $pair;
            case.check("value", at, value.as_slice()[0]);
            let (dx, dy, ..) = pullback(single(1.0), [true, true $(, $unwanted)*]);
            case.check("dx", at, dx.unwrap().as_slice()[0]);
            case.check("dy", at, dy.unwrap().as_slice()[0]);
            for (by, [tx, ty]) in [("x", [1.0, 0.0]), ("y", [0.0, 1.0])] {
                let ($x, $y) = (&single(Dual::new(point.0, tx)), &single(Dual::new(point.1, ty)));
                case.check(&format!("d{by}"), at, $value.as_slice()[0].tangent);
                let (_, pullback) = $pair;
                let (dx, dy, ..) = pullback(single(Dual::ONE), [true, true $(, $unwanted)*]);
                case.check(&format!("dx{by}"), at, dx.unwrap().as_slice()[0].tangent);
                case.check(&format!("dy{by}"), at, dy.unwrap().as_slice()[0].tangent);
            }
        }
    };
}

of_two! {
    atan2: "atan2", "atan2 at the origin", |x, y| x.atan2(y), x.atan2_vjp(y);
    hypot: "hypot", |x, y| x.hypot(y), x.hypot_vjp(y);
    maximum: "maximum", |x, y| x.maximum(y), x.maximum_vjp(y);
    minimum: "minimum", |x, y| x.minimum(y), x.minimum_vjp(y);
    pow: "pow", "pow at 0", |x, y| x.pow(y), x.pow_vjp(y);
    logaddexp: "logaddexp", "logaddexp of infinities", |x, y| x.logaddexp(y), x.logaddexp_vjp(y);
    xlogy: "xlogy", "xlogy at 0", |x, y| x.xlogy(y), x.xlogy_vjp(y);
    prelu: "prelu", |x, y| x.prelu(y), x.prelu_vjp(y);
    huber: "huber_loss", "huber_loss of NaN",
        |x, y| huber_losses(x, y, number(1.0)), huber_losses_vjp(x, y, number(1.0)), false;
    smooth_l1: "smooth_l1_loss", "smooth_l1_loss of NaN",
        |x, y| smooth_l1_losses(x, y, number(1.0)), smooth_l1_losses_vjp(x, y, number(1.0)), false;
    sigmoid_focal: "sigmoid_focal_loss",
        |x, y| sigmoid_focal_losses(x, y, number(0.25), number(2.0)),
        sigmoid_focal_losses_vjp(x, y, number(0.25), number(2.0)), false, false;
}

/// Checks a method of numbers in bodies.
macro_rules! of_numbers {
    ($($name:ident $method:ident: $($case:literal),+;)+) => {$(
        mod $name {
            use tiedw::prelude::*;

            #[differentiable]
            fn single(x: f32, y: f32) -> f32 {
                x.$method(y)
            }

            #[differentiable]
            fn double(x: f64, y: f64) -> f64 {
                x.$method(y)
            }

            #[differentiable]
            fn generic<E: Element>(x: E, y: E) -> E {
                x.$method(y)
            }

            #[test]
            fn as_pytorch() {
                for name in [$($case),+] {
                    of_numbers!(@in f32, name, single single_vjp);
                    of_numbers!(@in f64, name, double double_vjp);
                    of_numbers!(@in f32, name, generic generic_vjp);
                    of_numbers!(@in f64, name, generic generic_vjp);
                }
            }
        }
    )+};
    (@in $float:ty, $name:ident, $function:ident $vjp:ident) => {
        let case = super::case($name);
        let points = case.points::<$float>("x").into_iter().zip(case.points::<$float>("y"));
        for (at, (x, y)) in points.enumerate() {
            case.check("value", at, $function(x, y));
            let (_, pullback) = $vjp(x, y);
            let (dx, dy) = pullback(1.0, [true, true]);
            case.check("dx", at, dx.unwrap());
            case.check("dy", at, dy.unwrap());
        }
    };
}

of_numbers! {
    number_atan2 atan2: "atan2", "atan2 at the origin";
    number_hypot hypot: "hypot";
    number_max max: "fmax";
    number_min min: "fmin";
}

/// Checks a reduction of all elements, and that along an axis and of the features.
macro_rules! of_rows {
    ($($name:ident $vjp:ident $axis:ident $axis_vjp:ident $features:ident $features_vjp:ident: $($case:literal),+;)+) => {$(
        #[test]
        fn $name() {
            for name in [$($case),+] {
                of_rows!(@in f32, name, $vjp $axis $axis_vjp $features $features_vjp);
                of_rows!(@in f64, name, $vjp $axis $axis_vjp $features $features_vjp);
            }
        }
    )+};
    (@in $float:ty, $name:ident, $vjp:ident $axis:ident $axis_vjp:ident $features:ident $features_vjp:ident) => {
        let case = case($name);
        let check = |value: $float, dx: &[$float]| {
            case.check("value", 0, value);
            dx.iter().enumerate().for_each(|(at, &dx)| case.check("dx", at, dx));
        };
        let count = case.columns["x"].len();
        let x = Tensor::<DYN, $float>::from_vec([1], case.points("x"));
        let (value, pullback) = x.$vjp();
        check(value, pullback(1.0, [true]).0.unwrap().as_slice());
        let (values, pullback) = x.$features_vjp();
        check(values.as_slice()[0], pullback(single(1.0), [true]).0.unwrap().as_slice());
        let column = Tensor::<1, $float>::from_vec([count], case.points("x"));
        let (values, pullback) = column.$axis_vjp(0);
        check(values.as_slice()[0], pullback(Tensor::full([], 1.0), [true, false]).0.unwrap().as_slice());
        for at in 0..count {
            let mut direction = x.map(|_| 0.0);
            direction.as_mut_slice()[at] = 1.0;
            case.check("dx", at, x.lift(Some(&direction)).$features().as_slice()[0].tangent);
            let direction = Tensor::from_vec([count], direction.into_vec());
            case.check("dx", at, column.lift(Some(&direction)).$axis(0).as_slice()[0].tangent);
        }
    };
}

of_rows! {
    var var_vjp var_axis var_axis_vjp var_features var_features_vjp: "var far from 0", "var of equal values",
        "var of one value";
    std std_vjp std_axis std_axis_vjp std_features std_features_vjp:
        "std far from 0", "std of small values", "std of large values", "std of equal values",
        "std of one value";
}
