//! Operators of types of values: complex numbers.

use std::ops::{Add, Div, Mul, Neg, Sub};

use tiedw::prelude::*;

use crate::{check, rng, uniform};

#[derive(Value, Clone, Debug)]
struct Complex<const F: usize> {
    re: Tensor<F, f64>,
    im: Tensor<F, f64>,
}

#[differentiable(value)]
impl<const F: usize> Mul for Complex<F> {
    type Output = Complex<F>;

    fn mul(self, other: Self) -> Self::Output {
        Complex {
            re: &self.re * &other.re - &self.im * &other.im,
            im: &self.re * &other.im + &self.im * &other.re,
        }
    }
}

#[differentiable(value)]
impl<const F: usize> Add<&Complex<F>> for &Complex<F> {
    type Output = Complex<F>;

    fn add(self, other: &Complex<F>) -> Complex<F> {
        Complex { re: &self.re + &other.re, im: &self.im + &other.im }
    }
}

#[differentiable(value)]
impl<'a, const F: usize> Sub<&'a Complex<F>> for &'a Complex<F> {
    type Output = Complex<F>;

    fn sub(self, other: &'a Complex<F>) -> Complex<F> {
        Complex { re: &self.re - &other.re, im: &self.im - &other.im }
    }
}

#[differentiable(value)]
impl<const F: usize> Mul<f64> for Complex<F> {
    type Output = Self;

    fn mul(self, factor: f64) -> Self::Output {
        Complex { re: self.re * factor, im: self.im * factor }
    }
}

#[differentiable(value)]
impl<const F: usize> Div<f64> for &Complex<F> {
    type Output = Complex<F>;

    fn div(self, divisor: f64) -> Complex<F> {
        Complex { re: &self.re / divisor, im: &self.im / divisor }
    }
}

#[differentiable(value)]
impl<const F: usize> Neg for Complex<F> {
    type Output = Self;

    fn neg(self) -> Self {
        Complex { re: -self.re, im: -self.im }
    }
}

#[derive(Module, Clone)]
struct Net {
    real: WithElem<Linear<4, 3>, f64>,
    imaginary: WithElem<Linear<4, 3>, f64>,
}

#[differentiable]
impl Net {
    fn loss(&self, x: &Tensor<4, f64>) -> f64 {
        let a = Complex { re: self.real.forward(x), im: self.imaginary.forward(x) };
        let factor = a.re.mean();
        let b = a.clone() * a.clone() * 0.5 * factor;
        let c = &b + &a;
        let d = -(&c - &b);
        let half = &d / 2.0;
        let product = d * half;
        product.im.sum() + c.re.tanh().sum()
    }
}

#[test]
fn gradients_are_right() {
    let (net, x) = (Net::init(&mut rng(5)), uniform(2, 6));
    check(&net, |net| net.loss_and_grad(&x));
    assert_eq!(net.loss(&x), net.loss_and_grad(&x).0);
}
