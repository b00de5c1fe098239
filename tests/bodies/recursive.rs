//! A module that holds a list of itself; functions and methods that call each other.

use crate::{check, check_input, rng, uniform};
use tiedw::prelude::*;
use tiedw::testing::gradcheck;

type Numbers = Tensor<3, f64>;

#[derive(Module, Clone)]
struct Tree {
    fc: WithElem<Linear<3, 3>, f64>,
    #[tie(weight = fc.weight.t())]
    back: WithElem<Linear<3, 3, Tied>, f64>,
    children: Vec<Tree>,
}

#[differentiable(recursive)]
impl Tree {
    fn forward(&self, x: &Numbers) -> Numbers {
        let mut h = self.back.forward(&self.fc.forward(x).tanh());
        for child in &self.children {
            h = &h + child.forward(&h);
        }
        h
    }

    /// Of its branches, the first is called by index.
    fn loss(&self, x: &Numbers) -> f64 {
        let first = self.children[0].forward(x);
        (&first * self.forward(x)).sum()
    }
}

fn tree(children: Vec<Tree>, seed: u64) -> Tree {
    let mut rng = rng(seed);
    Tree { fc: Init::init(&mut rng), back: Init::init(&mut rng), children }
}

#[test]
fn gradients_reach_each_depth() {
    let net = tree(vec![tree(vec![tree(vec![], 1), tree(vec![], 2)], 3), tree(vec![], 4)], 5);
    let x = uniform(2, 6);
    assert_eq!(net.loss_and_grad(&x).0, net.loss(&x));
    check(&net, |net| net.loss_and_grad(&x));
    let (_, pullback) = net.loss_vjp(&x);
    let (dx,) = pullback(1.0, &mut net.zeros_like(), [true]);
    check_input(&x, |x| net.loss(x), dx);
}

#[differentiable]
fn even(x: f64, n: usize) -> f64 {
    if n == 0 { x } else { odd(x * x, n - 1) }
}

#[differentiable]
fn odd(x: f64, n: usize) -> f64 {
    if n == 0 { x.sin() } else { even(x.cos(), n - 1) * x }
}

#[derive(Value, Clone)]
enum Formula {
    Number(f64),
    Product(Box<Formula>, Box<Formula>),
}

#[differentiable(value)]
impl Formula {
    fn value(&self) -> f64 {
        match self {
            Formula::Number(x) => x.sin(),
            Formula::Product(left, right) => product(left, right),
        }
    }
}

#[differentiable]
fn product(left: &Formula, right: &Formula) -> f64 {
    left.value() * right.value()
}

#[differentiable]
fn cubed(x: f64) -> f64 {
    let number = || Box::new(Formula::Number(x));
    Formula::Product(number(), Box::new(Formula::Product(number(), number()))).value()
}

#[test]
fn functions_in_a_circle() {
    let companion = |x: f64, d| {
        let (value, pullback) = even_vjp(x, 5);
        assert_eq!(value, even(x, 5));
        (value, (pullback(d, [true, false]).0,))
    };
    gradcheck(&(0.7,), |&(x,)| even(x, 5), |&(x,), d| companion(x, d)).unwrap();
    assert!((cubed(0.7) - 0.7f64.sin().powi(3)).abs() < 1e-12);
    gradcheck(
        &(0.7,),
        |&(x,)| cubed(x),
        |&(x,), d| {
            let (value, pullback) = cubed_vjp(x);
            (value, pullback(d, [true]))
        },
    )
    .unwrap();
}

/// Methods of several blocks.
#[derive(Module, Clone)]
struct Net {
    fc: WithElem<Linear<3, 3>, f64>,
}

#[differentiable]
impl Net {
    fn linear(&self, x: &Numbers, n: usize) -> Numbers {
        if n == 0 { x.clone() } else { self.activation(&self.fc.forward(x), n - 1) }
    }
}

#[differentiable]
impl Net {
    fn activation(&self, x: &Numbers, n: usize) -> Numbers {
        if n == 0 { x * 2.0 } else { self.linear(&x.tanh(), n - 1) }
    }

    fn loss(&self, x: &Numbers) -> f64 {
        self.linear(x, 5).sum()
    }
}

#[test]
fn methods_of_two_blocks_in_a_circle() {
    let net = Net { fc: Init::init(&mut rng(7)) };
    let x = uniform(2, 8);
    check(&net, |net| net.loss_and_grad(&x));
    let (_, pullback) = net.loss_vjp(&x);
    check_input(&x, |x| net.loss(x), pullback(1.0, &mut net.zeros_like(), [true]).0);
}
