//! Functions of elements, operators and masks.

use std::ops::{Add, Div, Mul, Sub};

use tiedw::ops::{AddVjp, DivVjp, MulVjp, NegVjp, SubVjp};
use tiedw::prelude::*;

use crate::cases::{Cases, functions, methods};
use crate::operands::Operands;

pub(crate) fn add(cases: &mut Cases, o: &'static Operands) {
    methods! { cases, o:
        "relu": x.relu(), relu_vjp [true];
        "gelu": x.gelu(), gelu_vjp [true];
        "gelu_tanh": x.gelu_tanh(), gelu_tanh_vjp [true];
        "silu": x.silu(), silu_vjp [true];
        "elu": x.elu(1.0), elu_vjp [true, false];
        "celu": x.celu(0.5), celu_vjp [true, false];
        "selu": x.selu(), selu_vjp [true];
        "mish": x.mish(), mish_vjp [true];
        "softplus": x.softplus(), softplus_vjp [true];
        "softsign": x.softsign(), softsign_vjp [true];
        "log_sigmoid": x.log_sigmoid(), log_sigmoid_vjp [true];
        "sigmoid": x.sigmoid(), sigmoid_vjp [true];
        "hardswish": x.hardswish(), hardswish_vjp [true];
        "hardsigmoid": x.hardsigmoid(), hardsigmoid_vjp [true];
        "hardtanh": x.hardtanh(), hardtanh_vjp [true];
        "relu6": x.relu6(), relu6_vjp [true];
        "leaky_relu": x.leaky_relu(0.2), leaky_relu_vjp [true, false];
        "threshold": x.threshold(0.1, 2.0), threshold_vjp [true, false, false];
        "glu": x.glu::<384>(), glu_vjp [true];
        "tanh": x.tanh(), tanh_vjp [true];
        "exp": x.exp(), exp_vjp [true];
        "exp2": x.exp2(), exp2_vjp [true];
        "expm1": x.expm1(), expm1_vjp [true];
        "ln": unit.ln(), ln_vjp [true];
        "log2": unit.log2(), log2_vjp [true];
        "log10": unit.log10(), log10_vjp [true];
        "log1p": unit.log1p(), log1p_vjp [true];
        "sqrt": unit.sqrt(), sqrt_vjp [true];
        "rsqrt": unit.rsqrt(), rsqrt_vjp [true];
        "recip": unit.recip(), recip_vjp [true];
        "abs": x.abs(), abs_vjp [true];
        "sign": x.sign(), sign_vjp [true];
        "sin": x.sin(), sin_vjp [true];
        "cos": x.cos(), cos_vjp [true];
        "tan": x.tan(), tan_vjp [true];
        "asin": unit.asin(), asin_vjp [true];
        "acos": unit.acos(), acos_vjp [true];
        "atan": x.atan(), atan_vjp [true];
        "sinh": x.sinh(), sinh_vjp [true];
        "cosh": x.cosh(), cosh_vjp [true];
        "asinh": x.asinh(), asinh_vjp [true];
        "acosh": above_one.acosh(), acosh_vjp [true];
        "atanh": unit.atanh(), atanh_vjp [true];
        "square": x.square(), square_vjp [true];
        "cbrt": x.cbrt(), cbrt_vjp [true];
        "fract": x.fract(), fract_vjp [true];
        "erf": x.erf(), erf_vjp [true];
        "erfc": x.erfc(), erfc_vjp [true];
        "floor": x.floor(), floor_vjp [true];
        "round": x.round(), round_vjp [true];
        "trunc": x.trunc(), trunc_vjp [true];
        "clamp_min": x.clamp_min(0.5), clamp_min_vjp [true, false];
        "remainder": x.remainder(0.7), remainder_vjp [true, false];
        "powi(2)": x.powi(2), powi_vjp [true, false];
        "powi(5)": x.powi(5), powi_vjp [true, false];
        "powf(1.5)": unit.powf(1.5), powf_vjp [true, false];
        "powf(3)": x.powf(3.0), powf_vjp [true, false];
        "clamp": x.clamp(-0.5, 0.5), clamp_vjp [true, false, false];
        "atan2": x.atan2(&o.y), atan2_vjp [true, true];
        "hypot": x.hypot(&o.y), hypot_vjp [true, true];
        "pow": unit.pow(&o.y), pow_vjp [true, true];
        "logaddexp": x.logaddexp(&o.y), logaddexp_vjp [true, true];
        "xlogy": x.xlogy(&o.unit), xlogy_vjp [true, true];
        "nan_to_num": x.nan_to_num(), nan_to_num_vjp [true];
        "prelu": x.prelu(&o.row), prelu_vjp [true, true];
        "lerp": x.lerp(&o.y, 0.3), lerp_vjp [true, true, false];
        "maximum": x.maximum(&o.y), maximum_vjp [true, true];
        "minimum": x.minimum(&o.y), minimum_vjp [true, true];
        "neg": x.clone_neg(), neg_vjp [true];
        "masked_fill": x.masked_fill(&o.mask, 0.5), masked_fill_vjp [true, false, false];
        "where_cond": mask.where_cond(&o.x, &o.y), where_cond_vjp [false, true, true];
        "exp, f64": wide.exp(), exp_vjp [true];
        "tanh, f64": wide.tanh(), tanh_vjp [true];
        "sin, f64": wide.sin(), sin_vjp [true];
        "relu, f64": wide.relu(), relu_vjp [true];
    }
    functions! { cases:
        "x + y": Add::add, AddVjp::add_vjp, (&o.x, &o.y) [true, true];
        "x - y": Sub::sub, SubVjp::sub_vjp, (&o.x, &o.y) [true, true];
        "x * y": Mul::mul, MulVjp::mul_vjp, (&o.x, &o.y) [true, true];
        "x / y": Div::div, DivVjp::div_vjp, (&o.x, &o.unit) [true, true];
        "x * y, f64": Mul::mul, MulVjp::mul_vjp, (&o.wide, &o.wide) [true, true];
        "x + row": Add::add, AddVjp::add_vjp, (&o.x, &o.row) [true, true];
        "x * row": Mul::mul, MulVjp::mul_vjp, (&o.x, &o.row) [true, true];
    }
    scalars(cases, o);
    cases.add_forward("x > y", || o.x.gt(&o.y));
    cases.add_forward("x > 0", || o.x.gt(0.0));
    cases.add_forward("mask & mask", || &o.mask & &o.other_mask);
    cases.add_forward("!mask", || !&o.mask);
    cases.add_forward("mask.count", || o.mask.count());
    cases.add_forward("mask.all", || o.mask.all());
    cases.add_forward("mask.any_axis(0)", || o.mask.any_axis(0));
    cases.add_forward("mask.to_tensor", || o.mask.to_tensor::<f32>());
    cases.add_forward("is_nan", || o.x.is_nan());
    cases.add_forward("is_finite", || o.x.is_finite());
}

trait CloneNeg {
    fn clone_neg(&self) -> Self;
}

impl CloneNeg for Tensor<768> {
    fn clone_neg(&self) -> Self {
        -self
    }
}

fn scalars(cases: &mut Cases, o: &'static Operands) {
    let (dy, wide_dy) = (o.x.map(|_| 1.0), o.wide.map(|_| 1.0));
    let d = dy.clone();
    cases.add("x + 2", || &o.x + 2.0, move || o.x.add_vjp(&2.0).1(d.clone(), [true, false]));
    let d = dy.clone();
    cases.add("x * 2", || &o.x * 2.0, move || o.x.mul_vjp(&2.0).1(d.clone(), [true, false]));
    cases.add("2 / x", || 2.0 / &o.unit, move || 2.0_f32.div_vjp(&o.unit).1(dy.clone(), [false, true]));
    let d = wide_dy.clone();
    cases.add("x + 2, f64", || &o.wide + 2.0, move || o.wide.add_vjp(&2.0).1(d.clone(), [true, false]));
    cases.add("x * 2, f64", || &o.wide * 2.0, move || o.wide.mul_vjp(&2.0).1(wide_dy.clone(), [true, false]));
    cases.add("cast to f64", || o.x.cast::<f64>(), {
        let d = o.wide.map(|_| 1.0);
        move || o.x.cast_vjp::<f64>().1(d.clone(), [true])
    });
}
